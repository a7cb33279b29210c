"""`webenv show`: what stands in a trajectory is said, and nothing in it reaches the terminal but as text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from agent import trajectories
from agent.glance import ending, glance, sightings, turn_views
from agent.rollout import RolloutSettings, rollout
from webenv.cli import main
from webenv.commands.reading import harmless
from webenv.types import Tokens, Trajectory

EVIL = "\x1b[31mred\x1b]0;title\x07 [bold]not bold[/bold] \u202egnp \x9b2J \r\x08"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "120"})


def write(path: Path, *played: Trajectory) -> Path:
    path.write_bytes(b"".join(trajectories.encode(each) + b"\n" for each in played))
    return path


@pytest.fixture(scope="module")
def oracle(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("oracle") / "oracle.jsonl"
    rollout(str(nemo), out, RolloutSettings(policy="oracle"))
    return out


@pytest.fixture(scope="module")
def random(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("random") / "random.jsonl"
    rollout(str(nemo), out, RolloutSettings(policy="random", samples=3))
    return out


@pytest.fixture
def first(oracle: Path) -> Trajectory:
    return next(trajectories.read_trajectories(oracle))


def test_the_list_has_every_episode(random: Path) -> None:
    rows = [json.loads(line) for line in run("show", random, "--json").stdout.splitlines()]
    played = list(trajectories.read_trajectories(random))
    assert [(row["task_id"], row["sample"], row["turns"]) for row in rows] == [
        (each.task.task_id, each.sample, len(each.steps)) for each in played
    ]
    for row, each in zip(rows, played, strict=True):
        invalid = [step.invalid for step in each.steps if step.invalid]
        assert sum(row["invalid"].values()) == len(invalid)
        assert row["chars_read"] == sum(len(step.observation) for step in each.steps)
    printed = run("show", random).output
    assert re.findall(r"nemo-\d+", printed) == [each.task.task_id for each in played]


def test_only_the_episodes_of_a_task(random: Path) -> None:
    rows = [json.loads(line) for line in run("show", random, "--task", "nemo-002", "--json").stdout.splitlines()]
    assert [(row["number"], row["task_id"], row["sample"]) for row in rows] == [
        (4 + sample, "nemo-002", sample) for sample in range(3)
    ]
    assert "nemo-001" not in run("show", random, "--task", "nemo-002").output


def test_an_episode_turn_by_turn(oracle: Path, first: Trajectory) -> None:
    shown = run("show", oracle, 1).output
    assert [int(number) for number in re.findall(r"^turn (\d+) · ", shown, re.MULTILINE)] == [*range(1, 8)]
    for part in (first.question[:60], "query: Finding Nemo species", "answer: 34689", "1 = 0.1 × format 1"):
        assert part in shown
    assert shown.count("read in turn") == 3
    assert "more characters; --full shows them" in shown
    whole = run("show", oracle, 1, "--full").output
    assert "--full shows" not in whole
    assert len(whole) > 1.5 * len(shown)


def test_invalid_turns_are_marked_with_their_kind(random: Path) -> None:
    played = list(trajectories.read_trajectories(random))
    number = max(range(len(played)), key=lambda place: sum(bool(step.invalid) for step in played[place].steps))
    shown = run("show", random, number + 1).output
    kinds = [step.invalid for step in played[number].steps if step.invalid]
    assert kinds
    assert re.findall(r"invalid: (\w+)", shown) == kinds


def test_escapes_and_markup_are_shown_and_do_nothing(first: Trajectory, tmp_path: Path) -> None:
    bad = msgspec.structs.replace(
        first,
        question=EVIL,
        policy=EVIL,
        task=msgspec.structs.replace(first.task, task_id=EVIL, answer=EVIL, template=EVIL),
        steps=(
            msgspec.structs.replace(first.steps[0], action=f"<think>{EVIL}</think>{EVIL}", observation=EVIL),
            msgspec.structs.replace(first.steps[-1], action=f"<think>{EVIL}</think>\n<answer>{EVIL}</answer>"),
        ),
    )
    path = write(tmp_path / "bad.jsonl", bad)
    for arguments in ([path], [path, 1], [path, 1, "--full"]):
        result = run("show", *arguments)
        assert result.exit_code == 0
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.output)
    assert "[bold]not bold[/bold]" in run("show", path, 1).output


@given(st.text())
def test_harmless_text_keeps_all_that_is_no_control(text: str) -> None:
    shown = harmless(text)
    assert len(shown) == len(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert harmless(shown) == shown
    assert all(a == b for a, b in zip(text, shown, strict=True) if a.isalnum() or a in "\n\t ")


def test_how_an_episode_ended(first: Trajectory) -> None:
    open_end = msgspec.structs.replace(first.steps[0], terminated=False, truncated=False)
    spent = msgspec.structs.replace(open_end, truncated=True)
    settings = msgspec.structs.replace(first.settings, max_turns=2)

    def ended(*steps: object, **fields: object) -> str:
        return ending(msgspec.structs.replace(first, steps=steps, **fields))

    assert ending(first) == "answer"
    assert ended(open_end) == "unfinished"
    assert ended(spent) == "out of characters"
    assert ended(open_end, spent, settings=settings) == "out of turns"
    assert ended(spent, cut="context") == "out of context"


def test_how_near_the_evidence_came(first: Trajectory) -> None:
    nearest = sightings(first)[0]
    assert (nearest.listed, nearest.opened, nearest.read) == (1, 2, 2)
    blind = msgspec.structs.replace(first, steps=first.steps[-1:])
    assert all((seen.listed, seen.opened, seen.read) == (None, None, None) for seen in sightings(blind))
    searched = msgspec.structs.replace(first, steps=first.steps[:1])
    assert sightings(searched)[0].opened is None
    assert sightings(searched)[0].listed == 1


def test_tokens_where_a_model_noted_them(first: Trajectory) -> None:
    assert glance(first, 1).tokens_written is None
    tokens = Tokens(prompt=(1, 2, 3), turns=((4, 5), (6,)), heard=((7, 8, 9, 10),), logprobs=((0.0, 0.0), (0.0,)))
    noted = msgspec.structs.replace(first, tokens=tokens, steps=(first.steps[0], first.steps[-1]))
    row = glance(noted, 1)
    assert (row.tokens_written, row.tokens_read) == (3, 7)
    assert [turn.tokens for turn in turn_views(noted)] == [2, 1]


def test_bad_input_is_named(oracle: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.jsonl").write_bytes(oracle.read_bytes()[:-100])
    cases: list[tuple[list[object], str]] = [
        ([tmp_path / "no.jsonl"], "no such trajectory file"),
        ([oracle, 15], "there is no episode 15"),
        ([oracle, 1, "--task", "nemo-002"], "plays task 'nemo-001'"),
        ([tmp_path / "torn.jsonl"], "line 14: not a trajectory"),
    ]
    for arguments, message in cases:
        result = run("show", *arguments)
        assert result.exit_code == 1
        assert message in result.output
