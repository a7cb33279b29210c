"""Draws that are keyed by what they are for: equal keys, equal draws, on every machine and in any order."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Item = TypeVar("Item")

_ENOUGH = 1 << 128
"""A pool of at least this many values makes the bias of a draw below 2**32 immeasurable."""


class Dice:
    """A stream of draws for one purpose, from BLAKE2b in counter mode (RFC 7693)."""

    __slots__ = ("_key", "_pool", "_range", "_turn")

    def __init__(self, *key: str | int) -> None:
        self._key = repr(key).encode()
        self._pool = self._range = self._turn = 0

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1; `limit` is at most 2**64."""
        if self._range < _ENOUGH:
            digest = blake2b(self._key, salt=self._turn.to_bytes(16, "little")).digest()
            self._pool, self._range, self._turn = int.from_bytes(digest, "little"), 1 << 512, self._turn + 1
        self._pool, drawn = divmod(self._pool, limit)
        self._range //= limit
        return drawn

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.below(100) < percent

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in another order (Fisher and Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            chosen = self.below(last + 1)
            order[last], order[chosen] = order[chosen], order[last]
        return order
