"""`webenv replay`: bit-equal, or the exact place that is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agent.rollout import RolloutSettings, rollout
from webenv.cli import main

Record = dict[str, Any]
NO_STEP = """{"content_id":"","views_id":"","task":{"task_id":"t","question":"q","answer":"a"},"settings":{},
"policy":"p","seed":0,"sample":0,"question":"q","steps":[],"reward":{"format":0.0,"answer":0.0,"total":0.0}}""".replace(
    "\n", ""
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def played(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("played") / "out.jsonl"
    rollout(str(nemo), out, RolloutSettings(policy="random", limit=6))
    return out


@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_played_comes_back(played: Path, workers: int) -> None:
    result = run("replay", played, "--workers", workers)
    assert result.exit_code == 0
    assert result.stdout.count("  bit-equal\n") == 6
    assert result.stdout.endswith("6 of 6 trajectories are bit-equal\n")
    assert all(json.loads(line)["equal"] for line in run("replay", played, "--json").stdout.splitlines())


def test_a_copy_of_the_snapshot_gives_the_same(played: Path, nemo: Path, tmp_path: Path) -> None:
    shutil.copytree(nemo, tmp_path / "copy", ignore=shutil.ignore_patterns("derived"))
    assert run("replay", played, "--snapshot", tmp_path / "copy").exit_code == 0


def _observation(record: Record) -> None:
    record["steps"][0]["observation"] += "!"


def _reward(record: Record) -> None:
    record["steps"][-1]["reward"] = 1.0 - record["steps"][-1]["reward"]


def _action(record: Record) -> None:
    record["steps"][0]["action"] = "<think>a</think>\n<answer>b</answer>"


def _score(record: Record) -> None:
    record["reward"]["format"] = 0.5


def _question(record: Record) -> None:
    record["question"] = "X" + record["question"]


def _cut(record: Record) -> None:
    record["steps"].pop()


def _longer(record: Record) -> None:
    record["steps"].append(record["steps"][-1])


def _policy(record: Record) -> None:
    record["policy"] = "oracle"


def _answer(record: Record) -> None:
    record["task"]["answer"] = "something else"


def _seed(record: Record) -> None:
    record["seed"] = -1


def _settings(record: Record) -> None:
    record["settings"]["k"] = 5


def _content(record: Record) -> None:
    record["content_id"] = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        (_observation, "step 1: observation: character "),
        (_reward, "(reward, terminated, truncated, tool, invalid) is "),
        (_action, "step 1: observation: character 0 on"),
        (_score, "reward: RewardBreakdown("),
        (_question, "question: character 0 on: 'In which county"),
        (_cut, "the episode goes on after step "),
        (_longer, "recorded after the end of the episode"),
        (_policy, "digest: sha256:"),
        (_content, "the content id of "),
        (_answer, "task nemo-002 is not the one that the snapshot ships"),
        (_seed, "no episode: "),
        (_settings, "step "),
    ],
)
def test_tampering_is_found_at_its_place(
    played: Path, tmp_path: Path, tamper: Callable[[Record], None], place: str
) -> None:
    lines = played.read_text().splitlines()
    record = json.loads(lines[1])
    tamper(record)
    lines[1] = json.dumps(record)
    (tmp_path / "tampered.jsonl").write_text("\n".join(lines) + "\n")
    result = run("replay", tmp_path / "tampered.jsonl")
    assert result.exit_code == 1
    [different] = [line for line in result.stdout.splitlines() if "DIFFERENT" in line]
    assert different.startswith("     2  nemo-002 #0  DIFFERENT: ")
    assert place in different
    assert "5 of 6" in result.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no trajectory"),
        ("{}\n", "line 1: not a trajectory"),
        (NO_STEP, "line 1: not a trajectory: it has no step"),
        ("[" * 100_000, "line 1: not a trajectory"),
        ('{"a": "\\ud800"}\n', "line 1: not a trajectory"),
    ],
)
def test_a_file_of_something_else(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "out.jsonl").write_text(content)
    result = run("replay", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_gone(tmp_path: Path, played: Path) -> None:
    assert "no such trajectory file" in run("replay", tmp_path / "out.jsonl").output
    assert "nowhere" in run("replay", played, "--snapshot", tmp_path / "nowhere").output
