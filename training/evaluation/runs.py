"""A trajectory file as a run. Answers and forms are judged anew from the stored turns; the file is not believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from agent.glance import Ending, ending
from agent.trajectories import digest, read_trajectories
from tools.toolbox import Toolbox
from webenv import protocol, reward
from webenv.errors import InputError
from webenv.types import EnvSettings, Invalid, InvalidKind, Record, Step, Task, Trajectory, Turn

Judge = Callable[[Task, str], bool]
"""Whether an answer is right. It raises if it cannot tell: a fault of the machine is no wrong answer."""

Name = TypeVar("Name", bound=str)
_TOOLBOX = Toolbox()


class Attempt(Record):
    """One episode."""

    seed: int
    sample: int
    answer: str | None
    """None if there is none."""
    right: bool
    formed: bool
    """Every turn had the right form and could be carried out, and the last one answered."""
    turns: int
    invalid: dict[InvalidKind, int]
    ended: Ending
    tools: dict[str, int]
    """Tool to its calls that could run."""
    chars_written: int
    """Of all turns."""
    chars_read: int
    """Of all observations."""
    tokens_written: int | None
    """As the model counted them; None if it noted nothing."""
    tokens_read: int | None


class Asked(Record):
    """A task, and every attempt at it, in the order of seeds and samples."""

    task: Task
    attempts: tuple[Attempt, ...]

    @property
    def right(self) -> int:
        """Attempts that are right."""
        return sum(each.right for each in self.attempts)

    @property
    def share(self) -> float:
        """Of its attempts that are right."""
        return self.right / len(self.attempts)


class Run(Record):
    """One policy on one snapshot under one set of settings."""

    label: str
    policy: str
    content_id: str
    views_id: str
    settings: EnvSettings
    asked: tuple[Asked, ...]
    """In the order of task ids."""
    rescored: int
    """Episodes that the rules score otherwise than the file says."""
    disputed: int = 0
    """Episodes whose answer the judge and the rules see differently."""

    @property
    def fewest(self) -> int:
        """Attempts at the task with the fewest."""
        return min(len(each.attempts) for each in self.asked)


def read_run(path: Path, label: str, on_progress: Callable[[], None] = lambda: None) -> Run:
    """The run in a trajectory file, judged by the rules.

    Raises:
        NotFound: there is no such file.
        InputError: it holds no episode, something else, or more than one run; the message names the line.
    """
    asked: dict[str, tuple[Task, list[Attempt]]] = {}
    seen: set[tuple[str, int, int]] = set()
    rescored, first = 0, None
    for number, played in enumerate(read_trajectories(path), 1):
        first = first or played
        task, attempts = asked.setdefault(played.task.task_id, (played.task, []))
        if trouble := _trouble(played, first, task, seen):
            raise InputError(f"{path}: line {number}: {trouble}")
        seen.add((task.task_id, played.seed, played.sample))
        turns = [_turn(step.action) for step in played.steps]
        earned = reward.score(task, turns)
        rescored += earned != played.reward
        attempts.append(_attempt(played, turns, right=earned.answer == 1, formed=earned.format == 1))
        on_progress()
    if first is None:
        raise InputError(f"{path}: holds no episode")
    return Run(
        label=label,
        policy=first.policy,
        content_id=first.content_id,
        views_id=first.views_id,
        settings=first.settings,
        asked=tuple(_asked(*asked[task_id]) for task_id in sorted(asked)),
        rescored=rescored,
    )


def judged(
    run: Run, judge: Judge, parallel: int = 1, on_progress: Callable[[int, int], None] = lambda a, b: None
) -> Run:
    """The run with its answers judged by another judge, `parallel` of them at a time; each different one once.

    Raises whatever the judge raises.
    """
    pairs = {(each.task.task_id, attempt.answer): each.task for each in run.asked for attempt in each.attempts}
    answers = [(task, answer) for (_, answer), task in pairs.items() if answer is not None]
    verdicts: dict[tuple[str, str | None], bool] = {}
    pool = ThreadPoolExecutor(parallel)
    try:
        for (task, answer), right in zip(answers, pool.map(lambda pair: judge(*pair), answers), strict=True):
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


def _trouble(played: Trajectory, first: Trajectory, task: Task, seen: set[tuple[str, int, int]]) -> str:
    """Why an episode does not belong to the run; empty if it does."""
    if digest(played) != played.digest:
        return "its digest does not fit: the file was changed after it was written"
    if (task.task_id, played.seed, played.sample) in seen:
        return f"task {task.task_id!r}, seed {played.seed}, sample {played.sample} comes twice"
    if played.task != task:
        return f"task {task.task_id!r} was another one before"
    for name in ("policy", "content_id", "views_id", "settings"):
        if getattr(played, name) != getattr(first, name):
            return f"its {name} differs from the first line's; a file holds one run: give each its own"
    return ""


def _turn(action: str) -> Turn:
    """A turn as the environment understood it."""
    turn = protocol.parse(action)
    if turn.call is not None and isinstance(tool := _TOOLBOX.read(turn.call), Invalid):
        return msgspec.structs.replace(turn, call=None, invalid=tool)
    return turn


def _attempt(played: Trajectory, turns: list[Turn], right: bool, formed: bool) -> Attempt:
    pairs = zip(turns, played.steps, strict=True)
    kinds = [turn.invalid.kind if turn.invalid else _repeated(step) for turn, step in pairs]
    tokens = played.tokens
    return Attempt(
        seed=played.seed,
        sample=played.sample,
        answer=turns[-1].answer,
        right=right,
        formed=formed,
        turns=len(turns),
        invalid=_counts(kind for kind in kinds if kind),
        ended=ending(played),
        tools=_counts(turn.call.name for turn in turns if turn.call),
        chars_written=sum(len(step.action) for step in played.steps),
        chars_read=sum(len(step.observation) for step in played.steps),
        tokens_written=sum(map(len, tokens.turns)) if tokens else None,
        tokens_read=len(tokens.prompt) + sum(map(len, tokens.heard)) if tokens else None,
    )


def _repeated(step: Step) -> InvalidKind | None:
    """What only the environment can tell of a turn that was carried out."""
    return "repeated" if step.invalid == "repeated" else None


def _asked(task: Task, attempts: list[Attempt]) -> Asked:
    return Asked(task=task, attempts=tuple(sorted(attempts, key=lambda each: (each.seed, each.sample))))


def _with(asked: Asked, verdicts: dict[tuple[str, str | None], bool]) -> Asked:
    attempts = (
        msgspec.structs.replace(each, right=each.answer is not None and verdicts[asked.task.task_id, each.answer])
        for each in asked.attempts
    )
    return Asked(task=asked.task, attempts=tuple(attempts))


def _counts(names: Iterable[Name]) -> dict[Name, int]:
    return dict(sorted(Counter(names).items()))
