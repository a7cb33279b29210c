"""Which groups are trained on: by the answer scores alone."""

from __future__ import annotations

import pytest

from training.dapo.groups import DynamicSampling, Rule, Verdict, reward, verdict
from webenv.types import EnvSettings, RewardBreakdown, Step, Task, Tokens, Trajectory


@pytest.mark.parametrize(
    ("rule", "right", "expected"),
    [
        ("paper", 0, "all wrong"),
        ("paper", 1, "kept"),
        ("paper", 15, "kept"),
        ("paper", 16, "all right"),
        ("dupo", 8, "kept"),
        ("band", 0, "all wrong"),
        ("band", 3, "out of band"),
        ("band", 4, "kept"),
        ("band", 12, "kept"),
        ("band", 13, "out of band"),
        ("band", 16, "all right"),
    ],
)
def test_the_rules_keep_what_they_say(rule: Rule, right: int, expected: Verdict) -> None:
    assert verdict([1.0] * right + [0.0] * (16 - right), DynamicSampling(rule=rule)) == expected


def episode(total: float, written: int) -> Trajectory:
    tokens = Tokens(prompt=(1,), turns=((5,) * written,), heard=(), logprobs=((0.0,) * written,))
    step = Step(action="a", observation="", reward=total, terminated=True, truncated=False)
    return Trajectory(
        content_id="",
        views_id="",
        task=Task(task_id="t", question="q", answer="a"),
        settings=EnvSettings(),
        policy="p",
        seed=0,
        sample=0,
        question="q",
        steps=(step,),
        reward=RewardBreakdown(format=1.0, answer=0.0, total=total),
        tokens=tokens,
    )


@pytest.mark.parametrize(("written", "expected"), [(0, 0.9), (100, 0.9), (150, 0.4), (200, -0.1), (900, -0.1)])
def test_the_soft_length_penalty_counts_what_the_policy_wrote(written: int, expected: float) -> None:
    sampling = DynamicSampling(overlong_tokens=100, overlong_cache=100)
    assert reward(episode(0.9, written), sampling) == pytest.approx(expected)
    assert reward(episode(0.9, written), DynamicSampling()) == 0.9
