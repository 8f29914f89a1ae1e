"""The README's figures come from the result files, and a stale README is noticed."""

import json
from pathlib import Path

import pytest

from docs import build_readme

RESULT = {
    "name": "speed",
    "title": "Speed",
    "command": "python -m benchmarks.speed",
    "date": "2026-01-02",
    "machine": {"processor": "Abacus 7", "cores": 2, "memory_gib": 4, "system": "Linux"},
    "versions": {"python": "3.11.7"},
    "rows": [
        {"figure": "a photo", "measured": "12 ms", "asked": "≤ 20 ms"},
        {"figure": "a | b", "measured": "3", "asked": ""},
    ],
    "values": {},
}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "speed.json").write_text(json.dumps(RESULT), "utf-8")
    return tmp_path


def test_a_result_becomes_a_table(results: Path) -> None:
    assert build_readme.tables(results).splitlines() == [
        "**Speed**",
        "",
        "| Figure | Measured | Asked for |",
        "| --- | --- | --- |",
        "| a photo | 12 ms | ≤ 20 ms |",
        "| a \\| b | 3 |  |",
        "",
        "`python -m benchmarks.speed`, 2026-01-02, Abacus 7, 2 cores, 4 GiB, Python 3.11.7",
    ]


def test_a_result_without_rows_is_left_to_the_documents(results: Path) -> None:
    alone = build_readme.tables(results)
    (results / "evidence.json").write_text(json.dumps(RESULT | {"rows": []}), "utf-8")
    assert build_readme.tables(results) == alone


def test_only_the_part_between_the_markers_changes() -> None:
    readme = f"above\n{build_readme.BEGIN}\nold\n{build_readme.END}\nbelow\n"
    assert build_readme.filled(readme, "new") == f"above\n{build_readme.BEGIN}\nnew\n{build_readme.END}\nbelow\n"


def test_a_missing_marker_is_an_error() -> None:
    with pytest.raises(ValueError, match="must hold the two lines"):
        build_readme.filled("no markers", "new")


def test_a_stale_readme_is_noticed_and_mended(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{build_readme.BEGIN}\n{build_readme.END}\n", "utf-8")
    assert build_readme.main(["--check"], readme, results) == 1
    assert "run make readme" in capsys.readouterr().err
    assert build_readme.main([], readme, results) == 0
    assert "| a photo | 12 ms | ≤ 20 ms |" in readme.read_text("utf-8")
    assert build_readme.main(["--check"], readme, results) == 0


def test_the_readme_of_this_repository_is_fresh() -> None:
    assert build_readme.main(["--check"]) == 0
