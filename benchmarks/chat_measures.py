"""What the chat benchmark measures of replies: overlap and nearness with a human's, variety, empathy."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from backends.contracts import FloatArray
from training.embeddings import Embed
from training.empathy import MECHANISMS, Judge, features

SEED = 20261121


def words(text: str) -> list[str]:
    """Return the words of a text in small letters.

    >>> words("It's late, isn't it?")
    ["it's", 'late', "isn't", 'it']
    """
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.casefold().replace("’", "'"))


def distinct(replies: Sequence[str], size: int, most_words: int | None = None) -> float:
    """Return distinct-n (Li et al. 2016): different n-grams by all n-grams of the replies together.

    Longer replies lower it by their length alone, so systems are also compared with `most_words`: replies in random
    order (the same for all), cut off after so many words.
    """
    texts = [words(reply) for reply in replies]
    if most_words is not None:
        random.Random(SEED).shuffle(texts)
        left, kept = most_words, []
        for text in texts:
            kept.append(text[:left])
            left -= len(kept[-1])
        texts = kept
    found = grams(texts, size)
    return len(set(found)) / len(found) if found else 0.0


def grams(texts: Sequence[Sequence[str]], size: int) -> list[tuple[str, ...]]:
    """Return all n-grams of texts that are split into words."""
    return [tuple(text[start : start + size]) for text in texts for start in range(len(text) - size + 1)]


def adjusted_distinct(replies: Sequence[str], size: int, vocabulary: int) -> float:
    """Return the expectation-adjusted distinct of Liu et al. 2022 (https://aclanthology.org/2022.acl-short.86): the
    different n-grams by those that as many n-grams drawn evenly from a vocabulary of so many would have.

    It does not fall with the length of replies alone.

    >>> adjusted_distinct(["a b", "a c"], 1, 4)  # 3 by 4 * (1 - (3 / 4) ** 4)
    1.0971428571428572
    """
    found = grams([words(reply) for reply in replies], size)
    expected = vocabulary * (1 - ((vocabulary - 1) / vocabulary) ** len(found))
    return len(set(found)) / expected if found else 0.0


def vocabulary(replies: Sequence[str], size: int) -> int:
    """Return how many different n-grams replies hold."""
    return len(set(grams([words(reply) for reply in replies], size)))


def rouge_l(replies: Sequence[str], references: Sequence[str]) -> float:
    """Return the mean ROUGE-L F1 (Lin 2004), with Porter's stemmer."""
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    scores = [scorer.score(truth, said)["rougeL"].fmeasure for said, truth in zip(replies, references, strict=True)]
    return float(np.mean(scores))


def similarity(replies: FloatArray, references: FloatArray) -> float:
    """Return the mean cosine of unit rows."""
    return float((replies * references).sum(axis=1).mean())


def empathy(messages: Sequence[str], replies: Sequence[str], judge: Judge, embed: Embed) -> dict[str, Any]:
    """Return the mean level of each mechanism, their sum, and the sum of the levels that the probabilities expect."""
    rows = features(messages, replies, embed)
    means = judge.levels(rows).mean(axis=0)
    expected = judge.chances(rows) @ np.arange(3, dtype=np.float32)
    named = {name: round(float(mean), 4) for name, mean in zip(MECHANISMS, means, strict=True)}
    return {**named, "sum": round(float(means.sum()), 4), "expected_sum": round(float(expected.sum(axis=1).mean()), 4)}


def measured(
    messages: Sequence[str],
    replies: Sequence[str],
    references: Sequence[str],
    judge: Judge,
    embed: Embed,
    most_words: int,
    vocabularies: Mapping[int, int],
) -> dict[str, Any]:
    """Return everything measured of one system's replies; `most_words` as of `distinct`, `vocabularies` by size of
    n-gram as of `adjusted_distinct`."""
    return {
        "rouge_l": round(rouge_l(replies, references), 4),
        "similarity": round(similarity(embed(replies), embed(references)), 4),
        **{f"distinct_{size}": round(distinct(replies, size), 4) for size in (1, 2)},
        **{f"distinct_{size}_at_equal_words": round(distinct(replies, size, most_words), 4) for size in (1, 2)},
        **{f"ead_{size}": round(adjusted_distinct(replies, size, count), 4) for size, count in vocabularies.items()},
        "different_replies": len(set(replies)),
        "words_per_reply": round(float(np.mean([len(words(reply)) for reply in replies])), 2),
        "empathy": empathy(messages, replies, judge, embed),
    }
