"""Every choice a user can make about how Moodlens runs: one frozen object, read from the environment once."""

from functools import cache
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from errors import ConfigurationError

PROJECT_FOLDER = Path(__file__).resolve().parent

Profile = Literal["auto", "embedded", "hub"]


class Settings(BaseSettings):
    """All settings; each can be set with an environment variable `MOODLENS_<NAME>`.

    The object is frozen: pass it down, never change it. `settings.model_copy(update={...})` makes a variant.
    """

    model_config = SettingsConfigDict(env_prefix="MOODLENS_", frozen=True, extra="forbid")

    profile: Profile = Field("auto", description="auto: hub models that are on disk, else embedded ones; or force one")
    models: dict[str, str] = Field({}, description='a model per task as JSON, e.g. {"sentiment": "twitter-roberta"}')
    allow_downloads: bool = Field(False, description="let hub models be downloaded when they are first needed")
    hub_folder: Path | None = Field(None, description="folder that holds hub checkpoints as <owner>/<name> subfolders")
    data_folder: Path = Field(PROJECT_FOLDER / "data", description="shipped reviews and model weights")
    store_folder: Path = Field(
        default_factory=lambda: user_data_path("moodlens"), description="where imported libraries are kept"
    )
    hosted: bool = Field(False, description="shared server: imports live in the visitor's session and are not kept")
    threads: int = Field(0, ge=0, description="CPU threads for the models; 0 takes what the machine has")
    reduced_precision: bool = Field(True, description="let hub text classifiers work in 8 or 16 bits where that pays")

    responder_adapter: Path | None = Field(None, description="folder of a LoRA adapter for Flan-T5's chat replies")
    ollama_address: str = Field(
        "http://localhost:11434", pattern=r"^https?://[^\s/@]+(:\d+)?/?$", description="where an Ollama server listens"
    )
    ollama_model: str = Field("mistral", min_length=1, description="the chat model that Ollama answers with")
    ollama_connect_seconds: float = Field(3.0, gt=0, description="longest wait for the Ollama server to be reached")
    ollama_wait_seconds: float = Field(120.0, gt=0, description="longest wait for Ollama's next words")

    max_image_megapixels: float = Field(64.0, gt=0, description="larger photos are refused before decoding")
    max_jpeg_megapixels: float = Field(
        250.0, gt=0, description="the same for JPEG photos that can be decoded at a fraction of their size"
    )
    max_image_megabytes: float = Field(30.0, gt=0, description="larger photo files are refused")
    max_file_megabytes: float = Field(500.0, gt=0, description="larger review files are refused")
    max_rows: int = Field(1_000_000, gt=0, description="review files with more rows are refused")
    max_columns: int = Field(1_000, gt=0, description="review files with more columns are refused")
    max_cell_characters: int = Field(20_000, gt=0, description="longer reviews are listed as unusable")

    rerank: bool = Field(False, description="let a cross-encoder of the hub order the first 50 hits; slower")
    hits_per_answer: int = Field(10, ge=1, le=100, description="reviews that one answer rests on")


@cache
def from_environment() -> Settings:
    """Read the settings from the environment, once per process.

    Raises:
        ConfigurationError: a variable has a value that makes no sense; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "MOODLENS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"The environment variable {name} cannot be used: {first['msg']}.") from error
