"""Fine-tuning the hub alternatives: a tiny run learns, writes every artefact, and the product loads what it wrote."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import model_utils
from backends.contracts import GOEMOTIONS
from settings import Settings
from training import text_hub_smoke
from training.text_hub import best_thresholds, main, read_config
from training.text_hub_data import halves, read_split


@pytest.mark.parametrize("config", ["text_distilbert", "text_bert"])
def test_a_smoke_run_learns_and_the_product_reads_what_it_wrote(config: str, tmp_path: Path) -> None:
    out = tmp_path / "hub" / "SamLowe" / "roberta-base-go_emotions"
    assert main(["--config", config, "--smoke", "--out", str(out)]) == 0
    assert json.loads((out / "metrics_overall.json").read_text())["held"]["micro_f1"] >= 0.95
    meta = json.loads((out / "model_meta.json").read_text())
    assert (meta["name"], meta["seed"], meta["rows"]) == (config, 7, 512)
    assert json.loads((out / "labels.json").read_text()) == {"emotion": list(GOEMOTIONS)}
    inference = json.loads((out / "inference_config.json").read_text())
    assert (inference["tokenizer"], inference["max_tokens"], inference["top_k"]) == ("tokenizer.json", 128, 5)
    assert len(inference["thresholds"]) == 28
    table = list(csv.DictReader((out / "per_class_metrics_held.csv").read_text("utf-8").splitlines()))
    assert [row["label"] for row in table] == list(GOEMOTIONS)
    assert all((out / plot).read_bytes().startswith(b"\x89PNG") for plot in ("confusion.png", "reliability.png"))

    settings = Settings(hub_folder=tmp_path / "hub", store_folder=tmp_path / "store")
    scores = model_utils.load("text_emotion", "roberta-go-emotions", settings).score(
        ["i love this kettle thank you today", "i was scared it would burn here", "you stupid idiots i hate you now"]
    )
    assert [GOEMOTIONS[label] for label in scores.argmax(1)] == ["love", "fear", "anger"]


def test_configs_name_the_published_checkpoints_and_unknown_ones_are_refused() -> None:
    assert read_config("text_distilbert").checkpoint == "distilbert/distilbert-base-uncased"
    assert read_config("text_bert").checkpoint == "google-bert/bert-base-uncased"
    with pytest.raises(SystemExit, match="one of text_bert, text_distilbert, or"):
        read_config("text_minilm")


def test_a_split_is_read_with_several_labels(tmp_path: Path) -> None:
    path = tmp_path / "dev.tsv"
    path.write_text('say "hi\t0,27\tx1\nno\t3\tx2\n', "utf-8")
    data = read_split(path)
    assert data.texts == ['say "hi', "no"]
    assert [np.flatnonzero(row).tolist() for row in data.labels] == [[0, 27], [3]]


def test_the_halves_of_dev_share_no_text_and_lose_none() -> None:
    dev = text_hub_smoke.corpus()[1]
    choose, held = halves(dev)
    assert sorted(choose.texts + held.texts) == sorted(dev.texts)
    assert len(choose.labels) == len(choose.texts) > 10
    assert len(held.labels) == len(held.texts) > 10


def test_thresholds_have_the_best_f1() -> None:
    scores = np.tile(np.array([[0.9], [0.62], [0.58], [0.1]], np.float32), (1, 28))
    truth = np.tile(np.array([[1], [1], [0], [0]], np.int8), (1, 28))
    assert best_thresholds(scores, truth) == [0.6] * 28
