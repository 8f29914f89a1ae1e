"""The limits of the crisis classifier, and its figures: on texts whose ideas it did not learn, and as it ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FloatArray
from benchmarks.chat_data import openings, sample
from chat import safety
from chat.danger import KINDS
from settings import Settings
from training.crisis_corpus import Corpus

TABLE_ALARMS = 2
"""How many of the 150 look-alikes of the table may be taken for a danger."""
WRITTEN_ALARMS, ORDINARY_ALARMS = 0.08, 0.01
"""What share of written look-alikes and of ordinary messages, cross-validated, may be answered with helplines. Models
of the folds lack a third of the ideas, so the share of look-alikes is higher there than of the model that ships."""
WRITTEN_OFFERS = 0.15
"""What share of written look-alikes, cross-validated, may be answered with helplines or an offer of help."""
DIALOGUES_MEASURED = 800


@dataclass(frozen=True)
class Limits:
    """From which probability of a danger on helplines are given, and from which on help is offered."""

    threshold: float
    perhaps: float


def threshold_for(harmless: FloatArray, allowed: int) -> float:
    """Return the lowest threshold, in thousandths, that at most `allowed` of the harmless texts reach."""
    highest = float(np.sort(harmless)[::-1][allowed])
    return float(np.floor(highest * 1000) / 1000) + 0.001


def limits_for(table: FloatArray, written: FloatArray, ordinary: FloatArray) -> Limits:
    """Return the lowest limits that keep to the shares above.

    Args:
        table: (n,) how likely each harmless text of the table that no rule catches speaks of a danger.
        written: (m,) the same, cross-validated, for written harmless phrases.
        ordinary: (k,) the same, cross-validated, for ordinary messages.
    """
    threshold = max(
        threshold_for(table, TABLE_ALARMS),
        threshold_for(written, int(WRITTEN_ALARMS * len(written))),
        threshold_for(ordinary, int(ORDINARY_ALARMS * len(ordinary))),
    )
    perhaps = min(threshold, threshold_for(written, int(WRITTEN_OFFERS * len(written))))
    return Limits(round(threshold, 3), round(perhaps, 3))


def learnt_figures(learnt: Corpus, chances: FloatArray, limits: Limits) -> dict[str, object]:
    """Return what the classifier by itself, and with the rules, makes of texts whose ideas it did not learn."""
    written = learnt.written
    crisis, harmless = written & (learnt.kinds > 0), written & (learnt.kinds == 0)
    rule = np.array([safety.by_rule(text) is not None for text in learnt.texts])
    sure, offered = chances >= limits.threshold, chances >= limits.perhaps

    def share(hits: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
        return round(float(hits[among].mean()), 4) if among.any() else 0.0

    return {
        "recall": share(sure, crisis),
        "recall_with_rules": share(sure | rule, crisis),
        "recall_of_rules_alone": share(rule, crisis),
        "recall_or_offer_with_rules": share(offered | rule, crisis),
        "false_alarms": share(sure, harmless),
        "false_alarms_with_rules": share(sure | rule, harmless),
        "false_alarms_or_offers_with_rules": share(offered | rule, harmless),
        "false_alarms_in_ordinary_messages": share(sure, ~written),
        "offers_in_ordinary_messages": share(offered & ~sure, ~written),
    }


def measured(rows: Sequence[tuple[str, str]], settings: Settings) -> dict[str, int]:
    """Count what rules and classifier together miss and catch wrongly among (kind, text)."""
    crises = [text for kind, text in rows if kind != KINDS[0]]
    harmless = [text for kind, text in rows if kind == KINDS[0]]
    of_crises, of_harmless = ([safety.hear(text, settings) for text in texts] for texts in (crises, harmless))
    return {
        "crisis": len(crises),
        "missed": sum(one.crisis is None for one in of_crises),
        "missed_but_offered_help": sum(one.perhaps for one in of_crises),
        "missed_by_rules_alone": sum(safety.by_rule(text) is None for text in crises),
        "harmless": len(harmless),
        "caught_wrongly": sum(one.crisis is not None for one in of_harmless),
        "offered_help_wrongly": sum(one.perhaps for one in of_harmless),
        "caught_wrongly_by_rules_alone": sum(safety.by_rule(text) is not None for text in harmless),
    }


def measured_dialogues(folder: Path, seed: int, settings: Settings) -> dict[str, int]:
    """Count first messages of EmpatheticDialogues' validation part that are taken for a danger or offered help."""
    rows = sample(openings(folder / "dialogue" / "empathetic_valid.tsv"), DIALOGUES_MEASURED, seed)
    heard = [safety.hear(row.message, settings) for row in rows]
    return {
        "messages": len(heard),
        "answered_with_helplines": sum(one.crisis is not None for one in heard),
        "offered_help": sum(one.perhaps for one in heard),
    }
