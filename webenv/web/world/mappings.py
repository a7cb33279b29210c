"""Relations between numbered things that are computed both ways and never stored.

A world of a million pages must not sit in memory, so "who was born in town 7?" is arithmetic: a keyed permutation
shuffles the sources, and cutting the shuffled line into stretches gives each target its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from math import isqrt

_ROUNDS = 4
_MIX = 0x9E3779B97F4A7C15


class Permutation:
    """A keyed shuffle of 0..size-1 that knows its inverse: a Feistel network that walks its cycles until it is inside.

    (Black and Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002, section 5.)
    """

    def __init__(self, size: int, *key: str | int) -> None:
        self.size = size
        self._half = max(1, ((max(size, 2) - 1).bit_length() + 1) // 2)
        self._mask = (1 << self._half) - 1
        digest = blake2b(repr(key).encode()).digest()
        self._keys = [int.from_bytes(digest[8 * turn : 8 * turn + 8], "little") for turn in range(_ROUNDS)]

    def __call__(self, number: int) -> int:
        """Where `number` goes."""
        while True:
            left, right = number >> self._half, number & self._mask
            for key in self._keys:
                left, right = right, left ^ self._round(right, key)
            number = left << self._half | right
            if number < self.size:
                return number

    def inverse(self, number: int) -> int:
        """What goes to `number`."""
        while True:
            left, right = number >> self._half, number & self._mask
            for key in reversed(self._keys):
                left, right = right ^ self._round(left, key), left
            number = left << self._half | right
            if number < self.size:
                return number

    def _round(self, value: int, key: int) -> int:
        value = (value + key) * _MIX & 0xFFFFFFFFFFFFFFFF
        return (value ^ value >> 29) * _MIX >> 24 & self._mask


class OneToOne:
    """Each source has a target of its own; there are at least as many targets."""

    def __init__(self, sources: int, targets: int, *key: str | int) -> None:
        assert sources <= targets
        self._sources = sources
        self._shuffle = Permutation(targets, *key)

    def target(self, source: int) -> int:
        """The target of a source."""
        return self._shuffle(source)

    def sources(self, target: int) -> Iterator[int]:
        """The source of a target, or none."""
        source = self._shuffle.inverse(target)
        if source < self._sources:
            yield source

    def count(self, target: int) -> int:
        """How many sources a target has: one or none."""
        return sum(1 for _ in self.sources(target))


class ManyToOne:
    """Each source has one target, and targets have a long tail of sources.

    The target of rank r, of n, has about 1 / (2 sqrt(n r)) of all sources: a power law with exponent 1/2.
    """

    def __init__(self, sources: int, targets: int, *key: str | int) -> None:
        self._sources, self._targets = sources, targets
        self._key = key

    @cached_property
    def _line(self) -> Permutation:
        return Permutation(self._sources, "line", *self._key)

    @cached_property
    def _ranks(self) -> Permutation:
        return Permutation(self._targets, "ranks", *self._key)

    def target(self, source: int) -> int:
        """The target of a source."""
        place = self._line(source)
        rank = place * place * self._targets // (self._sources * self._sources)
        while self._start(rank + 1) <= place:
            rank += 1
        while self._start(rank) > place:
            rank -= 1
        return self._ranks.inverse(rank)

    def sources(self, target: int) -> Iterator[int]:
        """Every source of a target."""
        rank = self._ranks(target)
        return (self._line.inverse(place) for place in range(self._start(rank), self._start(rank + 1)))

    def count(self, target: int) -> int:
        """How many sources a target has."""
        rank = self._ranks(target)
        return self._start(rank + 1) - self._start(rank)

    def _start(self, rank: int) -> int:
        return isqrt(self._sources * self._sources * rank // self._targets)
