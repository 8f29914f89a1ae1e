"""Which libraries fit a model: what changes the vectors counts, what changes only the tags does not."""

import dataclasses

from backends.contracts import ModelCard
from backends.embedder_minilm import CARD
from rag.manifest import identity, same_vectors, vectors_identity


def with_other(name: str) -> ModelCard:
    files = tuple(dataclasses.replace(file, sha256="0" * 64) if file.name == name else file for file in CARD.files)
    return dataclasses.replace(CARD, files=files)


def test_other_heads_keep_the_vectors_and_change_the_tags() -> None:
    other = with_other("heads.safetensors")
    assert vectors_identity(other) == vectors_identity(CARD)
    assert identity(other) != identity(CARD)


def test_another_encoder_or_tokenizer_makes_other_vectors() -> None:
    for name in ("encoder.onnx", "tokenizer.json"):
        assert not same_vectors(vectors_identity(CARD), with_other(name))


def test_libraries_from_before_the_heads_stopped_to_count_still_fit() -> None:
    assert same_vectors("d845bc1962b9243e", CARD)
    assert same_vectors(vectors_identity(CARD), CARD)
    assert not same_vectors("0" * 16, CARD)
