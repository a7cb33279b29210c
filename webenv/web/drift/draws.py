"""Single draws for what is drawn very often: one BLAKE2b of a key and a text, as `Dice` but for the first draw only."""

from __future__ import annotations

from hashlib import blake2b

RANGE = 1 << 64


def key_of(*what: str | int) -> bytes:
    """The key of all draws for one purpose."""
    return blake2b(repr(what).encode("utf-8", "surrogatepass"), digest_size=32).digest()


def draw(key: bytes, text: str) -> int:
    """A number from 0 to `RANGE` - 1 for a text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest(), "little")
