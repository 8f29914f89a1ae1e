"""One number per review of a library, in columns: what every view counts."""

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.opened import Library

_EPOCH = datetime.date(1970, 1, 1).toordinal()
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Facts:
    """Attributes, each of shape (n,):

    emotion: place in FACE_EMOTIONS of the strongest. sentiment: place in SENTIMENTS of the strongest. Both -1 where
    they were not read (reviews that are not English).
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
    def read(self) -> NDArray[np.bool_]:
        """(n,) which reviews were read: shares of emotions and sentiments count only these."""
        return self.sentiment >= 0

    @property
    def rated(self) -> bool:
        """Whether ratings are there and differ."""
        known = self.rating[~np.isnan(self.rating)]
        return len(known) > 0 and bool(known.min() < known.max())


def read(library: Library) -> Facts:
    """Return the columns of a library, of all its rows."""
    columns = library.columns
    product, products = columns.sorted_codes("product")
    category, categories = columns.sorted_codes("category")
    days = columns.days.astype(np.int64) - _EPOCH
    return Facts(
        emotion=np.where(columns.unread, -1, columns.emotions).astype(np.int64),
        sentiment=np.where(columns.unread, -1, columns.sentiments).astype(np.int64),
        rating=columns.ratings,
        day=np.where(columns.days > 0, days, np.iinfo(np.int64).min).astype("datetime64[D]"),  # the least is NaT
        product=product,
        products=products,
        category=category,
        categories=categories,
    )
