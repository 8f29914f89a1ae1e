"""A tiny random Flan-T5 and a few made-up conversations, so that a whole run takes seconds and no download."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backends.contracts import Turn
from backends.prompts import reply_prompt
from backends.torchvision_guard import declare_missing_operators
from training.common import seed_everything
from training.dialogues import Example

_TALK = {
    "sad": ("I lost my {}", "I am so sorry about your {}"),
    "happy": ("I won a {}", "How lovely , enjoy your {}"),
    "fear": ("I worry about the {}", "That is a lot , tell me about the {}"),
    "angry": ("They broke my {}", "That is not fair , not with your {}"),
}
_THINGS = "dog job cat car house garden book bike phone lamp cake boat piano clock chair table".split()


def corpus() -> tuple[list[Example], list[Example]]:
    """Return what to train on and what to validate on: the same sentences about other things."""

    def part(things: list[str], rounds: int) -> list[Example]:
        return [
            Example(
                said.format(thing),
                (Turn("user", "Hello"), Turn("assistant", "Hi")),
                emotion,
                reply.format(thing),
                "made-up talk",
            )
            for _ in range(rounds)
            for thing in things
            for emotion, (said, reply) in _TALK.items()
        ]

    return part(_THINGS[:12], 2), part(_THINGS[12:], 1)


def save_tiny(folder: Path, seed: int) -> None:
    """Save a T5 1.1 (gated GELU: Flan-T5's architecture) of random weights, with a tokenizer of the corpus' words."""
    declare_missing_operators()
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    special = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    examples = [one for part in corpus() for one in part]
    texts = [f"{reply_prompt(one.message, one.history, one.emotion)} {one.reply}" for one in examples]
    words = Tokenizer(models.WordLevel(unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.train_from_iterator(
        texts, trainers.WordLevelTrainer(special_tokens=list(special.values()), show_progress=False)
    )
    tokenizer: Any = PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=512, **special)
    tokenizer.save_pretrained(folder)
    size: Any = {"d_model": 48, "d_kv": 24, "d_ff": 96, "num_layers": 2, "num_heads": 2, "vocab_size": len(tokenizer)}
    form: Any = {"feed_forward_proj": "gated-gelu", "decoder_start_token_id": 0, "tie_word_embeddings": False}
    seed_everything(seed)
    T5ForConditionalGeneration(T5Config(**size, **form, initializer_factor=0.5)).save_pretrained(folder)


CHANGES: dict[str, Any] = {
    "checkpoint": "a tiny random T5", "epochs": 8, "batch": 8, "rate": 2e-2, "dropout": 0.0, "bfloat16": False,
    "save_every": 5, "scored_replies": 8,
}  # fmt: skip
"""What a run of seconds changes in a config."""
