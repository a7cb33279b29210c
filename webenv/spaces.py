"""`Unicode`: the space of all texts up to a length.

`gymnasium.spaces.Text` allows only letters and digits by default, and looks at every character of a text to
check it. This space looks at the length alone. It also travels through the shared memory of `AsyncVectorEnv`,
where a text is its length in bytes and then its bytes in UTF-8.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from multiprocessing.sharedctypes import SynchronizedArray
from types import ModuleType
from typing import Any, overload

import numpy as np
from gymnasium import Space
from gymnasium.vector.utils.shared_memory import (
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)
from gymnasium.wrappers.utils import create_zero_array

MAX_SAMPLE_CHARS = 256
"""Longest text that `sample` draws (our choice)."""
_PRINTABLE = list(string.printable)
_HEADER_BYTES = 8
_MAX_UTF8_BYTES = 4


class Unicode(Space[str]):
    """Every `str` of at most `max_length` characters."""

    def __init__(self, max_length: int, seed: int | np.random.Generator | None = None) -> None:
        self.max_length = max_length
        super().__init__(dtype=str, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """False: a text is no array."""
        return False

    def contains(self, x: Any) -> bool:
        """Whether `x` is a text that is short enough; takes the same time for any text."""
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(self, mask: None = None, probability: None = None) -> str:
        """A text of up to 256 printable ASCII characters."""
        length = self.np_random.integers(min(self.max_length, MAX_SAMPLE_CHARS) + 1)
        return "".join(self.np_random.choice(_PRINTABLE, size=length))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unicode) and self.max_length == other.max_length

    def __hash__(self) -> int:
        return hash((Unicode, self.max_length))

    def __repr__(self) -> str:
        return f"Unicode({self.max_length})"


class SharedTexts(Sequence[str]):
    """The texts in a shared buffer, as they are now; a deep copy is a tuple of them."""

    def __init__(self, space: Unicode, buffer: SynchronizedArray[Any], n: int) -> None:
        self._bytes = memoryview(buffer.get_obj()).cast("B")
        self._slot = _slot_bytes(space)
        self._n = n

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        start = range(self._n)[index] * self._slot
        body = start + _HEADER_BYTES
        size = int.from_bytes(self._bytes[start:body], "little")
        return bytes(self._bytes[body : body + size]).decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return self._n

    def __deepcopy__(self, memo: object) -> tuple[str, ...]:
        return tuple(self)


def _slot_bytes(space: Unicode) -> int:
    return _HEADER_BYTES + _MAX_UTF8_BYTES * space.max_length


@create_zero_array.register(Unicode)
def _zero(space: Unicode) -> str:  # type: ignore[misc]  # as the generic functions of the vectors
    return ""


@create_shared_memory.register(Unicode)
def _create(space: Unicode, n: int, ctx: ModuleType) -> SynchronizedArray[Any]:
    buffer: SynchronizedArray[Any] = ctx.Array("B", n * _slot_bytes(space))
    return buffer


@read_from_shared_memory.register(Unicode)
def _read(space: Unicode, shared_memory: SynchronizedArray[Any], n: int) -> SharedTexts:
    return SharedTexts(space, shared_memory, n)


@write_to_shared_memory.register(Unicode)
def _write(space: Unicode, index: int, value: str, shared_memory: SynchronizedArray[Any]) -> None:
    encoded = value.encode("utf-8", "surrogatepass")
    start = index * _slot_bytes(space)
    buffer = memoryview(shared_memory.get_obj()).cast("B")
    buffer[start : start + _HEADER_BYTES + len(encoded)] = len(encoded).to_bytes(_HEADER_BYTES, "little") + encoded
