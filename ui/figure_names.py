"""What was measured, in people's words: a name, how to read it, and how many digits make sense.

A card's metrics are a tree of numbers with short keys. `lay_out` parts them into groups, one for each set of data they
were measured on; each figure has a name and a line that says what it means. A key without an entry keeps its own name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["share", "score", "count", "milliseconds"]


@dataclass(frozen=True)
class Meaning:
    """How a figure is called, what it says, and how it is written."""

    name: str
    says: str
    kind: Kind


_F1 = "how well a label is found and how rarely it is given wrongly, in one number; 1 is perfect"
_CALIBRATION = "how far a shown percentage is from how often it is right; 0 is perfect"
MEANINGS: Mapping[str, Meaning] = MappingProxyType({
    "accuracy": Meaning("Accuracy", "share of the answers that are right", "share"),
    "accuracy_float": Meaning("Accuracy at full precision", "the same before its weights were made small", "share"),
    "macro_f1": Meaning("F1, all labels alike", f"{_F1}; every label counts the same", "score"),
    "micro_f1": Meaning("F1, all answers alike", f"{_F1}; frequent labels count more", "score"),
    "macro_recall": Meaning("Recall", "share of a label's examples that is found, averaged over labels", "share"),
    "precision": Meaning("Precision", "share of those given this label that are right", "share"),
    "recall": Meaning("Recall", "share of this label's examples that is found", "share"),
    "f1": Meaning("F1", _F1, "score"),
    "support": Meaning("Examples", "how many there are", "count"),
    "ece": Meaning("Calibration error", _CALIBRATION, "share"),
    "ece_before": Meaning("Calibration error, uncorrected", "before the percentages were corrected", "share"),
    "ece_after": Meaning("Calibration error", _CALIBRATION, "share"),
    "ece_cross_fitted": Meaning(
        "Calibration error, cross-checked", "the correction made on one half, checked on the other", "share"
    ),
    "false_alarms": Meaning("False alarms", "share of harmless texts that are flagged", "share"),
    "faces": Meaning("Faces", "how many the photos show", "count"),
    "found": Meaning("Found", "how many of them were found", "count"),
    "false": Meaning("Found by mistake", "boxes around what is no face", "count"),
    "milliseconds_for_a_photo_of_1600_px": Meaning(
        "Time for a photo", "1,600 pixels on its long side", "milliseconds"
    ),
    "replies": Meaning("Replies", "written for Moodlens", "count"),
    "cues": Meaning("Cues", "phrases by which a fitting reply is found", "count"),
    "crisis": Meaning("Phrases of a danger", "how many were tried", "count"),
    "missed": Meaning("Missed", "of these, how many are not answered with helplines", "count"),
    "missed_but_offered_help": Meaning("Missed, help offered", "the reply ends with an offer of help instead", "count"),
    "missed_by_rules_alone": Meaning("Missed by the rules", "how many the written rules alone would miss", "count"),
    "harmless": Meaning("Harmless look-alikes", "how many were tried", "count"),
    "caught_wrongly": Meaning("Caught wrongly", "harmless, and yet answered with helplines", "count"),
    "offered_help_wrongly": Meaning("Help offered wrongly", "harmless, and the reply ends with the offer", "count"),
    "caught_wrongly_by_rules_alone": Meaning("Caught wrongly by the rules", "by the written rules alone", "count"),
    "messages": Meaning("Messages", "first messages of ordinary conversations", "count"),
    "answered_with_helplines": Meaning("Answered with helplines", "rightly or not", "count"),
    "offered_help": Meaning("Help offered", "the reply ends with the offer, rightly or not", "count"),
    "questions": Meaning("Questions", "that a reply may end with", "count"),
})  # fmt: skip
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "goemotions": "GoEmotions: comments from Reddit",
        "reviews": "Reviews, judged by their stars",
        "semeval": "SemEval: tweets",
        "offensive": "TweetEval-offensive: tweets",
        "photos": "Photos",
        "per_class": "By label",
        "table": "Written table, on which the limits were set",
        "held_out": "Phrases held out",
        "held_out_2": "Phrases held out, second set",
        "held_out_3": "Phrases held out, third set, by another person",
        "dialogues": "EmpatheticDialogues: first messages",
        "replies_per_need": "Replies by what they are for",
    }
)
_SIZE, _WHERE = ("n", "rows"), "split"
_ROWS_FOR_TABLE = 3
_MANY_VALUES = 7


@dataclass
class Group:
    """Figures that were measured on the same data. `figures`: (name, value, what it says)."""

    title: str = ""
    figures: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Laid:
    """Groups of single figures, and tables by title (one row per label)."""

    groups: tuple[Group, ...]
    tables: Mapping[str, list[dict[str, str]]]


def lay_out(metrics: Mapping[str, Any]) -> Laid:
    """Part nested metrics into groups of single figures and tables.

    >>> lay_out({"split": "FER2013", "n": 3589, "accuracy": 0.7149}).groups[0].title
    'FER2013 · 3,589 examples'
    """
    groups: list[Group] = []
    tables: dict[str, list[dict[str, str]]] = {}
    _sort("", metrics, groups, tables)
    return Laid(tuple(group for group in groups if group.figures), tables)


def _sort(title: str, metrics: Mapping[str, Any], groups: list[Group], tables: dict[str, list[dict[str, str]]]) -> None:
    group = Group(_title(title, metrics))
    groups.append(group)
    for key, value in metrics.items():
        if isinstance(value, Mapping):
            name = GROUPS.get(key, readable(key))
            inner = f"{title}, {name}" if title else name
            if rows := _rows(value):
                tables[inner] = rows
            else:
                _sort(inner, value, groups, tables)
        elif key not in (*_SIZE, _WHERE) and isinstance(value, bool | int | float | str):
            known = MEANINGS.get(key)
            group.figures.append(
                (known.name if known else readable(key), written(key, value), known.says if known else "")
            )


def _title(title: str, metrics: Mapping[str, Any]) -> str:
    size = next((metrics[key] for key in _SIZE if isinstance(metrics.get(key), int)), None)
    parts = [title, str(metrics.get(_WHERE, "")), "" if size is None else f"{size:,} examples"]
    return " · ".join(part for part in parts if part)


def _rows(value: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return a table if every entry looks alike: all numbers, or all small groups of numbers."""
    if len(value) < _ROWS_FOR_TABLE:
        return []
    if all(isinstance(entry, Mapping) and all(_is_number(cell) for cell in entry.values()) for entry in value.values()):
        return [
            {"Label": str(name), **{_column(key): written(key, cell) for key, cell in entry.items()}}
            for name, entry in value.items()
        ]
    if MEANINGS.keys() >= value.keys():
        return []  # each has a line of its own to explain it
    if len(value) >= _MANY_VALUES and all(_is_number(entry) for entry in value.values()):
        return [{"Label": str(name), "Value": written("", entry)} for name, entry in value.items()]
    return []


def _column(key: str) -> str:
    known = MEANINGS.get(key)
    return known.name if known else readable(key)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def written(key: str, value: bool | float | str) -> str:
    r"""Return a figure with as many digits as make sense.

    >>> written("accuracy", 0.63109), written("macro_f1", 0.5979), written("n", 3589), written("ece", 0.0026)
    ('63.1\xa0%', '0.598', '3,589', '0.3\xa0%')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    known = MEANINGS.get(key)
    if known is None:
        return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}"
    if known.kind == "share":
        return f"{100 * value:.1f}\N{NO-BREAK SPACE}%"
    if known.kind == "milliseconds":
        return f"{value:,.0f}\N{NO-BREAK SPACE}ms"
    return f"{value:.3f}" if known.kind == "score" else f"{value:,.0f}"


def readable(key: str) -> str:
    """Return a key as words: `worst_case` becomes `Worst case`."""
    words = str(key).replace("_", " ")
    return words[:1].upper() + words[1:]
