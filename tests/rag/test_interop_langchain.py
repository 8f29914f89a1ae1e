"""A library in the hands of LangChain: the same reviews, by value, without a copy or a pickle."""

import numpy as np
import pytest
from langchain_core.runnables import RunnableLambda

from rag.interop_langchain import ReviewRetriever, vector_store
from rag.library import Library
from rag.query import Filters, Query
from rag.search import search

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_retriever_finds_what_search_finds_in_the_same_order(library: Library) -> None:
    documents = ReviewRetriever(library=library, k=3).invoke("bad coffee")
    hits = search(Query("bad coffee"), library, 3, library.settings)
    assert [document.id for document in documents] == [hit.review.id for hit in hits]
    assert documents[0].page_content == hits[0].review.text == "anger bad coffee leaks"
    assert documents[0].metadata == {
        "id": "b",
        "product": "Pot",
        "category": "Kitchen",
        "date": "2025-02-01",
        "rating": 1.0,
        "similarity": hits[0].similarity,
        "emotion": "angry",
        "sentiment": "negative",
    }


def test_retriever_filters_inside_the_search(library: Library) -> None:
    retriever = ReviewRetriever(library=library, k=3, filters=Filters(products=("Robot",)), emotion="disgust")
    documents = retriever.invoke("coffee")
    assert documents[0].id == "d"
    assert {document.metadata["product"] for document in documents} == {"Robot"}
    assert len(documents) == 3


def test_retriever_is_a_runnable(library: Library) -> None:
    chain = ReviewRetriever(library=library, k=1) | RunnableLambda(lambda found: found[0].page_content.upper())
    assert chain.invoke("robot dances") == "SURPRISE GOOD ROBOT DANCES"


def test_vector_store_scores_are_the_cosines_of_the_index(library: Library) -> None:
    store = vector_store(library)
    found = store.similarity_search_with_score("bad coffee smoke", k=2)
    vector = store.embedding_function.embed_query("bad coffee smoke")  # type: ignore[union-attr]
    rows, cosines = library.index.search(np.array(vector, np.float32), 2)
    assert [document.id for document, _ in found] == [review.id for review in library.store.by_row(rows.tolist())]
    assert [score for _, score in found] == pytest.approx(cosines.tolist())


def test_vector_store_serves_as_a_retriever(library: Library) -> None:
    documents = vector_store(library).as_retriever(search_kwargs={"k": 2}).invoke("smoke")
    assert documents[0].metadata["id"] == "c"
    assert len(documents) == 2
