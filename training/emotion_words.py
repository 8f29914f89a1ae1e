"""Which words carry an emotion: log-odds over the comments of GoEmotions -> data/emotion_words.json.

    python -m training.emotion_words --data FOLDER_OF_GOEMOTIONS

Weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words",
https://doi.org/10.1093/pan/mpn018) of each word stem in the comments of one emotion against those of all others. Only
comments whose labels all belong to one emotion count. The seven emotions are the Ekman groups of the data set.
Does not handle: phrases, negation, and words that nobody on Reddit feels strongly about.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from math import log, sqrt
from pathlib import Path

from emotion.labels import EKMAN_GROUPS, FACE_EMOTIONS, GOEMOTIONS
from rag.words import stems
from settings import PROJECT_FOLDER
from training import goemotions
from training.command import command, require_files

OUTPUT = PROJECT_FOLDER / "data" / "emotion_words.json"
SMALLEST_Z = 4.0
FEWEST_COMMENTS = 5
MOST_WORDS = 250
PRIOR_SHARE = 0.05
"""Size of the prior as a share of all word counts."""

_PLACEHOLDERS = {"nam", "religion"}
"""GoEmotions writes [NAME] and [RELIGION] for what it hid."""


def read_comments(path: Path) -> list[tuple[str, str]]:
    """Return (emotion, text) of the comments of one emotion."""
    group_of = {label: emotion for emotion, labels in EKMAN_GROUPS.items() for label in labels}
    comments = []
    for text, labels in goemotions.comments(path):
        found = {group_of[GOEMOTIONS[label]] for label in labels}
        if len(found) == 1:
            comments.append((found.pop(), text))
    return comments


def count_words(comments: Sequence[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Return emotion -> stem -> number of comments that contain it."""
    counts: dict[str, Counter[str]] = {emotion: Counter() for emotion in FACE_EMOTIONS}
    for emotion, text in comments:
        counts[emotion].update(stems(text) - _PLACEHOLDERS)
    return counts


def strongest(counts: dict[str, Counter[str]], emotion: str) -> dict[str, float]:
    """Return stem -> z-score of the words that speak most for an emotion, strongest first."""
    here = counts[emotion]
    everywhere: Counter[str] = sum(counts.values(), Counter())
    total_here, total = sum(here.values()), sum(everywhere.values())
    prior_total = PRIOR_SHARE * total
    scores = {}
    for word, count in here.items():
        if count < FEWEST_COMMENTS:
            continue
        prior = PRIOR_SHARE * everywhere[word]
        there = everywhere[word] - count
        odds_here = (count + prior) / (total_here + prior_total - count - prior)
        odds_there = (there + prior) / (total - total_here + prior_total - there - prior)
        scores[word] = (log(odds_here) - log(odds_there)) / sqrt(1 / (count + prior) + 1 / (there + prior))
    ranked = sorted(((word, round(z, 2)) for word, z in scores.items() if z >= SMALLEST_Z), key=lambda pair: -pair[1])
    return dict(ranked[:MOST_WORDS])


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Count, score and write; `--smoke` reads the first 500 comments only and writes nothing."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with GoEmotions' train.tsv")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args(argv)
    require_files(arguments.data, ("train.tsv",))
    comments = read_comments(arguments.data / "train.tsv")
    counts = count_words(comments[:500] if arguments.smoke else comments)
    words = {emotion: strongest(counts, emotion) for emotion in FACE_EMOTIONS}
    if not arguments.smoke:
        about = {
            "source": "GoEmotions (Demszky et al. 2020), train split, Apache-2.0",
            "made_by": "training/emotion_words.py",
            "comments": len(comments),
        }
        OUTPUT.write_text(json.dumps({"about": about, "words": words}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
