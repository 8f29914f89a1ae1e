"""Embeddings of many texts for training and benchmarks, kept in a file between runs."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from backends.contracts import FloatArray
from training.common import log

Embed = Callable[[Sequence[str]], FloatArray]
"""(n texts, n >= 1) -> (n, d) float32 with unit rows."""


def cached(embed: Embed, path: Path | None = None) -> Embed:
    """Return a function that embeds each distinct text once, and remembers it in the file `path` (npz), if given.

    The file keeps texts by their hash: fixed-width columns of whole posts would be larger than the embeddings.
    """
    known: dict[str, FloatArray] = {}
    if path is not None and path.exists():
        with np.load(path, allow_pickle=False) as kept:
            known = dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))

    def remembered(texts: Sequence[str]) -> FloatArray:
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            log.info("embedding %d texts", len(missing))
            known.update(zip(missing, embed(list(missing.values())), strict=True))
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                np.savez(path, keys=np.array(list(known)), rows=np.stack(list(known.values())))
        return np.stack([known[key] for key in keys])

    return remembered


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
