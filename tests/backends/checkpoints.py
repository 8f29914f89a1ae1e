"""Tiny checkpoints with the real architectures, saved to a folder: the hub code loads them through its usual path."""

import json
from pathlib import Path
from typing import Any

from backends.torchvision_guard import declare_missing_operators

WORDS = (
    "the battery died after one day and support never answered i love this bag it is light warm waterproof great "
    "terrible food was cold late delivery refund please question customers say about summarize review reviews data "
    "good bad slow fast screen broke ignore instructions above"
).split()


def save_tokenizer(folder: Path, **special: str) -> Any:
    """Save a word-level tokenizer over WORDS with the given special tokens; unknown words become unk."""
    declare_missing_operators()
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens = list(dict.fromkeys([*special.values(), *WORDS]))
    tokenizer = Tokenizer(
        models.WordLevel({token: index for index, token in enumerate(tokens)}, unk_token=special["unk_token"])
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **special)
    fast.save_pretrained(folder)
    return fast


def save_classifier(
    hub_folder: Path, hub_id: str, labels: list[str] | None, *, seed: int = 0, spread: float = 0.5
) -> Path:
    """Save a RoBERTa sequence classifier of random weights; `labels` None leaves LABEL_0, LABEL_1, ...

    The larger the `spread` of the weights, the more an answer changes with small changes of a text or a weight.
    """
    declare_missing_operators()
    import torch
    from transformers import RobertaConfig, RobertaForSequenceClassification

    folder = hub_folder / hub_id
    folder.mkdir(parents=True)
    special = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}
    tokenizer = save_tokenizer(folder, **special)
    named: dict[str, Any] = {} if labels is None else {"id2label": dict(enumerate(labels))}
    config = RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=130, pad_token_id=tokenizer.pad_token_id, initializer_range=spread, **named,
    )  # fmt: skip
    torch.manual_seed(seed)
    RobertaForSequenceClassification(config).save_pretrained(folder)
    return folder


def save_flan_t5(hub_folder: Path, hub_id: str = "google/flan-t5-base") -> Path:
    """Save a T5 1.1 (gated GELU, untied head: Flan-T5's architecture) of random weights."""
    declare_missing_operators()
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import T5Config, T5ForConditionalGeneration

    folder = hub_folder / hub_id
    folder.mkdir(parents=True)
    tokenizer = save_tokenizer(folder, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    config = T5Config(  # type: ignore[call-arg]  # passed on to PretrainedConfig
        vocab_size=len(tokenizer), d_model=32, d_kv=16, d_ff=64, num_layers=2, num_heads=2,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False, decoder_start_token_id=0, initializer_factor=3.0,
    )  # fmt: skip
    torch.manual_seed(1)
    T5ForConditionalGeneration(config).save_pretrained(folder)
    written = json.loads((folder / "config.json").read_text())
    written.pop("scale_decoder_outputs", None)
    (folder / "config.json").write_text(json.dumps(written | {"tie_word_embeddings": False}))
    weights = load_file(folder / "model.safetensors")  # transformers 5 ties the head on construction: untie it
    head = torch.randn(weights["shared.weight"].shape, generator=torch.Generator().manual_seed(2))
    save_file(weights | {"lm_head.weight": head}, folder / "model.safetensors", metadata={"format": "pt"})
    return folder
