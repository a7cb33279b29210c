"""The *plan* of an episode: which moves a teacher makes, decided by task, seed and sample alone.

The oracle's calls come in their order. A short plan adds a check or two where it is shorter than WebDancer's mean; a
long one goes astray, comes back and checks again until it has at least fifteen turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from webenv.types import Record, Task, ToolCall
from webenv.web.world.dice import Dice

Style = Literal["short", "long"]
Kind = Literal[
    "oracle", "poor", "stray", "misclick", "back", "find", "review", "cross", "compare", "answer",
    "malformed", "unknown tool", "again", "recall", "snippet", "guess", "hedge",
]  # fmt: skip

SHORT_TURNS = (4, 6)
"""Turns of a short episode (the range that is asked of WebDancer's short chains; their mean is 4.56 actions)."""
LONG_TURNS = (15, 19)
"""Turns of a long episode, if the oracle needs fewer (our choice)."""
MOST_TURNS = 29
"""No plan is made longer than this (our choice): one turn of the usual budget stays free."""


class Move(Record):
    """One turn of a plan."""

    kind: Kind
    call: int = 0
    """Place in the oracle's calls: of this one, or of the next that the move stands before."""


Detour = tuple[Kind, ...]
"""Moves that are made one after the other, between two calls of the oracle."""


def plan(task: Task, style: Style, dice: Dice) -> list[Move]:
    """The moves of an episode that goes well; the last one answers."""
    detours = _few(task, dice) if style == "short" else _many(task, dice)
    moves = []
    for place in range(len(task.oracle) + 1):
        moves += [Move(kind=kind, call=place) for detour in detours[place] for kind in detour]
        if place < len(task.oracle):
            moves.append(Move(kind="oracle", call=place))
    return [*moves, Move(kind="answer", call=len(task.oracle))]


def _few(task: Task, dice: Dice) -> list[list[Detour]]:
    detours: list[list[Detour]] = [[] for _ in range(len(task.oracle) + 1)]
    wanted = dice.between(*SHORT_TURNS) - len(task.oracle) - 1
    for place, detour in dice.shuffled(_checks(task.oracle))[: max(wanted, 0)]:
        detours[place].append(detour)
    return detours


def _many(task: Task, dice: Dice) -> list[list[Detour]]:
    """Detours in a drawn order, at least one that strays and one that checks, until there are turns enough."""
    calls = task.oracle
    detours: list[list[Detour]] = [[] for _ in range(len(calls) + 1)]
    wanted = min(max(dice.between(*LONG_TURNS), len(calls) + 3), MOST_TURNS) - len(calls) - 1
    straying = dice.shuffled(_strays(calls))
    checking = dice.shuffled(_checks(calls) + _comparisons(calls))
    rest = dice.shuffled([*straying[1:], *checking[1:]])
    at_last: tuple[Detour, ...] = (("cross", "compare"), ("review",))
    endless = [(len(calls), detour) for _ in range(MOST_TURNS) for detour in at_last]
    for place, detour in (*straying[:1], *checking[:1], *rest, *endless):
        if len(detour) <= wanted:
            detours[place].append(detour)
            wanted -= len(detour)
    return [sorted(each, key=lambda detour: detour[0] != "find") for each in detours]


def _strays(calls: Sequence[ToolCall]) -> list[tuple[int, Detour]]:
    """Ways to get lost: poor words first, a wrong hit, a wrong link."""
    ways: list[tuple[int, Detour]] = [(0, ("poor",)), (0, ("poor", "stray"))]
    for place, call in enumerate(calls):
        if place and call.name == "visit" and calls[place - 1].name == "search":
            ways.append((place, ("stray",)))
        if place and call.name == "click":
            ways.append((place, ("misclick", "back")))
    return ways


def _checks(calls: Sequence[ToolCall]) -> list[tuple[int, Detour]]:
    """Checks after a page was opened that leave it open."""
    opened = [place for place, call in enumerate(calls, 1) if call.name in ("visit", "click")]
    checks: tuple[Detour, ...] = (("find",), ("review",))
    return [(place, check) for place in opened for check in checks]


def _comparisons(calls: Sequence[ToolCall]) -> list[tuple[int, Detour]]:
    """Looks at other pages after one was opened; back again where the next call needs the page."""
    ways: list[tuple[int, Detour]] = []
    for place, call in enumerate(calls, 1):
        if call.name in ("visit", "click"):
            back: Detour = ("back",) if place < len(calls) and calls[place].name in ("click", "find") else ()
            ways += [(place, ("cross", *back)), (place, ("cross", "compare", *back))]
    return ways
