"""`webenv evaluate`: what it says of trajectory files, and what it refuses to say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from agent import trajectories
from tests.model_server import Fault, serving
from tests.training.evaluation.playing import Said, play, task
from webenv.cli import main
from webenv.types import RewardBreakdown

pytestmark = pytest.mark.xdist_group("evaluate")

RIGHT, WRONG = "Person 1", "Person 9"
CALL = '<think>Look.</think>\n<tool_call>{"name": "%s", "arguments": {"url": "http://a.example/b"}}</tool_call>'
END = "<think>So it is.</think>\n<answer>Person 4</answer>"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def evaluated(*arguments: object) -> dict[str, Any]:
    result = run("evaluate", *arguments, "--json")
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def refused(*arguments: object) -> str:
    result = run("evaluate", *arguments)
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit), result.exception
    return result.output


TASKS = [
    task(1, hops=2, template="gaia:level-2"),
    task(2, hops=10, template="gaia:level-1"),
    task(3, hops=3, template="webwalkerqa:multi_source:hard:en"),
    task(4),
]
ANSWERS: dict[str, Sequence[Said]] = {
    "t1": [RIGHT, "the answer is person 1", WRONG],
    "t2": [WRONG, WRONG, "Person 2"],
    "t3": [None, "Person 3", WRONG],
    "t4": [[CALL % "visit", CALL % "visit", CALL % "calculate", END], ["blah", END], [END]],
}


@pytest.fixture(scope="module")
def told(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return play(small, tmp_path_factory.mktemp("told") / "told.jsonl", TASKS, ANSWERS)


def test_every_measure_by_hand(told: Path) -> None:
    report = evaluated(told)
    (only,) = report["runs"]
    assert (report["k"], only["label"], only["policy"]) == (3, "told", "told")
    assert (only["tasks"], only["episodes"], only["right"], only["samples"]) == (4, 12, 7, [3, 3])
    parts = {
        section: {name: [found["part"], found["whole"]] for name, found in measured.items() if found["part"]}
        for section, measured in only["measures"].items()
    }
    assert parts["answers"] == {
        "Pass@1": [round(7 / 3, 6), 4],
        "Cons@3": [round(7 / 3, 6), 4],
        "Pass@3": [4, 4],
        "majority@3": [2.5, 4],  # t1 by two votes, t3 in a tie of one to one, t4 by three votes
        "well formed": [9, 12],
    }
    assert parts["invalid"] == {"all": [7, 19], "no_action": [5, 19], "unknown_tool": [1, 19], "repeated": [1, 19]}
    assert parts["endings"] == {"answer": [11, 12], "out of turns": [1, 12]}
    assert parts["effort"]["turns"] == [19, 12]
    assert parts["effort"]["tool calls"] == [2, 12]
    assert "tokens written" not in parts["effort"]
    assert only["tools"] == {"visit": 2}


def test_groups_in_their_order(told: Path) -> None:
    groups = evaluated(told)["runs"][0]["groups"]
    found = {way: {name: group["tasks"] for name, group in names.items()} for way, names in groups.items()}
    assert list(found["hops"].items()) == [("", 1), ("2", 1), ("3", 1), ("10", 1)]
    assert found["type"] == {"": 1, "gaia": 2, "webwalkerqa": 1}
    assert list(found["level"].items()) == [("level-1", 1), ("level-2", 1), ("hard", 1)]
    assert groups["type"]["gaia"]["answers"]["Pass@1"]["part"] == 1.0


def test_the_same_bytes_in_any_order_of_lines_and_any_process(told: Path, tmp_path: Path) -> None:
    turned = tmp_path / "told.jsonl"
    turned.write_bytes(b"".join(reversed(told.read_bytes().splitlines(keepends=True))))
    said = set()
    for path, seed in ((told, "0"), (turned, "1")):
        command = [sys.executable, "-m", "webenv.cli", "evaluate", str(path), "--json"]
        done = subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1


def test_people_see_numerators_and_denominators(told: Path) -> None:
    shown = run("evaluate", told).output
    for words in ("58.3% (2.33/4)", "100.0% (4/4)", "7/12", "unknown_tool", "5.3% (1/19)", "hard: Pass@1", "not said"):
        assert words in " ".join(shown.split())
    assert "bad_json" not in shown
    assert "percentile bootstrap over tasks" in " ".join(shown.split())


def test_answers_are_judged_anew(told: Path, tmp_path: Path) -> None:
    praised = tmp_path / "praised.jsonl"
    full = RewardBreakdown(format=1.0, answer=1.0, total=1.0)
    with praised.open("wb") as file:
        for each in trajectories.read_trajectories(told):
            lie = msgspec.structs.replace(each, reward=full)
            lie = msgspec.structs.replace(lie, digest=trajectories.digest(lie))
            file.write(trajectories.encode(lie) + b"\n")
    report = evaluated(praised)
    assert report["runs"][0]["measures"] == evaluated(told)["runs"][0]["measures"]
    assert report["runs"][0]["rescored"] == 7
    assert any("7 episodes earn by the rules what the file does not say" in note for note in report["notes"])


def test_k_is_as_large_as_the_poorest_task_allows(small: Path, told: Path, tmp_path: Path) -> None:
    uneven = play(small, tmp_path / "uneven.jsonl", TASKS[:2], {"t1": [RIGHT, WRONG], "t2": ["Person 2"] * 5})
    report = evaluated(uneven, told)
    assert report["k"] == 2
    assert any(note.startswith("k is 2") for note in report["notes"])
    assert any("2 to 5 episodes" in note for note in report["notes"])
    assert report["runs"][0]["measures"]["answers"]["Pass@1"]["value"] == 0.75  # a task counts once
    assert evaluated(uneven, "--k", 1)["runs"][0]["measures"]["answers"]["majority@1"]["value"] == 0.75
    assert "'t1' has 2 episodes, too few for --k 3" in refused(uneven, "--k", 3)


def test_an_empty_answer_has_no_vote(small: Path, tmp_path: Path) -> None:
    silent = play(small, tmp_path / "silent.jsonl", TASKS[:1], {"t1": ["", "", RIGHT]})
    assert evaluated(silent)["runs"][0]["measures"]["answers"]["majority@3"]["value"] == 1.0


def test_runs_are_compared_on_the_tasks_in_common(small: Path, told: Path, tmp_path: Path) -> None:
    better = play(
        small,
        tmp_path / "better.jsonl",
        [*TASKS[:3], task(5)],
        {"t1": [RIGHT] * 3, "t2": [WRONG] * 3, "t3": ["Person 3"] * 3, "t5": [WRONG] * 3},
        name="other",
    )
    report = evaluated(f"old={told}", f"new={better}", "--compare")
    (found,) = report["comparisons"]
    assert (found["first"], found["second"]) == ("old", "new")
    assert (found["tasks"], found["only_first"], found["only_second"]) == (3, 1, 1)
    assert (found["better"], found["same"], found["worse"]) == (2, 0, 1)
    gain = found["measures"]["answers"]["Pass@1"]
    assert (gain["first"]["part"], gain["second"]["part"], gain["value"]) == (round(4 / 3, 6), 2.0, 0.222222)
    assert gain["low"] < gain["value"] < gain["high"]
    assert "old and new were not asked the same tasks." in report["notes"]
    shown = " ".join(run("evaluate", f"old={told}", f"new={better}", "--compare").output.split())
    assert "new against old, task by task" in shown
    assert "+22.2 points" in shown
    assert not evaluated(told, better)["comparisons"]


def test_other_snapshots_and_settings_are_said(small: Path, nemo: Path, told: Path, tmp_path: Path) -> None:
    elsewhere = play(nemo, tmp_path / "elsewhere.jsonl", TASKS, ANSWERS, max_turns=5)
    notes = evaluated(told, elsewhere, "--compare")["notes"]
    assert "told and elsewhere were played on different snapshots." in notes
    assert "told and elsewhere were played under different settings." in notes


def test_what_cannot_be_compared_is_refused(small: Path, told: Path, tmp_path: Path) -> None:
    other = play(small, tmp_path / "other.jsonl", [task(7)], {"t7": [WRONG] * 3})
    assert "no task in common" in refused(told, other, "--compare")
    twin = play(small, tmp_path / "twin.jsonl", [task(1, question="Who else?")], {"t1": [WRONG] * 3})
    assert "'t1' of told is another one in twin" in refused(told, twin, "--compare")
    assert "two trajectory files or more" in refused(told, "--compare")
    assert "two runs are called 'told'" in refused(told, told)


def test_what_is_no_run_is_refused(small: Path, told: Path, tmp_path: Path) -> None:
    lines = told.read_bytes().splitlines(keepends=True)
    other = play(small, tmp_path / "other.jsonl", [task(8)], {"t8": [WRONG]}, name="other")
    longer = play(small, tmp_path / "longer.jsonl", [task(8)], {"t8": [WRONG]}, max_turns=9)
    twin = play(small, tmp_path / "twin.jsonl", [task(1, question="Who else?")], {"t1": [WRONG] * 5})
    cases = {
        "holds no episode": b"",
        "line 2: not a trajectory": lines[0] + b"{}\n",
        "line 1: its digest does not fit": lines[0].replace(b"Person 1", b"Person 7"),
        "line 13: task 't1', seed 0, sample 0 comes twice": b"".join(lines) + lines[0],
        "line 13: its policy differs": b"".join(lines) + other.read_bytes(),
        "line 13: its settings differs": b"".join(lines) + longer.read_bytes(),
        "line 13: task 't1' was another one": b"".join(lines) + twin.read_bytes().splitlines(keepends=True)[4],
    }
    bad = tmp_path / "bad.jsonl"
    for message, content in cases.items():
        bad.write_bytes(content)
        assert message in refused(bad)
    assert "no such trajectory file" in refused(tmp_path / "absent.jsonl")
    assert "is not LABEL=FILE" in refused("=x.jsonl")


def test_labels_and_files_with_equals_signs(told: Path, tmp_path: Path) -> None:
    odd = tmp_path / "lr=1e-6.jsonl"
    odd.write_bytes(told.read_bytes())
    assert [each["label"] for each in evaluated(odd, f"a={odd}")["runs"]] == ["lr=1e-6", "a"]


def test_a_model_judges_every_different_answer_once(
    told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def say(request: dict[str, Any]) -> str:
        return f"correct: {'yes' if 'Person 9' in request['messages'][0]['content'] else 'no'}"

    with serving(say) as server:
        judge = ("--judge", f"{server.base_url}#strange")
        report = evaluated(told, *judge)
        assert len(server.asked) == 3 + 2 + 2 + 1
        assert evaluated(told, *judge) == report
        assert len(server.asked) == 8
    (only,) = report["runs"]
    assert report["judge"] == "strange"
    assert (only["right"], only["disputed"], only["rescored"]) == (4, 11, 0)
    assert any("judge and rules differ about the answers of 11 episodes" in note for note in report["notes"])


def test_a_judge_that_fails_never_counts_as_wrong(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with serving(lambda request: "It may be correct or incorrect.") as server:
        said = refused(told, "--judge", f"{server.base_url}#vague", "--markdown", tmp_path / "a.md")
        assert "vague does not say whether" in said
        server.faults += [Fault(status=401)] * 8
        said = refused(told, "--judge", f"{server.base_url}#gone", "--markdown", tmp_path / "a.md")
        assert "gave no answer" in said
    assert not (tmp_path / "a.md").exists()


def test_markdown_holds_the_tables_and_no_markup_of_others(told: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "a.md"
    assert run("evaluate", f"<b>|[x](y)\x1b[31m={told}", "--markdown", out).exit_code == 0
    text = out.read_text()
    assert "| Pass@1 | 58.3% (2.33/4) \\[" in text
    assert "\\<b>\\|\\[x](y)␛\\[31m" in text
    assert "\x1b" not in text
    assert "exists already" in refused(told, "--markdown", out)
    assert run("evaluate", told, "--markdown", out, "--overwrite").exit_code == 0
    assert "<b>" not in out.read_text()
    assert list(out.parent.iterdir()) == [out]


def test_a_figure_is_drawn_with_the_same_bytes(told: Path, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        assert run("evaluate", told, f"$x_1$={told}", "--compare", "--plot", tmp_path / name).exit_code == 0
    one = (tmp_path / "one.png").read_bytes()
    assert one.startswith(b"\x89PNG")
    assert one == (tmp_path / "two.png").read_bytes()


def test_measuring_loads_neither_torch_nor_matplotlib() -> None:
    script = (
        "import sys, training.commands.evaluate, training.evaluation.report, training.evaluation.tables\n"
        "print({'torch', 'matplotlib', 'jnius'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "set()\n"


def test_rollouts_as_they_come(nemo: Path, tmp_path: Path) -> None:
    for policy in ("oracle", "random"):
        out = tmp_path / f"{policy}.jsonl"
        played = run("rollout", nemo, "--policy", policy, "--samples", 2, "--limit", 6, "--out", out, "--json")
        assert played.exit_code == 0, played.output
    report = evaluated(tmp_path / "random.jsonl", tmp_path / "oracle.jsonl", "--compare")
    random, oracle = report["runs"]
    assert oracle["measures"]["answers"]["Pass@1"] == {"part": 6, "whole": 6, "value": 1, "low": 0.540742, "high": 1}
    summary = json.loads(played.stdout)
    assert random["measures"]["invalid"]["all"]["part"] == sum(summary["invalid"].values())
    assert random["measures"]["effort"]["turns"]["part"] == summary["turns"]
    assert random["measures"]["answers"]["well formed"]["part"] == summary["well_formed"]
    assert (random["rescored"], report["comparisons"][0]["worse"]) == (0, 0)
    assert (random["groups"], report["k"]) == ({"hops": {}, "type": {}, "level": {}}, 2)
