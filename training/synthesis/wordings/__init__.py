"""How questions say things: several wordings of everything, those of one split never used in another.

A *wording* has an id, such as `author/train1`, and the template of a task names those it uses: question sets that share
an id are not told apart by their wording.
"""

from __future__ import annotations

from training.synthesis.wordings.attributes import ASKED
from training.synthesis.wordings.comparing import COMPARED
from training.synthesis.wordings.frames import FRAMES, NOUNS
from training.synthesis.wordings.hints import VAGUE
from training.synthesis.wordings.pretraining import FURTHER
from training.synthesis.wordings.relations import CLAUSES, COUNTS, PHRASES
from training.synthesis.wordings.table import Table, Wordings
from webenv.web.world.dice import Dice
from webenv.web.world.graph import Split

__all__ = ["CLAUSES", "COMPARED", "COUNTS", "NOUNS", "PHRASES", "SPLITS", "VAGUE", "WORDINGS", "Speech"]

SPLITS: tuple[Split, ...] = ("train", "validation", "test")
"""In the order of a table."""
_TABLES: dict[str, Table] = {
    "": PHRASES, "clause.": CLAUSES, "count.": COUNTS, "ask.": ASKED, "more.": COMPARED, "vague.": VAGUE,
    "frame.": FRAMES,
}  # fmt: skip
WORDINGS: dict[str, Wordings] = {
    f"{use}{about}": wordings for use, table in _TABLES.items() for about, wordings in table.items()
}
"""By use and subject, as in `clause.author`; the plain name of a relation stands for the phrase of its target."""


def usable(about: str, split: Split) -> dict[str, str]:
    """The wordings that a split may use, by id."""
    own = ("train", "validation") if split == "pretraining" else (split,)
    parts = [(each, WORDINGS[about][SPLITS.index(each)]) for each in own]
    parts += [(split, FURTHER.get(about, ()))] if split == "pretraining" else []
    return {f"{about}/{part}{number}": words for part, wordings in parts for number, words in enumerate(wordings)}


class Speech:
    """Says things in the words of one split, and notes which wordings it used."""

    def __init__(self, split: Split, dice: Dice) -> None:
        self._split, self._dice = split, dice
        self.used: list[str] = []
        """Ids of wordings, in the order of their use."""

    def say(self, about: str, *of: str, **parts: str) -> str:
        """One of the ways to say something; `{}` and named places are filled in."""
        name, words = self._dice.pick(list(usable(about, self._split).items()))
        self.used.append(name)
        return words.format(*of, **parts)
