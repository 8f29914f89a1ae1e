"""Every state of the page Your reviews, over an import that the test holds in its hands."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from errors import ImportCancelled, LibraryError
from rag import build, library
from rag.build import Progress
from rag.ingest import Columns, read_table
from rag.reviews import Review
from settings import Settings, from_environment
from tests.ui import fakes
from tests.ui.conftest import World
from ui import import_page, session
from ui.import_job import ImportJob

CSV = b"Comment,Product,Stars\nThe handle broke at once,Kettle,1\nI love the colour of it,Kettle,5\n,Kettle,3\n"
FILE = ("shop_reviews.csv", CSV, "text/csv")


def import_app() -> None:
    """The page alone."""
    from ui import import_page, widgets

    with widgets.guarded():
        import_page.render()


class Builder:
    """Stands in for `rag.build.build`; waits for the test where told to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.error: LibraryError | None = None
        self.built: list[tuple[str, list[Review]]] = []
        self.stores: list[Path] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def build(
        self,
        reviews: list[Review],
        name: str,
        settings: Settings,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> fakes.FakeLibrary:
        progress(Progress("embedding", 1, len(reviews), 0.5))
        self.stores.append(settings.store_folder)
        self.entered.set()
        assert self.gate.wait(20)
        if cancelled():
            raise ImportCancelled("The import was stopped after 1 reviews; nothing was kept.")
        if self.error is not None:
            raise self.error
        self.built.append((name, reviews))
        self.world.own.append(fakes.FakeInfo(name, build.folder_of(name, settings), len(reviews)))
        return fakes.FakeLibrary(name)


@pytest.fixture
def builder(world: World, monkeypatch: pytest.MonkeyPatch) -> Builder:
    made = Builder(world)
    monkeypatch.setattr(build, "build", made.build)
    return made


@pytest.fixture
def page(builder: Builder) -> AppTest:
    assert builder
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
    assert labels(page) == ["Try it with our example"]
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


def test_another_column_changes_the_preview(page: AppTest) -> None:
    upload(page)
    box = next(box for box in page.selectbox if box.label == "Product")
    box.select_index(0).run()
    assert "Product" not in page.dataframe[0].value
    box.set_value("Comment").run()
    assert "The column “Comment” is chosen for text of the review and product." in shown(page)
    assert "Import 3 rows" not in labels(page)


def test_an_import_ends_with_what_became_of_every_row(page: AppTest, builder: Builder) -> None:
    imported(page)
    assert [name for name, _ in builder.built] == ["Shop reviews"]
    assert [review.text for review in builder.built[0][1]] == ["The handle broke at once", "I love the colour of it"]
    assert "“Shop reviews” is ready." in shown(page)
    assert [metric.value for metric in page.metric][:3] == ["3", "0", "1"]
    rejected = page.dataframe[0].value
    assert list(rejected["row"]) == [4]
    assert list(rejected["why"]) == ["The text is empty."]
    assert [button.label for button in page.download_button] == ["Download these rows (CSV)"]
    assert "**Shop reviews**" in shown(page)


def test_then_another_file_may_come(page: AppTest) -> None:
    click(imported(page), "again")
    assert len(page.file_uploader) == 1
    upload(page)
    assert page.text_input[0].value == "Shop reviews"


def test_progress_is_shown_and_cancel_works(page: AppTest, builder: Builder) -> None:
    builder.gate.clear()
    click(upload(page), "import")
    assert builder.entered.wait(20)
    page.run()
    assert "1 of 2 reviews · 2 per second · almost done" in shown(page)
    click(page, "cancel")
    assert running(page).stopping
    builder.gate.set()
    assert running(page).wait(20)
    page.run()
    assert "The import was stopped. Nothing of it was kept." in shown(page)
    assert builder.built == []
    click(page, "again")
    assert "Import 3 rows" in labels(page)


def test_a_failed_import_says_why_and_goes_back_to_the_file(page: AppTest, builder: Builder) -> None:
    builder.error = LibraryError("The disk is full. Free some space and try again.")
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
    assert len(page.file_uploader) == 1
    upload(page)
    assert "Import 3 rows" in labels(page)


def test_a_taken_name_is_refused_before_the_import(page: AppTest, builder: Builder) -> None:
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
    assert builder.built == []


def test_the_example_can_be_imported(page: AppTest, builder: Builder) -> None:
    click(page, "example")
    assert "separated by semicolons · 12 rows · 6 columns" in shown(page)
    click(page, "import")
    assert running(page).wait(20)
    page.run()
    assert [metric.value for metric in page.metric][1:3] == ["1", "1"]
    assert len(builder.built[0][1]) == 10


def test_deleting_asks_first(page: AppTest, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    info = fakes.FakeInfo("Old shop", Path("libraries/old-shop"))
    world.own.append(info)
    deleted: list[str] = []

    def delete(name: str, _settings: Settings) -> None:
        deleted.append(name)
        world.own.remove(info)

    monkeypatch.setattr(library, "delete", delete)
    click(page.run(), "delete_old-shop")
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


def test_progress_in_words() -> None:
    table = read_table(CSV, "a.csv", Settings())
    job = ImportJob(table, Columns(text="Comment"), "x", Settings())
    job.state = Progress("checking", 0, 3, 0.0)
    assert import_page.progress_words(job) == "0 of 3 rows"
    job.state = Progress("embedding", 500, 10_500, 10.0)
    assert import_page.progress_words(job) == "500 of 10,500 reviews · 50 per second · about 3 min left"
    job.state = Progress("embedding", 100, 400, 10.0)
    assert import_page.progress_words(job) == "100 of 400 reviews · 10 per second · about 30 s left"


def test_a_cancelled_check_stops_before_the_build(builder: Builder) -> None:
    job = ImportJob(read_table(CSV, "a.csv", Settings()), Columns(text="Comment"), "x", Settings())
    job.cancel()
    job.start()
    assert job.wait(20)
    assert job.cancelled
    assert (job.result, job.error, builder.built) == (None, None, [])
