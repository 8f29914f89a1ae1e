"""Names written on the map, moved up or down where they would lie on each other.

The width of the browser is not known here: they are kept apart as on a phone, where the points lie closest.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from backends.contracts import FloatArray

WIDTH, HEIGHT = 340, 470
"""Of the smallest plot, in pixels."""
LETTER, LINE, MARGIN = 7, 17, 4
STEP = LINE + MARGIN
LONGEST_LINE, MOST_LINES_AWAY = 18, 3
FEWEST_POINTS = 5
COLOURS = (("#171310", "rgba(252,249,244,0.82)"), ("#efe9e1", "rgba(27,25,23,0.78)"))
"""Of the letters and of what lies behind them, on a light and on a dark page (as in .streamlit/config.toml)."""


@dataclass(frozen=True)
class Box:
    """A name on the plot: its centre, width and height in pixels; y grows upwards."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, up: float) -> "Box":
        return Box(self.x, self.y + up, self.width, self.height)

    def meets(self, other: "Box") -> bool:
        """Return whether the two lie on each other."""
        near_x = abs(self.x - other.x) * 2 < self.width + other.width
        return near_x and abs(self.y - other.y) * 2 < self.height + other.height


def shifts(boxes: Sequence[Box]) -> list[int | None]:
    """Return how many pixels each box moves up so that none lies on an earlier one; None where there is no room.

    >>> shifts([Box(0, 0, 50, 17), Box(10, 5, 50, 17), Box(200, 5, 50, 17)])
    [0, 21, 0]
    """
    put: list[Box] = []
    found: list[int | None] = []
    ways = sorted(range(-MOST_LINES_AWAY, MOST_LINES_AWAY + 1), key=lambda lines: (abs(lines), -lines))
    for box in boxes:
        free = (lines * STEP for lines in ways if not any(box.moved(lines * STEP).meets(other) for other in put))
        shift = next(free, None)
        found.append(shift)
        if shift is not None:
            put.append(box.moved(shift))
    return found


def labels(
    names: Sequence[str], place: "np.ndarray[Any, Any]", places: FloatArray, *, dark: bool = False
) -> list[dict[str, Any]]:
    """Return Plotly annotations that write each name where most of its points are; a theme of few points has none.

    Args:
        names: of the themes, those that matter most first.
        place: (n,) the theme of each point.
        places: (n, 2) where the points are.
        dark: whether the page is; names are written in its colours.
    """
    if not len(places):
        return []
    low, span = places.min(axis=0), np.maximum(np.ptp(places, axis=0), 1e-9)
    ink, paper = COLOURS[dark]
    written: list[tuple[float, float, str]] = []
    boxes = []
    for number, name in enumerate(names):
        here = places[place == number]
        if len(here) < FEWEST_POINTS:
            continue
        x, y = np.median(here, axis=0).tolist()
        lines = textwrap.wrap(name, LONGEST_LINE)
        written.append((x, y, "<br>".join(map(escape, lines))))
        across, up = ((np.array([x, y]) - low) / span * (WIDTH, HEIGHT)).tolist()
        boxes.append(Box(across, up, max(map(len, lines)) * LETTER + MARGIN, len(lines) * LINE + MARGIN))
    return [
        {
            "x": x, "y": y, "yshift": shift, "text": f"<b>{text}</b>", "showarrow": False,
            "font": {"size": 12, "color": ink}, "bgcolor": paper, "borderpad": 2,
        }
        for (x, y, text), shift in zip(written, shifts(boxes), strict=True) if shift is not None
    ]  # fmt: skip
