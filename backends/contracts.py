"""What a model of each task looks like: one Protocol per task, the model card, the values that cross module borders.

Batches in, numpy out: no tensor of any framework leaves a backend. Every method takes an empty batch and returns an
empty result; the result for an item does not depend on its neighbours in the batch or their order.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from backends.passage import Passage
    from settings import Settings

FloatArray = NDArray[np.float32]
ImageArray = NDArray[np.uint8]
"""(height, width, 3) RGB."""

Task = Literal[
    "face", "face_detector", "embedder", "text_emotion", "sentiment", "toxicity", "summarizer", "responder", "reranker",
    "danger",
]  # fmt: skip
"""All that a model may do. "danger" is in no list below: the chat always reads with its one model (`chat.danger`)."""
TASKS: tuple[Task, ...] = (
    "face_detector", "face", "embedder", "text_emotion", "sentiment", "toxicity", "summarizer", "responder",
)  # fmt: skip
OPTIONAL_TASKS: tuple[Task, ...] = ("reranker",)
"""Nothing needs these; no model of them ships, and they are off until they are asked for."""

FACE_EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
SENTIMENTS = ("negative", "neutral", "positive")
GOEMOTIONS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""The 28 labels in the order of the GoEmotions release (Demszky et al. 2020, https://arxiv.org/abs/2005.00547)."""


@dataclass(frozen=True)
class WeightFile:
    """One file of a model: its size in bytes and sha256 (hex)."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Availability:
    """Whether a model can be loaded now, and why (not), in words a user understands.

    `recommended` is False where it can be loaded but lacks a part that makes it good: then `auto` passes it over.
    """

    ready: bool
    reason: str
    recommended: bool = True


@dataclass(frozen=True)
class ModelCard:
    """What a user must know about a model before trusting it, and how to load it.

    `load(settings)` does the heavy imports; `available(settings)` only looks. `preprocessing` holds every number the
    input goes through; `metrics` the measured figures (never typed by hand: read from the model's metrics file).
    A model of the profile "server" runs in another program and is only taken when asked for by name.
    """

    task: Task
    name: str
    profile: Literal["embedded", "hub", "server"]
    title: str
    source: str
    licence_weights: str
    licence_data: str
    load: Callable[["Settings"], Any] = field(repr=False)
    available: Callable[["Settings"], Availability] = field(repr=False)
    revision: str = ""
    labels: tuple[str, ...] = ()
    megabytes: float = 0.0
    files: tuple[WeightFile, ...] = ()
    preprocessing: dict[str, Any] = field(default_factory=dict)
    thresholds: tuple[float, ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    limits: str = ""
    automatic: bool = True
    """False for a model that is only taken when asked for by name (a comparison, or one for another language)."""
    languages: tuple[str, ...] = ("en",)
    """ISO 639-1 codes of the languages that a responder answers in; none for any."""


class FaceBox(NamedTuple):
    """A face in pixels of the image: left, top, width, height, the detector's confidence in [0, 1], and five landmarks
    ((x, y) of left eye, right eye, nose, left mouth corner, right mouth corner as seen in the picture) if known."""

    x: float
    y: float
    width: float
    height: float
    confidence: float
    landmarks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class CitedSentence:
    """A sentence of a summary with the ids of the reviews it rests on (at least one)."""

    text: str
    citations: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """Sentences with citations; `model` is the name of the model that really wrote them."""

    sentences: tuple[CitedSentence, ...]
    model: str


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation; `from_reviews` where the assistant repeats what customers wrote."""

    role: Literal["user", "assistant"]
    text: str
    from_reviews: bool = False


@dataclass(frozen=True)
class Reply:
    """A reply and the name of the model that really wrote it; `citations` are review ids."""

    text: str
    model: str
    citations: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextScores:
    """Everything one pass of a joint text model gives, row by row for n texts."""

    embeddings: FloatArray
    """(n, 384), unit rows."""
    emotions: FloatArray
    """(n, 28) probabilities, GoEmotions order."""
    sentiments: FloatArray
    """(n, 3), rows sum to 1."""
    toxicity: FloatArray
    """(n,)."""


class JointReader(Protocol):
    """One encoder pass for embedding, emotion, sentiment and toxicity."""

    def read(self, texts: Sequence[str]) -> TextScores: ...


@runtime_checkable
class Model(Protocol):
    """What every loaded model has."""

    card: ModelCard


class FaceModel(Model, Protocol):
    def score(self, crops: Sequence[ImageArray]) -> FloatArray:
        """Return (n, 7) float32 in the order of FACE_EMOTIONS, rows sum to 1. Crops are square RGB, any size."""
        ...


class FaceDetector(Model, Protocol):
    def detect(self, image: ImageArray) -> list[FaceBox]:
        """Return all faces of an RGB image, largest first; none gives an empty list."""
        ...


class TextModel(Model, Protocol):
    """A model that may share the encoder pass of others."""

    @property
    def joint(self) -> JointReader | None: ...


class Embedder(TextModel, Protocol):
    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 384) float32 with unit rows."""
        ...


class TextEmotionModel(TextModel, Protocol):
    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 28) float32 in [0, 1] in the order of GOEMOTIONS (labels are not exclusive)."""
        ...


class SentimentModel(TextModel, Protocol):
    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n, 3) float32, rows sum to 1: negative, neutral, positive."""
        ...


class ToxicityModel(TextModel, Protocol):
    def score(self, texts: Sequence[str]) -> FloatArray:
        """Return (n,) float32 in [0, 1]."""
        ...


class Reranker(Model, Protocol):
    def score(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Return (n,) float32 of any scale: the larger, the better the text answers the question."""
        ...


class Summarizer(Model, Protocol):
    def summarize(self, question: str, reviews: "Sequence[Passage]") -> Summary:
        """Summarise the reviews with regard to the question; every sentence cites at least one of them."""
        ...


class Responder(Model, Protocol):
    def reply(self, message: str, history: Sequence[Turn], emotion: str) -> Reply:
        """Answer a message kindly, given the turns before it and the emotion read in it (one of FACE_EMOTIONS).

        Raises:
            ModelError: it cannot answer now; the message says how to go on.
        """
        ...

    def stream(self, message: str, history: Sequence[Turn], emotion: str) -> Iterator[str]:
        """The same reply in pieces as they become ready; joined, they are the text of `reply`."""
        ...


@runtime_checkable
class TakesCorrections(Protocol):
    """A responder that weighs the emotion it is handed against the words, and can be told to trust the emotion."""

    def corrected(self) -> Responder:
        """Return the same responder for an emotion that the user set right: it answers to that alone."""
        ...
