"""What is decided as if by chance, and yet the same for the same message."""

from hashlib import blake2b


def chance(message: str, number: int) -> float:
    """Return a number between 0 and 1, decided by both as if by chance.

    A checksum would not do: the order that it brings numbers into hardly changes from message to message.
    """
    drawn = int.from_bytes(blake2b(f"{number} {message}".encode(), digest_size=4).digest())
    return (drawn + 0.5) / 2**32
