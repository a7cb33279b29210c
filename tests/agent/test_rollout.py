"""`webenv rollout`: always the same bytes, whatever happened on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from agent import trajectories
from agent.policy import Conversation
from agent.rollout import RolloutSettings, rollout, run_episode
from webenv.cli import main
from webenv.env import WebEnv
from webenv.errors import InputError
from webenv.web.tasks import read_tasks

RANDOM = RolloutSettings(policy="random", samples=3, seed=5)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def expected(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a run writes that nobody disturbs."""
    out = tmp_path_factory.mktemp("expected") / "out.jsonl"
    assert rollout(str(nemo), out, RANDOM) == 14 * 3
    return out.read_bytes()


def test_the_oracle_solves_every_task(nemo: Path, tmp_path: Path) -> None:
    result = run("rollout", nemo, "--policy", "oracle", "--out", tmp_path / "out.jsonl", "--json")
    summary = json.loads(result.stdout)
    assert (summary["episodes"], summary["right"], summary["well_formed"]) == (14, 14, 14)
    assert (summary["truncated"], summary["invalid"]) == (0, {})
    assert list(tmp_path.iterdir()) == [tmp_path / "out.jsonl"]


def test_the_seed_question_takes_two_searches_and_two_visits(nemo: Path, tmp_path: Path) -> None:
    rollout(str(nemo), tmp_path / "out.jsonl", RolloutSettings(policy="oracle", limit=1))
    [played] = trajectories.read_trajectories(tmp_path / "out.jsonl")
    tools = [step.tool for step in played.steps]
    assert played.task.task_id == "nemo-001"
    assert played.task.answer == "34689"
    assert tools.count("search") >= 2
    assert tools.count("visit") >= 2
    assert tools[-1] == ""
    assert played.reward.total == 1.0


