"""Noise in questions: words of some questions give way to made-up ones, so that no single word is relied upon.

Word dropout (Bowman et al., arXiv 1511.06349), with words in the place of a gap. It readies the base for wordings that
it has never read.
"""

from __future__ import annotations

import re

from webenv.web.world.dice import Dice

NOISY, REPLACED = 40, 20
"""Of a hundred questions those with noise, and of a hundred of their words those that are replaced (our choice)."""
_PLAIN_WORD = re.compile(r"(?<![\w-])[a-z]{4,}(?![\w-])")


def noisy(question: str, *key: str | int) -> str:
    """A question as it may be read in training; names stay."""
    dice = Dice("noise", *key)
    if not dice.chance(NOISY):
        return question
    return _PLAIN_WORD.sub(lambda match: _made_up(dice) if dice.chance(REPLACED) else match[0], question)


def _made_up(dice: Dice) -> str:
    syllables = (dice.pick("bdfgklmnprstv") + dice.pick("aeiou") for _ in range(dice.between(2, 3)))
    return "".join(syllables) + dice.pick(("", "n", "r", "s", "t"))
