"""A model card for stand-ins."""

from backends.contracts import Availability, ModelCard, Task
from settings import Settings


def fake_card(task: Task) -> ModelCard:
    """Return the card of a stand-in called `fake-<task>`."""
    return ModelCard(
        task=task,
        name=f"fake-{task}",
        profile="embedded",
        title="A stand-in",
        source="the tests",
        licence_weights="MIT",
        licence_data="none",
        load=lambda _settings: None,
        available=_ready,
    )


def _ready(_settings: Settings) -> Availability:
    return Availability(True, "for the test")
