"""The guard lets torchvision import beside a torch of another build, and does nothing where that is not needed."""

import importlib
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from backends import torchvision_guard


def test_models_and_transforms_work_in_a_fresh_process() -> None:
    code = (
        "from backends.torchvision_guard import declare_missing_operators as declare\n"
        "first = declare()\n"
        "import torch\n"
        "from torchvision.models import resnet18\n"
        "with torch.no_grad():\n"
        "    shape = tuple(resnet18(weights=None, num_classes=7).eval()(torch.zeros(1, 3, 64, 64)).shape)\n"
        "assert shape == (1, 7), shape\n"
        "assert first in ((), ('nms', 'qnms')), first\n"
        "assert declare() == ()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_is_declared_where_torchvision_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = _pretend(monkeypatch, raises=None)
    assert torchvision_guard.declare_missing_operators() == ()
    assert attempts == ["torchvision"]


def test_nothing_is_declared_where_torchvision_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = _pretend(monkeypatch, raises=None)
    monkeypatch.setattr(torchvision_guard, "_installed", lambda package: package == "torch")
    assert torchvision_guard.declare_missing_operators() == ()
    assert attempts == []


def test_only_the_missing_schemas_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    _pretend(monkeypatch, raises=RuntimeError("operator torchvision::nms does not exist"))
    defined: list[str] = []

    class Library:
        def __init__(self, namespace: str, kind: str) -> None:
            assert (namespace, kind) == ("torchvision", "FRAGMENT")

        def define(self, schema: str) -> None:
            defined.append(schema)

    class Operators:
        qnms = "already there"

    torch: Any = ModuleType("torch")
    torch.library, torch.ops = ModuleType("library"), ModuleType("ops")
    torch.library.Library, torch.ops.torchvision = Library, Operators
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(torchvision_guard, "_declared", [])
    assert torchvision_guard.declare_missing_operators() == ("nms",)
    assert defined == ["nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"]


def _pretend(monkeypatch: pytest.MonkeyPatch, raises: Exception | None) -> list[str]:
    """Make the import of torchvision succeed or raise; return the list of attempts."""
    attempts: list[str] = []
    real = importlib.import_module

    def fake(name: str) -> ModuleType:
        if name != "torchvision":
            return real(name)
        attempts.append(name)
        if raises:
            raise raises
        return ModuleType(name)

    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    monkeypatch.setattr(importlib, "import_module", fake)
    monkeypatch.setattr(torchvision_guard, "_installed", lambda package: bool(package))
    return attempts
