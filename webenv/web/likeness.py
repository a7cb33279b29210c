"""How alike two texts are: the share of their runs of three words that both have (resemblance; Broder, 1997)."""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain

_WORDS = 3
"""Words of a shingle (our choice)."""
_SKETCH = 32
"""Smallest shingles of a text that it is looked up by (our choice): the bottom sketch of Broder."""
_TRIED = 8
"""Texts with the most sketch in common that are compared in full (our choice)."""
_WORD = re.compile(r"\w+")


def shingles(text: str) -> frozenset[int]:
    """Every run of three words, hashed; a shorter text is one run."""
    words = [word.encode() for word in _WORD.findall(text.casefold())]
    runs = range(max(1, len(words) - _WORDS + 1))
    return frozenset(zlib.crc32(b" ".join(words[start : start + _WORDS])) for start in runs)


def resemblance(one: frozenset[int], other: frozenset[int]) -> float:
    """Shared part of all shingles of two texts, from 0 to 1."""
    return len(one & other) / len(one | other)


class Likenesses:
    """Texts by name, to look for the one that is most like another; nothing is read before somebody looks."""

    def __init__(self, names: Iterable[str], text_of: Callable[[str], str]) -> None:
        self._names, self._text_of = names, text_of

    @cached_property
    def _having(self) -> dict[int, list[str]]:
        """Shingle to the names of the texts that have it in their sketch."""
        having: defaultdict[int, list[str]] = defaultdict(list)
        for name in self._names:
            for shingle in _sketch(shingles(self._text_of(name))):
                having[shingle].append(name)
        return having

    def most_like(self, wanted: frozenset[int]) -> tuple[str, float]:
        """The name of the most similar text and its resemblance; an empty name if none has anything in common."""
        shared = Counter(chain.from_iterable(self._having.get(shingle, ()) for shingle in _sketch(wanted)))
        likely = sorted(shared, key=lambda name: (-shared[name], name))[:_TRIED]
        scored = [(-resemblance(wanted, shingles(self._text_of(name))), name) for name in likely]
        score, name = min(scored, default=(-0.0, ""))
        return name, -score


def _sketch(found: frozenset[int]) -> list[int]:
    return sorted(found)[:_SKETCH]
