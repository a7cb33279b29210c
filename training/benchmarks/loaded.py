"""What a loader makes of a benchmark's file, and the choices that all loaders share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Literal

from webenv.errors import InputError
from webenv.types import Record, Task
from webenv.values import dates, quantity

SPLIT = "test"
"""The split of every imported task: a benchmark is for evaluation, not for training (our choice)."""
_ID_CHARS = 16


class LeftOut(Record):
    """A row that became no task."""

    place: str
    reason: str


class Loaded(Record):
    """The tasks of a file, and what was left out."""

    tasks: tuple[Task, ...]
    left_out: tuple[LeftOut, ...]


def collect(made: Iterable[Task | LeftOut], path: object) -> Loaded:
    """Tasks and what was left out, in the order of the file; of tasks with the same id the first counts.

    Raises:
        InputError: no task is left.
    """
    tasks: dict[str, Task] = {}
    left_out: list[LeftOut] = []
    for each in made:
        if isinstance(each, LeftOut):
            left_out.append(each)
        elif each.task_id in tasks:
            left_out.append(LeftOut(place=each.task_id, reason="comes twice"))
        else:
            tasks[each.task_id] = each
    if not tasks:
        why = ", ".join(sorted({each.reason for each in left_out})) or "it has no rows"
        raise InputError(f"{path}: no question is left ({why})")
    return Loaded(tasks=tuple(tasks.values()), left_out=tuple(left_out))


def make_id(benchmark: str, *parts: str) -> str:
    """An id for a question that has none: the same for the same question, wherever it stands."""
    return f"{benchmark}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:_ID_CHARS]}"


def label(*parts: str) -> str:
    """A template from its parts: lower case, no spaces, `unknown` for an empty part."""
    return ":".join(re.sub(r"[\W_]+", "_", part.casefold()).strip("_") or "unknown" for part in parts)


def answer_type(answer: str) -> Literal["text", "number", "date", "code"]:
    """How the rule judge should compare with an answer that says nothing about its type (our choice).

    number  one number in digits, with at most a sign such as $ or %
    date    one date with at least a month, and nothing else
    code    one ASCII word with letters and digits
    text    everything else
    """
    if not any(letter.isalpha() for letter in answer):
        return "number" if quantity(answer, set()) else "text"
    if len(dates(answer)) == 1 and all(map(_is_of_date, re.findall(r"\w+", answer))):
        return "date"
    return "code" if answer.isascii() and re.search(r"\d", answer) and not re.search(r"\s", answer) else "text"


def _is_of_date(word: str) -> bool:
    return word[0].isdecimal() or word == "of" or bool(dates(f"1 {word} 2000"))
