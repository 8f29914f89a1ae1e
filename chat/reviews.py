"""The answer to a question about products or reviews, in words with citations."""

from typing import TYPE_CHECKING

from backends.contracts import Reply
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
        return Reply(f"I looked through {where}, but found none that says something about this.", model), answer
    opinions = [row for row in answer.summary.sentences if not safety.instructs(row.text)]
    fit = [row for row in opinions if not safety.unfit(row.text, settings)]
    cited = tuple(dict.fromkeys(review for row in fit for review in row.citations))
    parts = [f"{row.text} {''.join(f'[{cited.index(review) + 1}]' for review in row.citations)}" for row in fit]
    opening = f"I looked through {_within(question.filters, answer.matching)}; the closest ones say:"
    notes = ["One part was too rough in tone to repeat here."] if len(fit) < len(opinions) else []
    if len(opinions) < len(answer.summary.sentences):
        notes.append("One part gave orders to a program instead of an opinion; I left it out.")
    return Reply("\n\n".join([opening, " ".join(parts), *notes]), answer.summary.model, cited), answer


def _within(filters: Filters, matching: int) -> str:
    """Return which reviews were looked through, in words: "the 12 angry reviews of Brio Lamp"."""
    moods = [feelings.ADJECTIVES[emotion] for emotion in filters.emotions] + list(filters.sentiments)
    stars = [] if filters.min_rating is None else [f"{filters.min_rating:g}-star"]
    kind = " ".join([*stars, *moods, "review" if matching == 1 else "reviews"])
    whose = " and ".join((*filters.products, *filters.categories))
    return f"the {matching:,} {kind} of {whose}" if whose else f"{matching:,} {kind}"
