"""Noise: words that were never read, so that no single word or look is relied upon.

Word dropout (Bowman et al., arXiv 1511.06349), with words in the place of a gap; in pages sentences that say nothing,
and other marks between labels and values. It readies the base for wordings and looks that it never read. In turns some
tokens come again, once or many times, and the model learns to go on all the same: one that copies would else copy its
own slip for ever.
"""

from __future__ import annotations

import re
from collections.abc import Set

import numpy as np

from training.rows import Row
from webenv.web.world.dice import Dice

NOISY, REPLACED = 40, 20
"""Of a hundred questions those with noise, and of a hundred of their words those that are replaced (our choice)."""
LITTERED, WORN, IDLE = 75, 8, 20
"""Of a hundred pages those with noise; of a hundred of their words those replaced, of their lines those followed by an
idle sentence (our choice)."""
STUTTERING, AGAIN, TIMES = 50, 3, (1, 1, 2, 3, 5, 8, 13, 20)
"""Of a hundred episodes those with tokens that come again, of a hundred of their written tokens those, and how often
they come again (our choice)."""
_PLAIN_WORD = re.compile(r"(?<![\w-])[a-z]{4,}(?![\w-])")
_CRUMB = re.compile(r"(?<=\S) (?:›|»|/) (?=\S)")
_ROW = re.compile(r"([A-Z][a-z ]{2,24})(?:: | [—=→|] |\t)(?=\S[^\t]*$)")
_FRAME = re.compile(r"</?tool_response>|Title: |\(Page |(?:Date published|Redirected from|Status|URL): ")
_MARKS = ("|", "-", "~", "→", "·", "\\", "+", "=", "»", "›", "/", ";", "*", "<", "^", "--", "//", "||", "->", "..")


def noisy(question: str, *key: str | int) -> str:
    """A question as it may be read in training; names stay."""
    dice = Dice("noise", *key)
    return _worn(question, REPLACED, set(), dice) if dice.chance(NOISY) else question


def littered(page: str, written: str, *key: str | int) -> str:
    """A page as it may be read in training; names, numbers and all words that were written stay."""
    dice = Dice("litter", *key)
    if "\nTitle: " not in page or not dice.chance(LITTERED):
        return page
    kept, share = set(_PLAIN_WORD.findall(written)), dice.pick((0, WORN, 2 * WORN))
    crumb = f" {dice.pick(_MARKS)} "
    row = dice.pick((": ", "\n", "\t", f" {dice.pick(_MARKS)} ", f" {_made_up(dice)} "))

    def line(text: str) -> str:
        if _FRAME.match(text) or not text:
            return text
        text = _ROW.sub(lambda match: match[1] + row, _CRUMB.sub(lambda _: crumb, text))
        idle = dice.pick((" ", "\n")) + _idle(dice) if dice.chance(IDLE) else ""
        return _worn(text, share, kept, dice) + idle

    return "\n".join(map(line, page.split("\n")))


def stuttered(row: Row, *key: str | int) -> Row:
    """A row as it may be read in training, in which some tokens of turns come again; their copies are not learnt."""
    dice = Dice("stutter", *key)
    if not dice.chance(STUTTERING):
        return row
    places = [[place] * dice.pick(TIMES) for place in np.flatnonzero(row.wrote) if dice.chance(AGAIN)]
    again = np.array([place for each in places for place in each], dtype=np.intp)
    return Row(np.insert(row.tokens, again + 1, row.tokens[again]), np.insert(row.wrote, again + 1, False))


def _worn(text: str, share: int, kept: Set[str], dice: Dice) -> str:
    """A text of whose plain words some are made up, or followed by one that is."""

    def word(match: re.Match[str]) -> str:
        new = _made_up(dice) if match[0] not in kept and dice.chance(share) else match[0]
        return f"{new} {_made_up(dice)}" if dice.chance(share // 2) else new

    return _PLAIN_WORD.sub(word, text)


def _idle(dice: Dice) -> str:
    words = " ".join(_made_up(dice) for _ in range(dice.between(1, 9)))
    return words[:1].upper() + words[1:] + dice.pick((".", ".", ".", ":", "", "!"))


def _made_up(dice: Dice) -> str:
    syllables = (dice.pick("bdfgklmnprstv") + dice.pick("aeiou") for _ in range(dice.between(1, 3)))
    return "".join(syllables) + dice.pick(("", "n", "r", "s", "t"))
