"""The table of near words holds common words and those of the reviews, as eight-bit vectors without their mean."""

import json
from pathlib import Path

import numpy as np

from training import near_words


def test_the_words_are_whole_plain_ones_and_those_of_the_reviews(tmp_path: Path) -> None:
    tokenizer, reviews = tmp_path / "tokenizer.json", tmp_path / "reviews.csv"
    tokenizer.write_text(json.dumps({"model": {"vocab": {"kettle": 1, "##tle": 2, "the": 3, "ab": 4, "[CLS]": 5}}}))
    reviews.write_text("title,text\nOdd pump,The frother hums.\n", "utf-8")
    assert near_words.vocabulary(tokenizer, reviews) == ["frother", "hums", "kettle", "odd", "pump"]


def test_vectors_are_cut_without_losing_who_is_near() -> None:
    vectors = np.array([[3, 1, 0], [3, 0.9, 0.1], [3, -1, 0], [3, 0, -1]], np.float32)
    own = vectors - vectors.mean(axis=0)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    found = near_words.packed(vectors, 2)
    assert found.dtype == np.int8
    assert np.allclose((found / 127.0) @ (found / 127.0).T, own @ own.T, atol=0.02)


def test_the_shipped_table_is_made_of_the_shipped_words() -> None:
    with np.load(near_words.OUTPUT, allow_pickle=False) as file:
        words, vectors = file["words"].tobytes().decode().split("\n"), file["vectors"]
    assert words == near_words.vocabulary(near_words.TOKENIZER, near_words.REVIEWS)
    assert vectors.shape == (len(words), near_words.DIMENSION)
