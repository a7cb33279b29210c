"""Answers of a run judged by a language model in place of the rules: each different one once, several at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec

from training.evaluation.runs import Asked, Run
from training.judge import Judge
from webenv.errors import WebenvError
from webenv.types import Task

Decide = Callable[[Task, str], bool]
"""Whether an answer is right. It raises if it cannot tell: a fault of the machine is no wrong answer."""

_PARALLEL = 8
"""Answers judged at a time (our choice)."""
_Verdicts = dict[tuple[str, str | None], bool]


def decisive(judge: Judge) -> Decide:
    """The judge, which raises `WebenvError` where its replies decide nothing."""

    def decide(task: Task, answer: str) -> bool:
        decided = judge.decide(task, answer)
        if decided is None:
            raise WebenvError(
                f"task {task.task_id!r}: {judge.completions.model} does not say whether {answer[:200]!r} is right; "
                "ask another model, or leave out --judge: what is undecided counts neither as right nor as wrong"
            )
        return decided

    return decide


def judged(run: Run, decide: Decide, on_progress: Callable[[int, int], None] = lambda position, total: None) -> Run:
    """The run with other verdicts on its answers; an episode without an answer stays wrong.

    Raises whatever `decide` raises; the run is not judged in part.
    """
    given = {(each.task.task_id, attempt.answer): each.task for each in run.asked for attempt in each.attempts}
    answers = [(task, answer) for (_, answer), task in given.items() if answer is not None]
    verdicts: _Verdicts = {}
    pool = ThreadPoolExecutor(_PARALLEL)
    try:
        for (task, answer), right in zip(answers, pool.map(lambda pair: decide(*pair), answers), strict=True):
            verdicts[task.task_id, answer] = right
            on_progress(len(verdicts), len(answers))
    finally:
        pool.shutdown(cancel_futures=True)
    asked = tuple(_with(each, verdicts) for each in run.asked)
    disputed = sum(
        old.right != new.right
        for before, after in zip(run.asked, asked, strict=True)
        for old, new in zip(before.attempts, after.attempts, strict=True)
    )
    return msgspec.structs.replace(run, asked=asked, disputed=disputed)


def _with(asked: Asked, verdicts: _Verdicts) -> Asked:
    attempts = (
        msgspec.structs.replace(each, right=verdicts.get((asked.task.task_id, each.answer), False))
        for each in asked.attempts
    )
    return Asked(task=asked.task, attempts=tuple(attempts))
