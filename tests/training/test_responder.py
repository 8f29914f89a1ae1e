"""Training the responder's adapter: a tiny run learns, goes on where it stopped, and the product takes it."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.torch import load_file

import model_utils
from backends.contracts import Turn
from backends.lora import with_peft
from backends.prompts import reply_prompt
from settings import Settings
from training import responder_smoke
from training.dialogues import Example, daily_dialog, empathetic, load
from training.responder import main
from training.responder_config import ResponderConfig, read_config
from training.responder_run import Run, spread
from training.responder_score import bleu, distinct, figures, perplexity, rouge_l


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished smoke run."""
    folder = tmp_path_factory.mktemp("responder") / "run"
    main(["--smoke", "--out", str(folder), "--machine", "a test"])
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Iterator["Runs"]:
    with with_peft():
        yield Runs(tmp_path)


class Runs:
    """Makes runs of two epochs over the same tiny model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = dataclasses.replace(
            read_config("responder_flan_t5"), **responder_smoke.CHANGES | {"epochs": 2, "dropout": 0.1}
        )
        responder_smoke.save_tiny(folder / "base", self.config.seed)
        self.train, self.valid = responder_smoke.corpus()

    def __call__(self, name: str, config: ResponderConfig | None = None) -> Run:
        return Run(config or self.config, self.folder / "base", self.folder / name, self.train[:40], self.valid)


def test_a_smoke_run_learns_and_says_how_well(out: Path) -> None:
    metrics = json.loads((out / "adapter" / "metrics.json").read_text("utf-8"))
    ours, bare = metrics["adapter"], metrics["without_adapter"]
    assert ours["perplexity"] < 20 < bare["perplexity"]
    assert ours["rouge_l"] > bare["rouge_l"] + 0.1
    assert metrics["human"] | {"words": 0} == {
        "rouge_l": 1.0, "bleu": 100.0, "distinct_1": 0.375, "distinct_2": 0.5179, "words": 0, "replies": 8
    }  # fmt: skip
    assert (metrics["rows"], metrics["steps"], metrics["machine"], metrics["config"]["seed"]) == (96, 96, "a test", 7)
    best = min(metrics["history"], key=lambda row: row["validation_perplexity"])
    assert (metrics["best_epoch"], ours["perplexity"]) == (best["epoch"], round(best["validation_perplexity"], 3))
    assert len((out / "log.jsonl").read_text().splitlines()) == metrics["config"]["epochs"] == 8
    assert any((out / "tensorboard").iterdir())


def test_the_adapter_is_of_the_published_form_and_nothing_is_pickled(out: Path) -> None:
    config = json.loads((out / "adapter" / "adapter_config.json").read_text("utf-8"))
    assert (config["r"], config["lora_alpha"], config["task_type"]) == (8, 32, "SEQ_2_SEQ_LM")
    assert sorted(config["target_modules"]) == ["q", "v"]
    assert config["base_model_name_or_path"] == "a tiny random T5"
    weights = load_file(out / "adapter" / "adapter_model.safetensors")
    assert {name.split(".")[-3] for name in weights} == {"q", "v"}
    assert {path.suffix for path in out.rglob("*") if path.is_file() and "tensorboard" not in path.parts} == {
        ".safetensors", ".json", ".jsonl", ".md"
    }  # fmt: skip
    card = (out / "adapter" / "README.md").read_text("utf-8")
    assert card.startswith("---\nbase_model: a tiny random T5\nlibrary_name: peft\nlicense: mit\n")
    assert "96 replies of made-up talk, 8 epochs" in card
    assert str(out) not in card


def test_the_product_answers_with_it(out: Path, tmp_path: Path) -> None:
    hub = tmp_path / "hub"
    (hub / "google" / "flan-t5-base").mkdir(parents=True)
    responder_smoke.save_tiny(hub / "google" / "flan-t5-base", 7)
    settings = Settings(
        profile="auto", hub_folder=hub, responder_adapter=out / "adapter", store_folder=tmp_path, threads=1
    )
    reply = model_utils.load("responder", settings=settings).reply("I lost my chair", [], "sad")
    assert reply.model == "flan-t5-base + adapter"
    assert {"sorry", "your"} & set(reply.text.split())


def test_a_run_that_was_stopped_ends_as_one_that_was_not(run: Runs) -> None:
    whole = run("whole")
    whole.train()
    first = run("stopped")
    first.train(stop_after=7)
    assert (first.state.step, first.state.history, len(first.state.losses)) == (7, whole.state.history[:1], 2)
    again = run("stopped")
    assert (again.state.step, again.state.first) == (7, whole.state.first)
    again.train()
    assert (again.state.step, again.state.best, again.state.history) == (10, whole.state.best, whole.state.history)
    ends = [load_file(run.folder / name / "adapter" / "adapter_model.safetensors") for name in ("whole", "stopped")]
    assert ends[0].keys() == ends[1].keys()
    assert all(ends[0][name].equal(ends[1][name]) for name in ends[0])


def test_a_folder_of_another_run_is_not_written_over(run: Runs) -> None:
    run("one").train(stop_after=1)
    with pytest.raises(ValueError, match="holds a run of another config or other data; choose another --out"):
        run("one", dataclasses.replace(run.config, rate=1.0))


def test_prompts_are_those_of_the_product_and_labels_are_the_replies(run: Runs) -> None:
    started = run("one")
    example = Example("I lost my dog", (Turn("user", "Hello"),), "sad", "I am so sorry", "")
    encoded = started._encode(example)
    assert started.tokenizer.decode(encoded.reply) == "I am so sorry </s>"
    assert encoded.prompt[:-1] == started._ids(reply_prompt("I lost my dog", example.history, "sad"))
    tensors = started._tensors([encoded, started._encode(dataclasses.replace(example, reply="I"))])
    assert tensors["labels"][1].tolist()[2:] == [-100] * 3
    assert started.model.num_parameters() > sum(p.numel() for p in started.model.parameters() if p.requires_grad) > 0


def test_configs_are_the_published_form_and_unknown_ones_are_refused() -> None:
    config = read_config("responder_flan_t5")
    assert (config.checkpoint, config.r, config.alpha, config.targets) == ("google/flan-t5-base", 8, 32, ("q", "v"))
    with pytest.raises(SystemExit, match="one of responder_flan_t5, or"):
        read_config("text_bert")
    with pytest.raises(SystemExit):
        main(["--out", "x"])


def test_rows_are_taken_evenly() -> None:
    examples = [Example(str(number), (), "sad", "r", "") for number in range(11)]
    assert [one.message for one in spread(examples, 3)] == ["0", "5", "10"]
    assert spread(examples, 0) == spread(examples, 20) == examples


EMPATHETIC = """dialog_id	emotion	speaker	text
c1	afraid	situation	A noise at night
c1	afraid	speaker	I heard "a noise".
c1	afraid	speaker	It was late.
c1	afraid	listener	Scary!
c1	afraid	speaker	It was the cat.
c1	afraid	listener	Phew.
c2	prepared	speaker	Ready.
c2	prepared	speaker	Steady.
"""


def test_empathetic_dialogues_are_read_as_replies_with_what_was_before(tmp_path: Path) -> None:
    path = tmp_path / "empathetic_train.tsv"
    path.write_text(EMPATHETIC, "utf-8")
    first, second = empathetic(path)
    assert first == Example('I heard "a noise". It was late.', (), "fear", "Scary!", "EmpatheticDialogues")
    earlier = (Turn("user", 'I heard "a noise". It was late.'), Turn("assistant", "Scary!"))
    assert second == Example("It was the cat.", earlier, "fear", "Phew.", "EmpatheticDialogues")
    assert load(tmp_path, "train") == [first, second]
    with pytest.raises(FileNotFoundError, match=r"empathetic_valid\.tsv is not in"):
        load(tmp_path, "valid")
    path.write_text(EMPATHETIC.replace("afraid", "bored"), "utf-8")
    with pytest.raises(ValueError, match="'bored', which is not one of its 32"):
        list(empathetic(path))
    path.write_text(EMPATHETIC.replace("dialog_id", "id"), "utf-8")
    with pytest.raises(ValueError, match="does not begin with dialog_id"):
        list(empathetic(path))


def test_daily_dialog_joins_in_in_its_published_form(tmp_path: Path) -> None:
    talks = [f"Say {number} , Jim . __eou__ Hi ! __eou__ Bye . __eou__\n" for number in range(200)]
    (tmp_path / "dialogues_text.txt").write_text("".join(talks), "utf-8")
    (tmp_path / "dialogues_emotion.txt").write_text("0 4 5\n" * 200, "utf-8")
    train, valid = (list(daily_dialog(tmp_path, part)) for part in ("train", "valid"))
    assert len(train) + len(valid) == 400
    assert 2 <= len(valid) <= 40
    assert not {one.message for one in train if not one.history} & {one.message for one in valid if not one.history}
    opening, answer = train[:2]
    assert (opening.emotion, opening.reply, opening.history) == ("neutral", "Hi !", ())
    assert (answer.message, answer.emotion, answer.reply) == ("Hi !", "happy", "Bye .")
    assert answer.history == (Turn("assistant", opening.message),)
    (tmp_path / "empathetic_train.tsv").write_text(EMPATHETIC, "utf-8")
    assert [one.source for one in load(tmp_path, "train")[1:4]] == ["EmpatheticDialogues", "DailyDialog", "DailyDialog"]
    (tmp_path / "dialogues_emotion.txt").write_text("0 4\n" * 200, "utf-8")
    with pytest.raises(ValueError, match=r"line 1 of dialogues_text\.txt has 3 turns, but 2 emotions"):
        list(daily_dialog(tmp_path, "train"))


def test_scores_by_hand() -> None:
    assert rouge_l(["the cat sat"], ["the cat sat on the mat"]) == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert bleu(["The cat sat on the mat"], ["the cat sat on the mat"])[0] == pytest.approx(100)
    assert distinct(["I see", "i hear"], 1) == 0.75
    assert distinct(["a b a b"], 2) == pytest.approx(2 / 3)
    assert distinct([], 1) == distinct(["a"], 2) == 0.0
    assert perplexity(6.0 * 0.6931471805599453, 6) == pytest.approx(2.0)
    assert figures(["a b c d"], ["e f g h"]) == {
        "rouge_l": 0.0, "bleu": 0.0, "distinct_1": 1.0, "distinct_2": 1.0, "words": 4.0, "replies": 1
    }  # fmt: skip
