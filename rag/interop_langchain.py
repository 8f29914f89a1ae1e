"""Hand a library to any LangChain application: as a retriever, or as a FAISS vector store over the same index.

Nothing is copied and nothing is pickled: documents are read from the library's SQLite file when they are asked for.
The only file that touches langchain-community, which is no longer maintained; the app itself does not import it.
"""

import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

import model_utils
from backends.contracts import FloatArray
from rag.opened import Library
from rag.query import Filters, Query
from rag.reviews import Review
from rag.search import search

if TYPE_CHECKING:
    from langchain_community.vectorstores import FAISS


class ReviewRetriever(BaseRetriever):
    """Moodlens's own search behind LangChain's retriever interface.

    `emotion` (one of FACE_EMOTIONS) and `filters` narrow what is found; `k` is how many documents come back.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 10
    emotion: str | None = None
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it by name
    ) -> list[Document]:
        asked = Query(query, self.emotion, self.filters)
        hits = search(asked, self.library, self.k, self.library.settings)
        return [
            document(hit.review, similarity=hit.similarity, emotion=hit.emotion, sentiment=hit.sentiment_label)
            for hit in hits
        ]


def document(review: Review, **tags: Any) -> Document:
    """Return a review as a LangChain document; empty fields are left out of the metadata."""
    date = review.date.isoformat() if review.date else None
    fields: dict[str, Any] = {"title": review.title, "product": review.product, "category": review.category}
    fields |= {"date": date, "rating": review.rating, "channel": review.channel}
    kept = {name: value for name, value in fields.items() if value not in (None, "")}
    return Document(review.text, id=review.id, metadata={"id": review.id, **kept, **tags})


class LibraryEmbeddings(Embeddings):
    """The embedder that a library was built with, behind LangChain's interface."""

    def __init__(self, library: Library) -> None:
        self._model = model_utils.load("embedder", library.manifest.embedder, library.settings)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [row.tolist() for row in self._model.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def vector_store(library: Library) -> "FAISS":
    """Return a langchain-community FAISS store over the library's own index and reviews (cosine as the score).

    For reading: the store's `save_local` would pickle the library, and its filters apply after the search; use
    `ReviewRetriever` for filtered search.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package announces its own end on import
        from langchain_community.docstore.base import Docstore
        from langchain_community.vectorstores import FAISS
        from langchain_community.vectorstores.utils import DistanceStrategy

    class LibraryDocstore(Docstore):
        """Documents read from the library when they are asked for."""

        def search(self, search: str) -> str | Document:
            found = library.get([search])
            return document(found[0]) if found else f"ID {search} not found."

    return FAISS(
        embedding_function=LibraryEmbeddings(library),
        index=_Living(library) if len(library.store.dead) else library.index.faiss_index,
        docstore=LibraryDocstore(),
        index_to_docstore_id=_RowIds(library),  # type: ignore[arg-type]  # read through [] and len() only
        distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
    )


class _Living:
    """The index of a library behind FAISS's interface; reviews that were replaced or removed are not found."""

    def __init__(self, library: Library) -> None:
        self._index, faiss = library.index.faiss_index, _faiss()
        alive = np.zeros(library.rows, np.bool_)
        alive[library.alive] = True
        self._bits = np.packbits(alive, bitorder="little")
        selector = faiss.IDSelectorBitmap(self._bits)
        if isinstance(self._index, faiss.IndexIVF):
            self._parameters = faiss.SearchParametersIVF(sel=selector, nprobe=self._index.nprobe)
        else:
            self._parameters = faiss.SearchParameters(sel=selector)

    def search(self, vectors: FloatArray, k: int) -> Any:
        """Return (n, k) cosines and rows, best first; row -1 where there are no more."""
        return self._index.search(vectors, k, params=self._parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def _faiss() -> Any:
    import faiss

    return faiss


class _RowIds(Mapping[int, str]):
    """Row number -> review id, looked up in the library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getitem__(self, row: int) -> str:
        return self._library.store.by_row([row])[0].id

    def __iter__(self) -> Iterator[int]:
        return iter(self._library.alive.tolist())

    def __len__(self) -> int:
        return len(self._library)
