"""What the models are given of a review: its words, without markup; and where its sentences lie."""

from collections.abc import Sequence

import numpy as np
import pytest

from backends.contracts import TextScores
from rag.annotate import Annotator
from rag.reviews import Review
from settings import Settings
from tests.rag import fakes


@pytest.mark.usefixtures("fake_models")
def test_markup_does_not_disturb_the_scores(settings: Settings) -> None:
    annotator = Annotator(settings)
    marked = annotator.read(['<div title="anger">joy &amp; good<br>coffee</div><!-- bad -->', "jo\x00y & good coffee"])
    plain = annotator.read(["joy & good coffee"] * 2)
    assert np.array_equal(marked.embeddings, plain.embeddings)
    assert np.array_equal(marked.emotions, plain.emotions)
    assert np.array_equal(marked.sentiments, plain.sentiments)


@pytest.mark.usefixtures("fake_models")
def test_sentences_lie_in_the_review_as_it_was_given(settings: Settings) -> None:
    text = "<p>Good coffee.</p>\nThe jug &amp; lid leak."
    _, tags = Annotator(settings).read_with_sentences([Review("a", "One."), Review("b", text)])
    assert [(place, text[start:end]) for place, start, end in tags.spans[1:].tolist()] == [
        (1, "<p>Good coffee.</p>"),
        (1, "The jug &amp; lid leak."),
    ]
    assert np.allclose(tags.vectors[-1], fakes.embedding("The jug & lid leak."))


class _Counting:
    """A joint reader that says what it was given."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def read(self, texts: Sequence[str]) -> TextScores:
        self.given.append(list(texts))
        lengths = np.array([len(text) for text in texts], np.float32)
        columns = np.repeat(lengths[:, None], 28, axis=1)
        return TextScores(columns, columns, columns, lengths)


@pytest.mark.usefixtures("fake_models")
def test_one_model_reads_reviews_and_sentences_in_one_pass_and_no_text_twice(settings: Settings) -> None:
    annotator, reader = Annotator(settings), _Counting()
    annotator.joint = reader
    scores, tags = annotator.read_with_sentences([Review("a", "One jug."), Review("b", "One jug. Two lids are gone.")])
    assert reader.given == [["One jug.", "One jug. Two lids are gone.", "Two lids are gone."]]
    assert scores.toxicity.tolist() == [8, 27]
    assert tags.spans.tolist() == [[0, 0, 8], [1, 0, 8], [1, 9, 27]]
    assert tags.vectors[:, 0].tolist() == tags.emotions[:, 0].tolist() == [8, 8, 18]
