"""How good replies are as text: ROUGE-L, BLEU, distinct-1/2 and perplexity.

They measure closeness to one human's words and variety, not kindness: many good replies share no word with that one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sacrebleu.metrics.bleu import BLEU


def rouge_l(replies: Sequence[str], references: Sequence[str]) -> float:
    """Return the mean ROUGE-L F-measure, 0 to 1 (Lin 2004; package rouge-score, stemmed)."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    pairs = zip(references, replies, strict=True)
    return float(_mean([scorer.score(reference, reply)["rougeL"].fmeasure for reference, reply in pairs]))


def bleu(replies: Sequence[str], references: Sequence[str]) -> tuple[float, str]:
    """Return corpus BLEU-4, 0 to 100, case-insensitive, and sacreBLEU's signature (Post 2018)."""
    metric = BLEU(lowercase=True)
    score = float(metric.corpus_score(list(replies), [list(references)]).score) if replies else 0.0
    return score, str(metric.get_signature())


def distinct(replies: Sequence[str], n: int) -> float:
    """Return the share of different n-grams of words among all of them (Li et al. 2016); 0 where there are none.

    >>> distinct(["I see", "I hear"], 1)
    0.75
    """
    grams = [
        tuple(words[place : place + n])
        for words in (reply.casefold().split() for reply in replies)
        for place in range(len(words) - n + 1)
    ]
    return len(set(grams)) / len(grams) if grams else 0.0


def perplexity(nats: float, tokens: int) -> float:
    """Return exp of the mean negative log-likelihood: of `tokens` tokens that took `nats` in sum."""
    return math.exp(nats / tokens)


def figures(replies: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Return every figure of replies against what the human said, rounded."""
    return {
        "rouge_l": round(rouge_l(replies, references), 4),
        "bleu": round(bleu(replies, references)[0], 2),
        "distinct_1": round(distinct(replies, 1), 4),
        "distinct_2": round(distinct(replies, 2), 4),
        "words": round(_mean([len(reply.split()) for reply in replies]), 1),
        "replies": len(replies),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
