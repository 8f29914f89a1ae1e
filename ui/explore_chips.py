"""The filters in use as chips, each with its own way out; and what to say when they leave no review."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from emotion import language
from rag.query import NO_DATE, NO_RATING, NO_VALUE, Filters
from ui import explore_dates, state, theme
from ui.plain import plain
from ui.short_names import shortened

if TYPE_CHECKING:
    from rag.facets import FacetTable

LONGEST_CHIP = 40
MOST_OFFERED = 8


@dataclass(frozen=True)
class Chip:
    """A filter in use: its words, the key of its widget, and the value of it that goes (None for all of it)."""

    words: str
    key: str
    value: str | None = None

    @property
    def button(self) -> str:
        """What tells its button from the others."""
        return f"{self.key}_{self.value or ''}"


def chips(chosen: Filters) -> list[Chip]:
    """Return the filters in use, one chip for each value.

    >>> [chip.words for chip in chips(Filters(products=("Kettle",), min_rating=1, max_rating=2))]
    ['Kettle', '1 to 2 ★']
    """
    found = [
        Chip(words(value), key, value)
        for key, values, words in (
            (state.PRODUCTS, chosen.products, product_name),
            (state.CATEGORIES, chosen.categories, category_name),
            (state.SENTIMENT, chosen.sentiments, sentiment_name),
            (state.FEELING, chosen.emotions, emotion_name),
            (state.LANGUAGES, chosen.languages, language_name),
        )
        for value in values
    ]
    if chosen.min_rating is not None and chosen.max_rating is not None:
        found.append(Chip(f"{span_words(chosen.min_rating, chosen.max_rating)} ★", state.RATING))
    found += [Chip(NO_RATING, state.UNRATED)] if chosen.unrated else []
    found += [Chip(f"from {explore_dates.day(chosen.since)}", state.SINCE)] if chosen.since else []
    found += [Chip(f"until {explore_dates.day(chosen.until)}", state.UNTIL)] if chosen.until else []
    found += [Chip(NO_DATE, state.UNDATED)] if chosen.undated else []
    found += [Chip("near-duplicates hidden", state.NEAR)] if chosen.hide_near_duplicates else []
    return found


def show(chosen: Filters, matching: int, total: int) -> None:
    """Draw the filters in use, each with its way out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
        st.caption(f"**{matching:,}** of {total:,} reviews are searched:", width="content")
        for chip in chips(chosen):
            st.button(
                plain(shortened(chip.words, LONGEST_CHIP)),
                key=f"chip_{chip.button}",
                help=f"Take this filter away: {plain(chip.words)}",
                icon=":material/close:",
                icon_position="right",
                on_click=state.drop,
                args=(chip.key, chip.value),
            )
        st.button("Clear all", type="tertiary", key="clear", on_click=state.clear_filters)


def nothing_left(chosen: Filters, table: "FacetTable") -> None:
    """Say that no review fits the filters, and offer for each one what taking it away would bring back."""
    with st.container(border=True, gap="small"):
        st.markdown("#### No review fits these filters", anchors=False)
        freed = [(chip, table.counts(without(chosen, chip)).matching) for chip in chips(chosen)]
        useful = sorted((pair for pair in freed if pair[1]), key=lambda pair: -pair[1])
        st.markdown("Take one away:" if useful else "Loosen them, or clear them to search all reviews.")
        with st.container(horizontal=True, gap="xsmall"):
            for chip, count in useful[:MOST_OFFERED]:
                st.button(
                    f"Without “{plain(shortened(chip.words, LONGEST_CHIP))}” :gray[({count:,})]",
                    key=f"free_{chip.button}",
                    on_click=state.drop,
                    args=(chip.key, chip.value),
                )
            st.button("Clear all filters", type="tertiary", key="clear_all", on_click=state.clear_filters)


def without(chosen: Filters, chip: Chip) -> Filters:
    """Return the filters as they are once a chip is gone."""
    fields: Mapping[str, dict[str, object]] = {
        state.PRODUCTS: {"products": tuple(name for name in chosen.products if name != chip.value)},
        state.CATEGORIES: {"categories": tuple(name for name in chosen.categories if name != chip.value)},
        state.SENTIMENT: {"sentiments": tuple(name for name in chosen.sentiments if name != chip.value)},
        state.FEELING: {"emotions": tuple(name for name in chosen.emotions if name != chip.value)},
        state.LANGUAGES: {"languages": tuple(name for name in chosen.languages if name != chip.value)},
        state.UNRATED: {"unrated": False},
        state.UNDATED: {"undated": False},
        state.NEAR: {"hide_near_duplicates": False},
        state.RATING: {"min_rating": None, "max_rating": None},
        state.SINCE: {"since": None},
        state.UNTIL: {"until": None},
    }
    return Filters(**{**vars(chosen), **fields[chip.key]})


def product_name(name: str) -> str:
    return name or NO_VALUE["products"]


def category_name(name: str) -> str:
    return name or NO_VALUE["categories"]


def sentiment_name(name: str) -> str:
    return theme.sentiment_label(name) if name else NO_VALUE["sentiments"]


def emotion_name(name: str) -> str:
    return theme.label(name) if name else NO_VALUE["emotions"]


def language_name(code: str) -> str:
    """Return the name of a language for its code; the code itself where it has none here."""
    if not code:
        return NO_VALUE["languages"]
    return "too short to tell" if code == language.UNDETERMINED else language.NAMES.get(code, code)


def span_words(low: float, high: float) -> str:
    """Return a range of ratings in words.

    >>> span_words(1.0, 2.5)
    '1 to 2.5'
    """
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