def test_no_page_gives_the_seed_answer_away(nemo: Path) -> None:
    """The page with the ZIP code does not name the fish, and the page with the fish has no ZIP code."""
    from webenv.web.snapshot import Snapshot

    snapshot = Snapshot.open(nemo)
    texts = [snapshot.fetch(capture.url) for capture in snapshot.captures()]
    with_answer = [page.text for page in texts if "34689" in getattr(page, "text", "")]
    assert with_answer
    assert not [text for text in with_answer if "ocellaris" in text or "Nemo" in text]


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_leave_no_trace(nemo: Path, expected: bytes, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "out.jsonl"
    rollout(str(nemo), out, msgspec.structs.replace(RANDOM, workers=workers))
    assert out.read_bytes() == expected


def test_samples_and_seeds_differ(expected: bytes, nemo: Path, tmp_path: Path) -> None:
    played = [trajectories.decode(line) for line in expected.splitlines()]
    turns = {(each.task.task_id, each.sample): tuple(step.action for step in each.steps) for each in played}
    assert len(set(turns.values())) > 0.9 * len(turns)
    rollout(str(nemo), tmp_path / "out.jsonl", msgspec.structs.replace(RANDOM, seed=6))
    again = list(trajectories.read_trajectories(tmp_path / "out.jsonl"))
    same = sum(a.steps == b.steps for a, b in zip(played, again, strict=True))
    assert same < 0.1 * len(again)


def test_an_episode_does_not_depend_on_its_neighbours(expected: bytes, nemo: Path, tmp_path: Path) -> None:
    task = read_tasks(nemo / "tasks" / "tasks.jsonl")[7]
    (tmp_path / "one.jsonl").write_bytes(msgspec.json.encode(task))
    rollout(str(nemo), tmp_path / "out.jsonl", msgspec.structs.replace(RANDOM, tasks=str(tmp_path / "one.jsonl")))
    lines = expected.splitlines()[7 * 3 : 8 * 3]
    assert (tmp_path / "out.jsonl").read_bytes().splitlines() == lines


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_run_ends_with_the_same_file(nemo: Path, expected: bytes, tmp_path: Path, workers: int) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    options = ["--policy", "random", "--samples", "3", "--seed", "5", "--workers", str(workers), "--out", str(out)]
    command = [sys.executable, "-m", "webenv.cli", "rollout", str(nemo), *options]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not part.exists() or part.stat().st_size < len(expected) // 10:
            assert process.poll() is None, "the run was over before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
        process.kill()
    _wait_until_gone(process.pid)
    assert not out.exists()
    with part.open("ab") as file:
        file.write(b'{"torn":')
    result = run(*command[3:])
    assert result.exit_code == 0, result.output
    assert out.read_bytes() == expected


def test_a_full_disk_stops_the_run_and_loses_no_finished_episode(nemo: Path, expected: bytes, tmp_path: Path) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    arguments = ["rollout", str(nemo), "--policy", "random", "--samples", "3", "--seed", "5", "--out", str(out)]
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({len(expected) // 2},) * 2); "
    program = full + "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from webenv.cli import main; main()"
    ended = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "is there room on the disk" in ended.stderr
    kept = [line for line in part.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    assert len(kept) > 3
    assert run(*arguments).exit_code == 0
    assert out.read_bytes() == expected
    assert set(kept) <= set(expected.splitlines(keepends=True))


def _wait_until_gone(group: int) -> None:
    """Every process of the group ends by itself: workers do not outlive the run that made them."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError("a worker outlived its parent")


def test_a_file_that_is_there_is_not_touched(nemo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("precious")
    result = run("rollout", nemo, "--policy", "oracle", "--out", out)
    assert (result.exit_code, out.read_text()) == (1, "precious")
    assert "--overwrite" in result.output
    assert run("rollout", nemo, "--policy", "oracle", "--out", out, "--overwrite").exit_code == 0
    assert out.read_text() != "precious"


def test_a_target_that_cannot_be_a_file(nemo: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out, message in ((tmp_path, "is a folder"), (tmp_path / "file" / "x", "cannot be written"), ("", "folder")):
        result = run("rollout", nemo, "--policy", "oracle", "--out", out, "--overwrite")
        assert result.exit_code == 1
        assert message in result.output


@pytest.mark.parametrize("change", [{"seed": 6}, {"policy": "oracle"}, {"samples": 2}, {"limit": 3}])
def test_another_run_is_not_continued(nemo: Path, expected: bytes, tmp_path: Path, change: dict[str, object]) -> None:
    (tmp_path / "out.jsonl.part").write_bytes(expected)
    with pytest.raises(InputError, match=r"out\.jsonl\.part: line \d+ belongs to another run"):
        rollout(str(nemo), tmp_path / "out.jsonl", msgspec.structs.replace(RANDOM, **change))
    assert (tmp_path / "out.jsonl.part").read_bytes() == expected


@pytest.mark.parametrize("change", [(b'"total":0.0', b'"total":0.5'), (b'"snapshot":"', b'"snapshot":"./')])
def test_an_episode_that_was_changed_is_not_kept(
    nemo: Path, expected: bytes, tmp_path: Path, change: tuple[bytes, bytes]
) -> None:
    changed = b"".join(line.replace(*change) for line in expected.splitlines(keepends=True)[:3])
    assert changed not in expected
    (tmp_path / "out.jsonl.part").write_bytes(changed)
    with pytest.raises(InputError, match="belongs to another run"):
        rollout(str(nemo), tmp_path / "out.jsonl", RANDOM)


def test_half_a_surrogate_pair_is_written_down_as_a_question_mark(nemo: Path, tmp_path: Path) -> None:
    class Broken:
        name = "broken"

        def act(self, conversation: Conversation) -> str:
            return "<think>\ud800</think>\n<answer>x</answer>"

    env = WebEnv(nemo)
    played = run_episode(env, Broken(), env.tasks["nemo-001"], seed=0, sample=0)
    assert played.steps[0].action == "<think>?</think>\n<answer>x</answer>"
    assert trajectories.decode(trajectories.encode(played)) == played


def test_two_runs_do_not_write_one_file(nemo: Path, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "out.jsonl.part").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another process is writing it"):
            rollout(str(nemo), tmp_path / "out.jsonl", RANDOM)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("orakle", "did you mean oracle?"),
        ("hf", "hf:PATH"),
        ("hf:/nowhere", "no such model"),
        ("scripted:/nowhere", "no such script"),
        ("oracle:x", "there are: oracle, oracle:patient, random"),
    ],
)
def test_a_policy_that_is_not_there(nemo: Path, tmp_path: Path, policy: str, message: str) -> None:
    result = run("rollout", nemo, "--policy", policy, "--out", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_scripted_turns_are_played(nemo: Path, tmp_path: Path) -> None:
    answer = "<think>I know.</think>\n<answer>34689</answer>"
    (tmp_path / "turns.json").write_text(json.dumps({"nemo-001": ["nonsense", answer]}))
    out = tmp_path / "out.jsonl"
    rollout(str(nemo), out, RolloutSettings(policy=f"scripted:{tmp_path / 'turns.json'}", limit=2))
    first, second = trajectories.read_trajectories(out)
    assert [step.invalid for step in first.steps] == ["no_action", None]
    assert (first.reward.answer, first.reward.format, first.reward.total) == (1, 0, 0.9)
    assert second.steps[-1].action.endswith("<answer>unknown</answer>")


def test_an_oracle_without_a_plan_says_so(nemo: Path, tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text('{"task_id": "x", "question": "Why?", "answer": "y"}\n')
    for workers in (1, 2):
        options = ("--tasks", tmp_path / "tasks.jsonl", "--workers", workers, "--out", tmp_path / "out.jsonl")
        result = run("rollout", nemo, "--policy", "oracle", *options)
        assert "task x says nothing about how to solve it" in result.output
