"""What share of a summary's sentences is not backed by the reviews it cites?

    python -m benchmarks.support
    python -m benchmarks.support --other FOLDER   # the quotes in a library of women's clothing as well (not shipped)

Quotes: the held-out topics of benchmarks/quotes_questions.py are asked and every quoted sentence is judged by word
lists (benchmarks/quotes.py); and questions for what no review speaks of are asked, as people ask of reviews.

Extractive: every answerable question of benchmarks/relevance_questions.py and the seven emotions; each quotation must
stand word for word in the first review it cites, and the sentence of counts must be what counting again gives.

Written summaries (the format of Flan-T5: plain sentences, cited by backends.summarizer_hub_flan_t5.support): no weights
are shipped, so its output is imitated. Honest sentences are sentences of the hits as a summarizer would reword them
(first clause, third person, without the quotation marks); invented ones are such sentences of reviews about other
products. Says how many of each rag.support would keep, at BACKED and along a curve. Does not measure: the model's own
wording.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import model_utils
from backends.contracts import FACE_EMOTIONS, Embedder
from backends.passage import Passage
from backends.sentences import split
from backends.summarizer_hub_flan_t5 import support
from benchmarks import quotes, report
from benchmarks.quotes_questions import HELD_OUT, NOBODY_SAYS, TUNED
from benchmarks.relevance_questions import ANSWERABLE, SECOND_ANSWERABLE
from rag.explore import explore
from rag.hits import Hit
from rag.library import Library, open_library, shipped
from rag.passages import about, sentiments
from rag.query import Query
from rag.relevance import relevant
from rag.search import embed, search
from rag.summarize import counted
from rag.support import BACKED, is_verbatim, nearness
from settings import Settings, from_environment

THRESHOLDS = tuple(place / 20 for place in range(6, 20))
OTHER_REVIEWS = 12
_PERSONS = {"i": "they", "my": "their", "me": "them", "we": "they", "our": "their", "us": "them", "i'm": "they are"}


def unsupported(query: Query, library: Library, settings: Settings) -> tuple[int, int]:
    """Return how many sentences of the answer are not backed by value, and how many there are."""
    answer = explore(query, library, settings)
    if answer.summary is None:
        return 0, 0
    texts = {hit.review.id: hit.review.text for hit in answer.hits}
    used = [hit for hit in answer.hits if hit.review.id in answer.rests_on]
    read = about(query, embed(query, library, settings), used, library, settings)
    lead = counted(used, sentiments(read, used) if query.has_subject else None)
    bad = 0
    for sentence in answer.summary.sentences:
        if sentence != lead:
            bad += not is_verbatim(sentence.text, [texts[sentence.citations[0]]])
    return bad, len(answer.summary.sentences)


def reworded(sentence: str) -> str:
    """Return a sentence as a summarizer might write it: its first clause, in the third person."""
    clause = re.split(r"(?<=\w),\s|;\s|\s[-–—]\s", sentence)[0].rstrip(".!? ")
    words = [_PERSONS.get(word.lower(), word) for word in clause.split()]
    return " ".join(words) + "."


def rewritten(hits: Sequence[Hit]) -> list[str]:
    """Return one reworded sentence of at least five words for each hit."""
    found = []
    for hit in hits:
        sentences = [reworded(hit.review.text[start:end]) for start, end in split(hit.review.text)]
        found += [sentence for sentence in sentences if len(sentence.split()) >= 5][:1]
    return found


def kept_values(sentences: Sequence[str], hits: Sequence[Hit], embedder: Embedder) -> list[float]:
    """Return the nearness of each sentence to what it cites; -1 if no review shares enough words to be cited."""
    passages = [Passage(hit.review.id, hit.review.text) for hit in hits]
    texts = {passage.id: passage.text for passage in passages}
    cited = [[texts[key] for key in support(sentence, passages)] for sentence in sentences]
    return [nearness(words, found, embedder) if found else -1.0 for words, found in zip(sentences, cited, strict=True)]


def quoted_sentences(name: str, library: Library, settings: Settings) -> tuple[list[report.Row], dict[str, Any]]:
    """Judge what summaries of a library quote; return rows for a reader and everything that was counted.

    Args:
        name: of the lists of topics: "shipped" or "clothing".
    """
    rows, values = [], {}
    for kind, topics in (("tuned", TUNED[name]), ("held out", HELD_OUT[name])):
        counts, found = quotes.measured(topics, library, settings)
        values[kind] = asdict(counts) | {"quotes_off_the_topic": [asdict(quote) for quote in found if not quote.near]}
    asked = quotes.unknown(NOBODY_SAYS["held out"], library)
    answered = quotes.summarised(asked, library, settings)
    values["nobody says"] = {"questions": len(asked), "summarised": answered}
    where = "" if name == "shipped" else f", {name} library"
    rows = [
        report.Row(
            f"quoted sentences about the question, {counts.questions} held-out topics{where}",
            f"{counts.near} of {counts.quotes}",
        ),
        report.Row(
            f"reviews that summaries rest on which use a word of the topic{where}",
            f"{counts.about} of {counts.reviews}",
        ),
        report.Row(f"held-out topics that get a summary{where}", f"{counts.answered} of {counts.questions}"),
        report.Row(
            f"questions for what no review speaks of that get a summary{where}", f"{len(answered)} of {len(asked)}"
        ),
    ]
    return rows, values


def read_rows(by_reading: Mapping[str, quotes.Reading]) -> list[report.Row]:
    """Return rows for a reader of what quotes were judged to be by reading them."""
    rows = []
    for name, found in by_reading.items():
        judged = found.about + found.not_about + len(found.unjudged)
        rows += [
            report.Row(f"quotes about the question, judged by reading, {name}", f"{found.about} of {judged}"),
            report.Row(f"questions judged by reading with a quote, {name}", f"{found.answered} of {found.questions}"),
        ]
    none = by_reading["no answer"]
    return [
        *rows,
        report.Row(
            "questions that no shipped review answers that get a summary", f"{none.answered} of {none.questions}"
        ),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--other", type=Path, help="folder of an imported library of women's clothing")
    parser.add_argument("--devices", type=Path, help="folder of an imported library of Amazon's devices")
    arguments = parser.parse_args(argv)
    settings = from_environment()
    library = shipped(settings)
    embedder = model_utils.load("embedder", library.manifest.embedder, settings)
    queries = [Query(words) for words in (*ANSWERABLE, *SECOND_ANSWERABLE)]
    queries += [Query(emotion=emotion) for emotion in FACE_EMOTIONS]
    checked = [unsupported(query, library, settings) for query in queries]
    bad, sentences = (sum(numbers) for numbers in zip(*checked, strict=True))
    values: dict[str, list[float]] = {"honest": [], "invented": []}
    for query in queries:
        hits = relevant(query, search(query, library, settings.hits_per_answer, settings), library)
        products = {hit.review.product for hit in hits}
        strangers = search(Query(query.words, query.emotion), library, 100, settings)
        others = [hit for hit in strangers if hit.review.product not in products][:OTHER_REVIEWS]
        values["honest"] += kept_values(rewritten(hits), hits, embedder)
        values["invented"] += kept_values(rewritten(others), hits, embedder)

    def kept(kind: str, threshold: float) -> str:
        return f"{sum(value >= threshold for value in values[kind])} of {len(values[kind])}"

    rows = [
        report.Row("sentences of extractive summaries not backed by their citations", f"{bad} of {sentences}", "0"),
        report.Row("honest written sentences kept", kept("honest", BACKED)),
        report.Row("invented written sentences kept", kept("invented", BACKED)),
        report.Row("invented ones that shared words alone would let in", kept("invented", -0.5)),
    ]
    curve = {f"{level:.2f}": {kind: kept(kind, level) for kind in values} for level in (-0.5, *THRESHOLDS)}
    libraries = {"shipped": library}
    for name, folder in (("clothing", arguments.other), ("devices", arguments.devices)):
        if folder is not None:
            libraries[name] = open_library(folder, settings)
    by_reading = {
        name: quotes.reading(asked, libraries[where], settings)
        for name, asked in quotes.read_judgements().items()
        if (where := quotes.library_of(name)) in libraries
    }
    rows += read_rows(by_reading)
    judged: dict[str, Any] = {}
    for name, other in libraries.items():
        if name not in HELD_OUT:
            continue
        more, judged[name] = quoted_sentences(name, other, settings)
        rows += more
    given = {"other": arguments.other, "devices": arguments.devices}
    command = "python -m benchmarks.support" + "".join(f" --{name} FOLDER" for name, at in given.items() if at)
    judged["by reading"] = {name: asdict(found) for name, found in by_reading.items()}
    measured = {"quoted_sentences": judged, "questions": len(queries), "threshold": BACKED, "kept_at_threshold": curve}
    report.write("support", "Every sentence is backed by its citations", command, rows, measured)
    report.say(rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
