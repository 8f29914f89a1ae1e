"""An answer as one HTML file that opens anywhere, offline: no script, no font, no picture from elsewhere.

Every text goes through jinja2's autoescaping, and the page's own content policy forbids scripts and loading anything,
so a review can never become part of the page.
"""

import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rag.explore import Answer
from rag.report_view import view

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Return what fills the templates: everything is escaped, nothing may be missing."""
    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def report_html(answer: Answer, library_name: str, today: datetime.date | None = None) -> str:
    """Return a report of the answer as a self-contained HTML page, light or dark as the reader's system is.

    Args:
        answer: from `rag.explore.explore`.
        library_name: what the user calls the set of reviews.
        today: the date the report bears; default: today.
    """
    return environment().get_template("report.html.j2").render(view=view(answer, library_name, today))
