"""Train the crisis classifier of `chat.danger` on written phrases: `python -m training.crisis`.

The phrases (training/crisis_phrases/*.txt) were written for this project, and nothing of anybody's life is in them.
Harmless ones are joined by what else the project wrote: the cues of the replies and sentences of the example reviews;
with --data also by first messages of EmpatheticDialogues, so that a bad day is not taken for a danger.
Each phrase is also learnt once with slips of the finger. The table of tests/chat is not learnt: the threshold is chosen
on it. Phrases of held_out*.tsv are only measured. Seconds on a laptop; `--smoke` runs on a part and writes to a scratch
folder.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import random
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from backends.contracts import FloatArray
from benchmarks.chat_data import openings
from chat import danger, safety
from chat.danger import KINDS
from settings import PROJECT_FOLDER, Settings
from tests.chat.crisis_table import CRISIS, HARMLESS
from training.common import log, log_to_stderr, write_atomically, write_json
from training.embeddings import cached

PHRASES = Path(__file__).with_name("crisis_phrases")
FOLDER = PROJECT_FOLDER / "data" / "models" / danger.FOLDER
SEED = 20261121
PENALTY = 10.0
"""Inverse strength of the L2 penalty of the logistic regression."""
FALSE_ALARMS = 2
"""How many of the 150 look-alikes of the table may be taken for a danger; the threshold is the lowest possible."""
HELD_OUT = ("held_out", "held_out_2")
"""Files of phrases that are only measured; the second was written before the phrases of its day were learnt."""
REVIEW_SENTENCES = 300
DIALOGUES = 3000
FOLDS = 4

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Corpus:
    """Texts with the number of their kind and their group (a phrase and its misspelling are one group); `written` is
    False for the everyday texts at the end, which are too easy to choose a threshold on."""

    texts: list[str]
    kinds: Integers
    groups: Integers
    written: NDArray[np.bool_]


def phrases(kind: str) -> list[str]:
    """Return the written phrases of a kind."""
    return [line for line in (PHRASES / f"{kind}.txt").read_text("utf-8").splitlines() if line]


def held_out(name: str = "held_out") -> list[tuple[str, str]]:
    """Return (kind, text) of one of the files in HELD_OUT, on which nothing was tuned."""
    rows = (PHRASES / f"{name}.tsv").read_text("utf-8").splitlines()
    return [(kind, text) for kind, text in (row.split("\t") for row in rows)]


def everyday(seed: int) -> list[str]:
    """Return harmless texts of the project: cues of replies and sentences of reviews that no rule takes for more."""
    replies = json.loads((PROJECT_FOLDER / "data" / "models" / "replies" / "replies.json").read_text("utf-8"))
    with (PROJECT_FOLDER / "data" / "reviews.csv").open(encoding="utf-8", newline="") as file:
        sentences = [part for row in csv.DictReader(file) for part in re.split(r"(?<=[.!?])\s+", row["text"])]
    chosen = random.Random(seed).sample(sorted(set(sentences)), REVIEW_SENTENCES)
    return [text for text in [cue for row in replies for cue in row["cues"]] + chosen if safety.by_rule(text) is None]


def told(path: Path, seed: int) -> list[str]:
    """Return first messages of EmpatheticDialogues, chosen by the seed, that no rule takes for a danger."""
    messages = sorted({row.message for row in openings(path) if safety.by_rule(row.message) is None})
    return random.Random(seed).sample(messages, min(DIALOGUES, len(messages)))


def misspelt(text: str, chance: random.Random) -> str:
    """Return a text with one or two slips: a letter dropped, doubled, swapped or wrong."""
    words = text.lower().split()
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.randrange(len(words))
        word = words[place]
        if len(word) < 4:
            continue
        at = chance.randrange(1, len(word) - 1)
        words[place] = chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + chance.choice("aeioustrn") + word[at + 1 :],
            )
        )
    return " ".join(words)


def corpus(seed: int, part: float = 1.0, messages: Sequence[str] = ()) -> Corpus:
    """Return what is learnt from, or the first part of each kind of it; `messages` are harmless ones besides."""
    chance = random.Random(seed)
    texts: list[str] = []
    kinds: list[int] = []
    groups: list[int] = []
    for number, kind in enumerate(KINDS):
        rows = phrases(kind)
        for text in rows[: max(8, int(len(rows) * part))]:
            groups += [len(groups), len(groups)]
            texts += [text, misspelt(text, chance)]
            kinds += [number, number]
    rest = [*everyday(seed), *messages]
    rest = rest[: max(8, int(len(rest) * part))]
    groups += range(len(groups), len(groups) + len(rest))  # a group's number is the place of its first text
    written = np.arange(len(texts) + len(rest)) < len(texts)
    return Corpus(texts + rest, np.array(kinds + [0] * len(rest)), np.array(groups), written)


def features(texts: Sequence[str], settings: Settings, cache: Path | None = None) -> FloatArray:
    """Return `danger.features` of texts; their embeddings are kept in the file `cache` (npz), if given."""
    embed = cached(lambda plain: danger.meaning(plain, settings), cache)
    return danger.joined(embed([danger.readable(text) for text in texts]), texts)


def fit(rows: csr_matrix, kinds: Integers) -> LogisticRegression:
    """Fit a multinomial logistic regression."""
    return LogisticRegression(C=PENALTY, max_iter=120).fit(rows, kinds)


def cross_validated(rows: csr_matrix, learnt: Corpus, seed: int) -> FloatArray:
    """Return (n,) how likely each text speaks of a danger, from a model that saw neither it nor its misspelling."""
    folds = np.random.default_rng(seed).integers(0, FOLDS, int(learnt.groups.max()) + 1)[learnt.groups]
    chances = np.empty(len(learnt.texts), np.float32)
    for fold in range(FOLDS):
        model = fit(rows[folds != fold], learnt.kinds[folds != fold])
        chances[folds == fold] = 1 - model.predict_proba(rows[folds == fold])[:, 0]
    return chances


def likely(model: LogisticRegression, texts: Sequence[str], settings: Settings, cache: Path | None) -> FloatArray:
    """Return (n,) how likely each message speaks of a danger, as `danger.read` takes it: by its strongest sentence."""
    views = [danger.views(safety.without_idioms(text)) for text in texts]
    rows = csr_matrix(features([view for message in views for view in message], settings, cache))
    chances = 1 - model.predict_proba(rows)[:, 0]
    starts = np.cumsum([0, *(len(message) for message in views)])[:-1]
    return np.asarray(np.maximum.reduceat(chances, starts), np.float32)


def threshold_for(harmless: FloatArray, allowed: int) -> float:
    """Return the lowest threshold, in thousandths, that at most `allowed` of the harmless texts reach."""
    highest = float(np.sort(harmless)[::-1][allowed])
    return float(np.floor(highest * 1000) / 1000) + 0.001


def measured(rows: Sequence[tuple[str, str]], settings: Settings) -> dict[str, int]:
    """Count what rules and classifier together miss and catch wrongly among (kind, text)."""
    crises = [text for kind, text in rows if kind != KINDS[0]]
    harmless = [text for kind, text in rows if kind == KINDS[0]]
    return {
        "crisis": len(crises),
        "missed": sum(safety.crisis(text, settings) is None for text in crises),
        "missed_by_rules_alone": sum(safety.by_rule(text) is None for text in crises),
        "harmless": len(harmless),
        "caught_wrongly": sum(safety.crisis(text, settings) is not None for text in harmless),
        "caught_wrongly_by_rules_alone": sum(safety.by_rule(text) is not None for text in harmless),
    }


def write(model: LogisticRegression, threshold: float, metrics: dict[str, object], folder: Path) -> None:
    """Write weights.npz and card.json."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, weights=model.coef_.T.astype(np.float16), bias=model.intercept_.astype(np.float32))
    content = buffer.getvalue()
    write_atomically(folder / "weights.npz", content)
    card = {
        "name": "crisis-phrases",
        "source": "trained by training/crisis.py on phrases written for Moodlens",
        "licence_weights": "MIT (with Moodlens)",
        "licence_data": "phrases: MIT, written for Moodlens, not taken from anybody; ordinary messages: "
        "EmpatheticDialogues, CC BY-NC 4.0",
        "labels": list(KINDS),
        "threshold": threshold,
        "files": {"weights.npz": {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}},
        "metrics": metrics,
    }
    write_json(folder / "card.json", card)


