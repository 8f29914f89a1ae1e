"""Reviews that were replaced or removed are nowhere any more: filters, facets, themes, map, exports, the disk."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from errors import QuestionError
from rag import atlas, lexical_postings, themes, themes_facts
from rag.build import folder_of
from rag.columns import Columns
from rag.export_set import export
from rag.facets import facet_table
from rag.import_file import Wishes, import_file
from rag.index_ann import FOLDER as INDEX_FOLDER
from rag.interop_langchain import vector_store
from rag.library import Library, open_library
from rag.query import Chosen, Filters, Query
from rag.report_set import report_set_html
from rag.search import more_like, search
from settings import Settings
from tests.rag import topics

pytestmark = pytest.mark.usefixtures("fake_models")

COLUMNS = Columns("text", "id", title="title", product="product", rating="rating", date="date")
Row = tuple[str, str, str, str, str, str]
GERMAN = "Der Wasserkocher ist leider schon nach zwei Tagen kaputt gegangen, sehr schade, anger."
ENGLISH = "The kettle broke after two days of use, which is a bad pity and a sadness for all of the family"


def bring(rows: Sequence[Row], folder: Path, settings: Settings) -> Library:
    """Import a file into the library `shop`; what the file no longer has is removed."""
    path = folder / "shop.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([("id", "text", "title", "product", "rating", "date"), *rows])
    import_file(path, "shop", settings, Wishes(remove_missing=True), columns=COLUMNS)
    return open_library(folder_of("shop", settings), settings)


@pytest.fixture
def four(tmp_path: Path, settings: Settings) -> Iterator[Library]:
    """Rows 0 German, 1 English, 2 nearly the same, 3 replaced by 5, 4 removed."""
    rows = [
        ("a", GERMAN, "", "Pot", "1", "2024-01-01"),
        ("b", ENGLISH, "", "Pot", "2", "2024-02-01"),
        ("c", ENGLISH + ".", "", "Pan", "2", "2024-03-01"),
        ("d", "joy good robot", "", "Robot", "5", "2024-04-01"),
        ("e", "fear xylophone smoke", "Quagmire", "Robot", "1", "2024-05-01"),
    ]
    bring(rows, tmp_path, settings).close()
    opened = bring([*rows[:3], ("d", "anger bad robot", "", "Robot", "2", "2024-06-01")], tmp_path, settings)
    assert opened.store.dead.tolist() == [3, 4]
    assert opened.store.near().tolist() == [2]
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(), [0, 1, 2, 5]),
        (Filters(languages=("de",)), [0]),
        (Filters(languages=("de", "en")), [0, 1, 2]),
        (Filters(emotions=("angry",)), [5]),  # 0 is not English, so no emotion was read in it
        (Filters(emotions=("happy", "fear")), []),
        (Filters(emotions=("angry", "sad")), [1, 2, 5]),
        (Filters(hide_near_duplicates=True), [0, 1, 5]),
        (Filters(products=("Robot",)), [5]),
        (Filters(min_rating=2, hide_near_duplicates=True), [1, 5]),
        (Filters(chosen=Chosen.of("mine", np.array([0, 2, 3, 4]))), [0, 2]),
        (Filters(chosen=Chosen.of("mine", np.array([0, 2, 3])), hide_near_duplicates=True), [0]),
        (Filters(chosen=Chosen.of("theirs", np.array([5, 6, 900]))), [5]),
        (Filters(chosen=Chosen.of("none", np.empty(0, np.int64))), []),
    ],
)
def test_filters_by_value(four: Library, filters: Filters, rows: list[int]) -> None:
    allowed = four.allowed(filters)
    assert allowed is not None
    assert np.flatnonzero(allowed).tolist() == rows
    assert four.count(filters) == facet_table(four).counts(filters).matching == len(rows)


def test_facets_by_value(four: Library) -> None:
    table = facet_table(four)
    whole = table.counts(Filters())
    assert table.has_near_duplicates
    assert (len(four), four.rows, table.rows, whole.matching) == (4, 6, 4, 4)
    assert whole.choices["products"] == {"Pot": 2, "Pan": 1, "Robot": 1}
    assert whole.choices["emotions"] == {"angry": 1, "sad": 2, "": 1}
    assert {name: whole.choices["languages"][name] for name in ("de", "en")} == {"de": 1, "en": 2}
    assert [(found.low, found.count) for found in whole.ratings] == [(1.0, 1), (2.0, 3)]
    assert table.whole.products == four.facets().products
    assert table.whole.dates == four.facets().dates
    hidden = table.counts(Filters(hide_near_duplicates=True, languages=("en",)))
    assert hidden.choices["products"] == {"Pot": 1}
    assert hidden.choices["languages"].items() >= {"de": 1, "en": 1}.items()
    mine = table.counts(Filters(chosen=Chosen.of("mine", np.array([2, 3, 5])), emotions=("angry",)))
    assert mine.choices["products"] == {"Robot": 1}
    assert mine.choices["emotions"] == {"angry": 1, "sad": 1}


@pytest.mark.parametrize("ending", ["csv", "html"])
def test_exports_and_reports_leave_them_out(four: Library, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"all.{ending}"
    assert export(four, Filters(), path).rows == 4
    written = path.read_text("utf-8-sig")
    assert "anger bad robot" in written
    assert not re.search("xylophone|joy good robot|Quagmire", written)
    if ending == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [row["id"] for row in csv.DictReader(file)] == ["a", "b", "c", "d"]
    else:
        assert "4 of 4 reviews" in report_set_html(four, Filters(max_rating=5))


def test_langchain_does_not_find_them(four: Library) -> None:
    store = vector_store(four)
    found = store.similarity_search("fear xylophone smoke joy good robot", k=6)
    assert sorted(str(document.id) for document in found) == ["a", "b", "c", "d"]
    assert [document.page_content for document in found if document.id == "d"] == ["anger bad robot"]
    assert len(store.max_marginal_relevance_search("robot", k=6)) == 4
    assert [store.index_to_docstore_id[row] for row in store.index_to_docstore_id] == ["a", "b", "c", "d"]


def test_search_does_not_find_them(four: Library) -> None:
    hits = search(Query("fear xylophone smoke joy good robot"), four, 10, four.settings)
    assert {hit.review.text for hit in hits} <= {GERMAN, ENGLISH, ENGLISH + ".", "anger bad robot"}


def test_their_ids_are_not_known_any_more(four: Library) -> None:
    assert [review.text for review in four.get(["e", "d", "a"])] == ["anger bad robot", GERMAN]
    with pytest.raises(QuestionError, match="no review 'e'"):
        more_like("e", four, 3)


def test_many_replaced_versions_do_not_hide_the_living_one_from_near_copies(tmp_path: Path, settings: Settings) -> None:
    for version in range(55):
        bring([("a", ENGLISH, f"version {version}", "Pot", "1", "")], tmp_path, settings).close()
    opened = bring(
        [("a", ENGLISH, "version 54", "Pot", "1", ""), ("b", ENGLISH + ".", "", "Pan", "1", "")], tmp_path, settings
    )
    assert [review.id for review in opened.store.by_row(opened.store.near().tolist())] == ["b"]
    opened.close()


def test_their_words_are_gone_from_the_disk(tmp_path: Path, settings: Settings) -> None:
    rows = [("a", "joy coffee", "", "Pot", "5", ""), ("b", "fear xylophone", "Quagmire", "Pot", "1", "")]
    opened = bring(rows, tmp_path, settings)
    index = opened.folder / INDEX_FOLDER
    made = lexical_postings.build(_asking(opened), _streaming(opened), index, opened.rows, "0" * 16)
    assert b"xylophon" in made.read_bytes()
    opened.close()
    opened = bring(rows[:1], tmp_path, settings)
    assert not lexical_postings.files(index)
    assert opened.lexicon.holding("xylophone").tolist() == []
    assert opened.lexicon.holding("coffee").tolist() == [0]
    opened.close()
    for path in opened.folder.rglob("*"):
        assert path.is_dir() or not re.search(rb"(?i)xylophon|quagmir", path.read_bytes()), path


def _asking(library: Library) -> lexical_postings.Query:
    return lambda sql, values: library.store._all(sql, list(values))


def _streaming(library: Library) -> Callable[[str], list[tuple[Any, ...]]]:
    return lambda sql: library.store._all(sql, [])


def test_themes_and_map_leave_them_out(tmp_path: Path, settings: Settings) -> None:
    made = topics.reviews()
    rows = [(r.id, r.text, "", r.product, str(r.rating), str(r.date)) for r in made]
    odd = [(f"odd-{n}", f"fear xylophone marimba {'klmnopqrst'[n] * 4}", "", "Flute", "1", "") for n in range(10)]
    mixed = [row for place, row in enumerate(rows) for row in ([odd[place // 6], row] if place % 6 == 0 else [row])]
    bring(mixed, tmp_path, settings).close()
    library = bring(rows, tmp_path, settings)
    assert (library.rows, len(library), len(library.store.dead)) == (70, 60, 10)
    facts = themes_facts.read(library)
    found = themes.find(library, facts, settings)
    assert (found.place[library.store.dead] == themes.GONE).all()
    assert (found.place[library.alive] >= 0).all()
    assert found.far_share == 0
    ids = [{review.id.split("-")[0] for review in library.store.by_row(found.rows(n).tolist())} for n in range(3)]
    assert sorted(map(sorted, ids)) == [["delivery"], ["taste"], ["zipper"]]
    assert not re.search("xylophone|marimba", " ".join([*found.names, *(" ".join(words) for words in found.words)]))
    shown, alive = themes.figures(found, facts), themes.figures(found, facts, library.alive)
    assert [(f.size, f.share.value, f.impact) for f in shown] == [(f.size, f.share.value, f.impact) for f in alive]
    assert [f.size for f in shown] == [20, 20, 20]
    assert shown[0].share.value == pytest.approx(1 / 3)
    assert atlas.find(library, facts).rows.tolist() == library.alive.tolist()
    library.close()
