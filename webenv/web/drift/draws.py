"""Single draws for what is drawn very often: one BLAKE2b of a key and a text, as `Dice` but for the first draw only."""

from __future__ import annotations

from copy import copy
from hashlib import blake2b

RANGE = 1 << 64


class Draws:
    """All draws for one purpose."""

    __slots__ = ("_keyed",)

    def __init__(self, *purpose: str | int) -> None:
        key = blake2b(repr(purpose).encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self._keyed = blake2b(key=key, digest_size=8)

    def __call__(self, text: str) -> int:
        """A number from 0 to `RANGE` - 1 for a text."""
        hashed = self._keyed.copy()
        hashed.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(hashed.digest(), "little")

    def after(self, start: str) -> Draws:
        """The draws of texts that begin like this, by what follows."""
        begun = copy(self)
        begun._keyed = self._keyed.copy()
        begun._keyed.update(start.encode("utf-8", "surrogatepass"))
        return begun
