"""Labelled files for `rag.evaluate`: which reviews answer which question, or which emotion each review carries.

Two kinds of CSV (comma, semicolon or tab; UTF-8), told apart by their headings:

    question,review id,relevance[,emotion]      as in TREC's qrels, with the question's words instead of its number
    review id,emotion    or    text,emotion     each review's true emotion, one of FACE_EMOTIONS; asks for each emotion

Relevance is a number: 0 for judged and not relevant, more for more relevant.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backends.contracts import FACE_EMOTIONS
from errors import ReviewFileError
from rag.opened import Library
from rag.words import fingerprint

QUESTION = ("question", "query", "words")
ID = ("review id", "review_id", "id", "docid", "doc id", "document")
RELEVANCE = ("relevance", "rel", "relevant", "label", "score")
EMOTION = ("emotion", "gold emotion", "gold_emotion", "true emotion", "feeling")
TEXT = ("text", "review", "review text")
_HEADINGS = {"question": QUESTION, "id": ID, "relevance": RELEVANCE, "emotion": EMOTION, "text": TEXT}
TEMPLATES: Mapping[str, bytes] = {
    "questions.csv": (
        b"\xef\xbb\xbfquestion,review id,relevance\r\n"
        b"late deliveries,17,2\r\nlate deliveries,42,1\r\nlate deliveries,99,0\r\nrude staff,8,1\r\n"
    ),
    "emotions.csv": (
        b"\xef\xbb\xbfreview id,emotion\r\n17,angry\r\n42,sad\r\n8,angry\r\n99,happy\r\n"
    ),
}  # fmt: skip
_SHOWN_LINES = 5


@dataclass(frozen=True)
class Label:
    """How relevant a review is to a question (words, an emotion, or both)."""

    question: str
    emotion: str
    review_id: str
    relevance: float


@dataclass(frozen=True)
class Labels:
    """The labels of a file, and notes for its reader (reviews that the library does not have)."""

    labels: tuple[Label, ...]
    notes: tuple[str, ...] = ()


def read_labels(data: bytes, library: Library) -> Labels:
    """Read a labelled file and find its reviews in the library.

    Raises:
        ReviewFileError: the file is none of the two kinds, a line of it makes no sense (with its number), or the
            library has none of its reviews.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReviewFileError("The file is not UTF-8. Save it as “CSV UTF-8”, or start from the template.") from error
    lines = _lines(text)
    _, heading = next(lines, (1, []))
    names = [name.strip().lower() for name in heading]
    columns = {
        role: next((place for place, name in enumerate(names) if name in known), None)
        for role, known in _HEADINGS.items()
    }
    if columns["question"] is not None and columns["id"] is not None:
        return _questions(lines, columns, library)
    if columns["emotion"] is not None and (columns["id"] is not None or columns["text"] is not None):
        return _emotions(lines, columns, library)
    raise ReviewFileError(
        "Line 1: the headings should be “question, review id, relevance” or “review id, emotion” (or “text, emotion”), "
        f"but they are “{', '.join(heading)[:120]}”. Start from a template."
    )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the number of each line that is not empty, and its cells."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise ReviewFileError(f"Line {reader.line_num}: this is no CSV ({error}).") from error


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _questions(lines: Iterator[tuple[int, list[str]]], columns: Mapping[str, int | None], library: Library) -> Labels:
    found: list[tuple[int, Label]] = []
    for number, cells in lines:
        question, emotion = _cell(cells, columns["question"]), _emotion(_cell(cells, columns["emotion"]), number)
        review_id, given = _cell(cells, columns["id"]), _cell(cells, columns["relevance"])
        if not review_id or not (question or emotion):
            raise ReviewFileError(f"Line {number}: the {'review id' if not review_id else 'question'} is missing.")
        try:
            relevance = float(given) if columns["relevance"] is not None else 1.0
        except ValueError:
            relevance = -1.0
        if not 0 <= relevance < float("inf"):
            raise ReviewFileError(f"Line {number}: the relevance should be a number from 0 up, not “{given[:40]}”.")
        found.append((number, Label(question, emotion, review_id, relevance)))
    known = _known([label.review_id for _, label in found], library)
    return _kept(found, known)


def _emotions(lines: Iterator[tuple[int, list[str]]], columns: Mapping[str, int | None], library: Library) -> Labels:
    rows: list[tuple[int, str, str]] = []
    for number, cells in lines:
        emotion = _emotion(_cell(cells, columns["emotion"]), number)
        place = columns["id"] if columns["id"] is not None else columns["text"]
        if not emotion or not _cell(cells, place):
            raise ReviewFileError(f"Line {number}: the {'review' if emotion else 'emotion'} is missing.")
        rows.append((number, _cell(cells, place), emotion))
    if columns["id"] is None:
        ids = _by_text([text for _, text, _ in rows], library)
        rows = [(number, ids.get(text, ""), emotion) for number, text, emotion in rows]
    known = _known([review_id for _, review_id, _ in rows], library)
    asked = sorted({emotion for _, _, emotion in rows}, key=FACE_EMOTIONS.index)
    return _kept(
        [(n, Label("", ask, review_id, float(ask == emotion))) for n, review_id, emotion in rows for ask in asked],
        known,
    )


def _emotion(given: str, number: int) -> str:
    if given and given.lower() not in FACE_EMOTIONS:
        raise ReviewFileError(f"Line {number}: “{given[:40]}” is not one of the emotions {', '.join(FACE_EMOTIONS)}.")
    return given.lower()


def _known(ids: Sequence[str], library: Library) -> set[str]:
    wanted = list(dict.fromkeys(ids))
    return {review.id for start in range(0, len(wanted), 500) for review in library.get(wanted[start : start + 500])}


def _by_text(texts: Sequence[str], library: Library) -> dict[str, str]:
    """Return text -> id of the review of the same words."""
    wanted = {fingerprint(text): text for text in texts}
    rows = [row for row, mark in enumerate(library.fingerprints.tolist()) if mark in wanted]
    marks = [int(library.fingerprints[row]) for row in rows]
    return {wanted[mark]: review.id for mark, review in zip(marks, library.store.by_row(rows), strict=True)}


def _kept(found: Sequence[tuple[int, Label]], known: set[str]) -> Labels:
    """Leave out the labels of reviews that are not in the library, and say which."""
    labels = tuple(label for _, label in found if label.review_id in known)
    if not found:
        raise ReviewFileError("The file has headings and no line below them.")
    if not labels:
        raise ReviewFileError("None of the reviews of the file is in this library. Is it the file of another library?")
    missing = list(dict.fromkeys(number for number, label in found if label.review_id not in known))
    if not missing:
        return Labels(labels)
    some = ", ".join(map(str, missing[:_SHOWN_LINES])) + (" …" if len(missing) > _SHOWN_LINES else "")
    name = "line names a review" if len(missing) == 1 else "lines name reviews"
    lines = "line" if len(missing) == 1 else "lines"
    return Labels(labels, (f"{len(missing):,} {name} that this library does not have: {lines} {some}.",))
