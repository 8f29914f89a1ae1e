"""Training commands given the wrong things: one sentence, a status other than 0, and nothing written."""

import hashlib
from pathlib import Path

import pytest

from tests.source import ROOT
from training import text
from training.text_data import FILES

SHIPPED_TEXT = ROOT / "data" / "models" / "text-minilm"


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


class TestText:
    def test_a_smoke_run_leaves_the_model_that_ships_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        written: list[Path] = []
        monkeypatch.setattr(text.Run, "train", lambda run, _command: written.extend((run.out, run.folder)))
        assert text.main(["--smoke"]) == 0
        assert len(written) == 2
        assert not any(path.is_relative_to(ROOT) for path in written)

    @pytest.mark.parametrize("out", [SHIPPED_TEXT, SHIPPED_TEXT / ".." / "text-minilm"])
    def test_not_even_where_out_names_its_folder(self, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
        before = digests(SHIPPED_TEXT)
        with pytest.raises(SystemExit) as stopped:
            text.main(["--smoke", "--out", str(out)])
        assert stopped.value.code == 2
        assert "does not write it over the model that ships; choose another --out" in capsys.readouterr().err
        assert digests(SHIPPED_TEXT) == before

    def test_a_real_run_must_be_told_where_to_write(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            text.main(["--data", "anywhere"])
        assert stopped.value.code == 2
        assert "--data and --out are needed (or --smoke)" in capsys.readouterr().err

    def test_a_wrong_data_folder_is_told_before_anything_is_written(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        with pytest.raises(SystemExit, match=r"^There is no folder .*nowhere; --data names the one .*\.$"):
            text.main(["--data", str(tmp_path / "nowhere"), "--out", str(out)])
        for name in FILES[1:]:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
        with pytest.raises(SystemExit, match=rf"^.*{tmp_path.name} lacks goemotions/train\.tsv\.$"):
            text.main(["--data", str(tmp_path), "--out", str(out)])
        assert not out.exists()
