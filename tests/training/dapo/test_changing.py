"""`[drift]` of an experiment: groups meet webs that differ, the episodes of a group the same one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.trajectories import read_trajectories
from tests.training.conftest import Run
from tests.training.dapo.conftest import Write
from training.dapo.changing import DriftDistribution
from webenv.types import EnvSettings

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("dapo")]


def test_a_group_meets_one_web_and_groups_meet_several(write: Write, run: Run, tmp_path: Path) -> None:
    result = run("dapo", write(drift={"among": ["", "labels:1", "moved:0.5"], "seeds": 2}, dapo={"max_steps": 8}))
    assert result.exit_code == 0, result.output
    met: dict[tuple[str, str, int], set[tuple[object, object, object]]] = {}
    for file in sorted((tmp_path / "run" / "rollouts").iterdir()):
        for played in read_trajectories(file):
            settings = played.settings
            group = met.setdefault((played.policy, played.task.task_id, played.sample // 8), set())
            group.add((settings.drift, settings.drift_seed, settings.drift_split))
        assert run("replay", file).exit_code == 0
    assert {len(webs) for webs in met.values()} == {1}
    webs = set.union(*met.values())
    assert {drift for drift, _, _ in webs if isinstance(drift, str)} == {"1/labels:1", "1/moved:0.5"}
    assert {split for drift, _, split in webs if isinstance(drift, str)} == {"train"}
    assert len(webs) > 3, "the clean web, and others with two seeds"


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"drift": {"among": ["lables:1"]}}, "did you mean labels"),
        ({"drift": {"among": ["labels:2"]}}, "a severity is a number from 0 to 1"),
        ({"drift": {"among": ["labels:1"]}, "env": {"max_turns": 2, "drift": "moved:1"}}, "leave one of them out"),
        ({"drift": {"amog": ["labels:1"]}}, "unknown field `amog`"),
    ],
)
def test_a_distribution_that_cannot_be_met_is_refused_at_once(
    write: Write, run: Run, tables: dict[str, object], message: str
) -> None:
    result = run("dapo", write(**tables), "--dry-run")
    assert result.exit_code == 1
    assert message in result.output


@given(task=st.text(), group=st.integers(0, 99), seed=st.integers(0, 2**32 - 1))
def test_what_a_group_meets_is_a_function_of_its_name(task: str, group: int, seed: int) -> None:
    webs = DriftDistribution(among=("redesign", "unreliable"), seeds=3)
    drawn = webs.drawn(EnvSettings(max_turns=7), seed, task, group)
    assert drawn == webs.drawn(EnvSettings(max_turns=7), seed, task, group)
    assert drawn.max_turns == 7
    assert isinstance(drawn.drift_seed, int)
    assert drawn.drift_seed < 3
