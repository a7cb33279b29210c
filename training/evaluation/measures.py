"""A run as columns: for each task and measure a numerator and a denominator, in four *sections*.

answers  Pass@1, Cons@k, Pass@k and majority@k over tasks; well formed, over episodes
invalid  turns that could not be carried out, by kind, over turns; a repeated call is one of them
endings  why episodes were over, over episodes
effort   turns, tool calls, characters and tokens of an episode
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np

from agent.glance import Ending
from training.card import kind
from training.evaluation.intervals import Table
from training.evaluation.metrics import majority_at_k, pass_at_k
from training.evaluation.runs import Asked, Attempt
from webenv.reward import normalise
from webenv.types import InvalidKind, Task

WAYS = ("hops", "type", "level")
"""How tasks are grouped."""
_LEVEL = re.compile(r"level-\w+|easy|medium|hard")
_LEVELS = ("easy", "medium", "hard")

Tables = dict[str, Table]
"""The sections of a run."""
_Pairs = list[tuple[float, float]]


def tables(asked: Sequence[Asked], k: int) -> Tables:
    """Every section, of tasks with at least k attempts each."""
    return {
        "answers": _answers(asked, k),
        "invalid": _invalid(asked),
        "endings": _endings(asked),
        "effort": _effort(asked),
    }


def _answers(asked: Sequence[Asked], k: int) -> Table:
    """The section of that name. A task counts once, however many attempts it has, but for `well formed`."""
    counts = [(len(each.attempts), each.right) for each in asked]
    columns: dict[str, _Pairs] = {"Pass@1": [(each.share, 1) for each in asked]}
    columns[f"Cons@{k}"] = columns["Pass@1"]
    columns[f"Pass@{k}"] = [(pass_at_k(number, right, k), 1) for number, right in counts]
    columns[f"majority@{k}"] = [(_majority(each, k), 1) for each in asked]
    columns["well formed"] = _per_episode(asked, lambda attempt: attempt.formed)
    return _table(columns)


def groups(asked: Sequence[Asked]) -> dict[str, dict[str, list[int]]]:
    """The places of tasks by `hops`, `type` and `level`; what says nothing of any task has no groups."""
    hops = [str(each.task.hops or "") for each in asked]
    types = [kind(each.task) for each in asked]
    levels = _grouped([level(each.task) for each in asked], lambda name: _LEVELS.index(name) if name in _LEVELS else 0)
    levels.pop("", None)
    return {"hops": _grouped(hops, lambda name: int(name or 0)), "type": _grouped(types), "level": levels}


def level(task: Task) -> str:
    """The level that a template names, such as `gaia:level-2` or `webwalkerqa:multi_source:hard:en`; else empty."""
    return next((part for part in task.template.split(":")[1:] if _LEVEL.fullmatch(part)), "")


def _grouped(names: list[str], rank: Callable[[str], int] = lambda name: 0) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {name: [] for name in sorted(set(names), key=lambda name: (rank(name), name))}
    for place, name in enumerate(names):
        found[name].append(place)
    return found if any(found) else {}


def _majority(asked: Asked, k: int) -> float:
    given, right, silent = Counter[str](), Counter[str](), 0
    for attempt in asked.attempts:
        if not attempt.answer:
            silent += 1
            continue
        said = normalise(asked.task, attempt.answer)
        given[said] += 1
        right[said] += attempt.right
    return majority_at_k([(number, right[said]) for said, number in given.items()], silent, k)


def _invalid(asked: Sequence[Asked]) -> Table:
    def times(kind: InvalidKind) -> _Pairs:
        return _per_turn(asked, lambda attempt: attempt.invalid.get(kind, 0))

    every = _per_turn(asked, lambda attempt: sum(attempt.invalid.values()))
    return _table({"all": every} | {kind: times(kind) for kind in get_args(InvalidKind)})


def _endings(asked: Sequence[Asked]) -> Table:
    def times(ended: Ending) -> _Pairs:
        return _per_episode(asked, lambda attempt: attempt.ended == ended)

    return _table({ended: times(ended) for ended in get_args(Ending)})


def _effort(asked: Sequence[Asked]) -> Table:
    columns = {
        "turns": _per_episode(asked, lambda attempt: attempt.turns),
        "tool calls": _per_episode(asked, lambda attempt: sum(attempt.tools.values())),
        "characters written": _per_episode(asked, lambda attempt: attempt.chars_written),
        "characters read": _per_episode(asked, lambda attempt: attempt.chars_read),
    }
    if all(attempt.tokens_written is not None for each in asked for attempt in each.attempts):
        columns["tokens written"] = _per_episode(asked, lambda attempt: attempt.tokens_written or 0)
        columns["tokens read"] = _per_episode(asked, lambda attempt: attempt.tokens_read or 0)
    return _table(columns, are_shares=False)


def _per_episode(asked: Sequence[Asked], count: Callable[[Attempt], int]) -> _Pairs:
    return [(sum(map(count, each.attempts)), len(each.attempts)) for each in asked]


def _per_turn(asked: Sequence[Asked], count: Callable[[Attempt], int]) -> _Pairs:
    return [(sum(map(count, each.attempts)), sum(attempt.turns for attempt in each.attempts)) for each in asked]


def _table(columns: dict[str, _Pairs], are_shares: bool = True) -> Table:
    both = np.array(list(columns.values()), dtype=np.float64)
    return Table(tuple(columns), both[:, :, 0].T, both[:, :, 1].T, are_shares)
