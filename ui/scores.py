"""HTML of everything that was measured on one review, folded away behind its strongest emotions.

A `<details>` element: it opens with mouse, touch and keyboard and needs no run of the page. Each row is a word, a bar
and a number, so nothing rests on colour or length alone.
"""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from backends.contracts import GOEMOTIONS, SENTIMENTS
from emotion.labels import EKMAN_GROUPS
from emotion.language import NAMES, NOT_ENGLISH
from ui import theme

if TYPE_CHECKING:
    from rag.hits import Hit

STRONGEST = 3
_GROUP_OF = {label: emotion for emotion, labels in EKMAN_GROUPS.items() for label in labels}


def percent(share: float) -> str:
    """Return a share in [0, 1] as a whole percentage: `62 %`, and `<1 %` for what would round to nought."""
    number = "<1" if 0 < share < 0.005 else f"{share:.0%}".removesuffix("%")
    return f"{number}\N{NO-BREAK SPACE}%"


def strongest(emotions: Sequence[float], thresholds: Sequence[float] = ()) -> list[tuple[str, float]]:
    """Return up to three of the 28 emotions, most probable first: those that reach their threshold, else the first."""
    ranked = sorted(zip(GOEMOTIONS, emotions, strict=True), key=lambda pair: -pair[1])
    if not thresholds:
        return ranked[:STRONGEST]
    least = dict(zip(GOEMOTIONS, thresholds, strict=True))
    return [(label, value) for label, value in ranked if value >= least[label]][:STRONGEST] or ranked[:1]


def scores_html(hit: "Hit", thresholds: Sequence[float] = ()) -> str:
    """Return the folded list of all 28 emotions, the sentiment and the toxicity of one review.

    Its label names the strongest without numbers: the badges above show shares of seven emotions, on another scale.

    Args:
        thresholds: one for each of GOEMOTIONS; labels that reach theirs are marked. Empty marks none.
    """
    emotions = hit.emotions.tolist()
    least = dict(zip(GOEMOTIONS, thresholds or (2.0,) * len(GOEMOTIONS), strict=True))
    ranked = sorted(zip(GOEMOTIONS, emotions, strict=True), key=lambda pair: -pair[1])
    feelings = [_row(name, value, _GROUP_OF[name], held=value >= least[name]) for name, value in ranked]
    moods = [_row(name, value, name) for name, value in zip(SENTIMENTS, hit.sentiment.tolist(), strict=True)]
    first = ", ".join(escape(name) for name, _ in strongest(emotions, thresholds))
    note = "✓ reaches the threshold of its emotion. The 28 do not exclude each other." if thresholds else ""
    return (
        f'<details class="ml-scores"><summary>all {len(GOEMOTIONS)} scores'
        f'<span class="ml-quiet"> · {first}</span></summary>'
        f"{_list('Emotions', feelings, note)}{_list('Sentiment', moods)}"
        f"{_list('Strong language', [_row('toxicity', hit.toxicity, 'neutral')])}</details>"
    )


def foreign_html(language: str) -> str:
    """Return the badge of a review that is not English."""
    name = NAMES.get(language, language)
    tip = f"This review looks {name}. The models read English: its emotion and sentiment would be guesses."
    said = f"{NOT_ENGLISH} ({name}): emotion not read"
    return f'<span class="ml-badge ml-plain" title="{escape(tip)}">{escape(said)}</span>'


def _list(title: str, rows: Sequence[str], note: str = "") -> str:
    told = f'<p class="ml-quiet">{escape(note)}</p>' if note else ""
    return f"<h5>{escape(title)}</h5>{told}<ul>{''.join(rows)}</ul>"


def _row(name: str, value: float, coloured_as: str, *, held: bool = False) -> str:
    mark = '<span role="img" aria-label="reaches its threshold">✓</span> ' if held else ""
    return (
        f'<li{" class=ml-held" if held else ""} style="--c:{theme.colour(coloured_as)};--p:{value:.1%}">'
        f"<span>{mark}{escape(name)}</span><i></i><b>{percent(value)}</b></li>"
    )
