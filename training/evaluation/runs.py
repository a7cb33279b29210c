"""A trajectory file as a run. Answers and forms are judged anew from the stored turns; the file is not believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from agent.glance import Ending, ending
from agent.trajectories import digest, read_trajectories
from training.filters.validity import read_turns
from webenv import reward
from webenv.errors import InputError
from webenv.types import EnvSettings, InvalidKind, Record, Step, Task, Trajectory, Turn

Name = TypeVar("Name", bound=str)


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
        turns = read_turns(played)
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


def _trouble(played: Trajectory, first: Trajectory, task: Task, seen: set[tuple[str, int, int]]) -> str:
    """Why an episode does not belong to the run; empty if it does."""
    if digest(played) != played.digest:
        return "its digest does not fit: it was changed, or written by another version of webenv; play it again"
    if (task.task_id, played.seed, played.sample) in seen:
        return f"task {task.task_id!r}, seed {played.seed}, sample {played.sample} comes twice"
    if played.task != task:
        return f"task {task.task_id!r} was another one before"
    for name in ("policy", "content_id", "views_id", "settings"):
        if getattr(played, name) != getattr(first, name):
            return f"its {name} differs from the first line's; a file holds one run: give each its own"
    return ""


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


def _counts(names: Iterable[Name]) -> dict[Name, int]:
    return dict(sorted(Counter(names).items()))
