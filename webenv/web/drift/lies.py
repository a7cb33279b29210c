"""Text that says something else: other numbers and other names, the same wherever they stand on a page."""

from __future__ import annotations

import re
from functools import lru_cache

from webenv.web.drift.draws import Draws
from webenv.web.world.dice import Dice

_LETTERS = "aeiourlnst"
_WORD = re.compile(r"[^\W_]+")
_NO_NAMES = frozenset(
    "About Also Although Another Because Before Both Contents Copy Date Does Each Elsewhere Employer Entries Every "
    "Example Figures First From Further Have Here Home However Into Last List Look Many Member Members More Most "
    "Much Next Note Occupation Only Opinions Other Over People Previous Publisher Related Returns Search "
    "Seat Should Some Such Text That Their There These They This Those Three Through Time Title Under Until "
    "Visitors What When Where Which While Will With Without Year Your".split()
)
"""Words that often begin a sentence or a label (our choice)."""


class Falsifier:
    """Changes words consistently; what stands in the title stays, for the page goes on being about it."""

    def __init__(self, title: str, dice: Dice) -> None:
        """What is said instead hangs on the next draw of the dice, and on each word."""
        self._kept = _words(title)
        self._draw = Draws("other words", dice.below(1 << 63))
        self._changed: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """The number or name that stands in its place."""
        changed = self._changed.get(word)
        if changed is None:
            changed = self._changed[word] = self._change(word)
        return changed

    def _change(self, word: str) -> str:
        if word.casefold() in self._kept or word in _NO_NAMES:
            return word
        return self._other_number(word) if word[0].isdecimal() else self._other_name(word)

    def _other_number(self, digits: str) -> str:
        """As many digits; of a year only the last two change, so that it stays one."""
        first = 2 if len(digits) == 4 and digits[:2] in ("18", "19", "20") else max(0, len(digits) - 9)
        size = 10 ** (len(digits) - first)
        other = (int(digits[first:]) + 1 + self._draw(digits) % (size - 1)) % size
        return f"{digits[:first]}{other:0{len(digits) - first}d}"

    def _other_name(self, name: str) -> str:
        """The same name with another letter in it."""
        drawn = self._draw(name)
        place = 1 + drawn % (len(name) - 1)
        letters = _LETTERS.replace(name[place], "")
        return name[:place] + letters[(drawn >> 32) % len(letters)] + name[place + 1 :]


@lru_cache(maxsize=256)
def _words(title: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(title))
