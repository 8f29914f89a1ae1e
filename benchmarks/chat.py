"""Are our replies more empathetic and more varied than a constant kind sentence and a retrieved one?

    python -m benchmarks.chat --data DIR [--rows N] [--cache FILE]

DIR holds empathetic_train.tsv, empathetic_valid.tsv and the three epitome_*.csv. Each dialogue of EmpatheticDialogues'
valid split is opened as it stands there; then four replies are compared: ours (`chat.converse` with the embedded
models, as a user gets it, without reviews), the constant sentence, the reply of the training dialogue whose opening is
nearest by the embedded MiniLM, and the human listener's. Messages that are answered with the fixed helplines are
counted and left out of the comparison for all four alike. Does not measure: later turns of a conversation, or whether a
reply fits. The judge counts forms: a constant sentence that is sorry and asks would please it most
(docs/experiments.md), so its sum is to be read beside the variety and the examples.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import model_utils
from benchmarks import report
from benchmarks.chat_data import EKMAN_OF, UNMAPPED, Opening, openings, sample
from benchmarks.chat_measures import SEED, measured, vocabulary, words
from chat.converse import Exchange, converse
from settings import Settings
from training import empathy
from training.common import log_to_stderr
from training.embeddings import Embed, cached

CONSTANT = "I'm sorry to hear that. I'm here for you if you want to talk."
SYSTEMS = {"ours": "ours", "constant": "constant sentence", "nearest": "nearest neighbour", "human": "human listener"}
ASKED_MILLISECONDS = 150


@dataclass(frozen=True)
class Answered:
    """What was answered to each opening, and the milliseconds it took."""

    exchanges: list[Exchange]
    milliseconds: list[float]


def answered(rows: Sequence[Opening], settings: Settings) -> Answered:
    """Answer every opening, each as the first message of a conversation; models are loaded beforehand."""
    converse("Hello, how are you?", [], settings)
    exchanges, milliseconds = [], []
    for row in rows:
        started = time.perf_counter()
        exchanges.append(converse(row.message, [], settings))
        milliseconds.append((time.perf_counter() - started) * 1000)
    return Answered(exchanges, milliseconds)


def nearest(messages: Sequence[str], known: Sequence[Opening], embed: Embed) -> list[str]:
    """Return for each message the reply to the known opening nearest to it."""
    openings_known = embed([row.message for row in known])
    places = (embed(messages) @ openings_known.T).argmax(axis=1)
    return [known[place].reply for place in places]


def emotion_accuracy(rows: Sequence[Opening], read: Sequence[str]) -> dict[str, Any]:
    """Compare the emotions read in the messages with those the dialogues were written for, where these have a group."""
    pairs = [(EKMAN_OF[row.emotion], found) for row, found in zip(rows, read, strict=True) if row.emotion in EKMAN_OF]
    outspoken = [(truth, found) for truth, found in pairs if found != "neutral"]
    groups = sorted({truth for truth, _ in pairs})
    recall = {
        group: round(float(np.mean([found == group for truth, found in pairs if truth == group])), 4)
        for group in groups
    }
    return {
        "messages": len(pairs),
        "emotions_mapped": len(EKMAN_OF),
        "emotions": len(EKMAN_OF) + len(UNMAPPED),
        "accuracy": round(float(np.mean([truth == found for truth, found in pairs])), 4),
        "read_as_neutral": round(1 - len(outspoken) / len(pairs), 4),
        "accuracy_where_not_neutral": round(float(np.mean([truth == found for truth, found in outspoken])), 4),
        "recall": recall,
    }


def compared(
    rows: Sequence[Opening], ours: Sequence[str], known: Sequence[Opening], judge: empathy.Judge, embed: Embed
) -> dict[str, Any]:
    """Return what is measured of each of the four systems."""
    messages, human = [row.message for row in rows], [row.reply for row in rows]
    replies = {"ours": list(ours), "constant": [CONSTANT] * len(rows), "nearest": nearest(messages, known, embed)}
    replies["human"] = human
    most_words = min(sum(len(words(text)) for text in texts) for texts in replies.values())
    sizes = {size: vocabulary([row.reply for row in known], size) for size in (1, 2)}
    found = {name: measured(messages, texts, human, judge, embed, most_words, sizes) for name, texts in replies.items()}
    return {"replies": len(rows), "equal_words": most_words, "vocabularies": list(sizes.values()), **found}


def table(values: dict[str, Any]) -> list[report.Row]:
    """Return the README's rows."""

    def each(measure: str) -> str:
        return ", ".join(f"{title} {_of(values['systems'][name], measure):.3f}" for name, title in SYSTEMS.items())

    emotion, speed = values["emotion"], values["milliseconds"]
    return [
        report.Row("empathy by a judge trained on EPITOME, three mechanisms of 0 to 2 together", each("empathy.sum"),
                   "above both baselines"),
        *(
            report.Row(f"of it {name.replace('_', ' ')}", each(f"empathy.{name}")) for name in empathy.MECHANISMS
        ),
        report.Row("distinct-1", each("distinct_1"), "above both baselines"),
        report.Row("distinct-2", each("distinct_2"), "above both baselines"),
        report.Row(
            f"distinct-1 in the same number of words ({values['systems']['equal_words']:,})",
            each("distinct_1_at_equal_words"),
        ),
        report.Row("distinct-2 in the same number of words", each("distinct_2_at_equal_words")),
        report.Row("expectation-adjusted distinct-1 (Liu et al. 2022)", each("ead_1")),
        report.Row("expectation-adjusted distinct-2", each("ead_2")),
        report.Row("similarity of embeddings to the human reply", each("similarity")),
        report.Row("ROUGE-L against the human reply", each("rouge_l")),
        report.Row(
            f"emotion of the message, {emotion['emotions_mapped']} of {emotion['emotions']} emotions in Ekman's groups",
            f"{emotion['accuracy']:.1%} right; {emotion['read_as_neutral']:.1%} read as neutral, of the others "
            f"{emotion['accuracy_where_not_neutral']:.1%} right",
        ),
        report.Row(
            "an embedded reply, 95 % within", f"{speed['p95']:.0f} ms (median {speed['median']:.0f} ms)",
            f"≤ {ASKED_MILLISECONDS} ms",
        ),
        report.Row("messages answered with helplines", f"{values['answered_with_helplines']} of {values['rows']}"),
    ]  # fmt: skip


