"""Near copies: the bands find what the shared shingles, computed exactly, call alike."""

import itertools

import numpy as np

from rag.near import LEAST_OVERLAP, bands, overlap, shingles


def test_the_overlap_is_the_share_of_common_shingles() -> None:
    first, second = shingles("a b c d e f"), shingles("A, b! c d e x")
    assert overlap(first, second) == 4 / 6
    assert overlap(first, first) == 1
    assert (shingles("too short to judge"), bands(frozenset())) == (frozenset(), [])
    assert overlap(frozenset(), frozenset()) == 0


def test_numbers_count_as_words() -> None:
    assert overlap(shingles("size 38 fits me very well"), shingles("size 40 fits me very well")) < 1


def test_bands_find_the_pairs_that_are_alike() -> None:
    rng = np.random.default_rng(3)
    words = [f"w{number}" for number in range(300)]
    texts = [" ".join(rng.choice(words, 30)) for _ in range(60)]
    for text in list(texts):
        changed = text.split()
        for place in rng.choice(30, int(rng.integers(1, 6)), replace=False):
            changed[place] = "other"
        texts.append(" ".join(changed))
    sets = [shingles(text) for text in texts]
    keys = [set(bands(own)) for own in sets]
    pairs = list(itertools.combinations(range(len(texts)), 2))
    alike = [pair for pair in pairs if overlap(sets[pair[0]], sets[pair[1]]) >= LEAST_OVERLAP]
    found = [pair for pair in pairs if keys[pair[0]] & keys[pair[1]]]
    assert len(alike) >= 40
    assert len(set(alike) & set(found)) >= 0.95 * len(alike)
    assert len(set(found) - set(alike)) <= 30  # few others have to be compared
