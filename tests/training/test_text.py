"""Training the text model: a real run in miniature, the 8-bit graph by value, data parts, calibration by hand."""

import csv
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from backends.contracts import GOEMOTIONS
from backends.minilm import joint_reader
from backends.weights import shipped_card
from settings import Settings
from training import swearing, text, text_data
from training.text_config import read_config
from training.text_data import UNKNOWN, Example
from training.text_encoder import Encoder, Shipped
from training.text_export import export, quantise
from training.text_heads import Targets, best_thresholds, emotion_loss, joint_loss, losses, temperatures
from training.text_report import calibration_error
from training.text_tower import Tower


def test_a_smoke_run_writes_everything_and_finds_its_own_labels(tmp_path: Path) -> None:
    out = tmp_path / "models" / "text-minilm"
    assert text.main(["--smoke", "--out", str(out)]) == 0
    card = json.loads((out / "card.json").read_text())
    assert set(card["files"]) == {"encoder.onnx", "heads.safetensors", "tokenizer.json", "inference_config.json"}
    for name in ("labels.json", "model_meta.json", "per_class_metrics_held.csv", "confusion.png", "reliability.png"):
        assert (out / name).stat().st_size > 100
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["run"]["command"] == "python -m training.text --config text_minilm --smoke"
    assert metrics["held"]["emotion/toy"]["micro_f1"] > 0.9
    assert metrics["held"]["sentiment/toy"]["macro_recall"] > 0.9
    assert json.loads((out / "metrics_overall.json").read_text())["held"] == metrics["held"]
    table = list(csv.DictReader((out / "per_class_metrics_held.csv").read_text().splitlines()))
    assert [row["label"] for row in table] == list(GOEMOTIONS)


def test_the_trained_folder_loads_through_the_same_path_as_the_shipped_one(tmp_path: Path) -> None:
    out = tmp_path / "models" / "text-minilm"
    text.main(["--smoke", "--out", str(out)])
    facts = json.loads((out / "card.json").read_text())["files"]
    files = tuple(text_file(name, row) for name, row in facts.items())
    card = shipped_card("embedder", "text-minilm", lambda settings: settings, title="t", limits="l", files=files)
    reader = joint_reader(Settings(data_folder=tmp_path), card)
    scores = reader.read(["I love this kettle, thank you today", "the parcel weighs two kilos at home"])
    assert [GOEMOTIONS[label] for label in scores.emotions.argmax(axis=1)] == ["love", "neutral"]
    assert scores.embeddings.shape == (2, 32)


def text_file(name: str, row: dict[str, str]) -> object:
    from backends.contracts import WeightFile

    return WeightFile(name, int(row["bytes"]), row["sha256"])


@pytest.fixture
def graphs(tmp_path: Path) -> tuple[onnxruntime.InferenceSession, onnxruntime.InferenceSession]:
    """The same small random encoder in float32 and in 8 bits."""
    torch.manual_seed(0)
    encoder = Encoder(vocabulary=50, width=64, layers=2, heads=4)
    tower = Tower(encoder, branch=1, hidden=8, dropout=0.0, head_dropout=0.0)
    with torch.no_grad():
        for parameter in tower.parameters():  # a trained tower is no copy any more
            parameter.add_(torch.randn_like(parameter) * 0.01)
    export(Shipped(encoder, tower.layers, branch=1), tmp_path / "float.onnx")
    quantise(tmp_path / "float.onnx", tmp_path / "bytes.onnx", [[1, 2, 3, 4], [5, 6, 7]])
    providers = ["CPUExecutionProvider"]
    exact, small = (
        onnxruntime.InferenceSession(str(tmp_path / f"{name}.onnx"), providers=providers) for name in ("float", "bytes")
    )
    return exact, small


def test_the_8_bit_graph_computes_what_the_exact_one_does(
    graphs: tuple[onnxruntime.InferenceSession, onnxruntime.InferenceSession],
) -> None:
    ids = np.arange(36).reshape(3, 12) % 50
    mask = np.ones_like(ids)
    exact, small = (graph.run(None, {"input_ids": ids, "attention_mask": mask}) for graph in graphs)
    assert float((exact[0] * small[0]).sum(axis=1).min()) > 0.999
    assert small[1] == pytest.approx(exact[1], abs=0.08)


def test_padding_and_neighbours_change_nothing_in_8_bits(
    graphs: tuple[onnxruntime.InferenceSession, onnxruntime.InferenceSession],
) -> None:
    short = np.array([[7, 8, 9]])
    padded = np.array([[7, 8, 9, 0, 0], [30, 31, 32, 33, 34]])
    alone = graphs[1].run(None, {"input_ids": short, "attention_mask": np.ones_like(short)})
    beside = graphs[1].run(None, {"input_ids": padded, "attention_mask": np.array([[1, 1, 1, 0, 0], [1] * 5])})
    assert beside[0][0] == pytest.approx(alone[0][0], abs=1e-4)
    assert beside[1][0] == pytest.approx(alone[1][0], abs=1e-3)


