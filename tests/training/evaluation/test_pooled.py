"""Several trainings taken together: with one it is the bootstrap over tasks; trainings that differ widen intervals."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation import intervals, pooled
from training.evaluation.intervals import Table

SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=2, max_size=12)


def table(scores: list[float]) -> Table:
    return Table(("Pass@1",), np.array(scores)[:, None], np.ones((len(scores), 1)))


@settings(max_examples=15, deadline=None)
@given(SCORES, SCORES)
def test_one_training_is_the_bootstrap_over_tasks(first: list[float], second: list[float]) -> None:
    size = min(len(first), len(second))
    one, other = table(first[:size]), table(second[:size])
    assert pooled.estimate([one]) == intervals.estimate([one])[0]
    assert pooled.compare([one], [other]) == intervals.compare([one], [other])[0]


def test_trainings_that_differ_widen_the_interval() -> None:
    tasks = [float(number % 2) for number in range(200)]
    alike = pooled.estimate([table(tasks)] * 3)["Pass@1"]
    apart = pooled.estimate([table(tasks), table([1.0] * 200), table([0.0] * 200)])["Pass@1"]
    assert (alike.value, apart.value) == (0.5, 0.5)
    assert (alike.part, alike.whole) == (300, 600)
    assert alike.low is not None
    assert apart.low is not None
    assert apart.low < alike.low - 0.2


def test_arms_are_paired_by_task_and_training() -> None:
    tasks = [float(number % 2) for number in range(50)]
    before = [table(tasks), table([0.0] * 50)]
    after = [table([min(1.0, each + 0.25) for each in tasks]), table([0.25] * 50)]
    found = pooled.compare(before, after)["Pass@1"]
    assert found.value == 0.1875
    assert found.low is not None
    assert found.low > 0.05
    assert pooled.compare(before, before)["Pass@1"].value == 0
