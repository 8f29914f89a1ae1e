"""Tiny checkpoints for chat replies: a LoRA adapter for Flan-T5, and a KoGPT2 with the real one's special tokens."""

from pathlib import Path
from typing import Any

from backends.lora import with_peft
from backends.torchvision_guard import declare_missing_operators

KOREAN = (
    "다음은 사용자와 다정한 친구의 대화이다 . 사용자 : \" 친구 오늘 너무 슬퍼요 괜찮아 힘내 무슨 일이야 그래 응 ' 안녕"
).split()


def save_adapter(base: Path, folder: Path, *, seed: int = 3, targets: tuple[str, ...] = ("q", "v")) -> Path:
    """Save a LoRA adapter of random weights for a sequence-to-sequence checkpoint."""
    with with_peft():
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForSeq2SeqLM

        torch.manual_seed(seed)
        config = LoraConfig(task_type="SEQ_2_SEQ_LM", r=8, lora_alpha=32, target_modules=list(targets))
        model: Any = get_peft_model(AutoModelForSeq2SeqLM.from_pretrained(base), config)
        for name, weight in model.named_parameters():
            if "lora_B" in name:  # zero at first: an adapter that changes nothing
                torch.nn.init.normal_(weight, std=0.5)
        model.save_pretrained(folder)
    return folder


def save_kogpt2(hub_folder: Path, *, spread: float = 0.5, seed: int = 0) -> Path:
    """Save a GPT-2 of random weights with a word-level tokenizer of Korean words, as the real one is stored."""
    declare_missing_operators()
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = hub_folder / "skt" / "kogpt2-base-v2"
    folder.mkdir(parents=True)
    special = ["<s>", "</s>", "<usr>", "<pad>", "<sys>", "<unk>", "<mask>"]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys([*special, *KOREAN]))}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(folder / "tokenizer.json"))
    config = GPT2Config(
        vocab_size=len(vocabulary), n_embd=32, n_layer=2, n_head=2, n_positions=256, initializer_range=spread,
        bos_token_id=0, eos_token_id=1, pad_token_id=3,
    )  # fmt: skip
    torch.manual_seed(seed)
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder
