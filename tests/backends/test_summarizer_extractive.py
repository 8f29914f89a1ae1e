"""Quotes stand in the reviews word for word, cite their own review, and those that say the same."""

import numpy as np

from backends.contracts import GOEMOTIONS, FloatArray
from backends.passage import Passage, StoredSentence
from backends.summarizer_extractive import CORROBORATES, MOST_CITATIONS, SENTENCES, Extractive
from tests.rag import fakes

REVIEWS = (
    Passage("a", "The pump leaks water all over the counter. Nice box.", "Pot"),
    Passage("b", "Water leaks all over the counter every day. I called twice.", "Pot"),
    Passage("c", "The robot eats every cable in the whole house. Its app is slow.", "Robot"),
    Passage("d", "Delivery came two weeks late without any word.", "Air"),
    Passage("e", "The pump leaks water all over the counter again.", "Pot"),
)


def summarizer(joint: bool = False) -> Extractive:
    return Extractive(fakes.BagOfWords("embedder", fakes.FakeJoint() if joint else None))


def quote(sentence: str) -> str:
    return sentence[sentence.index("“") + 1 : -1]


def test_sentences_are_quoted_word_for_word_with_their_product() -> None:
    summary = summarizer().summarize("leaks", REVIEWS)
    by_id = {review.id: review for review in REVIEWS}
    assert summary.model == "extractive"
    assert 1 <= len(summary.sentences) <= SENTENCES
    for sentence in summary.sentences:
        own = by_id[sentence.citations[0]]
        assert quote(sentence.text) in own.text
        assert sentence.text.startswith(f"{own.product}: “")


def test_each_review_is_quoted_once_and_products_take_turns() -> None:
    text = "The pump leaks water {} and daily."
    reviews = [Passage(f"pot {word}", text.format(word), "Pot") for word in "abcde"]
    reviews += [Passage(f"robot {word}", text.format(word), "Robot") for word in "vwxyz"]
    quoted = [sentence.citations[0] for sentence in summarizer().summarize("pump", reviews).sentences]
    assert len(set(quoted)) == len(quoted) == SENTENCES
    assert sorted(id_.split()[0] for id_ in quoted) == ["pot", "pot", "robot", "robot"]


def test_reviews_that_say_the_same_are_cited_too_and_others_are_not() -> None:
    summary = summarizer().summarize("the pump leaks water", REVIEWS)
    leak = next(sentence for sentence in summary.sentences if "leaks" in sentence.text)
    assert set(leak.citations) == {"a", "b", "e"}
    robot = next(sentence for sentence in summary.sentences if "robot" in sentence.text)
    assert robot.citations == ("c",)


def test_another_product_or_another_mood_is_no_corroboration() -> None:
    reviews = (
        Passage("own", "anger because the pump leaks water all day long", "Pot"),
        Passage("product", "anger because the pump leaks water all day long", "Robot"),
        Passage("mood", "joy because the pump leaks water all day long", "Pot"),
        Passage("same", "anger because the pump leaks water all day", "Pot"),
    )
    cited = {s.citations[0]: s.citations for s in summarizer(joint=True).summarize("anger", reviews).sentences}
    assert cited["own"] == ("own", "same")
    assert cited["product"] == ("product",)
    assert cited["mood"] == ("mood",)


def test_every_further_citation_is_as_close_as_documented() -> None:
    many = tuple(Passage(str(n), f"The pump leaks water on the counter {'again ' * n}.") for n in range(7))
    for sentence in summarizer().summarize("pump", many).sentences:
        assert len(sentence.citations) <= MOST_CITATIONS
        texts = {review.id: review.text for review in many}
        own = fakes.embedding(quote(sentence.text))
        assert all(float(own @ fakes.embedding(texts[id_])) >= CORROBORATES for id_ in sentence.citations)


def test_the_emotion_asked_for_decides_between_equals() -> None:
    reviews = (
        Passage("calm", "the kettle boils the water slowly"),
        Passage("angry", "anger as kettle boils water slowly"),
    )
    first = summarizer(joint=True).summarize("anger", reviews).sentences[0]
    assert first.citations[0] == "angry"


def test_stored_sentences_are_used_instead_of_reading_again() -> None:
    def stored(text: str, start: int, end: int) -> StoredSentence:
        emotions: FloatArray = np.zeros(len(GOEMOTIONS), np.float32)
        return StoredSentence(start, end, fakes.embedding(text[start:end]), emotions)

    text = "One cup leaks every day. Two cups leak more often."
    spans = (stored(text, 0, 24), stored(text, 25, len(text)))
    embedder = fakes.BagOfWords("embedder")
    known = Extractive(embedder).summarize("leaks", [Passage("a", text, "", spans, embedder.card.name)])
    assert embedder.calls == 2  # the question, and the empty list of unknown sentences
    assert quote(known.sentences[0].text) == "One cup leaks every day."
    foreign = Extractive(embedder).summarize("leaks", [Passage("a", text, "", spans, "another embedder")])
    assert foreign == known


def test_short_cries_are_quoted_only_when_there_is_nothing_else() -> None:
    mixed = (Passage("a", "Leaks! The pump leaks water all over the counter."),)
    assert (
        quote(summarizer().summarize("leaks", mixed).sentences[0].text) == "The pump leaks water all over the counter."
    )
    assert quote(summarizer().summarize("leaks", (Passage("a", "Leaks!"),)).sentences[0].text) == "Leaks!"


def test_only_sentences_about_the_question_are_quoted() -> None:
    text = "The pump leaks water all over the counter. My mother leaks every secret she was told."
    reviews = (Passage("a", text, about=frozenset({0})), Passage("b", text, about=frozenset({43})))
    found = {s.citations[0]: quote(s.text) for s in summarizer().summarize("pump leaks", reviews).sentences}
    assert found == {"a": text[:42], "b": text[43:]}


def test_beside_a_cry_about_the_question_stands_what_can_be_quoted() -> None:
    text = "It leaks! Water ran under the fridge. I left the house soon after."
    cry = (Passage("a", text, about=frozenset({text.index("It leaks!")})),)
    assert [quote(s.text) for s in summarizer().summarize("fridge", cry).sentences] == ["Water ran under the fridge."]
    alone = (Passage("a", "It leaks! No.", about=frozenset({0})),)
    assert [quote(s.text) for s in summarizer().summarize("leaks", alone).sentences] == ["It leaks!"]


def test_nothing_to_read_gives_no_sentences() -> None:
    assert summarizer().summarize("leaks", ()).sentences == ()
    assert summarizer().summarize("leaks", (Passage("a", "😀 !!!"),)).sentences == ()
