"""Downloads of the Explore page: the answer as a report, and every review that passes the filters, and holds the
phrases and none of the exclusions of the question, in four formats.

A small set is made while the browser waits; a large one is prepared first, with its progress on the page.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.query import Filters, Query
from ui import widgets

if TYPE_CHECKING:
    from rag.explore import Answer
    from rag.library import Library

FORMATS = {
    "CSV": ("csv", "text/csv"),
    "Excel": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "Parquet": ("parquet", "application/vnd.apache.parquet"),
    "Report (HTML)": ("html", "text/html"),
}
AT_ONCE = 2_000
"""Sets of up to so many reviews are made on the click itself."""
_PREPARED = "prepared_export"


def answer(found: "Answer", shown: "Answer", library_name: str) -> None:
    """Draw the downloads of what stands on the page: all hits that are `shown`, and the reports of what was `found`."""
    name = f"moodlens-{found.query.emotion or 'question'}"
    with st.container(horizontal=True, gap="small", key="downloads"):
        for label, suffix, mime, make in (
            ("These reviews (CSV)", "csv", "text/csv", partial(_csv, shown)),
            ("Report (HTML)", "html", "text/html", partial(_html, found, library_name)),
            ("Report (Markdown)", "md", "text/markdown", partial(_markdown, found, library_name)),
        ):
            _button(label, make, f"{name}.{suffix}", mime, f"download_{suffix}")


def reviews(library: "Library", filters: Filters, matching: int, query: Query | None = None) -> None:
    """Draw the downloads of the whole set, folded away; nothing where the question's phrases leave no review."""
    title = title_of(filters, matching, query)
    if query is not None and (query.question.phrases or query.question.excluded):
        from rag.search import spelled_out

        filters = spelled_out(query, library)
        matching = len(filters.chosen.rows) if filters.chosen is not None else matching
        title = title_of(query.filters, matching, query)
    if not matching:
        return
    with st.expander(title, icon=":material/table_view:", key="export"):
        st.caption("Every review with its id, its text and all tags with their probabilities; the report has charts.")
        with st.container(horizontal=True, gap="small"):
            for label, (suffix, mime) in FORMATS.items():
                name = f"moodlens-reviews.{suffix}"
                if matching <= AT_ONCE:
                    _button(label, partial(_file, library, filters, suffix), name, mime, f"export_{suffix}")
                else:
                    st.button(label, key=f"prepare_{suffix}", icon=":material/hourglass_top:")
        if matching > AT_ONCE:
            with widgets.guarded():
                _prepare(library, filters)


def title_of(filters: Filters, matching: int, query: Query | None = None) -> str:
    """Return the heading of the export: how many reviews, and which.

    >>> title_of(Filters(), 1200), title_of(Filters(unrated=True), 414, Query('"runs small" -return'))
    ('Export all 1,200 reviews of this library', 'Export all 414 reviews that fit your phrase, exclusion and filters')
    """
    asked = [] if query is None else [("phrase", query.question.phrases), ("exclusion", query.question.excluded)]
    parts = [f"{name}{'s' if len(said) > 1 else ''}" for name, said in asked if said]
    number, passing, fitting = f"all {matching:,} reviews", "pass", "fit"
    if matching == 1:
        number, passing, fitting = "the one review", "passes", "fits"
    if not parts:
        return f"Export {number} {f'that {passing} the filters' if filters.active else 'of this library'}"
    parts += ["filters"] if filters.active else []
    told = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"Export {number} that {fitting} your {told}"


def _prepare(library: "Library", filters: Filters) -> None:
    """Make the file whose button was pressed, and offer it; the last one stays until another set is asked for."""
    pressed = next(
        ((label, *FORMATS[label]) for label in FORMATS if st.session_state.get(f"prepare_{FORMATS[label][0]}")), None
    )
    asked = (library.folder, str(library.manifest), filters)
    if pressed is not None:
        label, suffix, mime = pressed
        bar = st.progress(0.0, f"Preparing {label} …")
        folder = tempfile.TemporaryDirectory(prefix="moodlens-export-")
        path = Path(folder.name) / f"moodlens-reviews.{suffix}"
        notes = _export(library, filters, path, bar.progress)
        bar.empty()
        st.session_state[_PREPARED] = (asked, folder, path, mime, notes)
    held = st.session_state.get(_PREPARED)
    if held is None or held[0] != asked:
        st.session_state.pop(_PREPARED, None)
        return
    _, _, path, mime, notes = held
    for note in notes:
        st.caption(note)
    label = f"Save {path.name} ({path.stat().st_size / 1e6:,.1f} MB)"
    _button(label, path.read_bytes, path.name, mime, "export_prepared")


def _export(
    library: "Library", filters: Filters, path: Path, show: Callable[[float, str], object] | None = None
) -> tuple[str, ...]:
    from rag.export_set import export

    def tell(done: int, total: int) -> None:
        if show is not None:
            show(done / total, f"{done:,} of {total:,} reviews")

    return export(library, filters, path, tell).notes


def _file(library: "Library", filters: Filters, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="moodlens-export-") as folder:
        path = Path(folder) / f"reviews.{suffix}"
        _export(library, filters, path)
        return path.read_bytes()


def _button(label: str, make: Callable[[], bytes | str], name: str, mime: str, key: str) -> None:
    st.download_button(label, make, name, mime, key=key, on_click="ignore", icon=":material/download:")


def _csv(found: "Answer") -> bytes:
    from rag.export import hits_csv

    return hits_csv(found)


def _html(found: "Answer", library_name: str) -> str:
    from rag.export import report_html

    return report_html(found, library_name)


def _markdown(found: "Answer", library_name: str) -> str:
    from rag.export import report_markdown

    return report_markdown(found, library_name)
