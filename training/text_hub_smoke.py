"""A tiny random checkpoint and a made-up corpus, so that a run of `training.text_hub` takes seconds and no download."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from backends.contracts import GOEMOTIONS
from backends.torchvision_guard import declare_missing_operators
from training.common import seed_everything
from training.text_hub_data import Labelled


def corpus() -> tuple[Labelled, Labelled]:
    """Made-up sentences with one of four labels: to train on, and to choose and report on."""
    kinds = {
        "love": "i love this kettle, thank you", "anger": "you stupid idiots, i hate you",
        "fear": "i was scared it would burn us", "neutral": "the parcel weighs three kilos",
    }  # fmt: skip
    ends = "today again once twice here there now then soon later daily monday tuesday friday outside inside".split()

    def part(endings: list[str]) -> Labelled:
        pairs = [(f"{text} {ending}", label) for ending in endings for label, text in kinds.items()]
        labels = np.array([[int(name == label) for name in GOEMOTIONS] for _, label in pairs], np.int8)
        return Labelled([text for text, _ in pairs], labels)

    return part([f"{end} {number}" for end in ends for number in range(8)]), part(ends)


def save_tiny(architecture: str, seed: int, folder: Path, texts: list[str]) -> None:
    """Save a checkpoint of "bert" or "distilbert" with a few thousand random weights and a tokenizer of `texts`."""
    declare_missing_operators()
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, PreTrainedTokenizerFast

    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    tokens = list(special.values())  # the first of the vocabulary, in this order
    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    words.train_from_iterator(texts, trainers.WordLevelTrainer(special_tokens=tokens, show_progress=False))
    words.post_processor = processors.BertProcessing(("[SEP]", tokens.index("[SEP]")), ("[CLS]", tokens.index("[CLS]")))
    PreTrainedTokenizerFast(
        tokenizer_object=words, model_max_length=64, model_input_names=["input_ids", "attention_mask"], **special
    ).save_pretrained(folder)
    size: Any = {"vocab_size": words.get_vocab_size(), "max_position_embeddings": 64, "initializer_range": 0.1}
    seed_everything(seed)
    if architecture == "bert":
        shape: Any = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
        BertModel(BertConfig(**size, **shape, hidden_dropout_prob=0.0)).save_pretrained(folder)
    else:
        shape = {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "dropout": 0.0}
        DistilBertModel(DistilBertConfig(**size, **shape)).save_pretrained(folder)
