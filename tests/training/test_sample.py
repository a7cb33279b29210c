"""`webenv sample`: attempts until one is right, the same file whatever happened on the way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agent import trajectories
from tests.model_server import meeting, serving
from webenv.cli import main
from webenv.types import Trajectory

pytestmark = pytest.mark.xdist_group("sample")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def by_task(path: Path) -> dict[str, list[Trajectory]]:
    found = defaultdict(list)
    for played in trajectories.read_trajectories(path):
        found[played.task.task_id].append(played)
    return found


@pytest.fixture(scope="module")
def tasks(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Nemo tasks, each twice under another name: some are right at once, some later."""
    out = tmp_path_factory.mktemp("tasks") / "tasks.jsonl"
    lines = [json.loads(line) for line in (nemo / "tasks" / "tasks.jsonl").read_text().splitlines()]
    copies = [line | {"task_id": f"{line['task_id']}-{copy}"} for copy in range(2) for line in lines]
    out.write_text("".join(json.dumps(line) + "\n" for line in copies))
    return out


@pytest.fixture(scope="module")
def expected(nemo: Path, tasks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("expected") / "out.jsonl"
    result = run("sample", nemo, "--tasks", tasks, "--style", "long", "--out", out, "--json")
    assert result.exit_code == 0, result.output
    counts = json.loads(result.stdout)["tasks"]
    assert counts["tasks"] == 28
    assert counts["right at attempt 1"] > 18
    assert sum(counts.values()) == 2 * 28
    return out


def test_a_task_is_left_after_its_first_right_attempt(expected: Path) -> None:
    found = by_task(expected)
    assert {len(attempts) for attempts in found.values()} >= {1, 2}
    for attempts in found.values():
        assert [each.sample for each in attempts] == list(range(len(attempts)))
        assert all(each.reward.total < 1 for each in attempts[:-1])
        assert attempts[-1].reward.total == 1 or len(attempts) == 5


def test_attempts_are_those_of_a_run_that_makes_all(expected: Path, nemo: Path, tasks: Path, tmp_path: Path) -> None:
    options = ("--style", "long", "--attempts", 2, "--limit", 10, "--all-attempts")
    assert run("sample", nemo, "--tasks", tasks, *options, "--out", tmp_path / "all.jsonl").exit_code == 0
    every = {(each.task.task_id, each.sample): each for each in trajectories.read_trajectories(tmp_path / "all.jsonl")}
    assert len(every) == 20
    same = [each for attempts in by_task(expected).values() for each in attempts]
    same = [each for each in same if (each.task.task_id, each.sample) in every]
    assert len(same) >= 10
    assert all(each == every[each.task.task_id, each.sample] for each in same)


def test_workers_leave_no_trace(expected: Path, nemo: Path, tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = run("sample", nemo, "--tasks", tasks, "--style", "long", "--workers", 2, "--out", out)
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == expected.read_bytes()


def test_a_killed_run_ends_with_the_same_file(expected: Path, nemo: Path, tasks: Path, tmp_path: Path) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    command = [sys.executable, "-m", "webenv.cli", "sample", str(nemo), "--tasks", str(tasks), "--style", "long"]
    with subprocess.Popen([*command, "--out", str(out)], stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not part.exists() or part.stat().st_size < expected.stat().st_size * 2 // 3:
            assert process.poll() is None, "the run was over before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
        process.kill()
    with part.open("ab") as file:
        file.write(b'{"torn":')
    assert not out.exists()
    assert run(*command[3:], "--out", out).exit_code == 0
    assert out.read_bytes() == expected.read_bytes()


def test_what_was_played_in_the_last_round_is_kept(expected: Path, nemo: Path, tasks: Path, tmp_path: Path) -> None:
    """A journal holds the rounds one after the other: first attempts, second attempts, and so on."""
    lines = expected.read_bytes().splitlines(keepends=True)
    rounds = sorted(lines, key=lambda line: trajectories.decode(line).sample)
    for kept in (25, len(rounds) - 1, len(rounds)):
        out = tmp_path / f"{kept}.jsonl"
        out.with_name(out.name + ".part").write_bytes(b"".join(rounds[:kept]))
        assert run("sample", nemo, "--tasks", tasks, "--style", "long", "--out", out).exit_code == 0
        assert out.read_bytes() == expected.read_bytes()


def test_a_run_that_made_all_attempts_is_not_continued(nemo: Path, tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    options = ("--tasks", tasks, "--limit", 6, "--attempts", 2)
    assert run("sample", nemo, *options, "--all-attempts", "--out", out).exit_code == 0
    out.rename(tmp_path / "other.jsonl.part")
    result = run("sample", nemo, *options, "--out", tmp_path / "other.jsonl")
    assert "belongs to another run" in result.output


def test_every_attempt_comes_back_bit_for_bit(expected: Path) -> None:
    assert run("replay", expected).exit_code == 0


def test_the_styles_are_the_teachers_and_long_hides_thoughts(expected: Path, nemo: Path, tmp_path: Path) -> None:
    long = next(trajectories.read_trajectories(expected))
    assert long.policy.startswith("teacher:long:")
    assert long.policy.endswith(", former thoughts hidden")
    assert run("sample", nemo, "--limit", 1, "--out", tmp_path / "short.jsonl").exit_code == 0
    short = next(trajectories.read_trajectories(tmp_path / "short.jsonl"))
    assert short.policy.startswith("teacher:short:")
    assert "hidden" not in short.policy


@pytest.mark.parametrize("style", ["short", "long"])
def test_what_a_model_reads_of_its_own_turns(
    nemo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    """With long chains a served model sees its calls but not its thoughts; the file keeps them; many play at a time."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def say(request: dict[str, Any]) -> str:
        turns = [message for message in request["messages"] if message["role"] == "assistant"]
        query = f'{{"name": "search", "arguments": {{"query": "nemo {len(turns)}"}}}}'
        ending = "<answer>none</answer>" if len(turns) == 2 else f"<tool_call>{query}</tool_call>"
        return f"<think>Thought {len(turns)}.</think>\n{ending}"

    with serving(meeting(say)) as server:
        options = ("--teacher", f"openai:{server.base_url}#m", "--style", style, "--attempts", 2, "--limit", 4)
        result = run("sample", nemo, *options, "--out", tmp_path / "out.jsonl")
        assert result.exit_code == 0, result.output
        own = [m["content"] for _, asked, _ in server.asked for m in asked["messages"] if m["role"] == "assistant"]
        assert server.most_at_once > 1
    assert all(turn.startswith("<tool_call>" if style == "long" else "<think>") for turn in own)
    assert own
    played = list(trajectories.read_trajectories(tmp_path / "out.jsonl"))
    assert [each.sample for each in played] == [0, 1] * 4
    assert all(step.action.startswith("<think>Thought ") for each in played for step in each.steps)


def test_bad_input_is_named(nemo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert "no policy 'teacher:tiny'" in run("sample", nemo, "--teacher", "teacher:tiny", "--out", out).output
    assert "no such task file" in run("sample", nemo, "--tasks", tmp_path / "no", "--out", out).output
    out.write_text("precious")
    assert "--overwrite" in run("sample", nemo, "--out", out).output
    assert out.read_text() == "precious"
