"""What one turn of a conversation is as data: what was said, what was read, what was answered, and by whom.

`Exchange.model_dump_json()` is the published form; its JSON schema lies in docs/schemas and is written from these types
by `python -m chat.exchange`. A whole conversation with the visitor's verdicts is a `Conversation`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema

from settings import PROJECT_FOLDER

if TYPE_CHECKING:
    from emotion.face import PhotoReading
    from rag.explore import Answer

Source = Literal["text_only", "image_only", "fused_aligned", "fused_conflict"]
FaceEmotion = Literal["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
Crisis = Literal["self_harm", "abuse", "violence"]
Share = Annotated[float, Field(ge=0, le=1)]

SCHEMAS = PROJECT_FOLDER / "docs" / "schemas"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UserInput(_Value):
    """What the user gave."""

    text: str
    has_image: bool


class EmotionScore(_Value):
    """An emotion and its probability."""

    emotion: str
    confidence: Share


class FusedEmotion(_Value):
    """What the turn is answered by: one of the seven emotions. In a crisis nothing is read and `confidence` is 0; an
    emotion that the user corrected has 1. On a conflict it is the emotion of the words, and the reply asks."""

    primary_emotion: FaceEmotion
    confidence: Share
    source: Source


class EmotionAnalysis(_Value):
    """What was read: the five strongest of the 28 emotions of the words, strongest first (none without words), the
    strongest of the seven of the face, and both together (`emotion.fusion`)."""

    text_emotions: tuple[EmotionScore, ...]
    image_emotion: EmotionScore | None
    fused_emotion: FusedEmotion


class Safety(_Value):
    """`is_safe` is false if the message spoke of a danger or attacked, or if a reply had to be replaced.
    `toxicity_scores` holds what was scored: "message", "response"."""

    is_safe: bool
    toxicity_scores: dict[str, Share]


class Metadata(_Value):
    """Seconds the turn took, when it was answered (UTC), and the model of each task that really ran."""

    processing_time: Annotated[float, Field(ge=0)]
    timestamp: AwareDatetime
    models: dict[str, str]


@dataclass(frozen=True, eq=False)
class Context:
    """What a page needs beside the published form: which danger was recognised, whether the user corrected the
    emotion, the reviews the reply cites (ids in the order of the marks [1], [2] ...) and the search behind them, the
    photo as it was read."""

    crisis: Crisis | None = None
    corrected: bool = False
    citations: tuple[str, ...] = ()
    answer: "Answer | None" = None
    photo: "PhotoReading | None" = None


class Exchange(_Value):
    """A message and the reply to it."""

    user_input: UserInput
    emotion_analysis: EmotionAnalysis
    response: str
    safety: Safety
    metadata: Metadata
    context: SkipJsonSchema[InstanceOf[Context]] = Field(default_factory=Context, exclude=True, repr=False)

    @property
    def emotion(self) -> str:
        """The one of the seven emotions that the turn is answered by."""
        return self.emotion_analysis.fused_emotion.primary_emotion

    @property
    def confidence(self) -> float:
        """Its probability."""
        return self.emotion_analysis.fused_emotion.confidence

    @property
    def source(self) -> Source:
        """What it was read from."""
        return self.emotion_analysis.fused_emotion.source

    @property
    def was_read(self) -> bool:
        """False where nothing was read, in a crisis."""
        return self.confidence > 0


class Feedback(_Value):
    """What the user thought of the reply of an exchange (counted from 0)."""

    exchange: Annotated[int, Field(ge=0)]
    rating: Literal["up", "down"]
    reasons: tuple[str, ...] = ()


class Conversation(_Value):
    """A whole conversation as it is downloaded."""

    exchanges: tuple[Exchange, ...]
    feedback: tuple[Feedback, ...] = ()


def conversation_text(exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as plain text that reads well."""
    parts = ["A conversation with Moodlens, an AI program."]
    for exchange in exchanges:
        given = exchange.user_input
        said = " ".join(part for part in (given.text, "[with a photo]" if given.has_image else "") if part)
        mood = f" ({exchange.emotion})" if exchange.was_read else ""
        parts += [f"You{mood}: {said}", f"Moodlens: {exchange.response}"]
    return "\n\n".join(parts) + "\n"


def schema(of: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema (2020-12) of the published form of a type."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **of.model_json_schema(mode="serialization")}


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas of Exchange and Conversation; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{of.__name__.lower()}.schema.json" for of in (Exchange, Conversation)]
    types: tuple[type[BaseModel], ...] = (Exchange, Conversation)
    for of, path in zip(types, paths, strict=True):
        path.write_text(json.dumps(schema(of), indent=2) + "\n", "utf-8")
    return paths


if __name__ == "__main__":
    write_schemas(SCHEMAS)
