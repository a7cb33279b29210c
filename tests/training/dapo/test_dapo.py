"""`webenv dapo`: it learns from groups that can teach something, and a kill leaves no trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner, Result
from safetensors.torch import load_file

from agent.trajectories import read_trajectories
from tests.training.dapo.conftest import Write
from webenv.cli import main
from webenv.types import Task
from webenv.web.tasks import encode_tasks, read_tasks

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("dapo")]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def metrics(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_bytes().splitlines()]


def weights(folder: Path) -> bytes:
    return (folder / "model" / "model.safetensors").read_bytes()


def test_it_learns_to_answer_and_every_round_is_a_trajectory_file(write: Write, tmp_path: Path) -> None:
    result = run("dapo", write(dapo={"max_steps": 16}))
    assert result.exit_code == 0, result.output
    rounds = [line for line in metrics(tmp_path / "run") if "episodes/answer" in line]
    assert len(rounds) == 8
    first, last = rounds[0]["episodes/answer"], rounds[-1]["episodes/answer"]
    assert first < 0.75 < last
    assert any(line["clip_ratio/high_mean"] > 0 for line in metrics(tmp_path / "run")), "clipping never mattered"
    files = sorted((tmp_path / "run" / "rollouts").iterdir())
    assert len(files) == 8
    played = [list(read_trajectories(file)) for file in files]
    drawn = [line["groups/drawn"] for line in rounds]
    assert [len(each) for each in played] == [8 * count for count in drawn]
    assert sum(each.reward.answer for each in played[0]) / len(played[0]) == pytest.approx(first)
    assert len({each.policy for episodes in played for each in episodes}) == 8
    assert run("replay", files[-1]).exit_code == 0
    for episodes in played:
        assert len({(each.task.task_id, each.sample) for each in episodes}) == len(episodes)


@pytest.mark.parametrize("is_on", [True, False])
def test_groups_that_are_played_ahead_and_not_drawn_leave_no_trace(write: Write, tmp_path: Path, is_on: bool) -> None:
    """However many slots there are to play ahead in; with four tasks, some are drawn twice for a round."""
    drawn = []
    for slots in (8, 40):
        policy, out = {"max_new_tokens": 40, "slots": slots}, f"slots-{slots}"
        result = run("dapo", write(out, policy=policy, curriculum={"is_on": is_on}, dapo={"max_steps": 6}))
        assert result.exit_code == 0, result.output
        files = sorted((tmp_path / out / "rollouts").iterdir())
        played = [[(each.task.task_id, each.sample, each.steps) for each in read_trajectories(file)] for file in files]
        drawn.append(played)
    assert drawn[0] == drawn[1]
    assert weights(tmp_path / "slots-8") == weights(tmp_path / "slots-40")


def test_layers_may_compute_with_16_bits_and_their_weights_keep_32(write: Write, tmp_path: Path) -> None:
    for name in ("one", "other"):
        result = run("dapo", write(name, dapo={"max_steps": 4, "bf16": True}))
        assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "one" / "rollouts").iterdir())) == 2
    assert {tensor.dtype for tensor in load_file(tmp_path / "one" / "model" / "model.safetensors").values()} == {
        torch.float32
    }
    assert weights(tmp_path / "one") == weights(tmp_path / "other")


def test_a_killed_run_ends_with_the_same_weights(write: Write, tmp_path: Path) -> None:
    assert run("dapo", write("whole")).exit_code == 0
    experiment = write("killed")
    command = [sys.executable, "-m", "webenv.cli", "dapo", str(experiment)]
    for wanted in (2, 6):
        complete = tmp_path / "killed" / "checkpoints" / f"checkpoint-{wanted}" / "complete.json"
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not complete.exists():
                assert process.poll() is None, "the run was over before it could be killed"
                time.sleep(0.005)
            process.kill()
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONHASHSEED": "5"}
    )
    assert ended.returncode == 0, ended.stderr
    assert weights(tmp_path / "killed") == weights(tmp_path / "whole")
    for name in ("metrics.jsonl", "learning.png"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    for file in (tmp_path / "whole" / "rollouts").iterdir():
        assert (tmp_path / "killed" / "rollouts" / file.name).read_bytes() == file.read_bytes()


def test_two_processes_play_whole_groups_of_tasks_of_their_own(write: Write, tmp_path: Path) -> None:
    launch = [sys.executable, "-W", "ignore", "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    command = [*launch, "-m", "webenv.cli", "dapo", str(write(dapo={"max_steps": 2}))]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert ended.returncode == 0, ended.stderr
    one, two = (list(read_trajectories(file)) for file in sorted((tmp_path / "run" / "rollouts").iterdir()))
    assert not {each.task.task_id for each in one} & {each.task.task_id for each in two}
    assert len(one) >= 32 <= len(two)
    [checkpoint] = (tmp_path / "run" / "checkpoints").glob("checkpoint-*")
    assert sorted(path.name for path in checkpoint.glob("curriculum-*")) == ["curriculum-0.json", "curriculum-1.json"]


def test_groups_that_teach_nothing_change_nothing(write: Write, answering: Path, tmp_path: Path) -> None:
    """All answers are wrong while the form varies: the rewards differ, but the policy stays, bit for bit."""
    tasks = [
        Task(task_id=task.task_id, question=task.question, answer="!") for task in read_tasks(answering / "tasks.jsonl")
    ]
    (tmp_path / "hopeless.jsonl").write_bytes(encode_tasks(tasks))
    hot = {"max_new_tokens": 40, "temperature": 1.5}
    result = run("dapo", write(tasks=str(tmp_path / "hopeless.jsonl"), policy=hot, dapo={"max_steps": 2}))
    assert result.exit_code == 0, result.output
    [first, _] = metrics(tmp_path / "run")
    assert (first["groups/kept"], first["groups/drawn"], first["groups/all wrong"]) == (0, 16, 16)
    assert 0 < first["episodes/format"] < 1
    assert weights(tmp_path / "run") == (answering / "sft" / "model" / "model.safetensors").read_bytes()


@pytest.mark.parametrize("rule", ["band", "dupo"])
def test_the_other_rules_fill_a_round(write: Write, tmp_path: Path, rule: str) -> None:
    result = run("dapo", write(sampling={"rule": rule, "low": 0.3, "high": 0.6}, dapo={"max_steps": 2}))
    assert result.exit_code == 0, result.output
    [first, _] = metrics(tmp_path / "run")
    assert first["groups/drawn"] == 4 if rule == "dupo" else first["groups/drawn"] > 4
    assert first["groups/kept"] + first["groups/filled up"] >= 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dapo": {"beta": 0.1}}, "dapo.beta: leave it out; it is always 0.0 here"),
        ({"dapo": {"temperature": 0.7}}, "say policy.temperature"),
        ({"dapo": {"max_steps": 7}}, "7 is not a multiple of the 2 updates a round"),
        ({"dapo": {"save_steps": 3}}, "3 is not a multiple of the 2 updates a round"),
        ({"dapo": {"num_generations": 7}}, "are not whole groups of 7"),
        ({"dapo": {"epsilonhigh": 0.3}}, "did you mean `epsilon_high`?"),
        ({"sampling": {"rul": "band"}}, "unknown field `rul` - at `$.sampling`"),
        ({"tasks": "nowhere.jsonl"}, "no such task file"),
        ({"policy": {"max_new_tokens": 4_000}}, "lower policy.max_new_tokens or leave the task out"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_is_loaded(
    write: Write, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    result = run("dapo", write(**change), "--dry-run")
    assert result.exit_code == 1
    assert message in result.output
    assert not (tmp_path / "run").exists()


def test_tasks_of_another_snapshot_are_refused(write: Write, small: Path) -> None:
    result = run("dapo", write(snapshot=str(small)), "--dry-run")
    assert result.exit_code == 1
    assert "the tasks are not of this snapshot" in result.output


def test_a_run_of_another_experiment_is_not_continued(write: Write) -> None:
    assert run("dapo", write(dapo={"max_steps": 2})).exit_code == 0
    result = run("dapo", write(dapo={"max_steps": 2, "learning_rate": 1e-3}))
    assert result.exit_code == 1
    assert "dapo.learning_rate was 0.005 and is 0.001" in result.output
