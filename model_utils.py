"""Task and name -> a ready model. The public Python door to every model of Moodlens.

    from model_utils import load
    scores = load("sentiment").score(["The battery died after a day."])

Each model is one file in `backends/` with a `CARD`; it is loaded once per process and kept. `auto` takes the hub model
if its weights are on disk (or downloads are allowed), else the embedded one, and `choose` says which and why.
`python -m model_utils` lists the models; `python -m model_utils download` fetches the hub ones.
"""

import importlib
import pkgutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, overload

import backends
from backends.contracts import (
    OPTIONAL_TASKS,
    TASKS,
    Embedder,
    FaceDetector,
    FaceModel,
    ModelCard,
    Reranker,
    Responder,
    SentimentModel,
    Summarizer,
    Task,
    TextEmotionModel,
    ToxicityModel,
)
from errors import ModelUnavailable, UnknownModel
from settings import Settings, from_environment

_PREFERENCE = {"auto": ("hub", "embedded"), "embedded": ("embedded",), "hub": ("hub",)}


@dataclass(frozen=True)
class Choice:
    """Which model answers a task, and the reason in the user's words."""

    card: ModelCard
    reason: str


@cache
def all_cards() -> tuple[ModelCard, ...]:
    """Return the cards of every model, in the order of their file names. Imports nothing heavy."""
    names = sorted(module.name for module in pkgutil.iter_modules(backends.__path__))
    modules = [
        importlib.import_module(f"backends.{name}") for name in names if name.startswith((*TASKS, *OPTIONAL_TASKS))
    ]
    return tuple(module.CARD for module in modules)


def cards(task: Task) -> tuple[ModelCard, ...]:
    """Return the cards of the models that can do a task."""
    return tuple(card for card in all_cards() if card.task == task)


def card(task: Task, name: str) -> ModelCard:
    """Return the card of one model.

    Raises:
        UnknownModel: no model of that name does the task; the message lists those that do.
    """
    for candidate in cards(task):
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in cards(task)) or "none"
    raise UnknownModel(f"There is no model {name!r} for the task {task}. Known: {known}.")


def choose(task: Task, settings: Settings | None = None) -> Choice:
    """Decide which model answers a task under these settings.

    A model named in `settings.models` is taken or fails; otherwise the profile decides.

    Raises:
        UnknownModel: a named model does not exist.
        ModelUnavailable: nothing that the settings allow can be loaded; the message says how to go on.
    """
    settings = settings or from_environment()
    if (named := settings.models.get(task)) and named != "auto":
        return Choice(card(task, named), f"chosen in the settings (models: {task} = {named})")
    reasons = []
    for profile in _PREFERENCE[settings.profile]:
        for candidate in (found for found in cards(task) if found.profile == profile and found.automatic):
            availability = candidate.available(settings)
            if availability.ready and (availability.recommended or settings.profile != "auto"):
                return Choice(candidate, availability.reason)
            reasons.append(f"{candidate.name}: {availability.reason}")
    if not reasons:
        reasons.append(f"The profile {settings.profile} has none; set MOODLENS_PROFILE=auto to take one of the hub.")
    raise ModelUnavailable(f"No model for the task {task} can be loaded. " + " ".join(reasons))


_LOADED_BY = (
    "hub_folder", "data_folder", "threads", "allow_downloads", "reduced_precision", "responder_adapter",
    "ollama_address", "ollama_model", "ollama_connect_seconds", "ollama_wait_seconds",
)  # fmt: skip
"""Settings that change what a loaded model is."""
_loaded: dict[tuple[Any, ...], Any] = {}
_guard = threading.Lock()
_locks: dict[tuple[Any, ...], threading.Lock] = {}


@overload
def load(task: Literal["face"], name: str = ..., settings: Settings | None = ...) -> FaceModel: ...
@overload
def load(task: Literal["face_detector"], name: str = ..., settings: Settings | None = ...) -> FaceDetector: ...
@overload
def load(task: Literal["embedder"], name: str = ..., settings: Settings | None = ...) -> Embedder: ...
@overload
def load(task: Literal["text_emotion"], name: str = ..., settings: Settings | None = ...) -> TextEmotionModel: ...
@overload
def load(task: Literal["sentiment"], name: str = ..., settings: Settings | None = ...) -> SentimentModel: ...
@overload
def load(task: Literal["toxicity"], name: str = ..., settings: Settings | None = ...) -> ToxicityModel: ...
@overload
def load(task: Literal["summarizer"], name: str = ..., settings: Settings | None = ...) -> Summarizer: ...
@overload
def load(task: Literal["responder"], name: str = ..., settings: Settings | None = ...) -> Responder: ...
@overload
def load(task: Literal["reranker"], name: str = ..., settings: Settings | None = ...) -> Reranker: ...
def load(task: Task, name: str = "auto", settings: Settings | None = None) -> Any:
    """Return the ready model of a task, loading it on first use (once per process and settings, under a lock).

    Args:
        task: one of `backends.contracts.TASKS` or OPTIONAL_TASKS.
        name: a model's name, or "auto" for what `choose` decides.
        settings: default: from the environment.

    Raises:
        UnknownModel, ModelUnavailable, DamagedModel: each says what happened and how to go on.
    """
    settings = settings or from_environment()
    chosen = choose(task, settings).card if name == "auto" else card(task, name)
    key = (task, chosen.name, *(getattr(settings, name) for name in _LOADED_BY))
    with _guard:
        lock = _locks.setdefault(key, threading.Lock())
    with lock:
        if key not in _loaded:
            availability = chosen.available(settings)
            if not availability.ready:
                raise ModelUnavailable(f"The model {chosen.name} cannot be loaded: {availability.reason}")
            _loaded[key] = chosen.load(settings)
    return _loaded[key]


def forget() -> None:
    """Drop every loaded model (their memory is freed once nobody holds them)."""
    with _guard:
        _loaded.clear()
        _locks.clear()


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: list the models, or download the hub ones."""
    from backends import hub_download

    return hub_download.main(list(sys.argv[1:] if argv is None else argv), all_cards())


if __name__ == "__main__":
    raise SystemExit(main())
