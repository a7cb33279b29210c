"""The brief teacher: it solves what it does not spoil on purpose, in few words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agent import trajectories
from agent.rollout import RolloutSettings, rollout
from agent.teacher import reading
from webenv.cli import main
from webenv.types import EnvSettings, Trajectory

pytestmark = pytest.mark.xdist_group("teacher")
TURN_CHARS = 400


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world and 20 questions."""
    made = tmp_path_factory.mktemp("brief")
    assert run("generate-world", "--seed", 3, "--pages", 300, "--out", made / "world").exit_code == 0
    tasks = made / "tasks.jsonl"
    assert run("synthesize", "crawlqa", made / "world", "--count", 20, "--out", tasks).exit_code == 0
    return made


def play(folder: Path, name: str, **settings: Any) -> list[Trajectory]:
    """Four samples of each question."""
    out = folder / f"{name}.jsonl"
    env = EnvSettings(max_turns=12, k=3, page_chars=1_200, **settings.pop("drifting", {}))
    asked = RolloutSettings(tasks=str(folder / "tasks.jsonl"), samples=4, env=env, **settings)
    rollout(str(folder / "world"), out, asked)
    return list(trajectories.read_trajectories(out))


@pytest.fixture(scope="module")
def played(folder: Path) -> list[Trajectory]:
    return play(folder, "brief", policy="teacher:brief")


@pytest.fixture(scope="module")
def played_long(folder: Path) -> list[Trajectory]:
    return play(folder, "long", policy="teacher:brief-long", hide_thoughts=True)


def is_lost(each: Trajectory) -> bool:
    return "<think>lost</think>" in each.steps[-1].action


def guessed(each: Trajectory) -> bool:
    return "<think>guess</think>" in each.steps[-1].action


def test_it_earns_everything_where_it_neither_guesses_nor_gets_lost(played: list[Trajectory]) -> None:
    careful = [each for each in played if not guessed(each) and not is_lost(each)]
    assert {each.reward.answer for each in careful} == {1.0}
    assert len(careful) > 0.3 * len(played)


def test_its_guesses_are_wrong(played: list[Trajectory]) -> None:
    guesses = [each for each in played if guessed(each)]
    assert guesses
    assert {each.reward.answer for each in guesses} == {0.0}


def test_every_kind_of_slip_happens_and_is_recovered_from(played: list[Trajectory]) -> None:
    right = [each for each in played if each.reward.answer]
    assert {step.invalid for each in right for step in each.steps} == {None, "bad_json", "repeated"}
    shortest = {each.task.task_id: len(each.task.oracle) + 1 for each in right}
    detours = [each for each in right if len(each.steps) > shortest[each.task.task_id]]
    clean = [each for each in detours if not any(step.invalid for step in each.steps)]
    assert clean, "a wrong hit or link, and the way back"


def test_it_says_little(played: list[Trajectory]) -> None:
    turns = [step.action for each in played for step in each.steps]
    assert max(map(len, turns)) < TURN_CHARS


def test_a_value_that_it_notes_was_read_before(played: list[Trajectory], played_long: list[Trajectory]) -> None:
    for each in (*played, *played_long):
        seen = each.question
        for step in each.steps:
            thought = step.action.partition("</think>")[0].removeprefix("<think>")
            for noted in thought.split("; "):
                value, plain = re.sub(r" \d+$", "", noted.partition(": ")[2]), re.sub(r"\[\d+]", "", seen)
                assert value in seen.replace("[", " [") or value in plain, (each.task.task_id, noted)
            seen += step.observation


def test_it_first_says_what_has_to_be_found_out_and_in_the_end_has_found_it(played: list[Trajectory]) -> None:
    for each in (each for each in played if each.reward.answer and not is_lost(each)):
        plan = ", ".join({item.url: item.relation.removesuffix(", listed") for item in each.task.evidence}.values())
        thoughts = [step.action.partition("</think>")[0] for step in each.steps if not step.invalid]
        first, last = thoughts[0], thoughts[-1]
        assert first == f"<think>look up; {plan}", each.task.task_id
        assert ", " not in last.partition("; ")[2] or each.task.template.startswith(("comparison", "count")), last


def test_what_it_clicks_stands_behind_the_name_that_it_follows(played: list[Trajectory]) -> None:
    followed = [
        (each.task.task_id, thought, call)
        for each in played
        for step in each.steps
        for thought, _, call in [step.action.partition("</think>")]
        if '"click"' in call and not thought.startswith(("<think>open", "<think>look"))
    ]
    assert followed
    for task, thought, call in followed:
        number = re.search(r'"link": ?(\d+)', call)
        assert number is None or re.search(rf"\w {number[1]}(;|$)", thought), (task, thought, call)


def test_long_thoughts_say_more_about_the_same_way(played: list[Trajectory], played_long: list[Trajectory]) -> None:
    grew = 0
    for short, long in zip(played, played_long, strict=True):
        assert [each.observation for each in long.steps] == [each.observation for each in short.steps]
        for said, retold in zip(short.steps, long.steps, strict=True):
            assert retold.action.endswith(said.action.removeprefix("<think>"))
            grew += len(retold.action) > len(said.action)
    assert grew > len(played)


def test_long_thoughts_end_with_the_whole_chain(played_long: list[Trajectory]) -> None:
    chains = [each for each in played_long if each.task.template.startswith("multi-hop") and each.reward.answer]
    assert chains
    for each in chains:
        thought = each.steps[-1].action.partition("</think>")[0]
        for item in each.task.evidence:
            assert f"{item.relation.removesuffix(', listed')}: " in thought, each.task.task_id


def test_it_looks_again_where_a_page_fails(folder: Path) -> None:
    drifting = {"drift": "1/flaky:0.7", "drift_split": "train"}
    failed = play(folder, "failing", policy="teacher:brief", drifting=drifting)
    met = [each for each in failed if any("\nStatus: 5" in step.observation for step in each.steps)]
    right = [each for each in met if each.reward.answer]
    assert right
    for each in right:
        for step, after in zip(each.steps, each.steps[1:], strict=False):
            assert "\nStatus: 5" not in step.observation or "<answer>" not in after.action


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("In Kruza[1] the town lies.", "Kruza"),
        ("At the head of Vumel stands Jona Dorf[1].", "Jona Dorf"),
        ("By charter Vumel Kruza[1] is joined.", "Kruza"),
        ("A walk near Old Kruza[1].", "Old Kruza"),
        ("We sell The Road To Kruza[1].", "The Road To Kruza"),
        ("All about the mill[1]", "All about the mill"),
    ],
)
def test_the_words_of_a_link_are_a_name_without_what_begins_the_sentence_or_its_subject(line: str, name: str) -> None:
    page = f"<tool_response>\nTitle: Vumel | Gazetteer\nURL: http://vumel.example/\n\n{line}\n</tool_response>"
    assert reading.label(page, 1) == name


def test_a_task_without_a_plan_is_refused(nemo: Path, tmp_path: Path) -> None:
    task = '{"task_id":"x","question":"Who?","answer":"Me"}\n'
    (tmp_path / "t.jsonl").write_text(task, encoding="utf-8")
    options = ("--tasks", tmp_path / "t.jsonl", "--out", tmp_path / "out.jsonl")
    said = run("rollout", nemo, "--policy", "teacher:brief", *options).output
    assert "task x says nothing about how" in said
