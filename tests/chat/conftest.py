"""The models of a conversation, faked."""

import pytest

from tests.chat.fakes import FakeModels


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    """Fake models where the chat looks for them."""
    return FakeModels(monkeypatch)
