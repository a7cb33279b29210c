"""Replay: does every recorded step come back bit for bit?

The recorded turns are played again in a fresh environment with the recorded task and settings; every observation,
reward and ending must be the recorded one, and the digest must fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from agent import trajectories
from agent.processes import in_order
from webenv.env import WebEnv
from webenv.errors import InputError, SnapshotError
from webenv.types import Record, RewardBreakdown, Step, Task, Trajectory
from webenv.web.live.web import NAME as RECORDING
from webenv.web.snapshot import Snapshot

_AROUND = 40
_NOTHING = RewardBreakdown(format=0.0, answer=0.0, total=0.0)


class Replayed(Record):
    """The outcome for one trajectory."""

    number: int
    """Line of the file, from 1."""
    task_id: str
    sample: int
    equal: bool
    difference: str = ""
    """The first place that differs, and how; empty if none does."""


def replay(
    path: Path,
    snapshot: str = "",
    workers: int = 1,
    on_progress: Callable[[Replayed], None] = lambda replayed: None,
) -> list[Replayed]:
    """Replay every trajectory of a file; with `snapshot`, there instead of where it was recorded.

    Raises:
        NotFound: the file or a snapshot is gone.
        InputError: a line is not a trajectory, or the file is empty.
    """
    outcomes = []
    for outcome in _outcomes(trajectories.read_trajectories(path), snapshot, workers):
        outcomes.append(outcome)
        on_progress(outcome)
    if not outcomes:
        raise InputError(f"{path}: holds no trajectory")
    return outcomes


def _outcomes(recorded: Iterator[Trajectory], snapshot: str, workers: int) -> Iterator[Replayed]:
    numbered = ((number, trajectory, snapshot) for number, trajectory in enumerate(recorded, 1))
    if workers == 1:
        yield from map(_replay, numbered)
        return
    yield from in_order(_replay, numbered, workers)


def _replay(job: tuple[int, Trajectory, str]) -> Replayed:
    number, recorded, snapshot = job
    try:
        difference = _difference(recorded, _snapshot(recorded, snapshot))
    except (InputError, SnapshotError) as error:
        difference = f"cannot be played: {error}"
    return Replayed(
        number=number,
        task_id=recorded.task.task_id,
        sample=recorded.sample,
        equal=not difference,
        difference=difference,
    )


def _snapshot(recorded: Trajectory, snapshot: str) -> Snapshot:
    place = snapshot or recorded.snapshot
    if not (Path(place) / "datapackage.json").is_file():
        if (Path(place) / RECORDING).is_file():
            raise InputError(
                f"played live; run: webenv build-snapshot {place} --out DIR, and replay with --snapshot DIR"
            )
        raise InputError(f"{place!r} is no snapshot; say where that of the recording is with --snapshot")
    return Snapshot.open(place)


@lru_cache(maxsize=4)
def _shipped(web: Snapshot) -> dict[str, Task]:
    """The snapshot's own tasks, read once for all its trajectories."""
    return {task.task_id: task for task in web.tasks()}


def _difference(recorded: Trajectory, web: Snapshot) -> str:
    """The first thing that is not as recorded; empty if everything is."""
    if not recorded.steps or recorded.seed < 0:
        return "no episode: it has no step, or a negative seed"
    if _shipped(web).get(recorded.task.task_id, recorded.task) != recorded.task:
        return f"task {recorded.task.task_id} is not the one that the snapshot ships"
    for what, found, said in (
        ("content id", web.content_id, recorded.content_id),
        ("views id", web.views_id, recorded.views_id),
    ):
        if said and found != said:  # what was played on the live web names no content
            return f"the {what} of {web.path} is {found}, recorded was {said}"
    env = WebEnv(web, [recorded.task], **msgspec.structs.asdict(recorded.settings))
    question, _ = env.reset(seed=recorded.seed, options={"task_id": recorded.task.task_id})
    if question != recorded.question:
        return f"question: {_compare(question, recorded.question)}"
    for number, step in enumerate(_as_the_environment_saw_it(recorded), 1):
        if number > 1 and (recorded.steps[number - 2].terminated or recorded.steps[number - 2].truncated):
            return f"step {number}: recorded after the end of the episode"
        difference, info = _step_difference(env, step)
        if difference:
            return f"step {number}: {difference}"
    return _end_difference(recorded, info)


def _as_the_environment_saw_it(recorded: Trajectory) -> tuple[Step, ...]:
    """The steps; the environment knows nothing of an end that the policy made."""
    *before, last = recorded.steps
    return (*before, msgspec.structs.replace(last, truncated=False) if recorded.cut else last)


def _step_difference(env: WebEnv, step: Step) -> tuple[str, dict[str, object]]:
    observation, reward, terminated, truncated, info = env.step(step.action)
    if observation != step.observation:
        return f"observation: {_compare(observation, step.observation)}", info
    found = (reward, terminated, truncated, info["tool"], info["invalid"])
    said = (step.reward, step.terminated, step.truncated, step.tool, step.invalid)
    if found != said:
        return f"(reward, terminated, truncated, tool, invalid) is {found}, recorded {said}", info
    return "", info


def _end_difference(recorded: Trajectory, info: dict[str, object]) -> str:
    if "reward" not in info and not recorded.cut:
        return f"the episode goes on after step {len(recorded.steps)}, where the record ends"
    earned = msgspec.convert(info["reward"], RewardBreakdown) if "reward" in info else _NOTHING
    if earned != recorded.reward:
        return f"reward: {earned}, recorded {recorded.reward}"
    if trajectories.digest(recorded) != recorded.digest:
        return f"digest: {trajectories.digest(recorded)}, recorded {recorded.digest}"
    return ""


def _compare(found: str, said: str) -> str:
    """Where two texts part, with some characters of each from there."""
    place = next((i for i, (a, b) in enumerate(zip(found, said, strict=False)) if a != b), min(len(found), len(said)))
    ours, theirs = found[place : place + _AROUND], said[place : place + _AROUND]
    return f"character {place} on: {ours!r}, recorded {theirs!r}"
