"""Colours, sizes and units alone are no theme; with the word of their property they are one, which it names."""

import numpy as np

from backends.contracts import FloatArray
from rag import themes_concepts
from rag.themes_names import name_all
from rag.themes_values import PROPERTIES, property_of, with_their_names
from rag.words import stem


def test_a_value_is_told_from_its_property_and_from_what_has_it() -> None:
    assert {word: property_of(word) for word in ("green", "xxsp", "xlt", "kilos", "weighs", "litres", "smaller")} == {
        "green": "colour", "xxsp": "size", "xlt": "size", "kilos": "weight", "weighs": "weight",
        "litres": "capacity", "smaller": "size",
    }  # fmt: skip
    assert [property_of(word) for word in ("colour", "size", "weight", "zipper", "mp", "maxim", "rose")] == [""] * 7


def test_a_stem_is_known_as_its_word_is() -> None:
    for name, one in PROPERTIES.items():
        assert {property_of(word) for word in one.values} == {name}
        assert not one.names & one.values


def test_values_alone_join_the_concept_that_names_their_property() -> None:
    said = [stem(word) for word in ("size", "fit", "medium", "small", "xs", "green", "white", "lemon", "orange")]
    labels = np.array([0, 0, 1, 1, 2, 3, 3, 4, 4])
    # nothing says "colour": green and white are left out; an orange beside a lemon is a fruit
    assert with_their_names(said, labels).tolist() == [0, 0, 0, 0, 0, -1, -1, 4, 4]
    assert labels.tolist() == [0, 0, 1, 1, 2, 3, 3, 4, 4]


def test_values_of_several_properties_each_go_to_their_own() -> None:
    said = [stem(word) for word in ("weight", "colour", "kilos", "blue", "degrees")]
    assert with_their_names(said, np.array([0, 1, 2, 2, 2])).tolist() == [0, 1, 0, 1, -1]


def _embed(texts: list[str]) -> FloatArray:
    """Give each word the direction of its kind."""
    kinds = {"green": 0, "white": 0, "parcel": 1, "courier": 1, "zipper": 2, "seam": 2}
    return np.eye(3, dtype=np.float32)[[kinds[text] for text in texts]]


def test_colours_alone_are_no_concept() -> None:
    texts = ["green, white"] * 10 + ["parcel, courier"] * 10 + ["zipper, seam"] * 10
    found = themes_concepts.find(texts, np.eye(3, dtype=np.float32).repeat(10, axis=0), _embed, 6)
    assert {frozenset(weights) for weights in found.weights} == {
        frozenset(map(stem, ("parcel", "courier"))),
        frozenset(map(stem, ("zipper", "seam"))),
    }


def test_a_concept_of_sizes_is_named_size() -> None:
    groups = [["a medium, a small"] * 30 + ["the size"] * 12, ["the parcel"] * 40]

    def meaning(texts: list[str]) -> FloatArray:
        vectors = np.ones((len(texts), 50), np.float32)
        vectors[:, 1 : len(texts) + 1] += 6 * np.eye(len(texts), dtype=np.float32)
        unit: FloatArray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    about = [{stem(word) for word in ("medium", "small", "size")}, {stem("parcel")}]
    centres = np.eye(1, 50, dtype=np.float32).repeat(2, axis=0)
    assert [item.name for item in name_all(groups, meaning, centres, about=about)] == ["Size", "Parcel"]