def _of(values: dict[str, Any], path: str) -> float:
    for part in path.split("."):
        values = values[part]
    return float(values)  # type: ignore[arg-type]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the dialogues and EPITOME")
    parser.add_argument("--rows", type=int, help="as many dialogues, chosen by a seed (default: all)")
    parser.add_argument("--cache", type=Path, help="a file where embeddings are kept between runs (default: nowhere)")
    parser.add_argument("--print", type=int, default=0, dest="shown", metavar="N", help="print N exchanges to read")
    given = parser.parse_args(argv)
    log_to_stderr()
    settings = Settings(profile="embedded")
    embed = cached(model_utils.load("embedder", "minilm", settings).embed, given.cache)
    judge, judged = empathy.train(empathy.read(given.data), embed)
    rows = sample(openings(given.data / "empathetic_valid.tsv"), given.rows, SEED)
    answers = answered(rows, settings)
    calm = [n for n, exchange in enumerate(answers.exchanges) if exchange.context.crisis is None]
    values = {
        "rows": len(rows),
        "answered_with_helplines": len(rows) - len(calm),
        "milliseconds": {
            "median": round(report.median(answers.milliseconds), 1),
            "p95": round(report.quantile(answers.milliseconds, 0.95), 1),
        },
        "emotion": emotion_accuracy([rows[n] for n in calm], [answers.exchanges[n].emotion for n in calm]),
        "systems": compared(
            [rows[n] for n in calm],
            [answers.exchanges[n].response for n in calm],
            openings(given.data / "empathetic_train.tsv"),
            judge,
            embed,
        ),
        "constant": CONSTANT,
        "judge": judged,
    }
    for row, exchange in zip(rows[: given.shown], answers.exchanges, strict=False):
        print(f"[{row.emotion} / {exchange.emotion}] {row.message}\n    {exchange.response}\n")
    command = "python -m benchmarks.chat --data DIR" + (f" --rows {given.rows}" if given.rows else "")
    report.write("chat", "Chat: replies to EmpatheticDialogues' valid split", command, table(values), values)
    report.say(table(values))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
