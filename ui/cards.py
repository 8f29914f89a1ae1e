"""HTML of reviews, summaries and badges: pure functions, everything from outside is escaped.

The markup carries classes of ui/style.css and works in both themes. A citation is a plain link to the card of the
review, so it works with the keyboard and without JavaScript; the browser scrolls there and CSS marks the target.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from backends.contracts import Summary
from rag.reviews import Review
from ui import theme
from ui.scores import foreign_html, scores_html
from ui.scores import percent as percent
from ui.short_names import shortened

if TYPE_CHECKING:
    from rag.highlight import Span
    from rag.hits import Hit

LONG_TEXT_CHARACTERS = 1_200
LONGEST_PRODUCT, LONGEST_CATEGORY = 60, 40
TOXIC_FROM = 0.8


def badge(name: str, probability: float | None = None, kind: theme.Kind = "emotion", title: str = "") -> str:
    """Return a small label for an emotion or a sentiment with its sign, its word and, if given, its probability."""
    number = f" <b>{escape(percent(probability))}</b>" if probability is not None else ""
    tip = f' title="{escape(title)}"' if title else ""
    face = f'<span aria-hidden="true">{theme.sign(name, kind)}</span> '
    return f'<span class="ml-badge" style="--c:{theme.colour(name)}"{tip}>{face}{escape(name)}{number}</span>'


def stars(rating: float, best: float = 5.0) -> str:
    """Return a rating as five stars where the scale is 1 to 5, else as a number; read aloud as `2 out of 5`."""
    spoken = f"{rating:g} out of {best:g}"
    if best != 5.0 or not 0 <= rating <= 5:
        return f'<span class="ml-rating" title="rating">rating {rating:g}</span>'
    full = round(rating)
    drawn = "★" * full + "☆" * (5 - full)
    return f'<span class="ml-stars" role="img" aria-label="{spoken}" title="{spoken}">{drawn}</span>'


def marked(text: str, spans: Sequence["Span"]) -> str:
    """Return the text escaped, with `<mark>` around the spans; what overlaps or lies outside is cut."""
    pieces: list[str] = []
    position = 0
    for start, end, why in sorted(spans):
        start, end = max(start, position), min(end, len(text))
        if start < end:
            pieces += [escape(text[position:start]), f'<mark class="ml-{why}">{escape(text[start:end])}</mark>']
            position = end
    return "".join(pieces) + escape(text[position:])


def hit_html(
    hit: "Hit",
    number: int,
    spans: Sequence["Span"] = (),
    anchor: str = "review",
    query: str | None = "",
    thresholds: Sequence[float] = (),
) -> str:
    """Return the card of one hit; `number` is the one citations use, `anchor`-`number` the element's id.

    Args:
        query: the words the similarity was measured against; None where it says nothing (only an emotion was asked).
    """
    review = hit.review
    badges = [foreign_html(hit.language)] if hit.foreign else _readings(hit)
    if query is not None:
        tip = f"cosine similarity to “{query}”" if query else "cosine similarity to the words of the question"
        badges.append(f'<span class="ml-quiet" title="{escape(tip)}">similarity {hit.similarity:.2f}</span>')
    return (
        f'<article class="ml-card" id="{escape(anchor)}-{number}" style="--c:{theme.colour(hit.emotion)}">'
        f"{_head(review, number)}{_body(review.text, spans)}"
        f'<p class="ml-badges">{" ".join(badges)}</p>{"" if hit.foreign else scores_html(hit, thresholds)}</article>'
    )


def _readings(hit: "Hit") -> list[str]:
    """Return the badges of what the models read in a review."""
    badges = [
        badge(hit.emotion, float(hit.face_emotions.max()), "emotion", "strongest emotion in the words of this review"),
        badge(hit.sentiment_label, float(hit.sentiment.max()), "sentiment", "sentiment of this review"),
    ]
    if hit.toxicity >= TOXIC_FROM:
        badges.append('<span class="ml-badge ml-plain">strong language</span>')
    return badges


def review_html(review: Review, number: int, spans: Sequence["Span"] = (), anchor: str = "review") -> str:
    """Return the card of a review without anything measured (the chat page cites with it)."""
    return (
        f'<article class="ml-card" id="{escape(anchor)}-{number}">{_head(review, number)}{_body(review.text, spans)}'
        "</article>"
    )


def _head(review: Review, number: int) -> str:
    date = f"{review.date.day} {review.date:%B %Y}" if review.date else ""
    named = (_named(review.product, LONGEST_PRODUCT), _named(review.category, LONGEST_CATEGORY))
    facts = " · ".join(fact for fact in (*named, escape(date), escape(review.channel)) if fact)
    title = escape(review.title) or f"Review {number}"
    rating = stars(review.rating) if review.rating is not None else ""
    return (
        f'<header><span class="ml-number" aria-label="review {number}">{number}</span>'
        f'<h4 dir="auto">{title}</h4>{rating}</header>' + (f'<p class="ml-facts">{facts}</p>' if facts else "")
    )


def _named(name: str, longest: int) -> str:
    """Return a name, cut where it is long; the whole of it is shown on pointing at it."""
    cut = shortened(name, longest)
    return escape(name) if cut == name else f'<span title="{escape(name)}">{escape(cut)}</span>'


def _body(text: str, spans: Sequence["Span"]) -> str:
    """Return the text; its own letters decide whether it runs from the left or from the right."""
    scrolls = ' tabindex="0" role="region" aria-label="a long review: scroll to read all of it"'
    kind = f'class="ml-text ml-long"{scrolls}' if len(text) > LONG_TEXT_CHARACTERS else 'class="ml-text"'
    return f'<p {kind} dir="auto">{marked(text, spans)}</p>'


def summary_html(summary: Summary, numbers: Mapping[str, int], anchor: str = "review") -> str:
    """Return a summary whose every sentence ends with links to its reviews.

    Args:
        numbers: review id -> the number of its card. An id without a card is named but is no link.
    """
    sentences = []
    for sentence in summary.sentences:
        chips = "".join(citation(number, numbers.get(number), anchor) for number in sentence.citations)
        sentences.append(f"<span>{escape(sentence.text)}\N{NO-BREAK SPACE}<sup>{chips}</sup></span>")
    return f'<p class="ml-summary">{" ".join(sentences)}</p>'


def citation(review_id: str, number: int | None, anchor: str = "review") -> str:
    """Return a small link to the card of a review; one without a card is named but is no link."""
    if number is None:
        return f'<span class="ml-cite" title="review {escape(review_id)}, not among those shown">–</span>'
    tip = f"Go to review {number}"
    target = f"#{escape(anchor)}-{number}"
    return f'<a class="ml-cite" href="{target}" target="_self" title="{tip}" aria-label="{tip}">{number}</a>'
