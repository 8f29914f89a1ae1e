"""What share of a summary's sentences is not backed by the reviews it cites?

    python -m benchmarks.support

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
from collections.abc import Sequence

import model_utils
from backends.contracts import FACE_EMOTIONS, Embedder, Passage
from backends.sentences import split
from backends.summarizer_hub_flan_t5 import support
from benchmarks import report
from benchmarks.relevance_questions import ANSWERABLE, HELD_OUT_ANSWERABLE
from rag.explore import explore
from rag.hits import Hit
from rag.library import Library, shipped
from rag.query import Query
from rag.relevance import relevant
from rag.search import search
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
    lead = counted([hit for hit in answer.hits if hit.review.id in answer.rests_on])
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


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0]).parse_args(argv)
    settings = from_environment()
    library = shipped(settings)
    embedder = model_utils.load("embedder", library.manifest.embedder, settings)
    queries = [Query(words) for words in (*ANSWERABLE, *HELD_OUT_ANSWERABLE)]
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
    command = "python -m benchmarks.support"
    measured = {"questions": len(queries), "threshold": BACKED, "kept_at_threshold": curve}
    report.write("support", "Every sentence is backed by its citations", command, rows, measured)
    for row in rows:
        print(f"{row.figure}: {row.measured}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
