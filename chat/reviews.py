"""The answer to a question about products or reviews, in words with citations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backends.contracts import CitedSentence, Reply
from chat import feelings, safety
from rag.query import Filters, Query
from settings import Settings

if TYPE_CHECKING:
    from rag.explore import Answer
    from rag.library import Library


def reply(question: Query, library: "Library", settings: Settings) -> tuple[Reply, "Answer"]:
    """Answer from the reviews: sentences with citation marks [1], [2] ... in the order of `Reply.citations`.

    A sentence that the toxicity model finds unfit, or that gives orders to a program, is left out; the reply says so.
    """
    from rag.explore import explore

    answer = explore(question, library, settings)
    if answer.summary is None or not answer.summary.sentences:
        model = answer.summary.model if answer.summary else safety.NAME
        where = _within(question.filters, answer.matching) if question.filters.active else "the reviews"
        near = [row for row in _opinions(answer.nearest) if not safety.unfit(row.text, settings)]
        if near:
            parts, cited = _marked(near)
            opening = f"I looked through {where}; none says this outright. What comes nearest:"
            return Reply(f"{opening}\n\n{' '.join(parts)}", model, cited), answer
        return Reply(f"I looked through {where}, but found none that says something about this.", model), answer
    opinions = _opinions(answer.summary.sentences)
    fit = [row for row in opinions if not safety.unfit(row.text, settings)]
    parts, cited = _marked(fit)
    opening = f"I looked through {_within(question.filters, answer.matching)}; the closest ones say:"
    notes = ["One part was too rough in tone to repeat here."] if len(fit) < len(opinions) else []
    if len(opinions) < len(answer.summary.sentences):
        notes.append("One part gave orders to a program instead of an opinion; I left it out.")
    return Reply("\n\n".join([opening, " ".join(parts), *notes]), answer.summary.model, cited), answer


def _opinions(sentences: Sequence[CitedSentence]) -> list[CitedSentence]:
    return [row for row in sentences if not safety.instructs(row.text)]


def _marked(sentences: Sequence[CitedSentence]) -> tuple[list[str], tuple[str, ...]]:
    """Return the sentences with the marks of the reviews they cite, and these reviews in the order of the marks."""
    cited = tuple(dict.fromkeys(review for row in sentences for review in row.citations))
    return [f"{row.text} {''.join(f'[{cited.index(one) + 1}]' for one in row.citations)}" for row in sentences], cited


def _within(filters: Filters, matching: int) -> str:
    """Return which reviews were looked through, in words: "the 12 angry reviews of Brio Lamp"."""
    moods = [feelings.ADJECTIVES[emotion] for emotion in filters.emotions] + list(filters.sentiments)
    stars = [] if filters.min_rating is None else [f"{filters.min_rating:g}-star"]
    kind = " ".join([*stars, *moods, "review" if matching == 1 else "reviews"])
    whose = " and ".join((*filters.products, *filters.categories))
    return f"the {matching:,} {kind} of {whose}" if whose else f"{matching:,} {kind}"
