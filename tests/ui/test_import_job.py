"""The job behind an import: its words, and how it is stopped."""

from pathlib import Path

import pytest

from rag.import_file import Wishes
from rag.ingest import Columns
from rag.intake import open_intake
from rag.progress import Progress
from settings import Settings
from ui import import_page
from ui.import_file import Chosen
from ui.import_job import ImportJob

CSV = b"Comment,Product,Stars\nThe handle broke at once,Kettle,1\nI love the colour of it,Kettle,5\n,Kettle,3\n"
FILE = ("shop_reviews.csv", CSV, "text/csv")


@pytest.fixture
def job(tmp_path: Path) -> ImportJob:
    (tmp_path / "a.csv").write_bytes(CSV)
    with open_intake(tmp_path / "a.csv", Settings()) as intake:
        chosen = Chosen("1", "a.csv", tmp_path / "a.csv", intake.sample, intake.survey())
    return ImportJob(chosen, Columns(text="Comment"), "x", Settings(store_folder=tmp_path), Wishes())


def test_progress_in_words(job: ImportJob) -> None:
    assert import_page.progress_words(job) == "0 of 3 rows"
    job.state = Progress("embedding", 500, 10_500, 10.0)
    assert import_page.progress_words(job) == "500 of 10,500 rows · 50 per second · about 3 min left"
    job.state = Progress("embedding", 100, 400, 10.0)
    assert import_page.progress_words(job) == "100 of 400 rows · 10 per second · about 30 s left"


def test_a_job_that_is_cancelled_at_once_writes_nothing(job: ImportJob, tmp_path: Path) -> None:
    job.cancel()
    job.start()
    assert job.wait(20)
    assert job.cancelled == "The import was stopped before anything was written."
    assert (job.result, job.error, (tmp_path / "libraries").exists()) == (None, None, False)


def test_one_review_repeats_and_two_repeat() -> None:
    assert import_page.near_words(1) == "1 review nearly repeats another one and is marked."
    assert import_page.near_words(2) == "2 reviews nearly repeat another one and are marked."
