"""Digests that tell reviews apart: by what they say, by everything in them, by where they come from."""

import hashlib

from rag.reviews import Review

_BYTES = 16


def digest_of(*parts: str) -> bytes:
    """Return 16 bytes that are equal for equal lists of strings; parts cannot run into each other."""
    hashed = hashlib.blake2b(digest_size=_BYTES)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(len(encoded).to_bytes(8, "little") + encoded)
    return hashed.digest()


def same_key(review: Review) -> bytes:
    """Return what reviews share that say the same of the same product, apart from case and spaces."""
    return digest_of(" ".join(review.text.split()).casefold(), review.product)


def content_key(review: Review) -> bytes:
    """Return what changes with any part of a review but its id."""
    day = review.date.isoformat() if review.date else ""
    return digest_of(
        review.text, review.title, review.product, review.category, day, repr(review.rating), review.channel
    )


def record_key(given_id: str, content: bytes) -> bytes:
    """Return what finds a record again in another import: its own id, or its content where it has none."""
    return digest_of("id", given_id) if given_id else digest_of("content", content.hex())
