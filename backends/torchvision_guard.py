"""Let `import torchvision` succeed beside a torch whose build does not match it.

torchvision registers fake kernels for `torchvision::nms` and `torchvision::qnms` while it is imported. Where its
compiled operators do not load (a CUDA build of torchvision beside a CPU build of torch), the schemas do not exist and
the import raises, which breaks transformers and sentence-transformers too. Declaring the schemas first is enough:
everything in torchvision that is plain Python (models, transforms) then works. The operators themselves stay missing.

Call `declare_missing_operators()` before the first import of torchvision, transformers or sentence-transformers.
Where torchvision loads, or is not installed, or torch is not installed, nothing changes.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any

SCHEMAS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}

_declared: list[Any] = []  # a torch.library.Library withdraws its operators when it is collected


def declare_missing_operators() -> tuple[str, ...]:
    """Declare the operators torchvision needs, if it cannot be imported without; return the names declared.

    Safe to call many times: after the first success it returns () and does nothing.
    """
    if "torchvision" in sys.modules or not _installed("torch") or not _installed("torchvision"):
        return ()
    if _imports("torchvision"):
        return ()
    torch: Any = importlib.import_module("torch")
    library = torch.library.Library("torchvision", "FRAGMENT")
    missing = tuple(name for name in SCHEMAS if not hasattr(torch.ops.torchvision, name))
    for name in missing:
        library.define(name + SCHEMAS[name])
    _declared.append(library)
    return missing


def _installed(package: str) -> bool:
    """True where `package` can be found; it is not imported."""
    return importlib.util.find_spec(package) is not None


def _imports(package: str) -> bool:
    """True where `package` imports; a failed attempt leaves no half-loaded modules behind."""
    try:
        importlib.import_module(package)
    except (RuntimeError, AttributeError):
        for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
            del sys.modules[name]
        return False
    return True
