"""What goes wrong on purpose in one episode of eight: filters need something to drop, and training sees failures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from agent.teacher.plan import Kind, Move
from webenv.web.world.dice import Dice

ONE_IN = 8
"""Of how many episodes one goes wrong (our choice)."""
_ENDS: tuple[Kind, ...] = ("snippet", "guess", "hedge")
_DETOURS: tuple[Kind, ...] = ("malformed", "unknown tool", "again", "recall")


def with_slip(moves: Sequence[Move], dice: Dice) -> list[Move]:
    """A plan that goes wrong: by what is made between two moves, or by how it ends."""
    slip = dice.pick((*_DETOURS, *_ENDS))
    searched = list(takewhile(lambda move: move.kind != "oracle", moves))
    first = len(searched) + 1
    if slip == "snippet":
        return [*moves[:first], Move(kind="snippet")]
    if slip == "guess":
        return [*moves[:first], Move(kind="stray"), Move(kind="guess")]
    if slip == "hedge":
        return [*moves[:-1], Move(kind="hedge", call=moves[-1].call)]
    times = dice.between(2, 4) if slip == "again" else 1
    place = first if slip in ("again", "recall") else dice.between(1, len(moves) - 1)
    return [*moves[:place], *[Move(kind=slip, call=moves[place].call)] * times, *moves[place:]]