def run(
    folder: Path, seed: int, part: float = 1.0, cache: Path | None = None, messages: Sequence[str] = ()
) -> dict[str, object]:
    """Train, choose the threshold, write, measure; return the figures."""
    settings = Settings(profile="embedded")
    learnt = corpus(seed, part, messages)
    rows = csr_matrix(features(learnt.texts, settings, cache))
    chances = cross_validated(rows, learnt, seed)
    model = fit(rows, learnt.kinds)
    threshold = round(threshold_for(likely(model, HARMLESS, settings, cache), FALSE_ALARMS), 3)
    harmless, stories = chances[(learnt.kinds == 0) & learnt.written], chances[len(chances) - len(messages) :]
    metrics: dict[str, object] = {
        "seed": seed,
        "phrases": {kind: int((learnt.kinds == number).sum()) for number, kind in enumerate(KINDS)},
        "cross_validated_recall": round(float((chances[learnt.kinds > 0] >= threshold).mean()), 4),
        "cross_validated_false_alarms": round(float((harmless >= threshold).mean()), 4),
    }
    if len(stories):
        metrics["cross_validated_false_alarms_in_dialogues"] = round(float((stories >= threshold).mean()), 4)
    write(model, threshold, metrics, folder)
    return metrics


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--data", type=Path, help="folder with empathetic_train.tsv; what ships was trained with it")
    parser.add_argument("--smoke", action="store_true", help="a part of the phrases, nothing shipped is touched")
    parser.add_argument("--cache", type=Path, help="a file where embeddings are kept between runs (default: nowhere)")
    given = parser.parse_args(argv)
    log_to_stderr()
    if given.smoke:
        with tempfile.TemporaryDirectory() as scratch:
            log.info("smoke: %s", run(Path(scratch), given.seed, 0.1))
        return 0
    messages = told(given.data / "empathetic_train.tsv", given.seed) if given.data else []
    metrics = run(FOLDER, given.seed, cache=given.cache, messages=messages)
    embedded = Settings(profile="embedded")
    danger.forget()
    metrics["table"] = measured(
        [*((kind, text) for text, kind in CRISIS), *((KINDS[0], text) for text in HARMLESS)], embedded
    )
    metrics |= {name: measured(held_out(name), embedded) for name in HELD_OUT}
    card = json.loads((FOLDER / "card.json").read_text("utf-8"))
    write_json(FOLDER / "card.json", card | {"metrics": metrics})
    log.info("%s", json.dumps(metrics, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
