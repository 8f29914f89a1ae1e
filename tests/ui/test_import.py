"""Every state of the page Your reviews, over an import that the test holds in its hands."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from errors import ImportCancelled, LibraryError
from rag import build, import_file, import_report, library
from rag.import_file import Imported, Wishes
from rag.importing import Outcome
from rag.ingest import Columns
from rag.intake import open_intake
from rag.ledger import Fate, Record
from rag.progress import Progress
from settings import Settings, from_environment
from tests.ui import fakes
from tests.ui.conftest import World
from ui import import_libraries, session
from ui.import_job import ImportJob
from ui.plain import plain

CSV = b"Comment,Product,Stars\nThe handle broke at once,Kettle,1\nI love the colour of it,Kettle,5\n,Kettle,3\n"
FILE = ("shop_reviews.csv", CSV, "text/csv")


def import_app() -> None:
    """The page alone."""
    from ui import import_page, widgets

    with widgets.guarded():
        import_page.render()


class Importer:
    """Stands in for `rag.import_file.import_file`: looks at the real file, waits for the test where told to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.error: LibraryError | None = None
        self.done: list[tuple[str, list[str], Wishes]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def import_file(
        self,
        path: Path,
        name: str,
        settings: Settings,
        wishes: Wishes,
        *,
        columns: Columns,
        file_name: str,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Imported:
        with open_intake(path, settings, file_name) as intake:
            records = list(intake.source(columns).records())
        read = [record.review.text for record in records if isinstance(record, Record)]
        progress(Progress("embedding", 1, None, 0.5))
        self.entered.set()
        assert self.gate.wait(20)
        if cancelled():
            raise ImportCancelled("The import was stopped. 1 rows are done and kept.")
        if self.error is not None:
            raise self.error
        self.done.append((name, read, wishes))
        folder = build.folder_of(name, settings)
        self.world.own.append(fakes.FakeInfo(name, folder, len(read)))
        fates: Counter[Fate] = Counter({"added": len(read), "skipped": len(records) - len(read)})
        return Imported(name, folder, columns, Outcome(fates, count=len(read)), ("A note.",), 1.5)


def report(_folder: Path, *fates: Fate, most: int | None = None) -> list[import_report.Line]:
    """Stands in for the lines of an import report."""
    told = [
        import_report.Line(2, "added", "row-2", ""),
        import_report.Line(4, "skipped", "", "The text is empty. | Kettle 3"),
    ]
    return [line for line in told if not fates or line.fate in fates][:most]


@pytest.fixture
def importer(world: World, monkeypatch: pytest.MonkeyPatch) -> Importer:
    made = Importer(world)
    monkeypatch.setattr(import_file, "import_file", made.import_file)
    monkeypatch.setattr(import_report, "lines", report)
    return made


@pytest.fixture
def page(importer: Importer) -> AppTest:
    assert importer
    return AppTest.from_function(import_app, default_timeout=30).run()


def shown(app: AppTest) -> str:
    kinds = (app.title, app.markdown, app.caption, app.success, app.info, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def click(app: AppTest, key: str) -> AppTest:
    """Press the button of that key."""
    found = app.get_by_key(key)
    assert isinstance(found, Button)
    return found.click().run()


def upload(app: AppTest, file: tuple[str, bytes, str] = FILE) -> AppTest:
    app.file_uploader[0].set_value(file)
    return app.run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def running(app: AppTest) -> ImportJob:
    job: Any = app.session_state["import_job"]
    assert isinstance(job, ImportJob)
    return job


def imported(app: AppTest) -> AppTest:
    click(upload(app), "import")
    assert running(app).wait(20)
    return app.run()


def test_first_visit_invites(page: AppTest) -> None:
    assert labels(page) == ["Try it with our example", "Check search in “Example reviews”"]
    assert "None yet" in shown(page)
    assert "CSV, TSV, JSON Lines, Excel" in shown(page)
    assert f"kept in {from_environment().store_folder}" in shown(page)


def test_on_a_shared_server_the_session_keeps_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world
    hosted = from_environment().model_copy(update={"hosted": True})
    monkeypatch.setattr(session, "settings", lambda: hosted)
    page = AppTest.from_function(import_app, default_timeout=30).run()
    assert "This is a shared server" in shown(page)
    assert str(hosted.store_folder) not in shown(page)
    page.session_state["private_folder"].cleanup()


def test_a_file_is_described_and_its_columns_are_guessed(page: AppTest) -> None:
    upload(page)
    assert "CSV · UTF-8 · separated by commas · 3 rows · 3 columns" in shown(page)
    chosen = {box.label: box.value for box in page.selectbox}
    assert chosen["Text of the review"] == "Comment"
    assert (chosen["Product"], chosen["Rating"], chosen["Date"]) == ("Product", "Stars", None)
    preview = page.dataframe[0].value
    assert list(preview["Text of the review"]) == ["The handle broke at once", "I love the colour of it"]
    assert list(preview["Rating"]) == [1.0, 5.0]
    assert page.text_input[0].value == "Shop reviews"


def test_a_file_of_lines_keeps_its_first_review(page: AppTest) -> None:
    lines = b"The room smelled of paint but the staff moved us.\nQuiet at night, good beds.\n"
    upload(page, ("lines.txt", lines, "text/plain"))
    assert "The file has no column names; its first row was read as a review." in shown(page)
    assert "Import 2 rows" in labels(page)
    assert list(page.dataframe[0].value["Text of the review"]) == lines.decode().splitlines()


def test_titles_and_missing_names_are_told_and_imported(page: AppTest, importer: Importer) -> None:
    rows = "".join(f"Alba;{number % 5 + 1};The room of night {number} was fine.\n" for number in range(6))
    upload(page, ("report.csv", f"Hotel feedback;;\nHotel;Rating\n{rows}".encode(), "text/csv"))
    assert plain("1 row above the column names was left out: “Hotel feedback”.") in shown(page)
    assert plain("Only 2 of 3 columns have a name; the rest: “column 3”.") in shown(page)
    click(page, "import")
    assert running(page).wait(20)
    assert [read for _, read, _ in importer.done] == [[f"The room of night {number} was fine." for number in range(6)]]


def test_an_id_that_was_guessed_is_said_to_be_and_none_has_its_consequence(page: AppTest, importer: Importer) -> None:
    rows = "".join(f"A{number};The room of night {number} was fine.\n" for number in range(12))
    upload(page, ("stays.csv", f"Ref;Comment\n{rows}".encode(), "text/csv"))
    box = next(box for box in page.selectbox if box.label == "Id")
    assert box.value == "Ref"
    consequence = "No id is chosen: a row that is changed later will be a new review beside the old one."
    assert consequence not in shown(page)
    box.select_index(0).run()
    assert consequence in shown(page)
    next(box for box in page.selectbox if box.label == "Id").set_value("Ref").run()
    click(page, "import")
    assert running(page).wait(20)
    assert [wishes for _, _, wishes in importer.done] == [Wishes(id_is_given=False)]


def test_another_column_changes_the_preview(page: AppTest) -> None:
    upload(page)
    box = next(box for box in page.selectbox if box.label == "Product")
    box.select_index(0).run()
    assert "Product" not in page.dataframe[0].value
    box.set_value("Comment").run()
    assert "The column “Comment” is chosen for text of the review and product." in shown(page)
    assert "Import 3 rows" not in labels(page)


def test_an_import_ends_with_what_became_of_every_row(page: AppTest, importer: Importer) -> None:
    imported(page)
    assert importer.done == [("Shop reviews", ["The handle broke at once", "I love the colour of it"], Wishes())]
    assert "“Shop reviews” is ready: 2 reviews." in shown(page)
    assert "A note." in shown(page)
    assert [(metric.label, metric.value) for metric in page.metric] == [
        ("added", "2"), ("could not be used", "1"), ("seconds", "1.5"),
    ]  # fmt: skip
    rejected = page.dataframe[0].value
    assert rejected.to_dict("records") == [{"row": 4, "why": "The text is empty.", "begins with": "Kettle 3"}]
    assert [button.label for button in page.download_button][:2] == [
        "What became of every row (CSV)", "Download these rows (CSV)",
    ]  # fmt: skip
    assert "**Shop reviews**" in shown(page)


def test_reviews_can_be_added_to_a_library(page: AppTest, importer: Importer, world: World) -> None:
    world.own.append(fakes.FakeInfo("Old shop", Path("libraries/old-shop")))
    upload(page)
    where = next(box for box in page.selectbox if box.label == "Where to")
    assert (where.value, where.options) == (None, ["A new library", "Add to “Old shop”"])
    assert [box.label for box in page.checkbox] == ["Replace personal data"]
    where.set_value("Old shop").run()
    assert "rows whose id is known but whose content changed are updated" in shown(page)
    for box in page.checkbox:
        box.check()
    page.run()
    click(page, "import")
    assert running(page).wait(20)
    assert [(name, wishes) for name, _, wishes in importer.done] == [
        ("Old shop", Wishes(remove_missing=True, redact=True))
    ]


def test_an_import_that_broke_off_is_said_and_offered(
    page: AppTest, importer: Importer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert importer
    broken_off = import_file.Unfinished("shop_reviews.csv", 1_200, 5_000)
    monkeypatch.setattr(import_libraries, "unfinished", lambda _folder: broken_off)
    world.own.append(fakes.FakeInfo("Old shop", Path("libraries/old-shop")))
    upload(page)
    assert "stopped after 1,200 of 5,000 rows. Choose the file again to go on." in shown(page)
    assert next(box.value for box in page.selectbox if box.label == "Where to") == "Old shop"


def test_an_import_that_goes_on_elsewhere_is_not_said_to_have_stopped(
    page: AppTest, importer: Importer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert importer
    elsewhere = import_file.Unfinished("shop_reviews.csv", 1_200, None, running=True)
    monkeypatch.setattr(import_libraries, "unfinished", lambda _folder: elsewhere)
    world.own.append(fakes.FakeInfo("Old shop", Path("libraries/old-shop")))
    upload(page)
    assert "is being imported by another window or program: 1,200 rows so far." in shown(page)
    assert "stopped after" not in shown(page)
    assert next(box.value for box in page.selectbox if box.label == "Where to") is None


def test_then_another_file_may_come(page: AppTest) -> None:
    click(imported(page), "again")
    assert [box.label for box in page.file_uploader] == ["A file with one review per row", "Labelled file (CSV)"]
    upload(page)
    assert page.text_input[0].value == "Shop reviews"


def test_progress_is_shown_and_cancel_works(page: AppTest, importer: Importer) -> None:
    importer.gate.clear()
    click(upload(page), "import")
    assert importer.entered.wait(20)
    page.run()
    assert "1 of 3 rows · 2 per second · almost done" in shown(page)
    click(page, "cancel")
    assert running(page).stopping
    importer.gate.set()
    assert running(page).wait(20)
    page.run()
    assert "The import was stopped. 1 rows are done and kept." in shown(page)
    assert importer.done == []
    click(page, "again")
    assert "Import 3 rows" in labels(page)


def test_a_reloaded_page_finds_the_import_again(page: AppTest, importer: Importer) -> None:
    importer.gate.clear()
    click(upload(page), "import")
    assert importer.entered.wait(20)
    reloaded = AppTest.from_function(import_app, default_timeout=30).run()
    assert "Importing “Shop reviews”" in shown(reloaded)
    assert "1 of 3 rows · 2 per second · almost done" in shown(reloaded)
    importer.gate.set()
    assert running(page).wait(20)
    assert "“Shop reviews” is ready: 2 reviews." in shown(reloaded.run())
    afterwards = AppTest.from_function(import_app, default_timeout=30).run()
    assert "A file with one review per row" in [box.label for box in afterwards.file_uploader]


def test_another_window_with_a_file_of_its_own_keeps_it(page: AppTest, importer: Importer) -> None:
    other = upload(AppTest.from_function(import_app, default_timeout=30).run())
    importer.gate.clear()
    click(upload(page), "import")
    assert importer.entered.wait(20)
    assert "Import 3 rows" in labels(other.run())
    importer.gate.set()
    assert running(page).wait(20)


def test_a_failed_import_says_why_and_goes_back_to_the_file(page: AppTest, importer: Importer) -> None:
    importer.error = LibraryError("The disk is full. Free some space and try again.")
    imported(page)
    assert "The disk is full. Free some space and try again." in shown(page)
    click(page, "again")
    assert "Import 3 rows" in labels(page)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("empty.csv", b"", "text/csv"), "empty"),
        (("photo.csv", b"\x89PNG\r\n\x1a\n123", "text/csv"), "a picture (PNG)"),
        (("header.csv", b"text,rating\n", "text/csv"), "no rows below"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_the_page_stays_usable(
    page: AppTest, file: tuple[str, bytes, str], sentence: str
) -> None:
    upload(page, file)
    assert sentence in "\n".join(str(warning.value) for warning in page.warning)
    assert [box.label for box in page.file_uploader] == ["A file with one review per row", "Labelled file (CSV)"]
    upload(page)
    assert "Import 3 rows" in labels(page)


def test_a_taken_name_is_refused_before_the_import(page: AppTest, importer: Importer) -> None:
    folder = build.folder_of("Mine", from_environment())
    folder.mkdir(parents=True)
    try:
        upload(page).text_input[0].set_value("Mine").run()
        assert "There is already a library called “Mine”." in shown(page)
        button = page.get_by_key("import")
        assert isinstance(button, Button)
        assert button.disabled
    finally:
        folder.rmdir()
    assert importer.done == []


def test_the_example_can_be_imported(page: AppTest, importer: Importer) -> None:
    click(page, "example")
    assert "separated by semicolons · 12 rows · 6 columns" in shown(page)
    click(page, "import")
    assert running(page).wait(20)
    page.run()
    assert [metric.value for metric in page.metric][:2] == ["11", "1"]
    assert len(importer.done[0][1]) == 11


def test_deleting_asks_first(page: AppTest, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    info = fakes.FakeInfo("Old shop", Path("libraries/old-shop"))
    world.own.append(info)
    deleted: list[str] = []

    def delete(name: str, _settings: Settings) -> None:
        deleted.append(name)
        world.own.remove(info)

    monkeypatch.setattr(library, "delete", delete)
    page.run()
    assert {"Open Old shop", "Delete Old shop"} <= set(labels(page))
    click(page, "delete_old-shop")
    assert "“Old shop” with 3 reviews will be gone for good." in shown(page)
    assert deleted == []
    click(page, "delete_for_good")
    assert deleted == ["Old shop"]
    assert "None yet" in shown(page)


def test_opening_a_library_leads_to_explore(app: AppTest, world: World) -> None:
    world.own.append(fakes.FakeInfo("Old shop", Path("libraries/old-shop")))
    app.session_state["library_name"] = None
    app.run()
    st.cache_resource.clear()
    page = AppTest.from_function(import_app, default_timeout=30)
    click(page.run(), "open_old-shop")
    assert page.session_state["library_name"] == "Old shop"
