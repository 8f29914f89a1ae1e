"""The chat benchmark: its dialogues, what it measures, and the table it makes of that."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from backends.contracts import FACE_EMOTIONS, FloatArray
from benchmarks import chat, chat_measures
from benchmarks.chat_data import EKMAN_OF, UNMAPPED, Opening, openings, sample
from training import empathy

ROWS = [
    Opening("sad", "my dog ran off", "oh no i'm sorry"),
    Opening("joyful", "we won the cup", "how great is that"),
    Opening("jealous", "her car is new", "nice car"),
]


def letters(texts: Sequence[str]) -> FloatArray:
    rows = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], float)
    unit = (rows + 1e-3) / np.linalg.norm(rows + 1e-3, axis=1, keepdims=True)
    return np.asarray(unit, np.float32)


def test_the_first_message_and_reply_of_each_dialogue_are_read(tmp_path: Path) -> None:
    path = tmp_path / "valid.tsv"
    path.write_text(
        "dialog_id\temotion\tspeaker\ttext\n"
        'a\tsad\tsituation\tit was "so\na\tsad\tspeaker\tI cried \na\tsad\tlistener\tWhy?\na\tsad\tspeaker\tRain.\n'
        "b\tproud\tspeaker\tI won\n"
        "c\tsad\tlistener\tHi\nc\tsad\tspeaker\tHello\n",
        "utf-8",
    )
    assert openings(path) == [Opening("sad", "I cried", "Why?")]


def test_a_sample_keeps_the_order_and_follows_the_seed() -> None:
    rows = [Opening("sad", str(number), "r") for number in range(20)]
    chosen = sample(rows, 5, 3)
    assert [int(row.message) for row in chosen] == sorted(int(row.message) for row in chosen)
    assert chosen == sample(rows, 5, 3)
    assert sample(rows, None, 3) == sample(rows, 20, 3) == rows


def test_all_32_emotions_have_a_place() -> None:
    assert (len(EKMAN_OF), len(UNMAPPED), set(EKMAN_OF) & set(UNMAPPED)) == (24, 8, set())
    assert set(EKMAN_OF.values()) == set(FACE_EMOTIONS) - {"neutral"}


def test_distinct_counts_different_by_all() -> None:
    assert chat_measures.distinct(["I am, I AM", "you"], 1) == pytest.approx(3 / 5)
    assert chat_measures.distinct(["I am, I AM", "you"], 2) == pytest.approx(2 / 3)
    assert chat_measures.distinct(["same same"] * 9, 1, most_words=4) == pytest.approx(1 / 4)
    assert chat_measures.distinct([""], 2) == 0.0


def test_the_adjusted_distinct_is_by_what_an_even_draw_would_have() -> None:
    assert chat_measures.adjusted_distinct(["a b", "a c"], 1, 4) == pytest.approx(3 / (4 * (1 - (3 / 4) ** 4)))
    assert chat_measures.adjusted_distinct(["a b a"], 2, 10) == pytest.approx(2 / (10 * (1 - 0.9**2)))
    assert chat_measures.adjusted_distinct([""], 1, 10) == 0.0
    assert chat_measures.vocabulary(["a b", "B a b"], 2) == 2


def test_rouge_l_is_the_longest_common_subsequence() -> None:
    assert chat_measures.rouge_l(["the cat sat"], ["the cat sat"]) == 1.0
    assert chat_measures.rouge_l(["the cat", "dog"], ["the big cat sat", "bird"]) == pytest.approx(
        (2 * 1 * 0.5 / 1.5) / 2
    )


def test_similarity_is_the_mean_cosine() -> None:
    one, other = np.eye(2, dtype=np.float32), np.array([[1, 0], [1, 0]], np.float32)
    assert chat_measures.similarity(one, other) == pytest.approx(0.5)


def test_the_nearest_opening_lends_its_reply() -> None:
    known = [Opening("sad", "zzz", "no"), Opening("sad", "my dogs ran off", "yes")]
    assert chat.nearest(["my dog ran off"], known, letters) == ["yes"]


def test_emotions_without_a_group_are_left_out_of_the_accuracy() -> None:
    found = chat.emotion_accuracy(ROWS, ["sad", "neutral", "happy"])
    assert found["messages"] == 2
    assert found["accuracy"] == 0.5
    assert found["read_as_neutral"] == 0.5
    assert found["accuracy_where_not_neutral"] == 1.0
    assert found["recall"] == {"happy": 0.0, "sad": 1.0}


def test_systems_are_compared_on_the_same_messages() -> None:
    judge, judged = empathy.train(empathy.made_up(), letters)
    ours = ["I am so sorry, I care. What happened then?"] * 3
    values = chat.compared(ROWS, ours, ROWS[:2], judge, letters)
    assert values["replies"] == 3
    assert values["human"]["rouge_l"] == values["human"]["similarity"] == 1.0
    assert (values["constant"]["different_replies"], values["nearest"]["different_replies"]) == (1, 2)
    assert values["equal_words"] == sum(len(chat_measures.words(row.reply)) for row in ROWS)
    assert values["ours"]["empathy"]["emotional_reactions"] == values["ours"]["empathy"]["explorations"] == 2.0
    assert values["vocabularies"] == [8, 6]
    assert values["constant"]["ead_1"] == pytest.approx(
        chat_measures.adjusted_distinct([chat.CONSTANT] * 3, 1, 8), abs=1e-4
    )
    table = chat.table(
        {
            "systems": values, "rows": 4, "answered_with_helplines": 1, "milliseconds": {"median": 20.4, "p95": 31.0},
            "emotion": chat.emotion_accuracy(ROWS, ["sad", "happy", "sad"]), "judge": judged,
        }
    )  # fmt: skip
    rows = {row.figure: row.measured for row in table}
    assert rows["an embedded reply, 95 % within"] == "31 ms (median 20 ms)"
    assert rows["messages answered with helplines"] == "1 of 4"
    assert rows["ROUGE-L against the human reply"].endswith("human listener 1.000")
