"""The training of the crisis classifier: what it may learn from, its folds and limits, a run in miniature."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from backends.contracts import FloatArray
from chat import danger
from chat.danger import KINDS
from settings import Settings
from tests.chat.crisis_table import CRISIS, HARMLESS
from training import crisis, crisis_corpus, crisis_report
from training.crisis_corpus import NO_IDEA, Corpus, Phrase
from training.crisis_encoder import CrisisEncoder, EncoderConfig, epoch, fit, probabilities
from training.text_encoder import Encoder, load_encoder, wheel_folder, wheel_tokenizer


def test_what_is_measured_is_not_learnt() -> None:
    learnt = {phrase.text.casefold() for kind in KINDS for phrase in crisis_corpus.phrases(kind)}
    measured = {text.casefold() for name in crisis_corpus.HELD_OUT for _, text in crisis_corpus.held_out(name)}
    measured |= {text.casefold() for text, _ in CRISIS} | {text.casefold() for text in HARMLESS}
    assert learnt & measured == set()


def test_no_phrase_is_learnt_as_two_kinds() -> None:
    texts = [phrase.text.casefold() for kind in KINDS for phrase in crisis_corpus.phrases(kind)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(("name", "each"), list(zip(crisis_corpus.HELD_OUT, (60, 60, 100), strict=True)))
def test_as_many_dangers_as_look_alikes_are_held_out(name: str, each: int) -> None:
    kinds = [kind for kind, _ in crisis_corpus.held_out(name)]
    assert (len(kinds), kinds.count("harmless"), set(kinds)) == (2 * each, each, set(KINDS))


def test_a_phrase_without_heading_gets_the_nearest_idea_of_its_kind() -> None:
    written = [
        Phrase("abuse", "hit", "he hits me"),
        Phrase("abuse", "watched", "he reads my phone"),
        Phrase("violence", "hit", "I will hit him"),
        Phrase("abuse", "", "she checks where I am"),
    ]
    embeddings: FloatArray = np.array([[1, 0], [0, 1], [0.1, 0.99], [0.1, 0.99]], np.float32)
    ideas = crisis_corpus.number_ideas(written, embeddings)
    assert ideas.tolist() == [0, 1, 2, 1]


def test_an_idea_lies_in_one_fold_and_each_fold_has_every_kind() -> None:
    kinds = np.repeat([0, 0, 0, 1, 1, 1, 0], 5)
    ideas = np.repeat([0, 1, 2, 3, 4, 5, NO_IDEA], 5)
    learnt = Corpus(["x"] * 35, kinds, ideas)
    fold = crisis_corpus.folds_of(learnt, 3, 1)
    assert all(len(set(fold[ideas == idea])) == 1 for idea in range(6))
    assert [sorted(set(fold[learnt.written & (kinds == kind)])) for kind in (0, 1)] == [[0, 1, 2], [0, 1, 2]]
    assert (fold == crisis_corpus.folds_of(learnt, 3, 1)).all()


def test_slips_are_of_one_letter_and_the_same_for_the_same_seed() -> None:
    slips = [crisis_corpus.misspelt("Suddenly everything hurts", random.Random(seed)) for seed in range(20)]
    assert slips == [crisis_corpus.misspelt("Suddenly everything hurts", random.Random(seed)) for seed in range(20)]
    assert all(abs(len(slip) - len("Suddenly everything hurts")) <= 2 for slip in slips)
    assert crisis_corpus.misspelt("so it is", random.Random(1)) == "so it is"


def test_an_epoch_sees_every_phrase_and_a_sample_of_ordinary_messages() -> None:
    texts = ["I want to go", "he hits me", "nice tea", "a", "b", "c"]
    learnt = Corpus(texts, np.array([1, 2, 0, 0, 0, 0]), np.array([0, 1, 2, NO_IDEA, NO_IDEA, NO_IDEA]))
    plain = EncoderConfig(slips=0, small_talk=0, ordinary=2)
    seen, kinds = epoch(learnt, np.array([0, 1, 2, 3, 4, 5]), plain, (1, 0))
    assert (seen[:3], kinds.tolist()) == (texts[:3], [1, 2, 0, 0, 0])
    assert set(seen[3:]) < {"a", "b", "c"}
    talk = EncoderConfig(slips=0, small_talk=1, ordinary=0)
    seen, kinds = epoch(learnt, np.array([0, 3]), talk, (1, 0))
    assert (seen[0] in ("I want to go. a", "a. I want to go"), kinds.tolist()) == (True, [1])


def test_the_threshold_is_the_lowest_that_allows_so_many_false_alarms() -> None:
    chances: FloatArray = np.array([0.1, 0.9, 0.6504, 0.7], np.float32)
    assert crisis_report.threshold_for(chances, 2) == pytest.approx(0.651)
    assert crisis_report.threshold_for(chances, 0) == pytest.approx(0.9)


def test_limits_keep_to_table_and_folds() -> None:
    table: FloatArray = np.linspace(0, 0.5, 150, dtype=np.float32)
    written: FloatArray = np.linspace(0, 1, 1001, dtype=np.float32)
    calm: FloatArray = np.zeros(100, np.float32)
    limits = crisis_report.limits_for(table, written, calm)
    assert float((written >= limits.threshold).mean()) == pytest.approx(crisis_report.WRITTEN_ALARMS, abs=0.002)
    assert float((written >= limits.perhaps).mean()) == pytest.approx(crisis_report.WRITTEN_OFFERS, abs=0.002)
    strict = crisis_report.limits_for(table + 0.495, written, calm)
    assert float((table + 0.495 >= strict.threshold).sum()) <= crisis_report.TABLE_ALARMS
    assert strict.perhaps == limits.perhaps
    shrill = crisis_report.limits_for(table, written, written[500:])
    assert float((written[500:] >= shrill.threshold).mean()) == pytest.approx(crisis_report.ORDINARY_ALARMS, abs=0.003)


def test_a_small_encoder_learns_what_is_easy() -> None:
    torch.manual_seed(0)
    words = {"self_harm": "die", "abuse": "beaten", "violence": "stab", "harmless": "cake"}
    texts = [f"{words[kind]} {word}" for kind in KINDS for word in ("now", "again", "today", "soon") * 6]
    learnt = Corpus(texts, np.repeat(np.arange(4), 24), np.repeat(np.arange(4), 24))
    tokenizer = wheel_tokenizer()
    encoder = Encoder(width=48, layers=1, heads=4)
    config = EncoderConfig(tuned_layers=1, epochs=12, rate=3e-3, head_rate=3e-3, slips=0, small_talk=0, average=0.5)
    model = fit(encoder, learnt, tokenizer, config, 1, np.arange(len(texts)))
    found = probabilities(model, danger.tokens_of(["die soon", "beaten today", "stab now", "cake again"], tokenizer))
    assert found.argmax(axis=1).tolist() == [1, 2, 3, 0]


def test_frozen_layers_stay_as_they_were() -> None:
    encoder = Encoder(width=48, layers=2, heads=4)
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    learnt = Corpus(["die", "cake"] * 8, np.array([1, 0] * 8), np.arange(16))
    config = EncoderConfig(tuned_layers=1, epochs=1)
    after = fit(encoder, learnt, wheel_tokenizer(), config, 1, np.arange(16)).encoder.state_dict()
    changed = {name for name in before if (before[name] != after[name]).any()}
    assert {".".join(name.split(".")[:2]) for name in changed} == {"layers.1"}


def test_a_smoke_run_ships_what_the_product_reads(tmp_path: Path) -> None:
    folder = tmp_path / "models" / danger.FOLDER
    limits = crisis.smoke(folder, 1)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert (card["threshold"], card["perhaps"]) == (limits.threshold, limits.perhaps)
    assert set(card["files"]) == {danger.ENCODER_FILE, danger.TOKENIZER_FILE}
    assert sum(row["bytes"] for row in card["files"].values()) < 25_000_000
    shipped = danger.load(Settings(data_folder=tmp_path))
    model = CrisisEncoder(load_encoder(wheel_folder()), 0.1)
    model.load_state_dict(load_file(folder / "work" / "encoder.safetensors"))
    texts = ["I want to be gone for good", "the tea is lovely, thank you", "he says he will find me"]
    floats = probabilities(model.eval(), danger.tokens_of(texts, wheel_tokenizer()))
    np.testing.assert_allclose(shipped.probabilities(texts), floats, atol=0.02)
    np.testing.assert_allclose(shipped.probabilities(texts[:1]), shipped.probabilities(texts)[:1], atol=1e-5)
