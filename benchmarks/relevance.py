"""From which cosine on is a review about the question? Questions the shipped reviews answer against ones they do not.

    python -m benchmarks.relevance

Writes the cosine of the nearest review to each question of both kinds, and how many of each kind get a summary: the
evidence behind rag.summarize.ANSWERED_SIMILARITY.
"""

import argparse
from collections.abc import Sequence

import model_utils
from benchmarks import report
from rag.library import Library, shipped
from rag.query import Query
from rag.search import search
from rag.summarize import ANSWERED_SIMILARITY, relevant
from settings import Settings, from_environment

ANSWERABLE = (
    "leaking coffee machine", "why do customers cancel their flight", "dirty hotel rooms", "bed bugs", "battery life",
    "earbuds fall out", "noise cancelling", "backpack straps hurt", "is the backpack waterproof", "lost luggage",
    "rude staff", "waiting on hold for support", "my card was blocked abroad", "hidden fees", "mouldy food in the box",
    "missing ingredients", "recipes are easy to follow", "robot vacuum stuck", "vacuum scares the cat", "app crashes",
    "doctor did not listen", "prescription was wrong", "video call with a doctor", "dog loves the food",
    "dog got sick after eating", "subscription cannot be cancelled", "refund", "late delivery",
    "the driver was friendly", "breakfast at the hotel", "sea view", "turbulence", "flight delay",
    "crew was kind to my child", "milk foam",
    "espresso taste", "water tank", "price increase", "privacy of my data", "someone took money from my account",
    "grandmother", "wedding", "hiking in the rain", "smell", "how do I set the timer", "what went wrong with the order",
    "what do people love", "does it work with an old phone", "night shift", "cockroach",
)  # fmt: skip
OFF_TOPIC = (
    "quantum chromodynamics lattice", "SELECT * FROM users WHERE 1=1", "asdfgh qwertz uiop", "capital of Mongolia",
    "photosynthesis in algae", "Treaty of Westphalia", "integral of x squared", "medieval Latin poetry",
    "black holes and Hawking radiation", "Bayesian hyperparameter optimisation", "World Cup final 1974",
    "volcanic eruption in Iceland", "the French Revolution", "how to knit a sweater", "piano sonata in C minor",
    "chess opening theory", "stock market crash of 1929", "migration of arctic terns", "Kubernetes ingress controller",
    "constitutional amendment", "plate tectonics", "Shakespeare's sonnets", "crop rotation in the Middle Ages",
    "recipe for concrete", "electric guitar amplifier repair", "election results in Brazil", "dinosaur fossils",
    "Fermat's last theorem", "neural network backpropagation", "submarine sonar", "tax law for corporations",
    "Mars rover landing", "oil painting techniques", "ancient Egyptian pyramids", "0123456789", "lorem ipsum dolor sit",
    "vaccine trial statistics", "traffic lights in Tokyo", "used car prices", "lawn mower engine",
)  # fmt: skip


def nearest_cosines(questions: Sequence[str], library: Library, settings: Settings) -> list[float]:
    """Return the cosine of the nearest review to each question."""
    vectors = model_utils.load("embedder", library.manifest.embedder, settings).embed(questions)
    return [float(library.index.search(vector, 1)[1][0]) for vector in vectors]


def answered(words: str, library: Library, settings: Settings) -> bool:
    """True if a question gets a summary."""
    query = Query(words)
    return bool(relevant(query, search(query, library, settings.hits_per_answer, settings)))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write the results."""
    argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0]).parse_args(argv)
    settings = from_environment()
    library = shipped(settings)
    kinds = {"answerable": ANSWERABLE, "off_topic": OFF_TOPIC}
    cosines = {kind: nearest_cosines(questions, library, settings) for kind, questions in kinds.items()}
    taken = {kind: sum(answered(words, library, settings) for words in kinds[kind]) for kind in kinds}
    rows = [
        report.Row(
            f"{'answerable' if kind == 'answerable' else 'off-topic'} questions that get a summary",
            f"{taken[kind]} of {len(cosines[kind])}",
        )
        for kind in kinds
    ]
    values = {
        "threshold": ANSWERED_SIMILARITY,
        "nearest_cosine": {
            kind: dict(zip(kinds[kind], (round(value, 3) for value in cosines[kind]), strict=True)) for kind in kinds
        },
        "embedder": library.manifest.embedder,
    }
    report.write("relevance", "Knowing when nothing fits", "python -m benchmarks.relevance", rows, values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
