"""An *episode* under way: an environment, the conversation that a policy sees, and the record that is made of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, Literal

import msgspec

from agent import chat, trajectories
from agent.policy import Conversation, Leader, OutOfRoom, Policy
from webenv import protocol
from webenv.env import WebEnv
from webenv.types import RewardBreakdown, Step, Task, Tokens, Trajectory
from webenv.web.live import Live
from webenv.web.snapshot import Snapshot

_NOTHING = RewardBreakdown(format=0.0, answer=0.0, total=0.0)


class Episode:
    """One task, played once."""

    def __init__(self, env: WebEnv, task: Task, policy: str, seed: int, sample: int) -> None:
        """Reset the environment, which belongs to this episode until it is over; `policy` is a name."""
        assert isinstance(env.web, Snapshot | Live)
        self._env, self._web, self._policy = env, env.web, policy
        question, _ = env.reset(seed=seed, options={"task_id": task.task_id})
        self.conversation = Conversation(task, question, env.tool_schemas, today(self._web), seed, sample)
        self._steps: list[Step] = []
        self._info: dict[str, Any] = {}

    @property
    def key(self) -> tuple[int, str, int]:
        """What tells an episode apart in one rollout: seed, task id, sample."""
        return self.conversation.seed, self.conversation.task.task_id, self.conversation.sample

    @property
    def is_over(self) -> bool:
        """Whether the environment has ended it."""
        return bool(self._steps) and (self._steps[-1].terminated or self._steps[-1].truncated)

    def messages(self) -> list[chat.Message]:
        """The conversation so far."""
        return chat.messages(self.conversation)

    def respond(self, turn: str) -> str | None:
        """Play one turn; what the policy reads next, or None at the end. Raises whatever the machine fails with."""
        action = protocol.writable(turn)
        observation, reward, terminated, truncated, self._info = self._env.step(action)
        self.conversation.steps.append((action, observation))
        step = Step(
            action=action,
            observation=observation,
            reward=reward,
            terminated=terminated,
            truncated=truncated,
            tool=self._info["tool"],
            invalid=self._info["invalid"],
        )
        self._steps.append(step)
        return None if self.is_over else observation

    def trajectory(self, cut: Literal["", "context"] = "", tokens: Tokens | None = None) -> Trajectory:
        """The record; `cut` says why the policy ended it if the environment did not."""
        steps = list(self._steps)
        if cut:
            steps[-1] = msgspec.structs.replace(steps[-1], truncated=True)
        played = Trajectory(
            content_id=self._web.content_id,
            views_id=self._web.views_id,
            task=self.conversation.task,
            settings=self._env.settings,
            policy=self._policy,
            seed=self.conversation.seed,
            sample=self.conversation.sample,
            question=self.conversation.question,
            steps=tuple(steps),
            reward=_NOTHING if cut else msgspec.convert(self._info["reward"], RewardBreakdown),
            cut=cut,
            tokens=tokens,
        )
        return msgspec.structs.replace(played, digest=trajectories.digest(played))


def today(web: Snapshot | Live) -> str:
    """The day of a snapshot, or on which a recording of the live web was begun, ISO 8601: the policy's today."""
    return f"{web.date[:4]}-{web.date[4:6]}-{web.date[6:8]}"


def play(policy: Policy, episodes: Iterable[Episode]) -> Iterator[Trajectory]:
    """Play episodes to their ends, in whatever order they end; raises whatever the machine or the policy fails with.

    A policy that can lead many at a time does; episodes are taken as it has room for them.
    """
    if isinstance(policy, Leader):
        yield from policy.lead(episodes)
        return
    for episode in episodes:
        yield play_alone(policy, episode)


def play_alone(policy: Policy, episode: Episode) -> Trajectory:
    """Play one episode to its end, turn by turn; raises as `play`."""
    while not episode.is_over:
        try:
            episode.respond(policy.act(episode.conversation))
        except OutOfRoom:
            if not episode.conversation.steps:
                raise
            return episode.trajectory("context")
    return episode.trajectory()


def play_at_once(policy: Policy, episodes: Iterable[Episode], most: int) -> Iterator[Trajectory]:
    """Play several episodes at a time, each in a thread, for a policy that mostly waits; raises as `play`."""
    coming = iter(episodes)
    pool = ThreadPoolExecutor(most, "episodes")
    playing: set[Future[Trajectory]] = set()
    try:
        while True:
            room = most - len(playing)
            playing |= {pool.submit(play_alone, policy, episode) for episode in islice(coming, room)}
            if not playing:
                return
            over, playing = wait(playing, return_when=FIRST_COMPLETED)
            for each in sorted(over, key=lambda future: future.exception() is not None):  # what is played is kept
                yield each.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
