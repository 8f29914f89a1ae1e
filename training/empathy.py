"""Train the judge of empathy on EPITOME: `python -m training.empathy --data DIR --out DIR`.

EPITOME (Sharma et al. 2020, https://aclanthology.org/2020.emnlp-main.425) rates how much a reply to a person in need
holds of three mechanisms, each 0 (none), 1 (weak) or 2 (strong): emotional reactions ("I'm sorry for you"),
interpretations ("that must be exhausting", "I went through the same") and explorations ("what happened then?").

The judge is one logistic regression per mechanism on what the embedded MiniLM makes of post and reply, their product
and difference, the reply's words, pairs and triples of words, and a few marks of its surface. It is a tool of
`benchmarks.chat`, which trains it itself: no weights ship. Its measure is that of forums in English; it rewards the
forms of empathy, and cannot tell whether they are meant or fitting. `--smoke` learns from made-up pairs.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, classification_report, f1_score

from backends.contracts import FloatArray
from training.command import UnusableInput, command, require_files
from training.common import log, log_to_stderr, write_atomically, write_json
from training.embeddings import Embed, cached

FILE = "epitome_{}.csv"
MECHANISMS = ("emotional_reactions", "interpretations", "explorations")
LEVELS = 3
SEED = 20261121
TEST_SHARE = 0.2
PENALTY = 1.0
"""Inverse strength of the L2 penalty; this and the parts of the features were chosen on folds of the training posts."""
GRAM_COLUMNS = 4096
GRAM_WEIGHT = 2.0
LICENCE = "EPITOME: for academic use; posts and replies of Reddit forums (Sharma et al. 2020)"

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """n posts, the replies to them, and (n, 3) levels in the order of MECHANISMS."""

    posts: list[str]
    replies: list[str]
    levels: Integers

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Return the chosen pairs."""
        places = np.flatnonzero(chosen)
        return Pairs([self.posts[n] for n in places], [self.replies[n] for n in places], self.levels[places])


def read(folder: Path) -> Pairs:
    """Read the pairs that are rated in all three files; of a pair that comes twice the first rating counts."""
    texts: dict[tuple[str, str], tuple[str, str]] = {}
    rated: list[dict[tuple[str, str], int]] = []
    for mechanism in MECHANISMS:
        levels: dict[tuple[str, str], int] = {}
        with (folder / FILE.format(mechanism.replace("_", "-"))).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = (row["sp_id"], row["rp_id"])
                levels.setdefault(key, int(row["level"]))
                texts.setdefault(key, (row["seeker_post"], row["response_post"]))
        rated.append(levels)
    keys = [key for key in texts if all(key in levels for levels in rated)]
    table = np.array([[levels[key] for levels in rated] for key in keys], np.int64)
    return Pairs([texts[key][0] for key in keys], [texts[key][1] for key in keys], table)


def held_out(posts: Sequence[str], seed: int) -> NDArray[np.bool_]:
    """Return (n,) True for the pairs to test on: all those of every fifth post, chosen by the seed."""
    distinct = sorted(set(posts))
    order = np.random.default_rng(seed).permutation(len(distinct))
    chosen = {distinct[place] for place in order[: int(len(distinct) * TEST_SHARE)]}
    return np.array([post in chosen for post in posts])


def words(text: str) -> list[str]:
    """Return the words of a text, and its question marks.

    >>> words("Why? I'm here.")
    ['why', '?', "i'm", 'here']
    """
    return re.findall(r"[a-z']+|\?", text.lower().replace("’", "'"))


def grams(text: str) -> FloatArray:
    """Return (GRAM_COLUMNS,): words, pairs and triples that occur, hashed; length GRAM_WEIGHT (0 for no words)."""
    said = words(text)
    row = np.zeros(GRAM_COLUMNS, np.float32)
    for size in (1, 2, 3):
        for start in range(len(said) - size + 1):
            row[zlib.crc32(" ".join(said[start : start + size]).encode()) % GRAM_COLUMNS] = 1.0
    length = float(np.linalg.norm(row))
    return GRAM_WEIGHT * row / length if length else row


def surface(text: str) -> list[float]:
    """Return marks of a reply: questions, whether it ends in one, its length, and whose person it speaks of."""
    said = words(text)
    count = max(len(said), 1)
    speaker = sum(word in ("i", "i'm", "i've", "me", "my") for word in said) / count
    addressed = sum(word in ("you", "you're", "your") for word in said) / count
    asks = said.count("?")
    marks = [min(asks, 3) / 3, float(text.rstrip().endswith("?")), float(np.log1p(count)) / 5, speaker, addressed]
    return [*marks, float("sorry" in said), float("hope" in said), float(asks > 0)]


def features(posts: Sequence[str], replies: Sequence[str], embed: Embed) -> FloatArray:
    """Return (n, 4 d + 8 + GRAM_COLUMNS) float32."""
    post, reply = embed(posts), embed(replies)
    marks = np.array([surface(text) for text in replies], np.float32)
    return np.hstack([reply, post, post * reply, np.abs(post - reply), marks, np.stack([grams(t) for t in replies])])


