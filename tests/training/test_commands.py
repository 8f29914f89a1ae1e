"""Training commands given the wrong things: one sentence, a status other than 0, and nothing written."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.source import ROOT
from training import (
    crisis,
    emotion_words,
    empathy,
    export,
    face,
    face_export,
    face_mistakes,
    plots,
    responder,
    text,
    text_hub,
)
from training.command import command
from training.text_data import FILES

CONFIGS = ROOT / "training" / "configs"
FACE_MODEL = ROOT / "data" / "models" / "face-resnet50"
TEXT_MODEL = ROOT / "data" / "models" / "text-minilm"


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


class TestText:
    def test_a_smoke_run_leaves_the_model_that_ships_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written: list[Path] = []
        monkeypatch.setattr(text.Run, "train", lambda run, _command: written.extend((run.out, run.folder)))
        assert text.main(["--smoke"]) == 0
        assert len(written) == 2
        assert not any(path.is_relative_to(ROOT) for path in written)

    @pytest.mark.parametrize("out", [TEXT_MODEL, TEXT_MODEL / ".." / "text-minilm"])
    def test_not_even_where_out_names_its_folder(self, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        before = digests(TEXT_MODEL)
        with pytest.raises(SystemExit) as stopped:
            text.main(["--smoke", "--out", str(out)])
        assert stopped.value.code == 2
        assert "does not write it over the model that ships; choose another --out" in capsys.readouterr().err
        assert digests(TEXT_MODEL) == before

    def test_a_real_run_must_be_told_where_to_write(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            text.main(["--data", "anywhere"])
        assert stopped.value.code == 2
        assert "--data and --out are needed (or --smoke)" in capsys.readouterr().err

    def test_a_wrong_data_folder_is_told_before_anything_is_written(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        with pytest.raises(SystemExit, match=r"^There is no folder .*nowhere\.$"):
            text.main(["--data", str(tmp_path / "nowhere"), "--out", str(out)])
        for name in FILES[1:]:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
        with pytest.raises(SystemExit, match=rf"^.*{tmp_path.name} lacks goemotions/train\.tsv\.$"):
            text.main(["--data", str(tmp_path), "--out", str(out)])
        assert not out.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([text.main, "--smoke", "--config", "text_distilbert"],
         "'text_distilbert' is a config of python -m training.text_hub; choose one of text_minilm, or give"),
        ([text_hub.main, "--smoke", "--config", "text_minilm"],
         "'text_minilm' is a config of python -m training.text; choose one of text_bert, "),
        ([face.main, "--smoke", "--config", "responder_flan_t5"],
         "'responder_flan_t5' is a config of python -m training.responder; choose one of face_cnn3, "),
        ([responder.main, "--smoke", "--config", "no_such"], "No config 'no_such'; choose one of responder_flan_t5, "),
        ([face.main, "--smoke", "--config", str(CONFIGS / "text_minilm.toml")],
         "text_minilm.toml is not a config of this command: it has 'branch', which is unknown here."),
        ([responder.main, "--smoke", "--config", "EMPTY"], "is not a config of this command: it has no 'name'."),
        ([text.main, "--smoke", "--config", "BROKEN"], "is not a TOML file that can be read: "),
        ([face.main, "--data", "NOWHERE", "--out", "OUT"], "There is no folder "),
        ([face.main, "--data", "EMPTY FOLDER", "--out", "OUT"], "empty folder has no folder train."),
        ([face_export.main, "--run", "NOWHERE", "--data", "NOWHERE", "--out", "OUT"], "There is no folder "),
        ([face_mistakes.main, "--model", "NOWHERE", "--data", "NOWHERE"], "card.json: No such file or directory."),
        ([face_mistakes.main, "--model", str(TEXT_MODEL), "--data", "NOWHERE"],
         "text-minilm/card.json has no 'input_size'; --model names the folder of a face model."),
        ([plots.main, "--model", "NOWHERE", "--out", "OUT"], "metrics.json: No such file or directory."),
        ([plots.main, "--model", str(TEXT_MODEL), "--out", "OUT"],
         "text-minilm/metrics.json has no 'confusion'; --model names the folder of a face model."),
        ([export.main, "--model", "NOWHERE", "--format", "onnx", "--out", "OUT"], "nowhere has no card.json; give "),
        ([export.main, "--model", str(TEXT_MODEL), "--format", "onnx", "--out", "OUT"], "has no 'input_size'"),
        ([text_hub.main, "--data", "NOWHERE", "--out", "OUT"], "There is no folder "),
        ([responder.main, "--data", "NOWHERE", "--out", "OUT"], "There is no folder "),
        ([crisis.main, "--data", "NOWHERE"], "There is no folder "),
        ([empathy.main, "--data", "NOWHERE"], "There is no folder "),
        ([emotion_words.main, "--data", "NOWHERE"], "There is no folder "),
        ([emotion_words.main, "--data", "EMPTY FOLDER"], "empty folder lacks train.tsv."),
        ([face_mistakes.main, "--model", str(FACE_MODEL), "--data", "NOWHERE"], "There is no folder "),
        ([text.main, "--data", "NOWHERE", "--out", "OUT"], "There is no folder "),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence(given: list[Any], message: str, tmp_path: Path) -> None:
    main, *arguments = given
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "empty folder").mkdir()
    (tmp_path / "broken.toml").write_text("seed = = 7")
    places = {name: tmp_path / name.lower() for name in ("NOWHERE", "OUT", "EMPTY FOLDER")}
    places |= {name: tmp_path / f"{name.lower()}.toml" for name in ("EMPTY", "BROKEN")}
    with pytest.raises(SystemExit) as stopped:
        main([str(places.get(argument, argument)) for argument in arguments])
    assert isinstance(stopped.value.code, str), "a sentence, which Python prints, and a status of 1"
    assert message in stopped.value.code
    assert "\n" not in stopped.value.code
    assert not places["OUT"].exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([face.main, "--initialise", "nowhere.onnx"], "argument --initialise: there is no file nowhere.onnx"),
        ([responder.main, "--checkpoint", "nowhere"], "nowhere is not the folder of a checkpoint"),
        ([text_hub.main, "--checkpoint", "nowhere"], "nowhere is not the folder of a checkpoint"),
        ([face.main, "--data", "x"], "--data and --out are needed (or --smoke)"),
        ([responder.main, "--data", "x"], "--data and --out are needed (or --smoke)"),
        ([text_hub.main, "--out", "x"], "--data and --out are needed (or --smoke)"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_told_with_the_usage(
    given: list[Any], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main, *arguments = given
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_mistake_of_the_program_keeps_its_traceback() -> None:
    @command
    def broken() -> int:
        return {"a": 1}["b"]

    with pytest.raises(KeyError, match="b"):
        broken()


@pytest.mark.parametrize("module", [responder, text_hub])
def test_smoke_runs_need_no_folder(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    class Run:
        def __init__(self, _config: object, _base: Path, out: Path, *_examples: object) -> None:
            folders.append(out)

        def train(self) -> None: ...
        def fit(self, _examples: object) -> None: ...
        def write(self, *_facts: object) -> None: ...
        def finish(self, *_facts: object) -> dict[str, Any]:
            return {}

    monkeypatch.setattr(module, "Run", Run)
    module.main(["--smoke"])
    assert len(folders) == 1
    assert not folders[0].is_relative_to(ROOT)
    assert not folders[0].exists()
