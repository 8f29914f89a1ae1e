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


def test_a_result_is_shown_with_its_picture(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_readme, "PICTURES", {"speed": ("images/speed.svg", "How fast")})
    assert build_readme.tables(results).splitlines()[-3] == "![How fast](images/speed.svg)"


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


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    for name, file, content in (
        ("face-resnet50", "metrics.json", {"accuracy": 0.7123}),
        (
            "text-minilm",
            "metrics_overall.json",
            {
                "held": {
                    "emotion/goemotions": {"macro_f1": 0.512},
                    "sentiment/reviews": {"macro_f1": 0.671},
                    "toxicity/offensive": {"macro_f1": 0.774},
                }
            },
        ),
    ):
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_text(json.dumps(content), "utf-8")
    return folder


def test_the_readme_shows_quality_and_headlines(results: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    headlines = (("speed", "a photo", "From a photo to its answer"), ("missing", "x", "Not measured yet"))
    monkeypatch.setattr(build_readme, "HEADLINES", headlines)
    (results / "app.json").write_text(json.dumps(RESULT | {"rows": []}), "utf-8")
    assert build_readme.headlines(results, models).splitlines() == [
        "| Figure | Measured |",
        "| --- | --- |",
        "| Face, seven emotions: right on FER2013 validation | 71.2 % |",
        "| Text, 28 emotions: macro-F1 on GoEmotions, held out | 0.51 |",
        "| Text, sentiment: macro-F1 on star-rated reviews, held out | 0.67 |",
        "| Text, toxicity: macro-F1 on offensive tweets, held out | 0.77 |",
        "| From a photo to its answer | 12 ms |",
        "",
        "Abacus 7, 2 cores, 4 GiB, no GPU.",
    ]


def test_every_headline_names_a_measured_figure() -> None:
    for name, figure, _ in build_readme.HEADLINES:
        rows = json.loads((build_readme.RESULTS / f"{name}.json").read_text("utf-8"))["rows"]
        assert figure in [row["figure"] for row in rows]


def test_stale_files_are_noticed_and_mended(
    results: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme, figures = tmp_path / "README.md", tmp_path / "figures.md"
    readme.write_text(f"{build_readme.BEGIN}\n{build_readme.END}\n", "utf-8")
    assert build_readme.main(["--check"], readme, figures, results, models) == 1
    noticed = capsys.readouterr().err
    assert "README.md does not show" in noticed
    assert "figures.md does not show" in noticed
    assert build_readme.main([], readme, figures, results, models) == 0
    assert "| a photo | 12 ms | ≤ 20 ms |" in figures.read_text("utf-8")
    assert "71.2 %" in readme.read_text("utf-8")
    assert build_readme.main(["--check"], readme, figures, results, models) == 0
    figures.write_text("old", "utf-8")
    assert build_readme.main(["--check"], readme, figures, results, models) == 1


def test_the_files_of_this_repository_are_fresh() -> None:
    assert build_readme.main(["--check"]) == 0
