"""The second filter: is the answer right? The rule-based judge says so, or a language model if one is given."""

from __future__ import annotations

from training.filters.verdict import Verdict
from training.judge import Judge
from webenv import reward
from webenv.types import Trajectory, Turn


def check_correctness(trajectory: Trajectory, turns: list[Turn], judge: Judge | None = None) -> Verdict | None:
    """What is wrong with the answer; None if nothing is.

    Raises:
        WebenvError: the judge cannot be asked.
    """
    task, answer = trajectory.task, turns[-1].answer or ""
    if reward.score(task, turns) != trajectory.reward:
        return Verdict(stage="correctness", reason="wrong reward", detail="the turns do not earn what is recorded")
    right = judge.decide(task, answer) if judge else reward.judge(task, answer)
    if right is None:
        return Verdict(
            stage="correctness", reason="undecided", detail=f"the judge does not say whether {answer[:200]!r} is right"
        )
    if not right:
        return Verdict(
            stage="correctness", reason="wrong answer", detail=f"{answer[:200]!r}, not {task.answer[:200]!r}"
        )
    return None
