"""`webenv/Live-v0`: what Gymnasium expects, on the live web."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

from tests.sites import page, site
from tests.test_env import TASKS, call
from tests.web.live.reading import FAST
from webenv.errors import InputError
from webenv.live import LiveEnv


def test_gymnasium_has_nothing_to_complain_about(small: Path, tmp_path: Path) -> None:
    env = gymnasium.make("webenv/Live-v0", record=tmp_path / "rec", tasks=TASKS, search=str(small), live=FAST).unwrapped
    assert isinstance(env, LiveEnv)
    check_env(env)
    env.close()
    env.close()


def test_the_tools_read_the_live_web(small: Path, tmp_path: Path) -> None:
    with site({"/": page("/next"), "/next": page(more="<p>The ferry leaves at nine.</p>")}) as running:
        env = gymnasium.make("webenv/Live-v0", record=tmp_path / "rec", tasks=TASKS, search=str(small), live=FAST)
        _, info = env.reset(seed=1)
        assert info["content_id"] == ""
        assert "heron stands in the river" in env.step(call("search", query="heron"))[0]
        assert "/next[1]" in env.step(call("visit", url=running.url("/")))[0]
        assert "leaves at nine" in env.step(call("click", link=1))[0]
        assert "1 time" in env.step(call("find", text="ferry"))[0]
        gone, _, terminated, truncated, info = env.step(call("visit", url="http://127.0.0.1:9/"))
        assert "could not be read: its server cannot be reached" in gone
        assert (terminated, truncated, info["invalid"]) == (False, False, None)
        env.close()


def test_a_setting_that_is_wrong_lets_go_of_the_recording(small: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(InputError, match="out of range"):
            LiveEnv(tmp_path / "rec", TASKS, str(small), max_turns=0)
    env = LiveEnv(tmp_path / "rec", TASKS, str(small))
    with pytest.raises(InputError, match="with other settings"):
        LiveEnv(tmp_path / "rec", TASKS, str(small), FAST)
    env.close()


def test_environments_of_one_process_share_a_recording(small: Path, tmp_path: Path) -> None:
    with site({"/": page(more="<p>Hello.</p>")}) as running:
        envs = gymnasium.make_vec(
            "webenv/Live-v0",
            num_envs=3,
            vectorization_mode="sync",
            record=tmp_path / "rec",
            tasks=TASKS,
            search=str(small),
            live=FAST,
        )
        envs.reset(seed=1)
        observations, *_ = envs.step([call("visit", url=running.url("/"))] * 3)
        assert all("Hello." in each for each in observations)
        assert running.asked == ["/robots.txt", "/"]
        envs.close()
    LiveEnv(tmp_path / "rec", TASKS, str(small)).close()  # nobody holds it any more


def test_importing_is_light() -> None:
    code = "import sys, webenv.live; print([m for m in ('httpx', 'torch', 'jnius', 'scrapy') if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
