"""Write embeddings and card of the written replies after they were edited: `python -m training.replies`."""

import json
from collections import Counter
from pathlib import Path

import numpy as np

import model_utils
from backends.contracts import FloatArray
from backends.written_replies import Written, read_replies, texts_of
from settings import PROJECT_FOLDER, Settings
from training.common import file_facts

FOLDER = PROJECT_FOLDER / "data" / "models" / "replies"


def write_rows(path: Path, unit: FloatArray) -> None:
    """Write (n, d) unit rows in 8 bits: a cosine changes by less than 0.01."""
    largest = np.abs(unit).max(axis=1, keepdims=True)
    np.savez_compressed(path, rows=np.rint(unit / largest * 127).astype(np.int8))


def card(folder: Path) -> dict[str, object]:
    """Return the card: where the replies come from, the sha256 of both files, and what is in them."""
    replies = read_replies(folder / "replies.json")
    return {
        "name": "written-replies",
        "source": "written for Moodlens",
        "revision": "1",
        "licence_weights": "MIT (with Moodlens)",
        "licence_data": "MIT: written for Moodlens, not taken from any conversation",
        "files": {name: file_facts((folder / name).read_bytes()) for name in ("replies.json", "rows.npz")},
        "metrics": _counts(replies),
    }


def _counts(replies: tuple[Written, ...]) -> dict[str, object]:
    return {
        "replies": len(replies),
        "cues": sum(len(reply.cues) for reply in replies),
        "questions": sum(bool(reply.question) for reply in replies),
        "replies_per_need": dict(sorted(Counter(reply.need for reply in replies).items())),
    }


def main() -> int:
    """Write rows.npz and card.json beside replies.json."""
    embedder = model_utils.load("embedder", settings=Settings(profile="embedded"))
    write_rows(FOLDER / "rows.npz", embedder.embed(texts_of(read_replies(FOLDER / "replies.json"))))
    (FOLDER / "card.json").write_text(json.dumps(card(FOLDER), indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