def test_situations_leave_the_labels_of_their_own_group_open(tmp_path: Path) -> None:
    file = tmp_path / "e.tsv"
    file.write_text(
        "d\tafraid\tsituation\tIt was dark_comma_ I ran\nd\tafraid\tspeaker\tno\nd\tprepared\tsituation\tno\n"
    )
    (example,) = text_data.empathetic(file)
    targets = dict(zip(GOEMOTIONS, example.emotions, strict=True))
    assert example.text == "It was dark, I ran"
    assert (targets["fear"], targets["nervousness"], targets["joy"], targets["neutral"]) == (1, UNKNOWN, 0, 0)


def test_parts_share_no_text_and_dev_is_never_trained_on(tmp_path: Path) -> None:
    folder = tmp_path / "goemotions"
    folder.mkdir()
    (folder / "train.tsv").write_text("".join(f"train {number}\t27\tx\n" for number in range(30)))
    (folder / "dev.tsv").write_text("".join(f"dev {number}\t0,1\tx\n" for number in range(60)))
    corpus = text_data.load_corpus(tmp_path, {"goemotions": 20}, seed=1)
    train, choose, held = ({example.text for example in part} for part in (corpus.train, corpus.choose, corpus.held))
    assert len(train) == 20
    assert len(choose | held) == 60
    assert not choose & held
    assert all(text.startswith("train") for text in train)
    assert corpus.held[0].emotions[:3] == (1, 1, 0)


def test_unknown_labels_cost_nothing() -> None:
    logits = torch.zeros(2, 28)
    targets = torch.full((2, 28), UNKNOWN)
    targets[0, :2] = torch.tensor([1, 0])
    assert float(emotion_loss(logits, targets)) == pytest.approx(2 * np.log(2))
    nothing = Targets.of([Example("x", "y")])
    made = {"emotion": torch.ones(1, 28), "sentiment": torch.ones(1, 3), "toxicity": torch.ones(1, 1)}
    assert [float(value) for value in losses(made, nothing, torch.ones(3)).values()] == [0.0, 0.0, 0.0]


def test_overconfident_logits_get_a_temperature_above_one() -> None:
    examples = [Example("x", "y", toxicity=int(row < 75)) for row in range(100)]
    logits = {"toxicity": torch.full((100, 1), 4.0)}
    # three of four are toxic, so the best logit is log(3): 4 / log(3) = 3.64
    made = logits | {"emotion": torch.zeros(100, 28), "sentiment": torch.zeros(100, 3)}
    found = temperatures(made, Targets.of(examples))
    assert found["toxicity"] == pytest.approx(4 / np.log(3), rel=0.01)
    assert (found["emotion"], found["sentiment"]) == (1.0, 1.0)


def test_thresholds_separate_what_can_be_separated() -> None:
    truth = np.zeros((400, 2), np.int8)
    truth[:200, 0] = 1
    truth[:2, 1] = 1
    scores = np.where(truth == 1, [0.7, 0.3], [0.6, 0.1]).astype(np.float32)
    common, rare = best_thresholds(scores, truth)
    assert 0.6 < common < 0.7
    assert 0.1 < rare < 0.3


def test_the_calibration_error_by_hand() -> None:
    assert calibration_error(np.array([0.9, 0.9, 0.9, 0.9], np.float32), np.array([1, 1, 1, 0])) == pytest.approx(0.15)


def test_the_shipped_config_names_only_known_sources() -> None:
    config = read_config("text_minilm")
    known = {"goemotions", "empathetic", "semeval", "sst2", "reviews", "swearing", "offensive", "davidson"}
    assert set(config.rows) <= known
    assert config.max_tokens == 256


def test_the_joint_loss_counts_a_task_by_its_rows() -> None:
    targets = Targets.of([Example("x", "s", sentiment=2), Example("x", "t", toxicity=1), Example("x", "n")])
    logits = {"emotion": torch.zeros(3, 28), "sentiment": torch.zeros(3, 3), "toxicity": torch.zeros(3, 1)}
    expected = (1.5 * np.log(3) + 2.0 * np.log(2)) / 3
    assert float(joint_loss(logits, targets, torch.ones(3))) == pytest.approx(expected)


def test_cursing_at_a_product_is_added_as_harmless(tmp_path: Path) -> None:
    bad = "It broke after two days."
    (tmp_path / "reviews").mkdir()
    rows = [f"0,1,30,{text},{stars}" for text, stars in ((bad, 1), ("Lovely colour and a good fit.", 5))]
    (tmp_path / "reviews" / "womens_clothing.csv").write_text("\n".join(rows) + "\n")
    (made,) = [one for one in text_data.load_corpus(tmp_path, {}, seed=3).train if one.source == "swearing"]
    assert bad in made.text
    assert made.text.replace(bad, "").strip() in swearing.CURSES
    assert (made.sentiment, made.toxicity) == (0, 0)
