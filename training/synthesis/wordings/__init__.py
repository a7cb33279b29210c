"""How questions say things: several wordings of everything, those of one split never used in another.

A *wording* has an id, such as `author/train1`, and the template of a task names those it uses: question sets that share
an id are not told apart by their wording.
"""

from __future__ import annotations

from functools import cache

from training.synthesis.wordings.attributes import ASKED
from training.synthesis.wordings.combining import combined
from training.synthesis.wordings.comparing import COMPARED
from training.synthesis.wordings.frames import FRAMES, NOUNS
from training.synthesis.wordings.hints import VAGUE
from training.synthesis.wordings.pretraining import FURTHER
from training.synthesis.wordings.relations import CLAUSES, COUNTS, PHRASES
from training.synthesis.wordings.table import Table, Wordings
from webenv.web.world.dice import Dice
from webenv.web.world.graph import SPLITS, Split, drawn_from

__all__ = ["CLAUSES", "COMPARED", "COUNTS", "NOUNS", "PHRASES", "SPLITS", "VAGUE", "WORDINGS", "Speech", "usable"]

_TABLES: dict[str, Table] = {
    "": PHRASES, "clause.": CLAUSES, "count.": COUNTS, "ask.": ASKED, "more.": COMPARED, "vague.": VAGUE,
    "frame.": FRAMES,
}  # fmt: skip
WORDINGS: dict[str, Wordings] = {
    f"{use}{about}": wordings for use, table in _TABLES.items() for about, wordings in table.items()
}
"""By use and subject, as in `clause.author`; the plain name of a relation stands for the phrase of its target."""


@cache
def usable(about: str, split: Split) -> tuple[tuple[str, str], ...]:
    """The wordings that a split may use, each with its id before it."""
    pools = {part: WORDINGS[about][SPLITS.index(part)] for part in drawn_from(split)}
    if split == "pretraining":
        read = tuple(text for pool in pools.values() for text in pool)
        made = combined(about, read + FURTHER.get(about, ()), WORDINGS[about][SPLITS.index("test")])
        pools[split] = tuple(made)[len(read) :]
    return tuple(
        (f"{about}/{part}{number}", words) for part, pool in pools.items() for number, words in enumerate(pool)
    )


class Speech:
    """Says things in the words of one split, and notes which wordings it used."""

    def __init__(self, split: Split, dice: Dice) -> None:
        self._split, self._dice = split, dice
        self.used: list[str] = []
        """Ids of wordings, in the order of their use."""

    def say(self, about: str, *of: str, **parts: str) -> str:
        """One of the ways to say something; `{}` and named places are filled in."""
        name, words = self._dice.pick(usable(about, self._split))
        self.used.append(name)
        return words.format(*of, **parts)
