"""What question sets share that must be told apart: training from validation and test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import get_args
from urllib.parse import urlsplit

from training.synthesis.check import Check, at_most
from webenv.types import Task
from webenv.web.world import skins
from webenv.web.world.dice import Dice
from webenv.web.world.graph import Split
from webenv.web.world.schema import Site

_WORLD = re.compile(r"(?:easy|crawlqa)-(\d+)-\d+-\d+$")
"""How the id of a task over a generated world ends: with the seed of the world, that of the questions, and a number."""


def shared(tasks: list[Task], others: list[Task]) -> Iterator[Check]:
    """A check for each thing that no task may share with a task of the other sets."""
    ways: dict[str, tuple[str, Callable[[Task], set[object]]]] = {
        "shared question": ("another set asks the same", _questions),
        "shared wording": ("another set uses one of its wordings", _wordings),
        "shared world": ("another set is about a world of the same seed", _seeds),
        "shared host": ("another set has evidence on the same host", _hosts),
        "shared skin": ("a site of another set's world looks the same", _skins),
        "shared pair": ("another set names the same thing and has the same answer", _pairs),
    }
    for name, (meaning, what) in ways.items():
        theirs = set[object]().union(*map(what, others))
        yield at_most(name, meaning, tasks, lambda task, what=what, theirs=theirs: bool(what(task) & theirs), 0.0)  # type: ignore[misc]


def _questions(task: Task) -> set[object]:
    return {" ".join(task.question.casefold().split()), *filter(None, (task.triplets,))}


def _wordings(task: Task) -> set[object]:
    return {part for part in task.template.split(":") if "/" in part}


def _seeds(task: Task) -> set[object]:
    found = _WORLD.search(task.task_id)
    return {found[1]} if found else set()


def _hosts(task: Task) -> set[object]:
    return {urlsplit(item.url).hostname for item in task.evidence}


def _skins(task: Task) -> set[object]:
    """The looks of the sites in the task's world; a world's are drawn from those of its split."""
    if task.split not in get_args(Split):
        return set()
    return {
        skins.choose(task.split, Dice(int(str(seed)), "skin", site)).name  # type: ignore[arg-type]
        for seed in _seeds(task)
        for site in get_args(Site)
    }


def _pairs(task: Task) -> set[object]:
    return {(term, task.answer) for _, about, term in task.triplets if term.startswith("C@") and _names(about, term)}


def _names(about: str, term: str) -> bool:
    """Whether a constant is a name, not a part of a description."""
    return about not in ("kind", "name") and not term.startswith(("C@the ", "C@some ", "C@fewer "))
