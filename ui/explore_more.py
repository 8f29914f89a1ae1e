"""The reviews behind the first ones: some more with each click, in the order of the search."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ui import session

if TYPE_CHECKING:
    from rag.explore import Answer
    from rag.hits import Hit
    from rag.library import Library

STEP = 20
"""Reviews that one click adds."""
MOST = 100
"""From so many on there are no more to click for; who wants all of them exports them."""
_FURTHER = "further_hits"


@dataclass(frozen=True, eq=False)
class _Further:
    """What was asked for behind the hits of a question; `ended` where the search gave fewer than that."""

    asked: object
    hits: "tuple[Hit, ...]"
    ended: bool


def hits(answer: "Answer", library: "Library") -> "tuple[Hit, ...]":
    """Return the hits of the answer and those that were asked for since."""
    further = _further(answer, library)
    return answer.hits + further.hits if further is not None else answer.hits


def button(answer: "Answer", shown: "tuple[Hit, ...]", library: "Library") -> None:
    """Draw the button below the hits, or say why there are no more."""
    left = answer.matching - len(shown)
    further = _further(answer, library)
    if left <= 0:
        return
    if len(shown) >= MOST:
        st.caption(f"These are the {len(shown)} closest. Narrow them with filters, or export all of them below.")
    elif further is not None and further.ended:
        st.caption("The others repeat these or fit far less; the export below has them.")
    elif st.button(f"Show {min(STEP, left)} more", key="show_more", icon=":material/expand_more:"):
        _search(answer, shown, library)
        st.rerun()


def _search(answer: "Answer", shown: "tuple[Hit, ...]", library: "Library") -> None:
    """Find the next ones and keep them for this question."""
    from rag.search import further

    with st.spinner("Searching …"):
        seen = [hit.review.id for hit in shown]
        found = further(answer.query, library, seen, STEP, session.settings())
    kept = (*shown[len(answer.hits) :], *found)
    ended = len(found) < min(STEP, answer.matching - len(shown))
    st.session_state[_FURTHER] = _Further(_asked(answer, library), kept, ended)


def _further(answer: "Answer", library: "Library") -> _Further | None:
    found: _Further | None = st.session_state.get(_FURTHER)
    return found if found is not None and found.asked == _asked(answer, library) else None


def _asked(answer: "Answer", library: "Library") -> object:
    return answer.query, library.folder, str(library.manifest)
