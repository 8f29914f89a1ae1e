"""Chat replies by any model that an Ollama server offers (https://ollama.com), through LangChain's ChatOllama.

Address, model and time-outs are settings. Taken only when asked for by name: what is written then goes to that server.
Does not handle: facts (models make them up); what the chosen model does not know how to do.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from backends.contracts import Availability, ModelCard, Reply, Turn
from backends.prompts import as_data, chat_messages
from backends.streaming import trimmed
from errors import ModelError, ModelFailed, ModelUnavailable

if TYPE_CHECKING:
    from settings import Settings

MAX_NEW_TOKENS = 300
TEMPERATURE = 0.6
SEED = 7
_NO_LINKS = str.maketrans("", "", "[]`")
_WAY_ON = "Choose the embedded replies to go on without it."


class OllamaResponder:
    """Asks the server anew for every message and keeps nothing."""

    def __init__(self, settings: "Settings") -> None:
        from langchain_ollama import ChatOllama

        self.card: ModelCard = replace(CARD, name=f"{CARD.name}: {settings.ollama_model}")
        self._settings = settings
        self.chat: Any = ChatOllama(
            model=settings.ollama_model,
            base_url=settings.ollama_address,
            reasoning=False,  # else models that think aloud do so in the reply
            temperature=TEMPERATURE,
            seed=SEED,
            num_predict=MAX_NEW_TOKENS,
            client_kwargs=_client_options(settings),
        )

    def reply(self, message: str, history: Sequence[Turn], emotion: str) -> Reply:
        """Answer a message; see `backends.contracts.Responder`."""
        return Reply("".join(self.stream(message, history, emotion)), self.card.name)

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        """Yield the reply as it comes from the server.

        Raises:
            ModelUnavailable: the server does not run, or does not have the model.
            ModelFailed: it stays silent, answers nothing that can be read, or stops in the middle.
        """
        said = False
        for piece in trimmed(self._words(chat_messages(message, history, emotion))):
            said = True
            yield piece
        if not said:
            raise ModelFailed(f"“{self._settings.ollama_model}” sent an empty answer. Try again. {_WAY_ON}")

    def _words(self, messages: list[tuple[str, str]]) -> Iterator[str]:
        done = False
        chunks = self.chat.stream(messages)
        while True:
            try:
                chunk = next(chunks, None)
            except _expected() as error:
                raise explained(error, self._settings) from error
            if chunk is None:
                break
            done = done or bool(chunk.response_metadata.get("done"))
            yield str(chunk.text)
        if not done:
            raise ModelFailed(_BROKEN.format(self._settings.ollama_model))


_BROKEN = "“{}” stopped in the middle of its answer: the connection to Ollama ended. Try again. " + _WAY_ON


def _expected() -> tuple[type[Exception], ...]:
    """Return what the client raises when the server is away, silent, or talks nonsense (the last line)."""
    import httpx
    import ollama

    return (
        ollama.ResponseError, ConnectionError, httpx.TransportError, httpx.InvalidURL,
        ValueError, TypeError, AttributeError, KeyError,
    )  # fmt: skip


def explained(error: Exception, settings: "Settings") -> ModelError:
    """Return what a client's error means, in the user's words."""
    import httpx
    import ollama

    model, address = settings.ollama_model, settings.ollama_address
    if isinstance(error, ollama.ResponseError) and error.status_code == 404 and "model" in error.error:
        return ModelUnavailable(_not_pulled(model))
    if isinstance(error, ollama.ResponseError) and error.status_code != 404:
        said = as_data(str(error.error), 200).translate(_NO_LINKS).rstrip(".")
        return ModelFailed(f"Ollama could not answer: {said}. {_WAY_ON}")
    if isinstance(error, ConnectionError | httpx.ConnectError | httpx.ConnectTimeout):
        return ModelUnavailable(
            f"No Ollama server answers at {address}. Start it with `ollama serve` (or open the Ollama app), or set "
            f"MOODLENS_OLLAMA_ADDRESS. {_WAY_ON}"
        )
    if isinstance(error, httpx.TimeoutException):
        return ModelFailed(
            f"“{model}” said nothing for {settings.ollama_wait_seconds:g} seconds. It may still be loading: try again, "
            f"take a smaller model, or raise MOODLENS_OLLAMA_WAIT_SECONDS. {_WAY_ON}"
        )
    if isinstance(error, httpx.TransportError):
        return ModelFailed(_BROKEN.format(model))
    return ModelFailed(
        f"What answers at {address} does not speak Ollama's language. Check MOODLENS_OLLAMA_ADDRESS. {_WAY_ON}"
    )


def _not_pulled(model: str) -> str:
    return (
        f"Ollama does not have the model “{model}”. Fetch it once with `ollama pull {model}`, or name another with "
        f"MOODLENS_OLLAMA_MODEL. {_WAY_ON}"
    )


def _client_options(settings: "Settings") -> dict[str, Any]:
    """Return httpx's options: seconds to connect, read, write and wait for a free connection; none is kept open."""
    import httpx

    connect, wait = settings.ollama_connect_seconds, settings.ollama_wait_seconds
    return {
        "timeout": (connect, wait, wait, connect),
        "trust_env": not _on_this_machine(settings.ollama_address),
        "limits": httpx.Limits(max_keepalive_connections=0),
    }


def _on_this_machine(address: str) -> bool:
    """True for a loopback address, which no proxy of the environment must be asked for."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def available(settings: "Settings") -> Availability:
    """Ask the server whether it runs and has the model (waits for `ollama_connect_seconds` at most)."""
    import ollama

    quick = settings.model_copy(update={"ollama_wait_seconds": settings.ollama_connect_seconds})
    try:
        with ollama.Client(settings.ollama_address, **_client_options(quick)) as client:
            names = {str(row.model) for row in client.list().models}
    except _expected() as error:
        return Availability(False, str(explained(error, quick)))
    if not names & {settings.ollama_model, f"{settings.ollama_model}:latest"}:
        return Availability(False, _not_pulled(settings.ollama_model))
    return Availability(True, f"the Ollama server at {settings.ollama_address} has {settings.ollama_model}")


def load(settings: "Settings") -> OllamaResponder:
    """Return the ready client; nothing is asked of the server yet."""
    return OllamaResponder(settings)


CARD = ModelCard(
    task="responder",
    name="ollama",
    profile="server",
    title="A chat model served by Ollama",
    source="an Ollama server (MOODLENS_OLLAMA_ADDRESS, MOODLENS_OLLAMA_MODEL; mistral by default)",
    licence_weights="that of the chosen model (mistral: Apache-2.0)",
    licence_data="as the makers of the chosen model say",
    load=load,
    available=available,
    preprocessing={"max_new_tokens": MAX_NEW_TOKENS, "temperature": TEMPERATURE, "seed": SEED},
    limits=(
        "What you write is sent to that server. The model writes its own words: they are checked for unkind language "
        "before they are shown, but they may be wrong. No medical, legal or financial advice."
    ),
    languages=(),
    automatic=False,
)