class Judge:
    """The trained judge: weights (mechanisms, features, levels) and bias (mechanisms, levels)."""

    def __init__(self, weights: FloatArray, bias: FloatArray) -> None:
        self.weights, self.bias = weights, bias

    def chances(self, rows: FloatArray) -> FloatArray:
        """(n, f) features -> (n, 3, 3) probability of each level of each mechanism."""
        logits = np.stack([rows @ weights + bias for weights, bias in zip(self.weights, self.bias, strict=True)], 1)
        return np.asarray(softmax(logits, axis=2), np.float32)

    def levels(self, rows: FloatArray) -> Integers:
        """(n, f) features -> (n, 3) the likeliest level of each mechanism."""
        return np.asarray(self.chances(rows).argmax(axis=2), np.int64)


def fit(rows: FloatArray, levels: Integers) -> Judge:
    """Fit the three regressions; rare levels weigh as much as common ones."""
    weights, bias = [], []
    for column in range(len(MECHANISMS)):
        model = LogisticRegression(C=PENALTY, max_iter=300, class_weight="balanced").fit(rows, levels[:, column])
        if len(model.classes_) != LEVELS:
            raise UnusableInput(f"{MECHANISMS[column]} needs pairs of all {LEVELS} levels to learn from")
        weights.append(model.coef_.T.astype(np.float32))
        bias.append(model.intercept_.astype(np.float32))
    return Judge(np.stack(weights), np.stack(bias))


def figures(judge: Judge, rows: FloatArray, levels: Integers) -> dict[str, Any]:
    """Return accuracy, macro-F1, what the commonest level would reach, and precision and recall per level."""
    found = judge.levels(rows)
    table: dict[str, Any] = {}
    for column, mechanism in enumerate(MECHANISMS):
        truth, said = levels[:, column], found[:, column]
        per_level = classification_report(truth, said, labels=range(LEVELS), output_dict=True, zero_division=0.0)
        table[mechanism] = {
            "accuracy": round(float(accuracy_score(truth, said)), 4),
            "macro_f1": round(float(f1_score(truth, said, average="macro", zero_division=0.0)), 4),
            "accuracy_of_the_commonest_level": round(float(np.bincount(truth).max() / len(truth)), 4),
            "per_level": {
                str(level): {
                    name.replace("-", "_"): round(float(value), 4) for name, value in per_level[str(level)].items()
                }
                for level in range(LEVELS)
            },
        }
    return table


def train(pairs: Pairs, embed: Embed, seed: int = SEED) -> tuple[Judge, dict[str, Any]]:
    """Return the judge, learnt from four fifths of the posts, and its figures on the others."""
    test = held_out(pairs.posts, seed)
    rows = features(pairs.posts, pairs.replies, embed)
    judge = fit(rows[~test], pairs.levels[~test])
    metrics = {
        "seed": seed,
        "pairs_learnt": int((~test).sum()),
        "pairs_held_out": int(test.sum()),
        "held_out": figures(judge, rows[test], pairs.levels[test]),
    }
    return judge, metrics


def write(judge: Judge, metrics: dict[str, Any], folder: Path) -> None:
    """Write weights.npz, metrics.json and card.json."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, weights=judge.weights.astype(np.float16), bias=judge.bias)
    write_atomically(folder / "weights.npz", buffer.getvalue())
    write_json(folder / "metrics.json", metrics)
    card = {
        "name": "empathy-epitome",
        "source": "trained by training/empathy.py on EPITOME",
        "licence_data": LICENCE,
        "labels": list(MECHANISMS),
        "limits": "English; rewards the forms of empathy and cannot tell whether they fit. For comparisons only.",
        "metrics": {name: row["macro_f1"] for name, row in metrics["held_out"].items()},
    }
    write_json(folder / "card.json", card)


def made_up(count: int = 90) -> Pairs:
    """Return pairs that are easy to tell apart, for smoke runs and tests."""
    parts = (("", "I see.", "I am so sorry, I care."), ("", "It happens.", "That must be exhausting."))
    asked = ("", "Tell me more.", "What happened then?")
    levels = np.array([[n % 3, n // 3 % 3, n // 9 % 3] for n in range(count)], np.int64)
    replies = [f"Well. {parts[0][a]} {parts[1][b]} {asked[c]}" for a, b, c in levels]
    return Pairs([f"post number {n}" for n in range(count)], replies, levels)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with the three epitome_*.csv")
    parser.add_argument("--out", type=Path, help="folder for weights, metrics and card (default: nothing is written)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--cache", type=Path, help="a file where embeddings are kept between runs (default: nowhere)")
    parser.add_argument("--smoke", action="store_true", help="made-up pairs, in seconds")
    given = parser.parse_args(argv)
    if given.data is None and not given.smoke:
        parser.error("say --data DIR, or --smoke")
    if not given.smoke:
        require_files(given.data, [FILE.format(mechanism.replace("_", "-")) for mechanism in MECHANISMS])
    log_to_stderr()
    import model_utils
    from settings import Settings

    embedder = model_utils.load("embedder", "minilm", Settings(profile="embedded"))
    judge, metrics = train(
        made_up() if given.smoke else read(given.data), cached(embedder.embed, given.cache), given.seed
    )
    for mechanism, row in metrics["held_out"].items():
        log.info("%s: accuracy %.3f, macro-F1 %.3f", mechanism, row["accuracy"], row["macro_f1"])
    if given.out is not None:
        write(judge, metrics, given.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
