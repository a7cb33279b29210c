"""The patient oracle: solves what can be solved on a web that has changed, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.patient import PatientOracle
from agent.rollout import run_episode
from tests.worlds import World, make_world
from webenv.env import WebEnv
from webenv.errors import InputError
from webenv.types import Task
from webenv.web.drift import FAMILIES
from webenv.web.snapshot import Snapshot

PRESERVING = [name for name, family in FAMILIES.items() if family.preserves]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("patient"))


def solved(path: Path, tasks: list[Task], drift: str, seed: int) -> float:
    """The share of tasks that it solves within the usual budget."""
    right = 0
    for task in tasks:
        env = WebEnv(path, [task], drift=drift, drift_seed=seed)
        right += run_episode(env, PatientOracle(), task, 0, 0).reward.total == 1.0
    return right / len(tasks)


@pytest.mark.parametrize("family", PRESERVING)
@pytest.mark.parametrize("severity", [0.5, 1.0])
def test_every_task_is_solved_under_a_family_that_preserves_answers(
    world: World, nemo: Path, family: str, severity: float
) -> None:
    assert solved(world.path, world.tasks, f"{family}:{severity}", 1) == 1
    assert solved(nemo, Snapshot.open(nemo).tasks(), f"{family}:{severity}", 2) == 1


@pytest.mark.parametrize("family", [name for name in FAMILIES if name not in PRESERVING])
def test_what_is_gone_is_not_answered(nemo: Path, family: str) -> None:
    assert solved(nemo, Snapshot.open(nemo).tasks(), f"{family}:1", 1) == 0


def test_a_task_without_evidence_is_refused(nemo: Path) -> None:
    task = Task(task_id="x", question="What?", answer="that")
    with pytest.raises(InputError, match="no evidence"):
        run_episode(WebEnv(nemo, [task]), PatientOracle(), task, 0, 0)
