"""Writing task files: by one process or several, in one go or over several runs, always the same bytes.

A task is a function of its number and of how often what it asks had been asked before. Processes write what no other
task could change; the parent, which sees them in order, writes those again that ask what was asked already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from agent.processes import in_order
from training.synthesis.crawlqa import TYPES, CrawlQA
from training.synthesis.draft import Type
from training.synthesis.e2hqa import E2HQA
from training.synthesis.proof import Prover
from training.synthesis.triplets import ASKED, DESCRIBED
from webenv.errors import InputError
from webenv.types import Record, Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import encode_tasks, read_tasks
from webenv.web.unfinished import unfinished
from webenv.web.world import read_world

_TRIES = 400
"""Attempts at a question that was not asked before (our choice)."""
_BATCH = 8
"""Numbers that travel to a process together (our choice)."""
VERSION = 1
"""Changes with anything that changes the tasks that are written."""


class Plan(Record):
    """What to write: all that a task file depends on, but for the snapshot's content."""

    family: Literal["crawlqa", "easy", "e2hqa"]
    snapshot: str
    seed: int
    count: int = 0
    """Questions; for e2hqa those of the task file."""
    tasks: str = ""
    """File of easy questions, for e2hqa."""
    steps: tuple[int, int] = (3, 15)
    obfuscate: bool = False
    types: tuple[Type, ...] = ()
    """Types of crawlqa that take turns; by default all of them."""


class Writer(Protocol):
    """Writes questions by number."""

    def write(self, number: int, attempt: int = 0) -> Task | None:
        """The question of a number, which is another one for each attempt; None if there is none."""
        ...

    def number(self, task: Task) -> int:
        """The number that a task was written for."""
        ...


def write_tasks(
    plan: Plan,
    out: Path,
    workers: int = 1,
    overwrite: bool = False,
    on_progress: Callable[[int, int], None] = lambda number, total: None,
) -> int:
    """Write the tasks of a plan into `out`, which appears when it is complete; how many numbers got none.

    Until then they stand in `OUT.part`, and the same call goes on with them. `on_progress` gets how many numbers
    are done, and how many there are.

    Raises:
        InputError: it is not a generated world, it is too small, or `OUT.part` belongs to another plan.
        PolicyError: a worker process died. What was written is kept.
    """
    if plan.family == "e2hqa":
        plan = msgspec.structs.replace(plan, count=len(read_tasks(Path(plan.tasks))))
    asked: set[bytes] = set()
    done = [0, 0]  # numbers, tasks

    def fits(place: int, line: bytes) -> bool:
        try:
            task = msgspec.json.decode(line, type=Task)
        except msgspec.MsgspecError:
            return False
        asked.add(_what(task))
        done[:] = [_writer(plan).number(task) + 1, place + 1]
        return True

    writer = _writer(plan)
    with unfinished(out, overwrite, fits, _head(plan)) as file:
        for number, task in enumerate(_first_attempts(plan, range(done[0], plan.count), workers), done[0]):
            task = _unasked(writer, number, task, asked)
            if task:
                asked.add(_what(task))
                file.write(encode_tasks([task]))
                done[1] += 1
            on_progress(number + 1, plan.count)
    return plan.count - done[1]


def _unasked(writer: Writer, number: int, task: Task | None, asked: set[bytes]) -> Task | None:
    """The first attempt at a number that asks something new, beginning with the one that is given."""
    attempts = chain([task], (writer.write(number, attempt) for attempt in range(1, _TRIES)))
    for attempt in attempts:
        if attempt is None or _what(attempt) not in asked:
            return attempt
    raise InputError(f"this world has no more than {len(asked):,} questions of that kind; make a larger one")


def _what(task: Task) -> bytes:
    """What a task asks, in whatever words and descriptions; of two lists, however the first one is reached."""
    asked = [about for variable, about, _ in task.triplets if variable == ASKED]
    hints = sum(variable.startswith(DESCRIBED) for variable, about, _ in task.triplets if about not in ("kind", "name"))
    proved = [(item.url, item.relation) for item in task.evidence[hints:]]
    if task.template.startswith("intersection"):
        proved = proved[-2:]
    return hashlib.blake2b(msgspec.json.encode((asked, sorted(proved))), digest_size=16).digest()


def _head(plan: Plan) -> bytes:
    """One line that says what the file is going to hold."""
    web = Snapshot.open(plan.snapshot)
    easy = hashlib.sha256(Path(plan.tasks).read_bytes()).hexdigest() if plan.tasks else ""
    given = msgspec.structs.replace(plan, snapshot=web.content_id, tasks=easy)
    return msgspec.json.encode({"version": VERSION, "views": web.views_id, "plan": given}) + b"\n"


def _first_attempts(plan: Plan, numbers: range, workers: int) -> Iterator[Task | None]:
    if workers == 1:
        return map(_writer(plan).write, numbers)
    batches = (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))
    return chain.from_iterable(in_order(_write, ((plan, batch) for batch in batches), workers))


def _write(job: tuple[Plan, range]) -> list[Task | None]:
    plan, numbers = job
    return list(map(_writer(plan).write, numbers))


@lru_cache(maxsize=1)
def _writer(plan: Plan) -> Writer:
    web = Snapshot.open(plan.snapshot)
    graph = read_world(web)
    if graph is None:
        raise InputError(f"{plan.snapshot}: not a generated world; make one with: webenv generate-world --out DIR")
    prover = Prover(web, graph)
    if plan.family == "e2hqa":
        return E2HQA(prover, plan.seed, read_tasks(Path(plan.tasks)), plan.steps, plan.obfuscate)
    types = ("single",) if plan.family == "easy" else plan.types or TYPES
    return CrawlQA(prover, plan.seed, types, plan.obfuscate)
