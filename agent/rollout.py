"""Rollouts: every task as often as asked, on as many processes as wanted, into one file, always the same bytes.

An episode depends on its task, the policy, the seed and the sample index alone. Lines are written in the order of the
tasks, so a run that was killed goes on where its file ends, and the number of workers leaves no trace.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from agent import trajectories
from agent.policy import Conversation, Policy, PolicySettings, load_policy
from agent.processes import in_order
from webenv import protocol
from webenv.env import WebEnv
from webenv.errors import InputError
from webenv.types import EnvSettings, Record, RewardBreakdown, Step, Task, Trajectory
from webenv.web import publish
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks


class RolloutSettings(Record):
    """What a rollout may be told."""

    policy: str
    tasks: str = ""
    """Task file; by default the snapshot's own tasks."""
    limit: int = 0
    """Play the first tasks only; 0 plays all."""
    samples: int = 1
    """Episodes of each task."""
    seed: int = 0
    workers: int = 1
    env: EnvSettings = EnvSettings()
    model: PolicySettings = PolicySettings()
    overwrite: bool = False


class Player:
    """An environment and a policy that play one episode after the other."""

    def __init__(self, snapshot: str, tasks: list[Task], settings: RolloutSettings) -> None:
        self.env = WebEnv(snapshot, tasks, **msgspec.structs.asdict(settings.env))
        self.policy = load_policy(settings.policy, settings.model)
        self._snapshot = snapshot
        self._seed = settings.seed

    def made(self, trajectory: Trajectory, task_id: str, sample: int) -> bool:
        """Whether this player would play that trajectory as this episode."""
        web = self.env.web
        assert isinstance(web, Snapshot)
        if trajectories.digest(trajectory) != trajectory.digest or trajectory.snapshot != self._snapshot:
            return False
        ours = (web.content_id, web.views_id, self.env.tasks[task_id], self.env.settings, self.policy.name)
        theirs = (trajectory.content_id, trajectory.views_id, trajectory.task, trajectory.settings, trajectory.policy)
        return ours == theirs and (self._seed, sample) == (trajectory.seed, trajectory.sample)

    def play(self, task_id: str, sample: int) -> Trajectory:
        """One episode."""
        played = run_episode(self.env, self.policy, self.env.tasks[task_id], self._seed, sample)
        return msgspec.structs.replace(played, snapshot=self._snapshot)


def run_episode(env: WebEnv, policy: Policy, task: Task, seed: int, sample: int) -> Trajectory:
    """Play one task once. Raises whatever the machine or the policy fails with; such an episode leaves no record."""
    web = env.web
    assert isinstance(web, Snapshot)
    question, _ = env.reset(seed=seed, options={"task_id": task.task_id})
    day = f"{web.manifest.date[:4]}-{web.manifest.date[4:6]}-{web.manifest.date[6:8]}"
    conversation = Conversation(task, question, env.tool_schemas, day, seed, sample)
    steps: list[Step] = []
    info: dict[str, Any] = {}
    while not steps or not (steps[-1].terminated or steps[-1].truncated):
        action = protocol.writable(policy.act(conversation))
        observation, reward, terminated, truncated, info = env.step(action)
        conversation.steps.append((action, observation))
        steps.append(
            Step(
                action=action,
                observation=observation,
                reward=reward,
                terminated=terminated,
                truncated=truncated,
                tool=info["tool"],
                invalid=info["invalid"],
            )
        )
    played = Trajectory(
        content_id=web.content_id,
        views_id=web.views_id,
        task=task,
        settings=env.settings,
        policy=policy.name,
        seed=seed,
        sample=sample,
        question=question,
        steps=tuple(steps),
        reward=msgspec.convert(info["reward"], RewardBreakdown),
    )
    return msgspec.structs.replace(played, digest=trajectories.digest(played))


def rollout(
    snapshot: str,
    out: Path,
    settings: RolloutSettings,
    on_progress: Callable[[Trajectory, int, int], None] = lambda played, position, total: None,
) -> int:
    """Play all episodes and write them to `out`, which appears when the last one is played; how many there are.

    Until then they stand in `OUT.part`; the same call continues it. `on_progress` gets each episode that is played
    now, its number from 1, and how many there will be.

    Raises:
        InputError: `out` exists, there are no tasks, or `OUT.part` belongs to another rollout.
        PolicyError: the policy failed, or a worker died. What was played is kept.
    """
    publish.check_file(out, settings.overwrite)
    tasks = _tasks(Snapshot.open(snapshot), settings)
    total = len(tasks) * settings.samples
    part = out.with_name(out.name + ".part")
    with part.open("a+b") as file:
        _lock(file, out)
        publish.check_file(out, settings.overwrite)
        player = Player(snapshot, tasks, settings)
        kept = _continue(file, part, tasks, settings.samples, player)
        waiting = (_episode(tasks, settings.samples, number) for number in range(kept, total))
        for number, played in enumerate(_played(player, snapshot, tasks, settings, waiting), kept + 1):
            file.write(trajectories.encode(played) + b"\n")
            file.flush()
            on_progress(played, number, total)
        publish.sync(part)
        part.replace(out)
    return total


def _episode(tasks: list[Task], samples: int, number: int) -> tuple[str, int]:
    """Task id and sample of an episode, from 0: all samples of a task, then the next task."""
    task, sample = divmod(number, samples)
    return tasks[task].task_id, sample


def _tasks(snapshot: Snapshot, settings: RolloutSettings) -> list[Task]:
    tasks = read_tasks(Path(settings.tasks)) if settings.tasks else snapshot.tasks()
    if not tasks:
        raise InputError(f"{snapshot.path}: the snapshot has no tasks of its own; name a task file with --tasks")
    return tasks[: settings.limit] if settings.limit else tasks


def _lock(file: BinaryIO, out: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InputError(f"{out}: another rollout is writing it; wait for it, or choose another --out") from None


def _continue(file: BinaryIO, part: Path, tasks: list[Task], samples: int, player: Player) -> int:
    """How many episodes stand in the file already; cuts off a torn last line.

    Raises:
        InputError: they are not the first ones of this rollout.
    """
    file.seek(0)
    kept = end = 0
    for line in file:
        if not line.endswith(b"\n"):
            break
        if kept == len(tasks) * samples or not _fits(line, player, _episode(tasks, samples, kept)):
            raise InputError(f"{part}: line {kept + 1} belongs to another rollout; delete the file to begin anew")
        kept, end = kept + 1, end + len(line)
    file.truncate(end)
    return kept


def _fits(line: bytes, player: Player, episode: tuple[str, int]) -> bool:
    try:
        return player.made(trajectories.decode(line), *episode)
    except ValueError:
        return False


def _played(
    player: Player, snapshot: str, tasks: list[Task], settings: RolloutSettings, episodes: Iterable[tuple[str, int]]
) -> Iterator[Trajectory]:
    """The episodes, played in order by this process or by several."""
    if settings.workers == 1:
        return (player.play(*episode) for episode in episodes)
    return in_order(_play, episodes, settings.workers, _prepare, (snapshot, tasks, settings))


_player: Player


def _prepare(snapshot: str, tasks: list[Task], settings: RolloutSettings) -> None:
    global _player
    _player = Player(snapshot, tasks, settings)


def _play(episode: tuple[str, int]) -> Trajectory:
    return _player.play(*episode)
