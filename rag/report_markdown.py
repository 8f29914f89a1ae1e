"""An answer as Markdown. What people wrote is escaped: it shows as it was written and nothing in it takes effect."""

import datetime
import re
from collections.abc import Iterable, Sequence

from rag.explore import Answer
from rag.report_view import Bar, Quote, Sentence, view

_INLINE = re.compile(r"([\\`*_\[\]|~$])")
_LINE_START = re.compile(r"^(\s*(?:\d+(?=[.)](?:\s|$)))?)([#+\-=.)])", re.MULTILINE)
_BAR_CELLS = 20


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, HTML and line breaks included.

    >>> escape("*really* <b>bad</b>")
    '\\\\*really\\\\* &lt;b&gt;bad&lt;/b&gt;'
    """
    html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LINE_START.sub(r"\1\\\2", _INLINE.sub(r"\\\1", html))


def report_markdown(answer: Answer, library_name: str, today: datetime.date | None = None) -> str:
    """Return a report of the answer as Markdown (CommonMark with tables).

    Args:
        answer: from `rag.explore.explore`.
        library_name: what the user calls the set of reviews.
        today: the date the report bears; default: today.
    """
    shown = view(answer, library_name, today)
    lines = [f"# {_line(shown.heading)}", ""]
    lines += [f"- **{name}:** {_line(value)}" for name, value in shown.asked]
    lines += [f"- **Filter:** {_line(value)}" for value in shown.filters]
    lines += [f"- {shown.counted}", f"- Made with Moodlens on {shown.made}", ""]
    lines += [_line(shown.finding), ""] if shown.finding else []
    lines += _summary(shown.summary, "What comes nearest" if shown.finding else "Summary")
    lines += _chart("Sentiment of these reviews", "Sentiment", shown.sentiments)
    lines += _chart("Emotions of these reviews", "Emotion", shown.emotions)
    lines += [_line(shown.unread), ""] if shown.unread else []
    if shown.quotes:
        lines += ["## Reviews", ""]
    for quote in shown.quotes:
        lines += _review(quote)
    lines += _table("Models", ("Task", "Model"), shown.models)
    lines += _table("Seconds", ("Stage", "Seconds"), shown.seconds)
    lines += ["## How this was read", "", shown.note, ""]
    return "\n".join(lines)


def _line(text: str) -> str:
    return escape(" ".join(text.split()))


def _summary(sentences: Sequence[Sentence], title: str) -> list[str]:
    if not sentences:
        return []
    lines = [f"## {title}", ""]
    for sentence in sentences:
        links = " ".join(
            f"[\\[{_line(cited.label)}\\]](#{cited.anchor})" if cited.anchor else f"\\[{_line(cited.label)}\\]"
            for cited in sentence.citations
        )
        lines.append(f"- {_line(sentence.text)} {links}".rstrip())
    return [*lines, ""]


def _chart(heading: str, column: str, bars: Sequence[Bar]) -> list[str]:
    rows = [(bar.label, f"{'█' * round(bar.share * _BAR_CELLS)} {bar.percent}".strip()) for bar in bars]
    return _table(heading, (column, "Share"), rows)


def _table(heading: str, columns: tuple[str, str], rows: Iterable[tuple[str, str]]) -> list[str]:
    lines = [f"| {_line(first)} | {_line(second)} |" for first, second in rows]
    if not lines:
        return []
    return [f"## {heading}", "", f"| {columns[0]} | {columns[1]} |", "|---|---|", *lines, ""]


def _review(quote: Quote) -> list[str]:
    facts = [f"{name}: {_line(value)}" for name, value in (*quote.facts, *quote.readings)]
    title = f": {_line(quote.title)}" if quote.title else ""
    return [
        f'<a id="{quote.anchor}"></a>',
        "",
        f"### Review {quote.number}{title}",
        "",
        *(f"> {escape(line.strip())}  " if line.strip() else ">" for line in quote.text.splitlines()),
        "",
        " · ".join(facts),
        "",
    ]
