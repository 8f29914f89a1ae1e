"""Writes the measured figures: all of them to docs/figures.md, the ones users ask for first to README.md.

They come from benchmarks/results/*.json and from the metrics beside the weights.

python -m docs.build_readme            write them
python -m docs.build_readme --check    say whether both files are up to date; exit 1 if not
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FIGURES = ROOT / "docs" / "figures.md"
RESULTS = ROOT / "benchmarks" / "results"
MODELS = ROOT / "data" / "models"
BEGIN = "<!-- figures: made by `make readme` from benchmarks/results/*.json; do not edit -->"
END = "<!-- figures end -->"
HEADLINES = (
    ("app", "`streamlit run` → usable page, warm disk cache", "From starting it to a usable page"),
    ("app", "peak memory of the app after 10 explorations", "Its memory after ten explorations"),
    ("explore", "photo → complete answer, embedded models", "From a photo to the complete answer"),
    ("face", "1 thread, batch 1: shipped / torch at 224 px", "Reading a face, one thread"),
    ("annotate", "Moodlens: one pass, all scores", "Reading reviews of 40 words"),
    ("retrieval", "Moodlens, an emotion", "First ten reviews that carry the asked emotion"),
    (
        "support",
        "sentences of extractive summaries not backed by their citations",
        "Summary sentences without backing",
    ),
    ("relevance", "held-out off-topic questions that get a summary", "Off-topic questions that get a summary"),
    ("facets", "counts of all facets after a click, 100,000 reviews", "All facets after a click, 100,000 reviews"),
)
"""Result file, figure in it, and how the README calls it; a figure that was not measured yet has no line."""
PICTURES = {
    "scale": ("images/scale.svg", "Milliseconds, memory and recall of a library as it grows to a million reviews"),
    "face_robustness": ("../benchmarks/results/face_robustness.png", "Accuracy under eight kinds of damage"),
}
"""The picture that belongs to a result, seen from docs/, and its words."""
INTRODUCTION = """# Figures

Measured, not promised: each table names the command that measures it again, and the machine it was measured on.
The quality of each model stands on its card, on the Models page, with a picture of its errors beside the weights.
"""


def tables(results: Path) -> str:
    """Return one Markdown table per result file, in the order of their names; a result without rows has none."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(results.glob("*.json"))]
    return "\n\n".join(_table(result) for result in found if result["rows"])


def headlines(results: Path, models: Path) -> str:
    """Return the README's one table: quality of the models that ship, then the figures of HEADLINES."""
    lines = [_line(["Figure", "Measured"]), _line(["---", "---"])]
    lines += [_line(row) for row in _quality(models)]
    for name, figure, called in HEADLINES:
        path = results / f"{name}.json"
        rows = json.loads(path.read_text("utf-8"))["rows"] if path.is_file() else []
        lines += [_line([called, row["measured"]]) for row in rows if row["figure"] == figure]
    running = results / "app.json"
    if running.is_file():
        machine = json.loads(running.read_text("utf-8"))["machine"]
        lines += ["", f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, no GPU."]
    return "\n".join(lines)


def _quality(models: Path) -> list[list[str]]:
    face, text = models / "face-resnet50" / "metrics.json", models / "text-minilm" / "metrics_overall.json"
    rows = []
    if face.is_file():
        figures = json.loads(face.read_text("utf-8"))
        rows.append(["Face, seven emotions: right on FER2013 validation", f"{100 * figures['accuracy']:.1f} %"])
    if text.is_file():
        held = json.loads(text.read_text("utf-8"))["held"]
        for called, task, figure in (
            ("Text, 28 emotions: macro-F1 on GoEmotions, held out", "emotion/goemotions", "macro_f1"),
            ("Text, sentiment: macro-F1 on star-rated reviews, held out", "sentiment/reviews", "macro_f1"),
            ("Text, toxicity: macro-F1 on offensive tweets, held out", "toxicity/offensive", "macro_f1"),
        ):
            rows.append([called, f"{held[task][figure]:.2f}"])
    return rows


def _table(result: dict[str, Any]) -> str:
    asked = any(row["asked"] for row in result["rows"])
    head = ["Figure", "Measured"] + (["Asked for"] if asked else [])
    lines = [f"**{result['title']}**", "", _line(head), _line(["---"] * len(head))]
    lines += [_line([row["figure"], row["measured"], row["asked"]][: len(head)]) for row in result["rows"]]
    if result["name"] in PICTURES:
        path, words = PICTURES[result["name"]]
        lines += ["", f"![{words}]({path})"]
    machine = result["machine"]
    lines += [
        "",
        f"`{result['command']}`, {result['date']}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, Python {result['versions']['python']}",
    ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def filled(readme: str, figures: str) -> str:
    """Return the README with everything between the markers replaced.

    Raises:
        ValueError: a marker is missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md must hold the two lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{figures}\n{END}{after}"


def main(
    argv: Sequence[str] | None = None,
    readme: Path = README,
    figures: Path = FIGURES,
    results: Path = RESULTS,
    models: Path = MODELS,
) -> int:
    """Write or check; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.build_readme", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a file is stale")
    options = parser.parse_args(argv)
    wanted = {
        readme: filled(readme.read_text("utf-8"), headlines(results, models)),
        figures: f"{INTRODUCTION}\n{tables(results)}\n",
    }
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    if options.check:
        for path in stale:
            sys.stderr.write(f"{path.name} does not show the measured figures: run make readme\n")
        return int(bool(stale))
    for path in stale:
        path.write_text(wanted[path], "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
