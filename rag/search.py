"""From a question to the reviews that answer it, in the order of rag.ranking, within filters, phrases and exclusions.

Of the best candidates, those that nearly repeat a better one are left out, and the first k are chosen by maximal
marginal relevance (Carbonell & Goldstein 1998, https://doi.org/10.1145/290941.291025). If the settings ask for it, the
first RERANKED are read by a cross-encoder instead and the best k of them in its order are the hits.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import model_utils
from backends.contracts import FloatArray, Reranker
from errors import QuestionError
from rag.diversity import most_relevant_and_new, without_duplicates
from rag.filtering import mask_of
from rag.hits import Hit, hits_of
from rag.index_vectors import Mask
from rag.opened import Library
from rag.query import Chosen, Filters, Query
from rag.ranking import CANDIDATES, Candidates, ranked, reranked
from settings import Settings, from_environment

RERANKED = 50
"""Hits that a cross-encoder reads, where one is asked for."""


def search(query: Query, library: Library, k: int, settings: Settings | None = None) -> list[Hit]:
    """Return the k reviews that fit the question best, best first; fewer if fewer pass the filters.

    Raises:
        ModelError: the embedder of the library cannot be had.
        QuestionError: a filter names something that does not exist.
    """
    return find(query, embed(query, library, settings), library, k, reranker_for(query, settings))


def embed(query: Query, library: Library, settings: Settings | None = None) -> FloatArray:
    """Return the query words as a (dimension,) unit vector of the embedder that the library was built with."""
    embedder = model_utils.load("embedder", library.manifest.embedder, settings or from_environment())
    vector: FloatArray = embedder.embed([query.words])[0]
    return vector


def reranker_for(query: Query, settings: Settings | None = None) -> Reranker | None:
    """Return the cross-encoder if the settings ask for one and the user's own words give it something to compare.

    Raises:
        ModelUnavailable: it is asked for and cannot be had; the message says how to go on.
    """
    settings = settings or from_environment()
    return model_utils.load("reranker", settings=settings) if settings.rerank and query.own_words else None


def find(query: Query, vector: FloatArray, library: Library, k: int, reranker: Reranker | None = None) -> list[Hit]:
    """Search with a query whose words are embedded already."""
    return find_among(allowed_rows(query, library), query, vector, library, k, reranker)


def find_among(
    allowed: Mask | None, query: Query, vector: FloatArray, library: Library, k: int, reranker: Reranker | None = None
) -> list[Hit]:
    """Search the rows that `allowed_rows` gave for the query."""
    candidates = ranked(allowed, query, vector, library, k)
    if candidates is None:
        return []
    fresh = without_duplicates(candidates.vectors, library.fingerprints[candidates.rows])
    if reranker is not None:
        candidates, chosen = reranked(reranker, query, candidates, fresh[:RERANKED], k, library)
        return hits_of(candidates, chosen, library)
    chosen = np.sort(fresh[most_relevant_and_new(candidates.scores[fresh], candidates.vectors[fresh], k)])
    return hits_of(candidates, chosen, library)


def further(query: Query, library: Library, seen: Sequence[str], k: int, settings: Settings | None = None) -> list[Hit]:
    """Return up to k reviews that fit the question, best first, behind those whose ids were `seen` already.

    Raises:
        ModelError: the embedder of the library cannot be had.
        QuestionError: a filter names something that does not exist.
    """
    known = set(seen)
    hits = search(query, library, len(known) + k, settings)
    return [hit for hit in hits if hit.review.id not in known][:k]


def spelled_out(query: Query, library: Library) -> Filters:
    """Return filters that pass exactly the reviews a question may find: its own, and its phrases and exclusions.

    Without phrases and exclusions they are the question's own filters.
    """
    filters, question = query.filters, query.question
    allowed = allowed_rows(query, library) if question.phrases or question.excluded else None
    if allowed is None:
        return filters
    said = [f"say “{phrase}”" for phrase in question.phrases]
    said += [f"do not say “{phrase}”" for phrase in question.excluded]
    chosen = f"{filters.chosen.name}, " if filters.chosen else ""
    return replace(filters, chosen=Chosen.of(f"{chosen}reviews that {' and '.join(said)}", np.flatnonzero(allowed)))


def more_like(review_id: str, library: Library, k: int, filters: Filters | None = None) -> list[Hit]:
    """Return the k reviews most similar to one of the library, most similar first, without itself and its copies.

    Raises:
        QuestionError: the library holds no review with this id.
    """
    rows = library.store.rows_of([review_id])
    if review_id not in rows:
        raise QuestionError(f"There is no review {review_id!r} in the library {library.name!r}.")
    row = np.array([rows[review_id]], np.int64)
    vector = library.index.vectors(row)[0]
    found, _ = library.index.search(vector, max(CANDIDATES, 5 * k), library.allowed(filters or Filters()))
    found = np.concatenate([row, found[found != row[0]]])
    vectors = library.index.vectors(found)
    fresh = without_duplicates(vectors, library.fingerprints[found])[1 : max(k, 0) + 1]
    cosines = vectors[fresh] @ vector
    nearest = Candidates(found[fresh], vectors[fresh], cosines, np.zeros_like(cosines), None, cosines)
    return hits_of(nearest, np.arange(len(fresh)), library)


def rows_that_say(phrase: str, library: Library, *, wanted: bool, among: Mask | None = None) -> Mask:
    """Return (rows,) which rows say a phrase as `allowed_rows` means it; `among` are those that are asked about."""
    in_all_forms = not wanted and len(phrase.split()) == 1
    lexicon = library.lexicon
    return mask_of(lexicon.holding(phrase) if in_all_forms else lexicon.holding_as_typed(phrase, among), library.rows)


def allowed_rows(query: Query, library: Library) -> Mask | None:
    """Return (rows,) which rows may be found: those that pass the filters, hold the phrases and none of the exclusions.

    None stands for all. A phrase is meant as it was typed; a single word that is left out goes with all its forms.
    """
    allowed = library.allowed(query.filters)
    asked = [(phrase, True) for phrase in query.question.phrases]
    asked += [(phrase, False) for phrase in query.question.excluded]
    for phrase, wanted in asked:
        holding = rows_that_say(phrase, library, wanted=wanted, among=allowed)
        passing = holding if wanted else ~holding
        allowed = passing if allowed is None else allowed & passing
    return allowed
