"""Teachers: they solve what has a plan, think in the words of what they have read, and sometimes go wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from agent import trajectories
from agent.policy import Conversation, load_policy
from agent.rollout import RolloutSettings, rollout
from agent.teacher.grammar import thoughts
from agent.teacher.notes import PLAIN_WORDS
from agent.teacher.plan import Style
from agent.teacher.teacher import moves_of
from webenv import protocol
from webenv.cli import main
from webenv.reward import judge
from webenv.types import Trajectory
from webenv.web.tasks import read_tasks

pytestmark = pytest.mark.xdist_group("teacher")
STYLES: tuple[Style, ...] = ("short", "long")
SLIPS = {"malformed", "unknown tool", "again", "recall", "snippet", "guess", "hedge"}
SAMPLES = 4
VOCABULARY = {word.casefold() for word in (*thoughts().words(), *" ".join(PLAIN_WORDS.values()).split())}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both styles on a generated world and on the Nemo sites, four samples of each task."""
    folder = tmp_path_factory.mktemp("teacher")
    world, tasks = folder / "world", folder / "tasks.jsonl"
    assert run("generate-world", "--seed", 3, "--pages", 300, "--out", world).exit_code == 0
    assert run("synthesize", "crawlqa", world, "--count", 12, "--out", tasks).exit_code == 0
    assert run("synthesize", "crawlqa", world, "--easy", "--count", 6, "--out", folder / "easy.jsonl").exit_code == 0
    harder = ("--tasks", folder / "easy.jsonl", "--steps", "4..12", "--out", folder / "hard.jsonl")
    assert run("synthesize", "e2hqa", world, *harder).exit_code == 0
    tasks.write_bytes(tasks.read_bytes() + (folder / "hard.jsonl").read_bytes())
    for style in STYLES:
        settings = RolloutSettings(policy=f"teacher:{style}", samples=SAMPLES)
        rollout(str(nemo), folder / f"nemo-{style}.jsonl", settings)
        on_world = msgspec.structs.replace(settings, tasks=str(tasks))
        rollout(str(world), folder / f"world-{style}.jsonl", on_world)
    return folder


def played(folder: Path, style: Style) -> list[Trajectory]:
    files = [folder / f"{where}-{style}.jsonl" for where in ("nemo", "world")]
    return [trajectory for file in files for trajectory in trajectories.read_trajectories(file)]


def slip(trajectory: Trajectory, style: Style) -> str:
    """What goes wrong in an episode on purpose; empty if nothing does."""
    key = ("teacher", style, trajectory.seed, trajectory.task.task_id, trajectory.sample)
    kinds = {move.kind for move in moves_of(trajectory.task, style, key)} & SLIPS
    return kinds.pop() if kinds else ""


@pytest.mark.parametrize("style", STYLES)
def test_what_does_not_go_wrong_on_purpose_earns_everything(folder: Path, style: Style) -> None:
    good = [each for each in played(folder, style) if not slip(each, style)]
    assert {each.reward.total for each in good} == {1.0}
    assert {step.invalid for each in good for step in each.steps} <= {None, "repeated"}
    assert {step.tool for each in good for step in each.steps} == {"search", "visit", "click", "find", ""}


@pytest.mark.parametrize("style", STYLES)
def test_about_one_of_eight_goes_wrong_in_several_ways(folder: Path, style: Style) -> None:
    all_played = played(folder, style)
    wrong = {(each.task.task_id, each.sample): slip(each, style) for each in all_played if slip(each, style)}
    assert len(all_played) / 16 < len(wrong) < len(all_played) / 5
    assert len(set(wrong.values())) >= 5
    for each in all_played:
        kind = slip(each, style)
        if kind in ("snippet", "guess", "hedge"):
            assert (each.reward.answer, each.reward.format) == (0, 1)
        if kind in ("malformed", "unknown tool"):
            assert (each.reward.answer, each.reward.format) == (1, 0)


def test_a_short_episode_takes_four_to_six_turns_if_the_plan_allows(folder: Path) -> None:
    for each in played(folder, "short"):
        if not slip(each, "short"):
            least = len(each.task.oracle) + 1
            assert max(4, least) <= len(each.steps) <= max(6, least) or least < 4


def test_a_long_episode_takes_fifteen_turns_and_goes_astray(folder: Path) -> None:
    good = [each for each in played(folder, "long") if not slip(each, "long")]
    assert all(15 <= len(each.steps) <= 29 for each in good)
    pages = [len([step for step in each.steps if step.tool in ("visit", "click")]) for each in good]
    assert all(
        opened > len({item.url for item in each.task.evidence}) for opened, each in zip(pages, good, strict=True)
    )


