"""Replies to Korean messages by skt/kogpt2-base-v2 (SK Telecom 2021, https://github.com/SKT-AI/KoGPT2).

A plain language model: it continues a conversation, and was never taught to be kind or right. Does not handle: other
languages; facts; the emotion of the message (it was read by a model of English, so the prompt does not carry it).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.contracts import Reply, Turn
from backends.hub import checkpoint, hub_card
from backends.prompts import quoted
from backends.streaming import before, growing, trimmed
from backends.torchvision_guard import declare_missing_operators
from errors import ModelFailed

if TYPE_CHECKING:
    from settings import Settings

HUB_ID = "skt/kogpt2-base-v2"
TURNS = 4
MAX_NEW_TOKENS = 60
REPETITION_PENALTY = 1.3
NO_REPEAT_NGRAM = 3
_SPECIAL: Any = {
    "bos_token": "</s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>",
}  # fmt: skip
"""As the model's own page says; the checkpoint does not state them."""
_SPEAKERS = {"user": "사용자", "assistant": "친구"}


def prompt(message: str, history: Sequence[Turn]) -> str:
    """Return the beginning of a conversation that the model goes on with, up to the reply's opening quotation mark."""
    recent = history[max(0, len(history) - TURNS) :]
    said = [f"{_SPEAKERS[turn.role]}: {quoted(turn.text, 200)}" for turn in recent]
    asked = f"{_SPEAKERS['user']}: {quoted(message, 400)}"
    return " ".join(["다음은 사용자와 다정한 친구의 대화이다.", *said, asked, f'{_SPEAKERS["assistant"]}: "'])


class KoGPT2Responder:
    """Greedy words with a penalty on repetition: the same message gives the same reply."""

    def __init__(self, folder: Path, settings: "Settings") -> None:
        declare_missing_operators()
        import torch
        from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

        if settings.threads:
            torch.set_num_threads(settings.threads)
        self.card = CARD
        self._tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(folder, **_SPECIAL)
        self._model: Any = AutoModelForCausalLM.from_pretrained(folder).eval()

    def reply(self, message: str, history: Sequence[Turn], _emotion: str) -> Reply:
        """Answer a message; see `backends.contracts.Responder`."""
        return Reply("".join(self.stream(message, history, _emotion)), self.card.name)

    def stream(self, message: str, history: Sequence[Turn], _emotion: str) -> Iterator[str]:
        """Yield the reply as its tokens are made, up to the quotation mark that ends it.

        Raises:
            ModelFailed: the model had nothing to say.
        """
        said = False
        for piece in trimmed(before(growing(self._tokens(prompt(message, history)), self._text), '"”\n')):
            said = True
            yield piece
        if not said:
            raise ModelFailed("KoGPT2 had nothing to say to this. Say it in other words, or choose another responder.")

    def _text(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _tokens(self, text: str) -> Iterator[int]:
        """Yield the likeliest next token until the end of the text, or 60 of them."""
        import torch
        from transformers import LogitsProcessorList, NoRepeatNGramLogitsProcessor, RepetitionPenaltyLogitsProcessor

        rules: Any = LogitsProcessorList(
            [RepetitionPenaltyLogitsProcessor(REPETITION_PENALTY), NoRepeatNGramLogitsProcessor(NO_REPEAT_NGRAM)]
        )
        encoded = self._tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
        ids = torch.tensor([encoded[-(self._model.config.n_positions - MAX_NEW_TOKENS) :]])
        given, cache = ids, None
        for _ in range(MAX_NEW_TOKENS):
            with torch.inference_mode():
                made = self._model(input_ids=given, past_key_values=cache, use_cache=True)
            cache = made.past_key_values
            given = rules(ids, made.logits[:, -1].float()).argmax(dim=-1, keepdim=True)
            token = int(given)
            if token == self._tokenizer.eos_token_id:
                return
            yield token
            ids = torch.cat([ids, given], dim=1)


def load(settings: "Settings") -> KoGPT2Responder:
    """Load from the hub folder or cache; raises ModelUnavailable."""
    return KoGPT2Responder(checkpoint(HUB_ID, settings), settings)


CARD = hub_card(
    "responder",
    "kogpt2-base-v2",
    HUB_ID,
    load,
    title="KoGPT2, for Korean messages",
    licence_weights="CC BY-NC-SA 4.0",
    licence_data="Korean Wikipedia, news and others, as its authors list them",
    megabytes=513,
    preprocessing={
        "turns": TURNS,
        "max_new_tokens": MAX_NEW_TOKENS,
        "repetition_penalty": REPETITION_PENALTY,
        "no_repeat_ngram_size": NO_REPEAT_NGRAM,
    },
    limits=(
        "Korean. A plain language model that was never taught to converse: replies may be odd or wrong, and the filter "
        "for unkind language was trained on English. No medical, legal or financial advice."
    ),
    languages=("ko",),
    automatic=False,
)
