"""Encodings, delimiters and quotes as people's files have them."""

import io

import pytest

from errors import ReviewFileError
from rag.formats import read_table
from rag.formats_encoding import Encoding, find_encoding
from rag.table import Table
from settings import Settings


def decode(data: bytes) -> Encoding:
    return find_encoding(io.BytesIO(data))


def read(text: str, settings: Settings) -> Table:
    return read_table(text.encode(), "a.csv", settings)


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("text\nCafé très agréable, 5 €\n", "cp1252", "Windows-1252"),
        ("text\nDer Service war sehr höflich, schöne Grüße und „danke“\n", "cp1252", "Windows-1252"),
        ("text\nBardzo dobra książka, żałuję że się skończyła. Świetna jakość!\n", "cp1250", "Windows-1250"),
        ("text\nTen výrobek je skvělý, rychlé dodání a příjemná obsluha.\n", "cp1250", "Windows-1250"),
        ("text\n" + "Очень хороший товар, всем советую покупать.\n" * 3, "cp1251", "Windows-1251"),
        ("text\n" + "배송이 빠르고 품질이 정말 좋아요. 다시 구매하겠습니다.\n" * 3, "cp949", "cp949"),
        ("text\n" + "とても良い商品でした。また買いたいと思います。\n" * 3, "cp932", "cp932"),
    ],
)
def test_older_encodings_are_found_and_said(text: str, codec: str, label: str) -> None:
    decoded = decode(text.encode(codec))
    assert "".join(decoded.lines()) == text
    assert decoded.label == label
    assert decoded.notes == [
        f"The file is not UTF-8; it was read as {label}. If accents or signs look wrong, save it as UTF-8."
    ]


def test_mixed_encodings_are_read_line_by_line() -> None:
    decoded = decode("text\nnaïve 😀\n".encode() + "café\n".encode("cp1252") + b"undefined \x81\n")
    assert "".join(decoded.lines()) == "text\nnaïve 😀\ncafé\nundefined \x81\n"
    assert decoded.label == "UTF-8 and Windows-1252"
    assert decoded.notes[0].startswith("The file mixes encodings: 2 of its 4 lines are not UTF-8")


def test_lines_that_are_given_up_after_the_file_was_closed_end_quietly() -> None:
    file = io.BytesIO(b"text\nfine\n")
    lines = find_encoding(file).lines()
    assert next(lines) == "text\n"
    file.close()
    lines.close()  # type: ignore[attr-defined]  # a generator; an import that is stopped leaves it to be collected


def test_nul_characters_are_left_out() -> None:
    decoded = decode(b"text\nfi\0ne\0\n")
    assert "".join(decoded.lines()) == "text\nfine\n"
    assert decoded.notes == ["2 NUL characters left out: they cannot be shown."]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_although_others_occur_in_texts(delimiter: str, settings: Settings) -> None:
    rows = [["id", "text"], ["1", "a, b; c | d\te"], ["2", "x; y, z"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    table = read(text, settings)
    assert table.delimiter == delimiter
    assert table.frame.to_numpy().tolist() == rows[1:]


def test_one_column_of_lines_with_commas_is_one_column(settings: Settings) -> None:
    table = read("review\nGood, cheap, fast\nBad\n", settings)
    assert table.frame.to_dict("list") == {"review": ["Good, cheap, fast", "Bad"]}
    assert table.delimiter == ""


def test_a_file_without_column_names_keeps_its_first_row(settings: Settings) -> None:
    table = read("1,Great thing,5\n2,Awful thing,1\n", settings)
    assert table.frame.to_dict("list") == {
        "column 1": ["1", "2"],
        "column 2": ["Great thing", "Awful thing"],
        "column 3": ["5", "1"],
    }
    assert table.notes == ("The file has no column names; its first row was read as a review.",)


@pytest.mark.parametrize("first", ["Absolutely wonderful, silky and comfortable", "I love it!", "Nope. Went back."])
def test_a_text_file_of_one_review_a_line_keeps_its_first_line(first: str, settings: Settings) -> None:
    table = read_table(f"{first}\nToo short for me\n".encode(), "reviews.txt", settings)
    assert table.frame.to_dict("list") == {"column 1": [first, "Too short for me"]}
    assert table.notes == ("The file has no column names; its first row was read as a review.",)


def test_one_column_with_a_name_nobody_knows_says_what_was_taken_for_it(settings: Settings) -> None:
    asked = read("How did you like your stay with us?\nFine\n", settings)
    assert asked.frame.to_dict("list") == {"How did you like your stay with us?": ["Fine"]}
    doubtful = read("Lovely\nFine\n", settings)
    assert doubtful.notes == (
        "The first line, “Lovely”, was taken for the name of the column. If it is a review, write “review” in a line "
        "above it.",
    )
    assert read("review\nFine\n", settings).notes == ()


def test_blank_and_repeated_column_names_become_distinct(settings: Settings) -> None:
    table = read("text,,text,\n a ,b,c,d\n", settings)
    assert list(table.frame.columns) == ["text", "column 2", "text (2)", "column 4"]
    assert table.frame.iloc[0].tolist() == [" a ", "b", "c", "d"]


def test_rows_of_a_wrong_width_are_rejected_and_the_rest_read(settings: Settings) -> None:
    table = read("id,text\n1,good\n2,too, many\n3\n4,fine,,\n", settings)
    assert table.frame["id"].tolist() == ["1", "4"]
    assert [(item.row, item.reason, item.excerpt) for item in table.rejected] == [
        (3, "3 fields where the header has 2. Put texts that contain the delimiter into quotes.", "2, too, many"),
        (
            4,
            "1 field where the header has 2. Fill in the missing cells or leave them empty between delimiters.",
            "3",
        ),
    ]


def test_a_quote_that_is_never_closed_costs_no_other_row(settings: Settings) -> None:
    table = read('id,text,n\n1,good,1\n2,"never closed,2\n3,fine,3\n4,"with ""quotes""",4\n', settings)
    assert table.frame["text"].tolist() == ["good", "fine", 'with "quotes"']
    assert [(item.row, item.excerpt) for item in table.rejected] == [(3, "2, never closed,2")]
    assert table.rejected[0].reason.startswith("A quote is opened or closed in the wrong place (2 fields where")


def test_quotes_inside_a_quoted_text_are_recovered_where_possible(settings: Settings) -> None:
    table = read('id,text\n1,"He said "wow" to me"\n2,"never closed\n3,5\'8" tall\n', settings)
    assert table.frame["text"].tolist() == ['He said wow" to me"', "never closed", "5'8\" tall"]
    assert table.notes == ("Broken quotes in 2 rows: read up to the end of the line.",)


def test_quotes_with_a_backslash_are_understood(settings: Settings) -> None:
    table = read('id,text\n1,"He said \\"wow, great\\" to me"\n2,"plain, fine"\n', settings)
    assert table.frame["text"].tolist() == ['He said "wow, great" to me', "plain, fine"]


def test_every_row_broken_says_the_first_reason(settings: Settings) -> None:
    with pytest.raises(ReviewFileError) as caught:
        read("id,text\n1,a,b\n2,c,d\n", settings)
    assert str(caught.value).startswith("No row can be used (2 rows tried). Row 2: 3 fields where the header has 2.")


def test_line_separators_inside_a_text_do_not_end_the_row(settings: Settings) -> None:
    text = "one\u2028two\x85three\x0bfour"
    assert read(f"id,text\n1,{text}\n", settings).frame["text"].tolist() == [text]
