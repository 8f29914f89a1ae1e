"""Summaries by google/flan-t5-base (Chung et al. 2022, https://arxiv.org/abs/2210.11416) behind a LangChain runnable.

The model writes, the reviews decide: each sentence it writes is kept only if reviews support it, and cites those.
Does not handle: languages other than English; more reviews than fit 512 tokens (each is shortened to its share).
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backends.contracts import CitedSentence, ModelCard, Summary
from backends.hub import checkpoint, hub_card
from backends.passage import Passage
from backends.prompts import SUMMARY_TEMPLATE, as_data, reviews_as_data

if TYPE_CHECKING:
    from backends.flan_t5_engine import FlanT5
    from settings import Settings

HUB_ID = "google/flan-t5-base"
MAX_NEW_TOKENS = 60
PROMPT_TOKENS = 500
MIN_SUPPORT = 0.5
"""Share of a sentence's content words that one review must hold to be cited for it."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_FUNCTION_WORDS = frozenset(
    "the and for with was were are but not you your they them their this that these those have has had its it's from "
    "very all too also who what when which would could about there been being our his her she him say says said "
    "customer customers review reviews people users product".split()
)


class FlanT5Summarizer:
    """prompt | model | parser, as a LangChain runnable in `chain`."""

    card: ModelCard

    def __init__(self, engine: "FlanT5") -> None:
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import PromptTemplate
        from langchain_core.runnables import RunnableLambda

        self.card = CARD
        self._engine = engine
        self.prompt = PromptTemplate.from_template(SUMMARY_TEMPLATE)
        self.chain: Any = self.prompt | RunnableLambda(self._generate) | StrOutputParser()

    def summarize(self, question: str, reviews: Sequence[Passage]) -> Summary:
        """Return the model's sentences that the reviews support, each citing the reviews it rests on.

        A summary without sentences means: the model wrote nothing that the reviews support.
        """
        if not reviews:
            return Summary((), self.card.name)
        text = self.chain.invoke(self.inputs(question, reviews))
        cited = (CitedSentence(sentence, support(sentence, reviews)) for sentence in _SENTENCE_END.split(text))
        return Summary(tuple(sentence for sentence in cited if sentence.text and sentence.citations), self.card.name)

    def inputs(self, question: str, reviews: Sequence[Passage]) -> dict[str, str]:
        """Return the template's variables, the reviews shortened evenly until the prompt fits the model."""
        characters = 600
        while True:
            values = {"question": as_data(question, 300), "reviews": reviews_as_data(reviews, characters)}
            if characters <= 40 or self._engine.count_tokens(self.prompt.format(**values)) <= PROMPT_TOKENS:
                return values
            characters = int(characters * 0.8)

    def _generate(self, prompt: Any) -> str:
        return self._engine.generate(prompt.to_string(), MAX_NEW_TOKENS)


def support(sentence: str, reviews: Sequence[Passage]) -> tuple[str, ...]:
    """Return the ids of the reviews that hold at least MIN_SUPPORT of a sentence's content words, best first.

    Words are compared by their first six letters, so that "delivered" supports "delivery" (ROUGE-1 precision on stems).
    """
    words = _stems(sentence)
    if not words:
        return ()
    shares = [(len(words & _stems(review.text)) / len(words), review.id) for review in reviews]
    return tuple(found for share, found in sorted(shares, key=lambda pair: -pair[0]) if share >= MIN_SUPPORT)


def _stems(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.lower()) if word not in _FUNCTION_WORDS}


def load(settings: "Settings") -> FlanT5Summarizer:
    """Load from the hub folder or cache (converted to int8 once); raises ModelUnavailable."""
    from backends.flan_t5_engine import FlanT5

    return FlanT5Summarizer(FlanT5(checkpoint(HUB_ID, settings), settings))


CARD = hub_card(
    "summarizer",
    "flan-t5-base",
    HUB_ID,
    load,
    title="Flan-T5 base, int8",
    licence_weights="Apache-2.0",
    licence_data="the Flan collection, each set under its own licence",
    megabytes=990,
    preprocessing={"max_tokens": PROMPT_TOKENS, "max_new_tokens": MAX_NEW_TOKENS, "min_support": MIN_SUPPORT},
    limits="English; writes its own words, so a sentence without enough support in the reviews is left out.",
)
