"""`webenv rollout --live`: what was played on the live web comes back bit for bit on a snapshot of the recording."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.sites import Answer, Site, captures, page, site, text
from webenv.cli import main
from webenv.types import Task
from webenv.web.serve import serve
from webenv.web.tasks import write_tasks


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def proxy(nemo: Path) -> Iterator[str]:
    """The sites of the Nemo snapshot, alive."""
    with serve(nemo.parent / "recipes" / "nemo" / "sites") as address:
        yield address


def _replayed(out: Path, record: Path, snapshot: Path) -> Result:
    assert run("build-snapshot", record, "--out", snapshot, "--workers", 1).exit_code == 0
    return run("replay", out, "--snapshot", snapshot)


@pytest.mark.parametrize("policy", ["oracle", "random", "teacher:long"])
def test_live_episodes_replay_bit_for_bit_offline(nemo: Path, proxy: str, tmp_path: Path, policy: str) -> None:
    out, record = tmp_path / "out.jsonl", tmp_path / "rec"
    live = ("--live", record, "--proxy", proxy, "--delay", 0)
    result = run("rollout", nemo, "--policy", policy, *live, "--samples", 2, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    if policy == "oracle":
        assert json.loads(result.stdout)["right"] == 28
    unbuilt = run("replay", out)
    assert unbuilt.exit_code == 1
    assert "played live; run: webenv build-snapshot" in unbuilt.stdout
    replayed = _replayed(out, record, tmp_path / "snapshot")
    assert replayed.exit_code == 0, replayed.stdout
    assert "28 of 28 trajectories are bit-equal" in replayed.stdout
    assert run("verify", tmp_path / "snapshot").exit_code == 0


def test_a_site_that_changed_in_between_gives_another_observation(tmp_path: Path, nemo: Path) -> None:
    routes = {"/": page(more="<p>The ferry leaves at nine.</p>")}
    with site(dict(routes)) as running:
        tasks = _tasks(tmp_path, running)
        live = (
            "--search",
            nemo,
            "--tasks",
            tasks,
            "--allow-private",
            "--delay",
            0,
            "--policy",
            "scripted:" + str(_script(tmp_path, running)),
        )
        assert run("rollout", *live, "--live", tmp_path / "one", "--out", tmp_path / "one.jsonl").exit_code == 0
        running.routes["/"] = page(more="<p>The ferry leaves at ten.</p>")
        assert run("rollout", *live, "--live", tmp_path / "two", "--out", tmp_path / "two.jsonl").exit_code == 0
    assert _replayed(tmp_path / "one.jsonl", tmp_path / "one", tmp_path / "snap1").exit_code == 0
    assert _replayed(tmp_path / "two.jsonl", tmp_path / "two", tmp_path / "snap2").exit_code == 0
    crossed = run("replay", tmp_path / "one.jsonl", "--snapshot", tmp_path / "snap2")
    assert crossed.exit_code == 1
    assert "step 1: observation: character" in crossed.stdout


def _tasks(folder: Path, running: Site) -> Path:
    write_tasks(folder / "tasks.jsonl", [Task(task_id="t", question="When does the ferry leave?", answer="nine")])
    return folder / "tasks.jsonl"


def _script(folder: Path, running: Site, *paths: str) -> Path:
    calls = [
        f'<think>a</think>\n<tool_call>{{"name": "visit", "arguments": {{"url": "{running.url(path)}"}}}}</tool_call>'
        for path in paths or ("/",)
    ]
    (folder / "script.json").write_text(json.dumps({"t": [*calls, "<think>a</think>\n<answer>nine</answer>"]}))
    return folder / "script.json"


def _slow_page(path: str) -> Answer:
    if path == "/robots.txt":
        return text("", 404)
    time.sleep(0.05)
    return page(more=f"<p>{path}</p>")


def test_a_killed_rollout_keeps_its_recording_and_goes_on(tmp_path: Path, nemo: Path) -> None:
    paths = [f"/{number}" for number in range(12)]
    with site({}, _slow_page) as running:
        script = _script(tmp_path, running, *paths)
        arguments = [
            "rollout",
            "--live",
            tmp_path / "rec",
            "--search",
            nemo,
            "--tasks",
            _tasks(tmp_path, running),
            "--allow-private",
            "--delay",
            0,
            "--policy",
            f"scripted:{script}",
            "--out",
            tmp_path / "o.jsonl",
        ]
        command = [sys.executable, "-m", "webenv.cli", *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while len(running.asked) < 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert run(*arguments).exit_code == 0
        again = [path for path in paths if running.asked.count(path) > 1]
        assert len(again) <= 1  # the one that was on its way
    assert set(captures(tmp_path / "rec" / "recording.warc.gz")) == {"/robots.txt", *paths}
    assert _replayed(tmp_path / "o.jsonl", tmp_path / "rec", tmp_path / "snapshot").exit_code == 0


def test_what_cannot_be(nemo: Path, tmp_path: Path) -> None:
    out = ("--policy", "oracle", "--out", tmp_path / "out.jsonl")
    for arguments, message in (
        ((), "Missing argument 'SNAPSHOT'"),
        (("--live", tmp_path / "rec"), "Missing argument 'SNAPSHOT'"),
        ((nemo, "--search", nemo), "name --live DIR"),
        ((nemo, "--allow-private"), "name --live DIR"),
        ((nemo, "--live", tmp_path / "rec", "--workers", 2), "run with --workers 1"),
        ((nemo, "--live", tmp_path / "rec", "--search", "serper"), "SERPER_API_KEY"),
    ):
        result = run("rollout", *arguments, *out)
        assert result.exit_code in (1, 2)
        assert message in result.output
    assert not (tmp_path / "out.jsonl").exists()