@pytest.mark.parametrize("style", STYLES)
def test_a_thought_knows_nothing_that_was_not_read(folder: Path, style: Style) -> None:
    """Each word is one of the grammar, of the question, of an observation before, or of an own call before."""
    for each in played(folder, style):
        if slip(each, style) == "recall":
            continue
        known = VOCABULARY | _words(each.question)
        for step in each.steps:
            thought, _, action = step.action.partition("</think>")
            assert not (unread := _words(thought.removeprefix("<think>")) - known), (each.task.task_id, unread)
            known |= _words(action) | _words(step.observation)


@pytest.mark.parametrize("style", STYLES)
def test_the_answer_is_not_thought_of_before_it_is_read(folder: Path, style: Style) -> None:
    for each in played(folder, style):
        read = each.question
        for step in each.steps[:-1]:
            thought = protocol.parse(step.action).thought
            if not _stands_in(each.task.answer, read):
                assert not _stands_in(each.task.answer, thought), (each.task.task_id, each.sample, thought)
            read += step.observation


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"\w+", text)}


def _stands_in(words: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text))


@pytest.mark.parametrize("style", STYLES)
def test_samples_differ_in_words_and_ways(folder: Path, style: Style) -> None:
    thought = [tuple(protocol.parse(s.action).thought for s in each.steps) for each in played(folder, style)]
    assert len(set(thought)) == len(thought)
    openings = {first for first, *_ in thought}
    assert len(openings) > 0.9 * len(thought)


def test_the_same_conversation_gets_the_same_turn(folder: Path) -> None:
    tasks = {task.task_id: task for task in read_tasks(folder / "tasks.jsonl")}
    for style in STYLES:
        teacher = load_policy(f"teacher:{style}")
        for each in list(trajectories.read_trajectories(folder / f"world-{style}.jsonl"))[::9]:
            turns = [(step.action, step.observation) for step in each.steps]
            for number in reversed(range(len(turns))):
                task, said = tasks[each.task.task_id], turns[:number]
                conversation = Conversation(task, each.question, [], "", each.seed, each.sample, said)
                assert teacher.act(conversation) == turns[number][0]


def test_files_are_the_same_in_every_process(nemo: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        arguments = ("rollout", str(nemo), "--policy", "teacher:long", "--limit", "2", "--out", str(tmp_path / seed))
        command = [sys.executable, "-m", "webenv.cli", *arguments]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_wrong_answers_are_wrong(folder: Path) -> None:
    for style in STYLES:
        for each in played(folder, style):
            if slip(each, style) in ("snippet", "guess", "hedge"):
                assert not judge(each.task, protocol.parse(each.steps[-1].action).answer or "")


def test_what_a_teacher_cannot_play(nemo: Path, tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text('{"task_id": "x", "question": "Why?", "answer": "y"}\n')
    options = ("--tasks", tmp_path / "tasks.jsonl", "--out", tmp_path / "out.jsonl")
    assert "task x says nothing about how" in run("rollout", nemo, "--policy", "teacher:short", *options).output
    assert "teacher:STYLE" in run("rollout", nemo, "--policy", "teacher:medium", *options).output


def test_odd_plans_are_played_to_the_end(nemo: Path, tmp_path: Path) -> None:
    """Calls that find nothing, arguments of other shapes, no call that opens a page, and a budget that is too small."""
    plans: list[list[tuple[str, dict[str, object]]]] = [
        [("search", {"query": "clownfish"})],
        [("visit", {"url": "http://nowhere.example/"}), ("click", {"link": 9999}), ("find", {"text": "a"})],
        [("find", {"text": "Nemo"})],
        [("search", {"query": ["a", "b"], "year": 2018}), ("click", {"link": "1"})],
        [("search", {"query": ["x" * 500]})] * 28,
    ]
    lines = []
    for number, calls in enumerate(plans):
        oracle = [{"name": name, "arguments": arguments} for name, arguments in calls]
        lines.append({"task_id": f"odd-{number}", "question": "H?", "answer": "42", "oracle": oracle})
    (tmp_path / "odd.jsonl").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    for style in STYLES:
        out = tmp_path / f"{style}.jsonl"
        rollout(
            str(nemo), out, RolloutSettings(policy=f"teacher:{style}", tasks=str(tmp_path / "odd.jsonl"), samples=8)
        )
        for each in trajectories.read_trajectories(out):
            if not slip(each, style):
                assert each.reward.answer == 1, each.task.task_id
