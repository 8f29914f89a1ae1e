"""Words: the reference is SQLite's own bm25(), and plain Python for what holds what; from FTS5 and the file alike."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag import lexical_postings
from rag.filtering import mask_of
from rag.index_vectors import best_of
from rag.lexical import FTS_SCHEMA, Lexicon

WORDS = ("battery", "batteries", "dies", "too", "fast", "café", "coffee", "refund", "the", "late", "it's", "zzz")
TABLE = "CREATE TABLE reviews (row INTEGER PRIMARY KEY, title TEXT, text TEXT, alive INTEGER DEFAULT 1);"


def drawn(count: int) -> list[tuple[int, str, str]]:
    rng = np.random.default_rng(4)
    return [
        (row, " ".join(rng.choice(WORDS, 2)), " ".join(rng.choice(WORDS, int(rng.integers(1, 9)))))
        for row in range(count)
    ]


REVIEWS = drawn(200)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "reviews.sqlite", isolation_level=None, check_same_thread=False)
    connection.executescript(TABLE + FTS_SCHEMA)
    connection.executemany("INSERT INTO reviews (row, title, text) VALUES (?, ?, ?)", REVIEWS)
    yield connection
    connection.close()


def identity(count: int) -> str:
    return f"{count:016x}"


def opened(path: Path, count: int = 200) -> Lexicon:
    return Lexicon(sqlite3.connect(path / "reviews.sqlite", check_same_thread=False), path / "index", count, identity)


def make_file(database: sqlite3.Connection, path: Path, count: int) -> Path:
    def query(sql: str, values: object) -> list[tuple[object, ...]]:
        return database.execute(sql, values).fetchall()  # type: ignore[arg-type]

    return lexical_postings.build(query, database.execute, path / "index", count, identity(count))


@pytest.mark.parametrize("with_file", [False, True])
@pytest.mark.parametrize("question", ["battery", "batteries dying fast", "cafe refund", "zzz the late", "it's"])
def test_scores_equal_those_of_sqlite(
    database: sqlite3.Connection, tmp_path: Path, question: str, with_file: bool
) -> None:
    if with_file:
        make_file(database, tmp_path, 200)
    lexicon = opened(tmp_path)
    assert lexicon.covered == (200 if with_file else 0)
    terms = list(dict.fromkeys(lexicon.terms(question)))
    match = " OR ".join(f'"{term}"' for term in terms)
    sql = "SELECT rowid, -bm25(review_words) FROM review_words WHERE review_words MATCH ?"
    expected = np.zeros(200, np.float32)
    for row, score in database.execute(sql, [match]):
        expected[row] = score
    np.testing.assert_allclose(lexicon.scores(terms), expected, rtol=2e-3 if with_file else 1e-5, atol=1e-6)
    rows, scores = lexicon.best(question, 7)
    np.testing.assert_allclose(scores, np.sort(expected)[::-1][:7], rtol=2e-3, atol=1e-6)
    np.testing.assert_allclose(expected[rows], scores, rtol=2e-3, atol=1e-6)
    lexicon.close()


def test_a_filter_is_inside_the_search(database: sqlite3.Connection, tmp_path: Path) -> None:
    del database
    lexicon = opened(tmp_path)
    allowed = mask_of(np.arange(3, 200, 17), 200)
    everything = lexicon.scores(lexicon.terms("battery refund"))
    rows, scores = lexicon.best("battery refund", 5, allowed)
    expected = sorted((-everything[row], row) for row in range(3, 200, 17) if everything[row] > 0)[:5]
    assert rows.tolist() == [row for _, row in expected]
    np.testing.assert_allclose(scores, [-score for score, _ in expected])
    lexicon.close()


def test_rows_behind_the_file_are_found_and_those_behind_the_count_are_not(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    make_file(database, tmp_path, 120)
    lexicon = opened(tmp_path, 180)
    assert lexicon.covered == 120
    held = [row for row, title, text in REVIEWS[:180] if "coffee" in f"{title} {text}".split()]
    before = lexicon.postings("coffe")
    assert before.rows.tolist() == held
    make_file(database, tmp_path, 180)
    lexicon.refresh()
    after = lexicon.postings("coffe")
    assert (lexicon.covered, after.rows.tolist()) == (180, held)
    np.testing.assert_allclose(before.weights, after.weights, rtol=0.05)  # the mean length is that of other rows
    lexicon.close()


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100, None])
def test_a_damaged_file_is_no_error(database: sqlite3.Connection, tmp_path: Path, damage: bytes | None) -> None:
    path = make_file(database, tmp_path, 200)
    intact = path.read_bytes()
    path.write_bytes(intact[: len(intact) // 2] if damage is None else damage)
    lexicon = opened(tmp_path)
    expected = [row for row, title, text in REVIEWS if "coffee" in f"{title} {text}".split()]
    assert lexicon.postings("coffe").rows.tolist() == expected
    lexicon.close()


def test_a_file_of_another_library_is_not_used(database: sqlite3.Connection, tmp_path: Path) -> None:
    make_file(database, tmp_path, 200).rename(tmp_path / "index" / f"postings-200-{'f' * 16}.sqlite")
    lexicon = opened(tmp_path)
    assert lexicon.covered == 0
    lexicon.close()


def test_phrases_stand_side_by_side(database: sqlite3.Connection, tmp_path: Path) -> None:
    del database
    lexicon = opened(tmp_path)
    held = [row for row, title, text in REVIEWS if any("refund late" in part for part in (title, text))]
    assert len(held) > 3
    assert lexicon.holding("Refund LATE").tolist() == held
    lexicon.close()


def test_a_phrase_as_typed_has_these_very_words(database: sqlite3.Connection, tmp_path: Path) -> None:
    texts = ["I love it.", "She LOVES it", "we loved it", "Lové: it!", "I love items", "would not love_it", "glove it"]
    database.executemany(
        "INSERT INTO reviews (row, title, text) VALUES (?, ?, ?)",
        [(200 + place, "", text) for place, text in enumerate(texts)] + [(207, "Love it", "by title")],
    )
    lexicon = opened(tmp_path, 208)
    assert lexicon.holding("love it").tolist() == [200, 201, 202, 203, 205, 207]
    assert lexicon.holding_as_typed("Love, it").tolist() == [200, 203, 205, 207]
    assert lexicon.holding_as_typed("loves it").tolist() == [201]
    assert lexicon.holding_as_typed("it love").tolist() == []
    among = mask_of(np.array([201, 203, 207]), 208)
    assert lexicon.holding_as_typed("love it", among).tolist() == [203, 207]
    lexicon.close()


def test_a_phrase_of_thousands_of_reviews_is_what_a_plain_reading_finds(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    forms = ("love it", "LOVES it", "we love, it", "Love\nit, now", "I love it so", "beloved it", "love item")
    rng = np.random.default_rng(6)
    texts = [" and ".join(rng.choice(forms, int(rng.integers(1, 3)))) for _ in range(11_000)]
    rows = list(range(200, 200 + len(texts)))
    database.execute("BEGIN")
    added = [(row, "They love" if row % 3 == 0 else "", text) for row, text in zip(rows, texts, strict=True)]
    database.executemany("INSERT INTO reviews (row, title, text) VALUES (?, ?, ?)", added)
    database.execute("COMMIT")
    lexicon = opened(tmp_path, 200 + len(texts))
    plain = [" " + "".join(sign if sign.isalpha() else " " for sign in text.lower()) + " " for text in texts]
    held = [row for row, text in zip(rows, plain, strict=True) if " love it " in " ".join(text.split()).join("  ")]
    assert 5_000 < len(held) < len(rows)
    assert lexicon.holding_as_typed("love it").tolist() == held
    lexicon.close()


@pytest.mark.parametrize(
    "typed", ['"', "a*", "NEAR(", "title:x", "😀", "", "x\0y", "'; DROP TABLE reviews; --", "(((", "^"]
)
def test_anything_may_be_typed(database: sqlite3.Connection, tmp_path: Path, typed: str) -> None:
    lexicon = opened(tmp_path)
    assert lexicon.holding(typed).tolist() == lexicon.holding_as_typed(typed).tolist() == []
    assert lexicon.best(typed, 5)[0].tolist() == []
    assert database.execute("SELECT count(*) FROM reviews").fetchone() == (200,)
    lexicon.close()


def test_a_replaced_review_leaves_and_a_roll_back_changes_nothing(database: sqlite3.Connection, tmp_path: Path) -> None:
    database.execute("BEGIN")
    database.execute("INSERT INTO reviews (row, title, text) VALUES (200, '', 'xylophone')")
    database.execute("ROLLBACK")
    database.execute("INSERT INTO reviews (row, title, text) VALUES (200, '', 'marimba')")
    database.execute("INSERT INTO reviews (row, title, text) VALUES (201, '', 'marimba solo')")
    database.execute("UPDATE reviews SET alive = 0, text = '' WHERE row = 200")
    lexicon = opened(tmp_path, 202)
    assert lexicon.holding("xylophone").tolist() == []
    assert lexicon.holding("marimba").tolist() == [201]
    database.execute("INSERT INTO review_words (review_words) VALUES ('integrity-check')")
    lexicon.close()


def test_words_of_languages_without_spaces_find_what_begins_with_them(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    database.execute(
        "INSERT INTO reviews (row, title, text) VALUES (200, '', '배송이 늦어요'), (201, '', '電池がすぐ切れる')"
    )
    lexicon = opened(tmp_path, 202)
    assert lexicon.best("배송", 3)[0].tolist() == [200]
    assert lexicon.holding("電池").tolist() == lexicon.holding_as_typed("電池").tolist() == [201]
    lexicon.close()


@pytest.mark.parametrize("power", [1, 8])
@pytest.mark.parametrize("share", [0.0, 0.0005, 0.3, 1.0])
def test_the_largest_of_many_by_value(power: int, share: float) -> None:
    rng = np.random.default_rng(power)
    scores = ((rng.random(50_000) ** power + 1e-6) * (rng.random(50_000) < share)).astype(np.float32)
    places, values = best_of(scores, 100)
    expected = np.sort(scores)[::-1][:100]
    np.testing.assert_array_equal(values, expected[expected > 0])
    np.testing.assert_array_equal(scores[places], values)
    assert len(set(places.tolist())) == len(places)


def test_the_largest_by_value() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        scores = rng.integers(0, 5, 30).astype(np.float32)
        k = int(rng.integers(0, 35))
        expected = sorted(((-score, place) for place, score in enumerate(scores.tolist()) if score > 0))[:k]
        places, values = best_of(scores, k)
        assert list(zip((-values).tolist(), places.tolist(), strict=True)) == expected


def test_of_many_words_the_rarest_count(
    database: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del database
    lexicon = opened(tmp_path)
    terms = ["the", "coffe", "nowhere", "refund"]
    rarest = sorted(terms, key=lambda term: len(lexicon.postings(term).rows))[:2]
    expected, scale = lexicon.scores(rarest), lexicon.scale(rarest)
    monkeypatch.setattr("rag.lexical.MOST_TERMS", 2)
    np.testing.assert_array_equal(lexicon.scores(terms), expected)
    assert lexicon.scale(terms) == scale
    lexicon.close()
