"""Two runs compared task by task: the tasks that both were asked, drawn together."""

from __future__ import annotations

from training.evaluation import intervals
from training.evaluation.intervals import Difference
from training.evaluation.measures import Tables
from training.evaluation.runs import Run
from webenv.errors import InputError
from webenv.types import Record


class Comparison(Record):
    """Two runs over the tasks that both were asked."""

    first: str
    second: str
    tasks: int
    only_first: int
    """Tasks that are left out because the second run was not asked them."""
    only_second: int
    better: int
    """Tasks with a higher Pass@1 in the second run."""
    same: int
    worse: int
    measures: dict[str, dict[str, Difference]]


def compare_runs(first: Run, tables: Tables, second: Run, others: Tables, seed: int = 0) -> Comparison:
    """Compare the second run with the first.

    Args:
        first: What is compared with.
        tables: Its measures.
        second: What is compared.
        others: Its measures.
        seed: Of the bootstrap.

    Raises:
        InputError: there is no task in common, or one that is another one in the other run.
    """
    ours, theirs = ({each.task.task_id: place for place, each in enumerate(run.asked)} for run in (first, second))
    common = [task_id for task_id in ours if task_id in theirs]
    if not common:
        raise InputError(f"{first.label} and {second.label} have no task in common: nothing can be compared")
    one, other = [ours[task_id] for task_id in common], [theirs[task_id] for task_id in common]
    for a, b in zip(one, other, strict=True):
        if first.asked[a].task != second.asked[b].task:
            task_id = first.asked[a].task.task_id
            raise InputError(f"task {task_id!r} of {first.label} is another one in {second.label}; they do not compare")
    gains = [second.asked[b].share - first.asked[a].share for a, b in zip(one, other, strict=True)]
    found = intervals.compare(
        [table.only(one) for table in tables.values()], [table.only(other) for table in others.values()], seed
    )
    return Comparison(
        first=first.label,
        second=second.label,
        tasks=len(common),
        only_first=len(ours) - len(common),
        only_second=len(theirs) - len(common),
        better=sum(gain > 0 for gain in gains),
        same=sum(gain == 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
        measures=dict(zip(tables, found, strict=True)),
    )
