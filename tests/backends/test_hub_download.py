"""`python -m model_utils`: the list, and downloads that say how large they are and how to go on without a network."""

from pathlib import Path
from typing import Any

import pytest

import model_utils
from backends import hub
from errors import ModelUnavailable
from settings import Settings
from tests.backends.checkpoints import save_classifier

SENTIMENT_ID = "cardiffnlp/twitter-roberta-base-sentiment-latest"


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


def test_list_names_every_model_and_whether_it_is_ready(capsys: pytest.CaptureFixture[str], empty_cache: Path) -> None:
    assert not empty_cache.exists()
    assert model_utils.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] != []
    roberta = next(line for line in lines if "twitter-roberta" in line)
    assert "500 MB" in roberta
    assert "downloads are off" in roberta


def test_download_without_network_says_so_and_how_to_go_on(
    capsys: pytest.CaptureFixture[str], empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_options: Any) -> str:
        raise ConnectionError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    assert model_utils.main(["download", "flan-t5-base"]) == 1
    out = capsys.readouterr().out
    assert "google/flan-t5-base: about 990 MB, to fetch" in out
    assert "the hub cannot be reached (ConnectionError)" in out
    assert "The embedded models work offline." in out
    assert not empty_cache.exists()


def test_download_fetches_the_pickled_weights_only_where_there_are_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    (tmp_path / "config.json").write_text("{}")

    def fetch(_hub_id: str, allow_patterns: list[str]) -> str:
        asked.append(allow_patterns)
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    hub.download("some/model")
    assert [any("bin" in pattern for pattern in patterns) for patterns in asked] == [False, True]
    (tmp_path / "model.safetensors").write_bytes(b"")
    hub.download("some/model")
    assert [any("bin" in pattern for pattern in patterns) for patterns in asked] == [False, True, False]


def test_unknown_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert model_utils.main(["download", "gpt-9000"]) == 1
    assert "No hub model of that name" in capsys.readouterr().out


def test_nothing_is_downloaded_unless_allowed(
    tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def fetch(hub_id: str, **_options: Any) -> str:
        fetched.append(hub_id)
        return str(save_classifier(tmp_path / "hub", hub_id, ["negative", "neutral", "positive"]))

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    settings = Settings(profile="auto", store_folder=tmp_path / "store")
    with pytest.raises(ModelUnavailable, match="downloads are off"):
        model_utils.load("sentiment", "twitter-roberta", settings)
    assert fetched == []
    allowed = settings.model_copy(update={"allow_downloads": True})
    assert model_utils.choose("sentiment", allowed).reason == "downloads are allowed; about 500 MB are fetched once"
    assert model_utils.load("sentiment", "twitter-roberta", allowed).score(["good"]).shape == (1, 3)
    assert fetched == [SENTIMENT_ID]
    assert not empty_cache.exists()


def test_cache_snapshot_is_found_and_an_incomplete_one_is_not(tmp_path: Path, empty_cache: Path) -> None:
    snapshot = empty_cache / "models--google--flan-t5-base" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    settings = Settings(profile="auto", store_folder=tmp_path)
    assert hub.on_disk("google/flan-t5-base", settings) is None
    (snapshot / "model.safetensors").write_bytes(b"")
    assert hub.on_disk("google/flan-t5-base", settings) == snapshot
    assert model_utils.choose("summarizer", settings).card.name == "flan-t5-base"
