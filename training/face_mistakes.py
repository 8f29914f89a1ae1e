"""What a face model is sure of and wrong about: `python -m training.face_mistakes --model DIR --data DIR`.

Writes DIR/mistakes.json, numbers only: pictures are named by their place in the split, as training.face_data reads it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from training.calibration import Floats, Integers, softmax
from training.command import command, read_facts
from training.common import write_json
from training.face_config import FACE_FACTS, LABELS
from training.face_data import load_split
from training.face_quantize import onnx_logits

FILE = "mistakes.json"
SURE = 0.8  # shown probability


def most_confident(probabilities: Floats, labels: Integers, each: int = 3) -> list[dict[str, Any]]:
    """One row for each true emotion: how often it is misread, how often surely, and the `each` surest mistakes.

    `image` is the picture's place among `labels`; equal probabilities come in that order.
    """
    read_as, shown = probabilities.argmax(axis=1), probabilities.max(axis=1)
    rows = []
    for position, label in enumerate(LABELS):
        wrong = np.flatnonzero((labels == position) & (read_as != position))
        surest = wrong[np.argsort(-shown[wrong], kind="stable")][:each]
        rows.append(
            {
                "label": label,
                "images": int((labels == position).sum()),
                "wrong": len(wrong),
                "wrong_and_sure": int((shown[wrong] > SURE).sum()),
                "surest": [
                    {"image": int(i), "read_as": LABELS[read_as[i]], "probability": float(shown[i])} for i in surest
                ],
            }
        )
    return rows


def write_mistakes(model: Path, probabilities: Floats, labels: Integers) -> None:
    """Write mistakes.json beside `model/card.json`, with the digest of the weights it belongs to."""
    (file,) = json.loads((model / "card.json").read_text(encoding="utf-8"))["files"].values()
    write_json(model / FILE, {"sha256": file["sha256"], "sure": SURE, "classes": most_confident(probabilities, labels)})


@command
def main(argv: list[str] | None = None) -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m training.face_mistakes", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder with card.json and its ONNX file")
    parser.add_argument("--data", type=Path, required=True, help="folder with validation/ (or test/)")
    arguments = parser.parse_args(argv)
    card = read_facts(arguments.model / "card.json", FACE_FACTS, "--model names the folder of a face model")
    faces = load_split(arguments.data, "validation")
    (file,) = card["files"]
    logits = onnx_logits(arguments.model / file, faces, card["input_size"])
    write_mistakes(arguments.model, softmax(logits, (card["temperature"], card["curvature"])), faces.labels.numpy())


if __name__ == "__main__":
    main()
