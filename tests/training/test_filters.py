"""`webenv filter`: each reason to drop a trajectory, and nothing else is dropped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from agent import trajectories
from agent.policy import Conversation
from agent.rollout import RolloutSettings, rollout, run_episode
from tests.model_server import serving
from training.filters.quality import MOST_TIMES, NGRAM, repetition
from training.filters.review import read_review
from training.filters.run import FilterSettings, examine
from training.filters.verdict import Dropped
from training.filters.words import names, numbers
from webenv.cli import main
from webenv.env import WebEnv
from webenv.protocol import render
from webenv.types import Task, ToolCall, Trajectory, Turn

pytestmark = pytest.mark.xdist_group("filters")

SEARCH = ("search", {"query": "species released by pet owners, park"})
VISIT = ("visit", {"url": "http://parks.pinellas-county.example/fred-howard-park.html"})
PARKS = ("visit", {"url": "http://parks.pinellas-county.example/fort-de-soto-park.html"})
FIND = ("find", {"text": "Sunset"})
Script = list[tuple[str, dict[str, Any]] | str]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def env(nemo: Path) -> WebEnv:
    return WebEnv(nemo)


def play(env: WebEnv, script: Script, thought: str = "Next.", task: Task | None = None) -> Trajectory:
    """An episode of a script: calls, answers, and whole turns."""

    class Policy:
        name = "script"

        def act(self, conversation: Conversation) -> str:
            move = script[len(conversation.steps)]
            if not isinstance(move, str):
                return render(Turn(thought=thought, call=ToolCall(name=move[0], arguments=move[1])))
            return move if move.startswith("<") else render(Turn(thought=thought, answer=move))

    asked = task or env.tasks["nemo-001"]
    return run_episode(WebEnv(env.web, [asked]), Policy(), asked, 0, 0)


def reason(trajectory: Trajectory, **settings: Any) -> str:
    verdict = examine(trajectory, FilterSettings(**settings))
    return f"{verdict.stage}: {verdict.reason}" if verdict else "kept"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([SEARCH, VISIT, "34689"], "kept"),
        (["<think>I know.</think>", "34689"], "validity: no_action"),
        (["<think>a</think>\n<tool_call>{'name'}</tool_call>", VISIT, "34689"], "validity: bad_json"),
        ([("calculate", {"x": 1}), VISIT, "34689"], "validity: unknown_tool"),
        ([("visit", {"address": "x"}), VISIT, "34689"], "validity: bad_arguments"),
        ([SEARCH, VISIT, "<think>a</think> so <answer>34689</answer>"], "validity: malformed"),
        ([SEARCH, VISIT, "<think>a</think><answer> </answer>"], "validity: no answer"),
        ([SEARCH, *[("search", {"query": f"park {n}"}) for n in range(30)]], "validity: no answer"),
        ([SEARCH, VISIT, "33715"], "correctness: wrong answer"),
        (["34689"], "quality: too few actions"),
        ([SEARCH, SEARCH, VISIT, "34689"], "quality: redundancy"),
        (
            [("search", {"query": ["Park", "pets"]}), ("search", {"query": "park"}), VISIT, "34689"],
            "quality: redundancy",
        ),
        ([VISIT, VISIT, "34689"], "quality: redundancy"),
        ([VISIT, ("visit", VISIT[1] | {"goal": "ZIP"}), "34689"], "kept"),
        ([VISIT, *[("visit", VISIT[1] | {"goal": goal}) for goal in ("ZIP", "zip ")], "34689"], "quality: redundancy"),
        ([VISIT, FIND, FIND, "34689"], "quality: redundancy"),
        ([VISIT, FIND, PARKS, FIND, "34689"], "kept"),
        ([VISIT, PARKS, ("visit", VISIT[1] | {"page": 1}), "34689"], "kept"),
        ([VISIT, PARKS, VISIT, PARKS, VISIT, "34689"], "kept"),
        ([VISIT, PARKS, VISIT, PARKS, VISIT, PARKS, VISIT, "34689"], "quality: redundancy"),
        ([("search", {"query": "quantum chromodynamics"}), VISIT, "34689"], "quality: off the goal"),
        ([VISIT, ("visit", VISIT[1] | {"goal": "quantum chromodynamics"}), "34689"], "quality: off the goal"),
        ([("search", {"query": "found"}), PARKS, "34689"], "quality: answer not read"),
    ],
)
def test_reasons(env: WebEnv, script: Script, expected: str) -> None:
    assert reason(play(env, script)) == expected


@pytest.mark.parametrize(
    ("thought", "expected"),
    [
        ("Look for the park of the question before 2020.", "kept"),
        ("I recall that it was in 1984.", "quality: made up"),
        ("It must be near Lake Okeechobee.", "quality: made up"),
        ("Okeechobee may help. In May or June I found 12 of 34.", "kept"),
        ("So it is the ZIP code: Finding Nemo, I think.", "kept"),
        ("It has 2,020 pets.", "kept"),
        ("", "kept"),
    ],
)
def test_what_is_made_up(env: WebEnv, thought: str, expected: str) -> None:
    assert reason(play(env, [SEARCH, VISIT, "34689"], thought)) == expected


def test_what_was_read_may_be_said_afterwards_but_not_before(env: WebEnv) -> None:
    assert reason(play(env, [SEARCH, VISIT, "34689"], "It is in Tarpon Springs.")) == "quality: made up"
    said = ["<think>Now it is Tarpon Springs, 34689.</think>\n<answer>34689</answer>"]
    assert reason(play(env, [SEARCH, VISIT, *said])) == "kept"


def test_a_count_need_not_stand_anywhere(env: WebEnv) -> None:
    task = msgspec.structs.replace(env.tasks["nemo-001"], answer="4711", answer_type="number", evidence=())
    assert reason(play(env, [SEARCH, VISIT, "4711"], task=task)) == "quality: answer not read"
    counted = msgspec.structs.replace(task, template="count:x")
    assert reason(play(env, [SEARCH, VISIT, "4711"], task=counted)) == "kept"
    worked_out = msgspec.structs.replace(task, evidence=env.tasks["nemo-001"].evidence)
    assert reason(play(env, [SEARCH, VISIT, "4711"], task=worked_out)) == "kept"


def test_the_least_number_of_actions_is_a_setting(env: WebEnv) -> None:
    played = play(env, [SEARCH, VISIT, "34689"])
    assert reason(played, min_actions=3) == "kept"
    assert reason(played, min_actions=4) == "quality: too few actions"


def _longer(played: Trajectory) -> Trajectory:
    return msgspec.structs.replace(played, steps=(*played.steps, played.steps[-1]))


def _richer(played: Trajectory) -> Trajectory:
    changed = msgspec.structs.replace(played, reward=msgspec.structs.replace(played.reward, format=0.0))
    return msgspec.structs.replace(changed, digest=trajectories.digest(changed))


@pytest.mark.parametrize(
    ("change", "expected"), [(_longer, "validity: altered"), (_richer, "correctness: wrong reward")]
)
def test_nothing_is_believed(env: WebEnv, change: Callable[[Trajectory], Trajectory], expected: str) -> None:
    assert reason(change(play(env, [SEARCH, VISIT, "34689"]))) == expected


@given(st.lists(st.integers(0, 3), max_size=120), st.integers(1, 3))
def test_an_ngram_is_counted_as_by_hand(letters: list[int], turns: int) -> None:
    """The rule finds an n-gram exactly if one comes more often than allowed, turn by turn."""
    words = ["abcd"[letter] for letter in letters]
    said = [Turn(thought=" ".join(words), answer="x") for _ in range(turns)]
    counts = Counter(tuple(words[place : place + NGRAM]) for place in range(len(words) - NGRAM + 1))
    most = max(counts.values(), default=0) * turns
    assert bool(repetition(None, said)) == (most > MOST_TIMES)  # type: ignore[arg-type]


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=9), min_size=NGRAM, max_size=NGRAM), st.integers(1, 9))
def test_case_and_signs_do_not_hide_a_repetition(ngram: list[str], times: int) -> None:
    said = [Turn(thought=(", ".join(ngram) if n % 2 else " - ".join(ngram).upper())) for n in range(times)]
    assert bool(repetition(None, said)) == (times > MOST_TIMES)  # type: ignore[arg-type]


def test_names_and_numbers_of_a_text() -> None:
    text = 'The park of Tarpon Springs (Florida), see Route 19: 1,234 m² or 12 345. Élan\'s ÉCOLE; iPhone, "Nemo" I saw'
    assert list(names(text)) == ["tarpon", "springs", "route", "école"]
    assert list(numbers("1,234 of 12'345, 2018-06-14 and 3.5 or 34689 or 1,2345")) == [
        "1234", "12345", "2018", "06", "14", "3", "5", "34689", "1", "2345",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def sampled(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sampled")
    for policy in ("teacher:short", "random"):
        rollout(str(nemo), folder / f"{policy}.jsonl", RolloutSettings(policy=policy, samples=3))
    both = folder / "both.jsonl"
    both.write_bytes(b"".join((folder / f"{policy}.jsonl").read_bytes() for policy in ("teacher:short", "random")))
    return both


def test_a_file_is_parted_in_two_and_what_is_kept_replays(sampled: Path, tmp_path: Path) -> None:
    kept, dropped = tmp_path / "kept.jsonl", tmp_path / "dropped.jsonl"
    result = run("filter", sampled, "--out", kept, "--dropped", dropped, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    lines, good = sampled.read_bytes().splitlines(), kept.read_bytes().splitlines()
    bad = [msgspec.json.decode(line, type=Dropped) for line in dropped.read_bytes().splitlines()]
    assert (report["read"], report["kept"]) == (len(lines), len(good)) == (84, len(good))
    assert sum(sum(reasons.values()) for reasons in report["dropped"].values()) == len(bad) == 84 - len(good)
    assert sorted([*good, *(trajectories.encode(each.trajectory) for each in bad)]) == sorted(lines)
    assert Counter((each.stage, each.reason) for each in bad) == {
        (stage, reason): count for stage, reasons in report["dropped"].items() for reason, count in reasons.items()
    }
    assert 30 <= len(good) <= 42
    assert all(b'"policy":"teacher' in line for line in good)
    assert run("replay", kept).exit_code == 0
    assert set(tmp_path.iterdir()) == {kept, dropped}


def test_the_table_says_what_fell_where(sampled: Path, tmp_path: Path) -> None:
    said = run("filter", sampled, "--out", tmp_path / "kept.jsonl").stdout
    assert "validity" in said
    assert "too few actions" in said or "no_action" in said
    assert "words of thought" in said


def test_a_model_can_judge(sampled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def say(request: dict[str, Any]) -> str:
        text = request["messages"][0]["content"]
        return "Hm." if "Finding Nemo" in text else "correct: no" if "Pinellas" in text else "**Correct:** yes"

    with serving(say) as server:
        judge = ("--judge", f"{server.base_url}#judge")
        result = run("filter", sampled, *judge, "--out", tmp_path / "kept.jsonl", "--json")
        assert result.exit_code == 0, result.output
        fell = json.loads(result.stdout)["dropped"]["correctness"]
        assert fell["undecided"] > 0
        assert fell["wrong answer"] > 0
        asked = len(server.asked)
        assert run("filter", sampled, *judge, "--out", tmp_path / "again.jsonl").exit_code == 0
        assert len(server.asked) == asked
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "kept.jsonl").read_bytes()


def test_a_judge_that_cannot_be_asked_leaves_nothing_behind(sampled: Path, tmp_path: Path) -> None:
    out = tmp_path / "kept.jsonl"
    result = run("filter", sampled, "--judge", "nowhere", "--out", out)
    assert result.exit_code == 1
    assert "name server and model" in result.output
    assert not out.exists()


def test_bad_input_is_named(sampled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert "no such trajectory file" in run("filter", tmp_path / "no", "--out", out).output
    assert "must be different" in run("filter", sampled, "--out", sampled, "--overwrite").output
    assert "must be different" in run("filter", sampled, "--out", out, "--dropped", out).output
    (tmp_path / "bad.jsonl").write_text("{}\n")
    assert "line 1: not a trajectory" in run("filter", tmp_path / "bad.jsonl", "--out", out).output
    assert not out.exists()
    out.write_text("precious")
    assert "--overwrite" in run("filter", sampled, "--out", out).output
    assert out.read_text() == "precious"
    assert run("filter", sampled, "--out", out, "--overwrite").exit_code == 0


def test_a_model_can_review_what_keeps_the_rules(
    sampled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert run("filter", sampled, "--out", tmp_path / "rules.jsonl").exit_code == 0
    kept = list(trajectories.read_trajectories(tmp_path / "rules.jsonl"))
    strays = kept[0].question

    def say(request: dict[str, Any]) -> str:
        aligned = "no" if strays in request["messages"][0]["content"] else "yes"
        return f"reasoning: fine\n**redundant:** no\naligned: {aligned}\nlogical: Yes."

    with serving(say) as server:
        review = ("--review", f"{server.base_url}#reviewer")
        result = run("filter", sampled, *review, "--out", tmp_path / "kept.jsonl", "--json")
        assert result.exit_code == 0, result.output
        assert len(server.asked) == len({(each.question, each.digest) for each in kept})
    off = sum(each.question == strays for each in kept)
    before = json.loads(run("filter", sampled, "--out", tmp_path / "more.jsonl", "--json").stdout)
    counts = json.loads(result.stdout)
    assert counts["kept"] == len(kept) - off
    assert (
        counts["dropped"]["quality"].get("off the goal", 0) == before["dropped"]["quality"].get("off the goal", 0) + off
    )


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("redundant: no\naligned: yes\nlogical: yes", ("no", "yes", "yes")),
        ("- **Redundant**: NO\n* aligned = yes.\n`logical`: no", ("no", "yes", "no")),
        ("<think>redundant: yes</think>redundant: no\naligned: yes\nlogical: yes", ("no", "yes", "yes")),
        ("redundant: no\naligned: yes", None),
        ("redundant: no\nredundant: yes\naligned: yes\nlogical: yes", None),
        ("redundant: no or yes\naligned: yes\nlogical: yes", None),
        ("", None),
    ],
)
def test_a_review_is_read_strictly(reply: str, expected: tuple[str, str, str] | None) -> None:
    said = read_review(reply)
    assert (tuple(said.values()) if said else None) == expected
