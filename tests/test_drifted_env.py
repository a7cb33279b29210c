"""Environments under drift: made by name, recorded, replayed, checked by Gymnasium, and never telling what changed."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import gymnasium
import msgspec
import pytest
from gymnasium.utils.env_checker import check_env

from agent.trajectories import read_trajectories
from tests.test_env import ANSWER, TASKS, B, call
from tests.worlds import run
from webenv.env import WebEnv
from webenv.errors import InputError
from webenv.types import EnvSettings, Hit, Missing, Page


def test_made_by_name_with_a_plan_and_a_seed(small: Path) -> None:
    env = gymnasium.make(
        "webenv/Web-v0", snapshot=small, tasks=TASKS, drift="notices:1,moved:0", drift_seed=3
    ).unwrapped
    assert isinstance(env, WebEnv)
    assert (env.settings.drift, env.settings.drift_seed, env.settings.drift_split) == ("1/notices:1", 3, "all")
    env.reset(options={"task_id": "bird"})
    observation, *_, info = env.step(call("visit", url=B))
    assert "The heron stands in the river at dawn." in observation
    assert "We value your privacy" in observation
    assert "notices.cookies" in {edit["operator"] for edit in info["edits"]}
    assert "notices." not in observation
    assert info["evidence_seen"] == 1
    assert env.step(ANSWER)[1] == 1.0


def test_gymnasium_has_nothing_to_complain_about(small: Path) -> None:
    env = gymnasium.make("webenv/Web-v0", snapshot=small, tasks=TASKS, drift="everything", drift_seed=1).unwrapped
    check_env(env)


def test_an_environment_in_use_can_be_copied(small: Path) -> None:
    env = WebEnv(small, TASKS, drift="flaky:1", drift_seed=1)
    env.reset(seed=1)
    env.step(call("visit", url=B))
    copied = pickle.loads(pickle.dumps(env))
    assert copied.step(call("visit", url=B)) == env.step(call("visit", url=B))


def test_a_page_that_did_not_come_is_no_evidence_seen(small: Path) -> None:
    env = WebEnv(small, TASKS, drift="rot:1")
    env.reset(options={"task_id": "bird"})
    assert env.step(call("visit", url=B))[-1]["evidence_seen"] == 0


def test_no_drift_leaves_no_trace(small: Path) -> None:
    for spec in ("", "moved:0"):
        env = WebEnv(small, TASKS, drift=spec, drift_seed=9)
        assert env.settings == EnvSettings()
        env.reset(seed=1)
        assert "edits" not in env.step(call("visit", url=B))[-1]
    assert "drift" not in msgspec.json.encode(EnvSettings()).decode()
    assert msgspec.json.decode(b'{"max_turns":30}', type=EnvSettings) == EnvSettings()


class Nothing:
    """A web that is no snapshot."""

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        return []

    def fetch(self, url: str) -> Page | Missing:
        return Missing(url=url, reason="not-in-snapshot")


def test_drift_needs_a_snapshot_and_a_plan_that_can_be_read(small: Path) -> None:
    with pytest.raises(InputError, match="snapshot"):
        WebEnv(Nothing(), TASKS, drift="moved")
    with pytest.raises(InputError, match="from 0 to 1"):
        WebEnv(small, TASKS, drift="moved:1.5")
    with pytest.raises(InputError, match="newer webenv"):
        WebEnv(small, TASKS, drift="2/moved:0.5")


def test_episodes_under_drift_come_back_bit_for_bit(nemo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    options = ("--drift", "everything:0.8", "--drift-age", "12mo", "--drift-seed", 5, "--drift-split", "test")
    run("rollout", nemo, "--policy", "random", *options, "--out", out)
    assert all(json.loads(line)["equal"] for line in run("replay", out, "--json").splitlines() if line[0] == "{")
    recorded = next(read_trajectories(out)).settings
    assert recorded.drift_split == "test"
    assert str(recorded.drift).startswith("1/ads:0.4,")
    part = tmp_path / "out.jsonl.part"
    part.write_bytes(b"".join(out.read_bytes().splitlines(keepends=True)[:5]))
    whole = out.read_bytes()
    out.unlink()
    run("rollout", nemo, "--policy", "random", *options, "--out", out)
    assert out.read_bytes() == whole
