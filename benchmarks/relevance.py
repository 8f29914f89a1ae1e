"""From which evidence on is a question answered? Questions the shipped reviews answer against ones they do not.

    python -m benchmarks.relevance
    python -m benchmarks.relevance --devices FOLDER --clothing FOLDER   # imported libraries as well (not shipped)

Lists in benchmarks/relevance_questions.py: four chose the weights and the threshold of rag.relevance, the others were
held out. Writes for each question its evidence, how many of each list get a summary, and the curve over the thresholds,
beside the one that the cosine of the nearest review alone would give.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import relevance_questions as questions
from benchmarks import report
from rag.library import Library, open_library, shipped
from rag.query import Query
from rag.relevance import ALONE, ANSWERED, IN_ONE_HIT, IN_THE_LIBRARY, NEAREST, TENFOLD, evidence_of, relevant
from rag.search import search
from rag.summarize import summarize
from settings import Settings, from_environment

LISTS = {
    "answerable": questions.ANSWERABLE,
    "off-topic": questions.OFF_TOPIC,
    "second answerable": questions.SECOND_ANSWERABLE,
    "second off-topic": questions.SECOND_OFF_TOPIC,
    "held-out answerable": questions.HELD_OUT_ANSWERABLE,
    "held-out off-topic": questions.HELD_OUT_OFF_TOPIC,
}
OTHERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "devices": {
        "devices, held-out answerable": questions.DEVICES_ANSWERABLE,
        "devices, held-out off-topic": questions.DEVICES_OFF_TOPIC,
    },
    "clothing": {
        "clothing, held-out answerable": questions.CLOTHING_ANSWERABLE,
        "clothing, held-out off-topic": questions.CLOTHING_OFF_TOPIC,
    },
}
"""Name of a library of a shop -> its lists."""
THRESHOLDS = tuple(place / 100 for place in range(20, 61, 2))


def measured(words: str, library: Library, settings: Settings) -> tuple[float, float, bool, bool]:
    """Return the cosine of the nearest hit to a question, its evidence, whether it gets a summary, and whether at least
    some hits are taken to be about it (if no sentence says it outright, they are shown and none is quoted)."""
    query = Query(words)
    hits = search(query, library, settings.hits_per_answer, settings)
    nearest = max(hit.similarity for hit in hits)
    summary = summarize(query, hits, library, settings).summary
    return nearest, evidence_of(query, hits, library), summary is not None, bool(relevant(query, hits, library))


def curve(values: dict[str, list[float]]) -> dict[str, dict[str, int]]:
    """Return how many of each list reach each threshold."""
    return {
        f"{threshold:.2f}": {kind: sum(value >= threshold for value in found) for kind, found in values.items()}
        for threshold in THRESHOLDS
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name in OTHERS:
        parser.add_argument(f"--{name}", type=Path, help=f"folder of an imported library of {name}")
    folders: dict[str, Path | None] = vars(parser.parse_args(argv))
    settings = from_environment()
    library = shipped(settings)
    lists, found = dict(LISTS), {}
    for kind, asked in LISTS.items():
        found[kind] = [measured(words, library, settings) for words in asked]
    for name, folder in folders.items():
        if folder is not None:
            lists |= OTHERS[name]
            other = open_library(folder, settings)
            found |= {
                kind: [measured(words, other, settings) for words in asked] for kind, asked in OTHERS[name].items()
            }
    rows = [
        report.Row(f"{kind} questions that get a summary", f"{sum(row[2] for row in rows_)} of {len(rows_)}")
        for kind, rows_ in found.items()
    ] + [
        report.Row(
            f"{kind} questions that get a summary or are told that no sentence says it outright",
            f"{sum(row[3] for row in rows_)} of {len(rows_)}",
        )
        for kind, rows_ in found.items()
    ]
    values = {
        "threshold": ANSWERED,
        "weights": {"in_one_hit": IN_ONE_HIT, "in_the_library": IN_THE_LIBRARY, "tenfold": TENFOLD, "alone": ALONE},
        "nearest": NEAREST,
        "curve_of_the_evidence": curve({kind: [row[1] for row in rows_] for kind, rows_ in found.items()}),
        "curve_of_the_cosine_alone": curve({kind: [row[0] for row in rows_] for kind, rows_ in found.items()}),
        "questions": {
            kind: {
                words: {"nearest_cosine": round(row[0], 3), "evidence": round(row[1], 3), "answered": row[2]}
                for words, row in zip(lists[kind], rows_, strict=True)
            }
            for kind, rows_ in found.items()
        },
        "embedder": library.manifest.embedder,
    }
    command = "python -m benchmarks.relevance" + "".join(f" --{name} FOLDER" for name, at in folders.items() if at)
    report.write("relevance", "Knowing when nothing fits", command, rows, values)
    report.say(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
