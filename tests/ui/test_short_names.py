"""Long names fit a button and can still be told apart."""

from ui.short_names import short_names, shortened

FIRE = "All-New Fire HD 8 Tablet, 8 HD Display, Wi-Fi, {} GB - Includes Special Offers, Magenta"


def test_a_name_is_cut_at_its_end() -> None:
    assert shortened("Kettle", 10) == "Kettle"
    assert shortened("All-New Fire HD 8 Tablet", 9) == "All-New…"


def test_names_that_begin_alike_show_where_they_differ() -> None:
    names = [FIRE.format(16), FIRE.format(32), "Echo (White)"]
    assert short_names(names, 30) == {
        names[0]: "All-New Fire… 16 GB - Include…",
        names[1]: "All-New Fire… 32 GB - Include…",
        "Echo (White)": "Echo (White)",
    }


def test_names_that_differ_in_two_places_are_all_different() -> None:
    names = [f"Tablets,Computers,Accessories,{kind},{colour}" for kind in ("Cases", "Cables") for colour in ("a", "b")]
    cut = list(short_names(names, 24).values())
    assert len(set(cut)) == 4
    assert max(map(len, cut)) <= 24


def test_a_name_that_is_the_beginning_of_another_one_differs_from_it() -> None:
    long = "Kindle Oasis E-reader with Leather Charging Cover"
    assert list(short_names([long, long + ", Merlot"], 20).values()) == ["Kindle O… Cover", "Kindle O… Cover, Me…"]


def test_no_name_is_lost() -> None:
    assert short_names([], 10) == {}
    assert short_names(["", "a"], 10) == {"": "", "a": "a"}
