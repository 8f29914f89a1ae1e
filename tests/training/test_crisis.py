"""The training of the crisis classifier: what it may learn from, and how its threshold comes about."""

import random

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from backends.contracts import FloatArray
from chat.danger import KINDS
from tests.chat.crisis_table import CRISIS, HARMLESS
from training import crisis


def test_what_is_measured_is_not_learnt() -> None:
    learnt = {text.casefold() for kind in KINDS for text in crisis.phrases(kind)}
    measured = {text.casefold() for name in crisis.HELD_OUT for _, text in crisis.held_out(name)}
    measured |= {text.casefold() for text, _ in CRISIS} | {text.casefold() for text in HARMLESS}
    assert learnt & measured == set()


@pytest.mark.parametrize("name", crisis.HELD_OUT)
def test_sixty_of_each_are_held_out(name: str) -> None:
    kinds = [kind for kind, _ in crisis.held_out(name)]
    assert (len(kinds), kinds.count("harmless"), set(kinds)) == (120, 60, set(KINDS))


def test_a_misspelling_stays_in_the_fold_of_its_phrase() -> None:
    learnt = crisis.corpus(1, 0.05)
    assert learnt.groups[0] == learnt.groups[1] != learnt.groups[2]
    written = int(learnt.written.sum())
    assert len(set(learnt.groups[:written])) == written // 2
    assert len(set(learnt.groups)) == written // 2 + len(learnt.texts) - written
    assert set(learnt.kinds[written:]) == {0}


def test_slips_are_of_one_letter_and_the_same_for_the_same_seed() -> None:
    slips = [crisis.misspelt("Suddenly everything hurts", random.Random(seed)) for seed in range(20)]
    assert slips == [crisis.misspelt("Suddenly everything hurts", random.Random(seed)) for seed in range(20)]
    assert all(abs(len(slip) - len("Suddenly everything hurts")) <= 2 for slip in slips)
    assert crisis.misspelt("so it is", random.Random(1)) == "so it is"


def test_the_threshold_is_the_lowest_that_allows_so_many_false_alarms() -> None:
    chances: FloatArray = np.array([0.1, 0.9, 0.6504, 0.7], np.float32)
    assert crisis.threshold_for(chances, 2) == pytest.approx(0.651)
    assert crisis.threshold_for(chances, 0) == pytest.approx(0.9)


def test_a_model_learns_what_is_easy() -> None:
    rows = csr_matrix(np.repeat(np.eye(4, dtype=np.float32), 5, axis=0))
    kinds = np.repeat(np.arange(4), 5)
    learnt = crisis.Corpus(["x"] * 20, kinds, np.arange(20), np.ones(20, bool))
    chances = crisis.cross_validated(rows, learnt, 0)
    assert (chances[kinds == 0] < 0.5).all()
    assert (chances[kinds > 0] > 0.5).all()
