"""The second filter: is the answer right? The rule-based judge says so, from the turns themselves."""

from __future__ import annotations

from training.filters.verdict import Verdict
from webenv import reward
from webenv.types import Trajectory, Turn


def check_correctness(trajectory: Trajectory, turns: list[Turn]) -> Verdict | None:
    """What is wrong with the answer; None if nothing is."""
    task, answer = trajectory.task, turns[-1].answer or ""
    if not reward.judge(task, answer):
        return Verdict(
            stage="correctness", reason="wrong answer", detail=f"{answer[:200]!r}, not {task.answer[:200]!r}"
        )
    if reward.score(task, turns) != trajectory.reward:
        return Verdict(stage="correctness", reason="wrong reward", detail="the turns do not earn what is recorded")
    return None
