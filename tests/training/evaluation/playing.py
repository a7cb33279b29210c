"""Runs made for a test: real episodes of a real environment, by a policy that says what it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agent import trajectories
from agent.policy import Conversation
from agent.rollout import run_episode
from webenv.env import WebEnv
from webenv.types import Task

Said = str | Sequence[str] | None
"""An answer, turns as they stand, or None for turns that say nothing until the budget is spent."""


class Told:
    """A policy that knows what to say in each sample of each task."""

    def __init__(self, said: Mapping[str, Sequence[Said]], name: str = "told") -> None:
        self.name, self._said = name, said

    def act(self, conversation: Conversation) -> str:
        said = self._said[conversation.task.task_id][conversation.sample]
        if said is None:
            return "nothing"
        if isinstance(said, str):
            return f"<think>So it is.</think>\n<answer>{said}</answer>"
        return said[len(conversation.steps)]


def task(number: int, **fields: object) -> Task:
    made = {"task_id": f"t{number}", "question": f"Who is number {number}?", "answer": f"Person {number}"}
    return Task(**(made | fields))  # type: ignore[arg-type]


def play(
    snapshot: Path,
    out: Path,
    tasks: Sequence[Task],
    said: Mapping[str, Sequence[Said]],
    name: str = "told",
    max_turns: int = 4,
) -> Path:
    """A trajectory file with every sample of every task that something is said to."""
    env, policy = WebEnv(snapshot, list(tasks), max_turns=max_turns), Told(said, name)
    played = (
        run_episode(env, policy, each, 0, sample) for each in tasks for sample in range(len(said.get(each.task_id, ())))
    )
    out.write_bytes(b"".join(trajectories.encode(each) + b"\n" for each in played))
    return out
