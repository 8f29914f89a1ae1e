"""LoRA adapters (Hu et al. 2021, https://arxiv.org/abs/2106.09685) in PEFT's folder format, merged into their base.

An adapter is a few megabytes of low-rank changes. Merged, they cost nothing at run time. Only safetensors are read.
"""

import json
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backends.torchvision_guard import declare_missing_operators
from errors import DamagedModel

ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")


def missing(adapter: Path) -> str:
    """Return the first file that an adapter folder lacks, or ""."""
    return next((name for name in ADAPTER_FILES if not (adapter / name).is_file()), "")


@contextmanager
def with_peft() -> Iterator[None]:
    """Within this block PEFT may be imported and used: it reads an attribute that transformers 5 calls deprecated."""
    declare_missing_operators()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
        yield


def merge(base: Path, adapter: Path, into: Path) -> Path:
    """Write the checkpoint `base` with the adapter merged into its weights to `into`, and return that.

    Raises:
        DamagedModel: the folder lacks a file, is no LoRA of a sequence-to-sequence model, or of another model.
    """
    _check(adapter)
    with with_peft():
        from peft import PeftModel
        from safetensors import SafetensorError
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        model: Any = AutoModelForSeq2SeqLM.from_pretrained(base)
        warnings.filterwarnings("ignore", "Input and output embeddings are no longer tied", UserWarning)  # see below
        warnings.filterwarnings("error", ".*(missing|unexpected).* keys.*", UserWarning)
        try:
            adapted: Any = PeftModel.from_pretrained(model, str(adapter))
        except (RuntimeError, ValueError, OSError, KeyError, TypeError, UserWarning, SafetensorError) as error:
            raise DamagedModel(
                f"The adapter {adapter.name} does not fit {base.name}, or is damaged. It must be a LoRA that was "
                f"trained on {base.name} (`python -m training.responder` makes one)."
            ) from error
        adapted.merge_and_unload().save_pretrained(into)
        AutoTokenizer.from_pretrained(base).save_pretrained(into)
    # transformers 5 writes its own idea of tied weights; what the base says about itself holds for the merged one too
    shutil.copyfile(base / "config.json", into / "config.json")
    return into


def _check(adapter: Path) -> None:
    if lacking := missing(adapter):
        raise DamagedModel(f"The adapter folder {adapter.name} has no {lacking}.")
    try:
        config = json.loads((adapter / ADAPTER_FILES[0]).read_text("utf-8"))
        kind = (config["peft_type"], config["task_type"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedModel(f"{ADAPTER_FILES[0]} of the adapter {adapter.name} cannot be read.") from error
    if kind != ("LORA", "SEQ_2_SEQ_LM"):
        raise DamagedModel(f"The adapter {adapter.name} is {kind[0]} for {kind[1]}; LORA for SEQ_2_SEQ_LM is needed.")
