"""What the models are given of a review: its words, without markup; and where its sentences lie."""

import numpy as np
import pytest

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
    tags = Annotator(settings).read_sentences([Review("a", "One."), Review("b", text)])
    assert [(place, text[start:end]) for place, start, end in tags.spans[1:].tolist()] == [
        (1, "<p>Good coffee.</p>"),
        (1, "The jug &amp; lid leak."),
    ]
    assert np.allclose(tags.vectors[-1], fakes.embedding("The jug & lid leak."))
