"""What every training script shares: seeds, atomic files, a JSON-lines log, progress with the time left."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

log = logging.getLogger("training")


def seed_everything(seed: int) -> None:
    """Seed Python, numpy and torch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def log_to_stderr() -> None:
    """Send this package's log lines to stderr, with the time; calling it twice adds nothing."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
        log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False  # libraries that configure the root logger would print every line twice


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, atomically."""
    write_atomically(path, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


def file_facts(content: bytes) -> dict[str, Any]:
    """Return what a card says of a file: its size in bytes and its sha256."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


class RunLog:
    """Appends one JSON object a line to `folder/log.jsonl`; also to TensorBoard where it is installed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "log.jsonl"
        self._board: Any = None
        if importlib.util.find_spec("tensorboard") is not None:
            from torch.utils.tensorboard import SummaryWriter

            self._board = SummaryWriter(str(folder / "tensorboard"))

    def add(self, step: int, **values: float) -> None:
        """Log numbers of one step."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, "time": round(time.time(), 1), **values}) + "\n")
        if self._board is not None:
            for name, value in values.items():
                self._board.add_scalar(name, value, step)
            self._board.flush()


class Progress:
    """Estimates the time left from work done, where work is any additive cost (here: pixels)."""

    def __init__(self, total: float) -> None:
        self.total = total
        self.done = 0.0
        self._start = time.monotonic()

    def add(self, work: float) -> None:
        """Count `work` as done."""
        self.done += work

    @property
    def minutes_left(self) -> float:
        """Minutes to go at the mean speed so far; infinite before any work."""
        if self.done <= 0:
            return float("inf")
        spent = time.monotonic() - self._start
        return spent / self.done * (self.total - self.done) / 60
