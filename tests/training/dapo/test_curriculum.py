"""The curriculum: every task in turn, what is mastered rests, what is hopeless comes back, and a state says it all."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from training.dapo.curriculum import Curriculum, CurriculumSettings, State

TASKS = [f"task-{number}" for number in range(10)]


def test_a_round_has_every_task_once_in_an_order_of_its_own() -> None:
    one = Curriculum(TASKS, CurriculumSettings(), seed=3)
    first, second = one.draw(10), one.draw(10)
    assert sorted(first) == sorted(second) == TASKS
    assert first != second
    assert Curriculum(TASKS, CurriculumSettings(), seed=3).draw(20) == first + second
    assert Curriculum(TASKS, CurriculumSettings(), seed=4).draw(10) != first


def test_what_is_mastered_is_retired_and_what_is_hopeless_sits_out() -> None:
    one = Curriculum(TASKS, CurriculumSettings(rest=2), seed=0)
    for task in one.draw(10):
        one.learn(task, {"task-1": 1.0, "task-2": 0.0}.get(task, 0.5))
    assert one.retired == 1
    rounds = [set(one.draw(8)), set(one.draw(8)), set(one.draw(9))]
    assert rounds == [set(TASKS) - {"task-1", "task-2"}] * 2 + [set(TASKS) - {"task-1"}]


def test_when_all_are_mastered_all_come_back() -> None:
    one = Curriculum(TASKS, CurriculumSettings(), seed=0)
    for task in one.draw(10):
        one.learn(task, 1.0)
    assert one.retired == 10
    assert sorted(one.draw(10)) == TASKS


def test_when_all_are_hopeless_they_come_back_in_time() -> None:
    one = Curriculum(TASKS, CurriculumSettings(rest=5), seed=0)
    for task in one.draw(10):
        one.learn(task, 0.0)
    assert sorted(one.draw(10)) == TASKS


def test_off_every_task_takes_its_turn() -> None:
    one = Curriculum(TASKS, CurriculumSettings(is_on=False), seed=0)
    for task in one.draw(10):
        one.learn(task, 1.0)
    assert sorted(one.draw(10)) == TASKS
    assert one.retired == 0


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=60), st.integers(0, 59))
def test_a_saved_state_goes_on_as_if_nothing_had_happened(shares: list[float], stop: int) -> None:
    def run(curriculum: Curriculum, part: list[float]) -> list[str]:
        drawn = []
        for share in part:
            [task] = curriculum.draw(1)
            curriculum.learn(task, share)
            drawn.append(task)
        return drawn

    whole = run(Curriculum(TASKS, CurriculumSettings(), seed=1), shares)
    first = Curriculum(TASKS, CurriculumSettings(), seed=1)
    begun = run(first, shares[:stop])
    state = msgspec.json.decode(msgspec.json.encode(first.state), type=State)
    assert begun + run(Curriculum(TASKS, CurriculumSettings(), seed=1, state=state), shares[stop:]) == whole
