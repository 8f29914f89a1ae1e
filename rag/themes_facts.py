"""One number per review of a library, in columns: what every view counts. Read once, then shared."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.opened import Library

BLOCK_ROWS = 50_000
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Facts:
    """Attributes, each of shape (n,):

    emotion: place in FACE_EMOTIONS of the strongest. sentiment: place in SENTIMENTS of the strongest.
    rating: NaN where there is none. day: datetime64[D], NaT where there is none.
    product, category: place in `products`, `categories` (sorted); -1 where there is none.
    """

    emotion: Codes
    sentiment: Codes
    rating: NDArray[np.float32]
    day: NDArray[np.datetime64]
    product: Codes
    products: tuple[str, ...]
    category: Codes
    categories: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.emotion)

    @property
    def rated(self) -> bool:
        """Whether ratings are there and differ."""
        known = self.rating[~np.isnan(self.rating)]
        return len(known) > 0 and bool(known.min() < known.max())


def read(library: Library) -> Facts:
    """Read the columns of a library."""
    columns = library.store.columns(("rating", "date", "product", "category"))
    product, products = _coded(columns["product"])
    category, categories = _coded(columns["category"])
    return Facts(
        emotion=_strongest(library.feelings),
        sentiment=_strongest(library.sentiments),
        rating=columns["rating"],
        day=columns["date"],
        product=product,
        products=products,
        category=category,
        categories=categories,
    )


def _strongest(scores: NDArray[np.float32]) -> Codes:
    blocks = [scores[start : start + BLOCK_ROWS].argmax(axis=1) for start in range(0, len(scores), BLOCK_ROWS)]
    return np.concatenate(blocks) if blocks else np.empty(0, np.int64)


def _coded(values: NDArray[Any]) -> tuple[Codes, tuple[str, ...]]:
    """Number the values in the order of the alphabet; "" becomes -1."""
    import pandas as pd

    given = values.copy()
    given[given == ""] = None
    codes, names = pd.factorize(given, sort=True)
    return codes.astype(np.int64), tuple(names)
