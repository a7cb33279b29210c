"""What Gymnasium expects of an environment: its checks, its wrappers, and its vectors."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import FrameStackObservation, RecordEpisodeStatistics, TimeLimit

from tests.test_env import ANSWER, TASKS, B, call
from webenv.env import WebEnv
from webenv.web.snapshot import Snapshot


def make(small: Path, **options: Any) -> gymnasium.Env[str, str]:
    return gymnasium.make("webenv/Web-v0", snapshot=small, tasks=TASKS, **options)


@pytest.mark.parametrize("render_mode", [None, "ansi"])
def test_gymnasium_has_nothing_to_complain_about(small: Path, render_mode: str | None) -> None:
    env = make(small, render_mode=render_mode).unwrapped
    check_env(env)
    assert isinstance(env, WebEnv)


def test_wrappers_work(small: Path) -> None:
    env = RecordEpisodeStatistics(TimeLimit(make(small), max_episode_steps=2))
    env.reset(seed=1)
    assert env.step(call("visit", url=B))[3] is False
    *_, truncated, info = env.step(call("visit", url=B))
    assert truncated is True
    assert info["episode"]["l"] == 2
    assert FrameStackObservation(make(small), 2).reset(seed=1)[0] == (TASKS[0].question,) * 2


def test_an_open_snapshot_can_be_given_to_make(small: Path) -> None:
    web = Snapshot.open(small)
    web.search("heron")
    web.fetch(B)
    env = gymnasium.make("webenv/Web-v0", snapshot=web, tasks=TASKS)
    assert env.reset(seed=1)[1]["task_id"] in ("bird", "count")


def test_an_environment_in_use_can_be_copied(small: Path) -> None:
    env = make(small).unwrapped
    env.reset(seed=1)
    env.step(call("search", query="heron"))
    env.step(call("visit", url=B))
    for copied in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert copied.step(call("find", text="heron"))[:4] == copy.deepcopy(env).step(call("find", text="heron"))[:4]


def test_sixteen_environments_in_step(small: Path) -> None:
    envs = gymnasium.make_vec("webenv/Web-v0", num_envs=16, vectorization_mode="sync", snapshot=small, tasks=TASKS)
    questions, info = envs.reset(seed=1)
    assert set(questions) == {task.question for task in TASKS}
    observations, *_ = envs.step([call("search", query="heron"), *[call("visit", url=B)] * 15])
    assert observations[0].startswith("<tool_response>\nA Google search")
    assert all("The heron stands" in observation for observation in observations[1:])
    _, rewards, terminated, _, info = envs.step([ANSWER] * 16)
    assert terminated.all()
    assert rewards.tolist() == [1.0 if name == TASKS[0].question else 0.1 for name in questions]
    assert info["reward"]["format"].tolist() == [1.0] * 16
    envs.close()


ASYNC = """
import gymnasium
from tests.test_env import ANSWER, B, TASKS, call

envs = gymnasium.make_vec("webenv/Web-v0", num_envs=16, vectorization_mode="async", tasks=TASKS, {options})
questions, _ = envs.reset(seed=1)
first, *_ = envs.step([call("search", query="heron"), *[call("visit", url=B)] * 15])
last, rewards, terminated, truncated, info = envs.step([ANSWER] * 16)
envs.close()
assert type(questions) is type(first) is type(last) is tuple
assert set(questions) == {{task.question for task in TASKS}}, questions
assert first[0].startswith("<tool_response>\\nA Google search"), first[0]
assert all("The heron stands" in text for text in first[1:]), first
assert last == ("",) * 16 and terminated.all() and not truncated.any()
assert rewards.tolist() == [1.0 if question == TASKS[0].question else 0.1 for question in questions]
print("as expected")
"""


@pytest.mark.parametrize("vector_kwargs", [{}, {"shared_memory": False}])
def test_sixteen_environments_in_processes(small: Path, vector_kwargs: dict[str, Any]) -> None:
    """In a fresh interpreter: this one has started Java, and must not be forked any more."""
    code = ASYNC.format(options=f"snapshot={str(small)!r}, vector_kwargs={vector_kwargs!r}")
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert (ended.returncode, ended.stdout) == (0, "as expected\n"), ended.stderr


def test_the_spaces_can_be_pickled_and_compared(small: Path) -> None:
    env = WebEnv(small, TASKS)
    assert pickle.loads(pickle.dumps(env.observation_space)) == env.observation_space
    assert env.observation_space != env.action_space
