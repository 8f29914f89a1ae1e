"""Your reviews: bring a file, say which column is what, watch the import, explore the result."""

import io
from dataclasses import replace
from typing import cast

import streamlit as st

from rag import import_report
from rag.import_file import Imported
from rag.ingest import guess_columns
from rag.ledger import Fate
from rag.table import counted
from ui import evaluate_section, import_columns, import_file, import_libraries, session, widgets
from ui.import_job import ImportJob, running_in
from ui.plain import plain

_FATES: dict[Fate, str] = {
    "added": "added",
    "updated": "updated",
    "merged": "merged with a copy",
    "unchanged": "unchanged",
    "removed": "removed",
    "skipped": "could not be used",
}
_POLL_SECONDS = 0.5
_SHOWN_REJECTED = 200


def render() -> None:
    """Draw the page."""
    st.title("Your reviews", anchor=False)
    st.markdown("Bring a file of reviews. Moodlens reads the emotion, the sentiment and the meaning of each one, once.")
    job = _job()
    if job is None:
        _begin()
    elif job.finished:
        _ended(job)
    else:
        _running(job)
    st.space("small")
    import_libraries.show()
    evaluate_section.show()


def _job() -> ImportJob | None:
    """Return the import of this session; one that goes on is taken over after a reload, or from another window."""
    mine = import_libraries.JOB in st.session_state or import_file.is_chosen()
    if not mine and (going_on := running_in(session.store_settings())) is not None:
        st.session_state[import_libraries.JOB] = going_on
    return cast("ImportJob | None", st.session_state.get(import_libraries.JOB))


def _begin() -> None:
    """Draw the way to an import: file, columns, name, start."""
    chosen = import_file.choose()
    if chosen is None:
        st.caption(_privacy())
        return
    with widgets.guarded():
        import_file.found(chosen)
        columns = import_columns.choose(chosen.sample, chosen.id)
        if columns is None:
            return
        into = import_libraries.destination(chosen, import_file.suggested_name(chosen))
        st.caption(_privacy())
        label = f"Import {chosen.survey.rows:,} rows"
        if st.button(label, type="primary", key="import", disabled=into is None, icon=":material/input:") and into:
            is_guessed = columns.id is not None and columns.id == guess_columns(chosen.sample).id
            wishes = replace(into.wishes, id_is_given=False) if is_guessed else into.wishes
            job = ImportJob(chosen, columns, into.name, session.store_settings(), wishes)
            st.session_state[import_libraries.JOB] = job
            job.start()
            st.rerun()


def _privacy() -> str:
    settings = session.store_settings()
    if settings.hosted:
        return (
            "This is a shared server: your reviews stay in a temporary folder of your own session, nobody else sees "
            "them, and they are removed with the session."
        )
    return f"Your reviews stay on this machine: they are kept in {settings.store_folder} until you delete them."


def _running(job: ImportJob) -> None:
    with st.container(border=True):
        st.markdown(f"#### Importing “{plain(job.name)}”", anchors=False)
        st.fragment(_progress, run_every=_POLL_SECONDS)(job)


def _progress(job: ImportJob) -> None:
    """Draw how far it is; drawn again twice a second without the rest of the page."""
    if job.finished:
        st.rerun()
    state = job.state
    share = min(state.done / state.total, 1.0) if state.total else 0.0
    st.progress(share, "Stopping …" if job.stopping else f"{state.doing} · {share:.0%}")
    st.caption(progress_words(job))
    st.button("Cancel", key="cancel", on_click=job.cancel, disabled=job.stopping, icon=":material/close:")
    going_on = "You may look at the other pages meanwhile; the import goes on."
    st.caption("What is done by then is kept." if job.stopping else going_on)


def progress_words(job: ImportJob) -> str:
    """Return count, rate and time left in words."""
    state = job.state
    total = f" of {state.total:,}" if state.total else ""
    parts = [f"{state.done:,}{total} rows"]
    if state.done and state.rate:
        parts.append(f"{state.rate:,.0f} per second")
    if state.done and state.left:
        parts.append(state.left)
    return " · ".join(parts)


def _ended(job: ImportJob) -> None:
    if job.result is not None:
        _success(job.result)
    elif job.cancelled:
        st.info(plain(job.cancelled), icon=":material/info:")
    elif job.error is not None:
        widgets.show_error(job.error)
    else:
        st.error(widgets.CALM_SENTENCE, icon=":material/error:")
    back = "Back to the file" if import_file.is_chosen() else "Choose a file"  # after a reload it is gone
    st.button("Import another file" if job.result else back, key="again", on_click=_forget, args=(job,))


def _forget(job: ImportJob) -> None:
    st.session_state.pop(import_libraries.JOB, None)
    if job.result is not None:
        import_file.forget()


def _success(result: Imported) -> None:
    outcome = result.outcome
    st.success(f"“{plain(result.name)}” is ready: {counted(outcome.count, 'review')}.", icon=":material/check_circle:")
    with st.container(horizontal=True, gap="large"):
        for fate, words in _FATES.items():
            if outcome.fates[fate] or fate == "added":
                st.metric(words, f"{outcome.fates[fate]:,}", width="content")
        st.metric("seconds", f"{result.seconds:,.1f}", width="content")
    if outcome.resumed_at:
        st.caption(f"Went on behind row {outcome.resumed_at:,}, where the last import stopped.")
    if outcome.near:
        st.caption(near_words(outcome.near))
    for note in result.notes:
        st.caption(plain(note))
    with st.container(horizontal=True, gap="small"):
        if st.button("Explore these reviews", type="primary", key="explore", icon=":material/travel_explore:"):
            import_libraries.open_in_explore(result.name)
        st.download_button(
            "What became of every row (CSV)", lambda: _report(result), "import-report.csv", "text/csv",
            key="download_report", type="tertiary", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
    _rejected(result)


def near_words(count: int) -> str:
    """Say how many reviews nearly repeat another one.

    >>> near_words(1), near_words(1200)
    ('1 review nearly repeats another one and is marked.', '1,200 reviews nearly repeat another one and are marked.')
    """
    repeat, mark = ("repeats", "is") if count == 1 else ("repeat", "are")
    return f"{counted(count, 'review')} nearly {repeat} another one and {mark} marked."


def _report(result: Imported, *fates: Fate) -> bytes:
    out = io.StringIO(newline="")
    import_report.write_csv(result.folder, out, *fates)
    return out.getvalue().encode("utf-8", "replace")


def _rejected(result: Imported) -> None:
    count = result.outcome.fates["skipped"]
    if not count:
        return
    with st.expander(f"Rows that could not be used ({count:,})", expanded=count <= 10):
        rows = [
            {"row": line.number, "why": line.why, "begins with": line.note.partition(" | ")[2]}
            for line in import_report.lines(result.folder, "skipped", most=_SHOWN_REJECTED)
        ]
        st.dataframe(rows, hide_index=True, width="stretch")
        if count > _SHOWN_REJECTED:
            st.caption(f"The first {_SHOWN_REJECTED:,} are shown; the download has all of them.")
        st.download_button(
            "Download these rows (CSV)", lambda: _report(result, "skipped"), "rows-not-imported.csv", "text/csv",
            key="download_rejected", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
