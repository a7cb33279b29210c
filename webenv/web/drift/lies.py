"""Text that says something else: other numbers and other names, the same wherever they stand on a page."""

from __future__ import annotations

import re

from webenv.web.world.dice import Dice

_LETTERS = "aeiourlnst"
_SHORTEST = 4
"""Letters of a word that can be a name (our choice)."""
_WORD = re.compile(r"[^\W_]+")
_NO_NAMES = frozenset(
    "About Also Although Another Because Before Both Can Contents Copy Date Does Each Elsewhere Employer Entries Every "
    "Example Figures First From Further Have Here Home How However Into Last List Look Many Member Members More Most Much "
    "Next Note Occupation Only Opinions Other Over People Previous Publisher Related Returns Search Seat Should Some Such "
    "Text That Their There These They This Those Three Through Time Title Under Until Visitors What When Where Which "
    "While Will With Without Year Your".split()
)
"""Words that often begin a sentence or a label (our choice)."""


class Falsifier:
    """Changes words consistently; what stands in the title stays, for the page goes on being about it."""

    def __init__(self, title: str, dice: Dice) -> None:
        """What is said instead hangs on the next draw of the dice, and on each word."""
        self._kept = {word.casefold() for word in _WORD.findall(title)}
        self._key = ("other words", dice.below(1 << 63))
        self._changed: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """The word that stands in its place."""
        if word not in self._changed:
            self._changed[word] = self._change(word)
        return self._changed[word]

    def _change(self, word: str) -> str:
        if any(part.casefold() in self._kept for part in _WORD.findall(word)) or word in _NO_NAMES:
            return word
        if word.isdigit() and word.isascii():
            return self._other_number(word)
        if len(word) >= _SHORTEST and word[0].isupper() and word[1:].islower():
            return self._other_name(word)
        return word

    def _other_number(self, digits: str) -> str:
        """As many digits; of a year only the last two change, so that it stays one."""
        dice = Dice(*self._key, "number", digits)
        first = 2 if len(digits) == 4 and digits[:2] in ("18", "19", "20") else max(0, len(digits) - 9)
        last = digits[first:]
        other = (int(last) + 1 + dice.below(max(1, 10 ** len(last) - 1))) % 10 ** len(last)
        return digits[:first] + f"{other:0{len(last)}d}"

    def _other_name(self, name: str) -> str:
        dice = Dice(*self._key, "name", name)
        place = dice.between(1, len(name) - 1)
        letter = dice.pick([each for each in _LETTERS if each != name[place]])
        return name[:place] + letter + name[place + 1 :]
