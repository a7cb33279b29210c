"""Sentences that say nothing a question asks for, some held out for evaluation."""

from __future__ import annotations

from webenv.web.world.dice import Dice
from webenv.web.world.graph import Split
from webenv.web.world.prose import Wordings, of_split

_FILLERS: Wordings = (
    (
        "Much has been written about this, and not all of it is reliable.",
        "Further details can be asked for at the archive during opening hours.",
        "The weather played its part, as it so often does here.",
        "Opinions differ on whether that was wise.",
        "A commemorative plaque was planned but never put up.",
        "The older literature spells some of these names differently.",
        "Visitors are advised to come early.",
        "No photograph from that time is known.",
    ),
    (
        "The editors would be glad of corrections.",
        "What became of the papers is not known.",
        "In winter the road is closed.",
    ),
    (
        "It is said that the bells were heard far away.",
        "The matter was never brought to court.",
        "Readers have asked us for a map; it will follow.",
    ),
)


def filler(split: Split, dice: Dice) -> str:
    """A sentence that says nothing a question asks for."""
    return dice.pick(of_split(_FILLERS, split))
