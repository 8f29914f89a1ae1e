"""Write the card of the written replies after they were edited: `python -m training.replies`."""

import hashlib
import json
from collections import Counter
from pathlib import Path

from backends.responder_retrieval import Written, read_replies
from settings import PROJECT_FOLDER

FOLDER = PROJECT_FOLDER / "data" / "models" / "replies"


def card(path: Path) -> dict[str, object]:
    """Return the card of a replies file: where it comes from, its sha256, and what is in it."""
    content = path.read_bytes()
    replies = read_replies(path)
    return {
        "name": "written-replies",
        "source": "written for Moodlens",
        "revision": "1",
        "licence_weights": "MIT (with Moodlens)",
        "licence_data": "MIT: written for Moodlens, not taken from any conversation",
        "files": {path.name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}},
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
    """Write card.json beside replies.json."""
    (FOLDER / "card.json").write_text(json.dumps(card(FOLDER / "replies.json"), indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
