"""`webenv search`, `visit` and `shell`, as people and programs use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webenv.cli import main

TASKS = """\
{"task_id": "bird", "question": "Which bird stands in the river?", "answer": "heron"}
{"task_id": "count", "question": "How many herons?", "answer": "4", "answer_type": "number"}
"""


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


@pytest.fixture
def tasks(tmp_path: Path) -> str:
    (tmp_path / "tasks.jsonl").write_text(TASKS)
    return str(tmp_path / "tasks.jsonl")


def test_search_prints_what_an_agent_reads(small: Path) -> None:
    result = run("search", str(small), "dawn", "-k", "1")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "A Google search for 'dawn' found 1 results:\n\n## Web Results\n1. [Second](http://a.example/"
    )


def test_search_gives_hits_to_programs(small: Path) -> None:
    hits = json.loads(run("search", str(small), "welcome", "--json").stdout)
    assert [(hit["rank"], hit["url"], hit["title"]) for hit in hits] == [(1, "http://a.example/", "Start")]
    assert json.loads(run("search", str(small), "dawn", "--year", "1999", "--json").stdout) == []


def test_visit_prints_what_an_agent_reads(small: Path) -> None:
    result = run("visit", str(small), "http://a.example/old")
    assert result.exit_code == 0
    assert result.stdout.startswith("Title: Second\nURL: http://a.example/b\nRedirected from: http://a.example/old\n")
    assert "The heron stands in the river at dawn." in result.stdout


def test_visit_by_goal_prints_evidence(small: Path) -> None:
    said = run("visit", str(small), "http://a.example/b", "--goal", "bird at dawn").stdout
    assert "Evidence in page: \n" in said
    assert said.rstrip().endswith("The heron stands in the river at dawn.")


def test_visit_gives_the_page_to_programs(small: Path) -> None:
    page = json.loads(run("visit", str(small), "http://a.example/", "--json").stdout)
    assert page["links"] == [["Old", "http://a.example/old"], ["B", "http://a.example/b"]]


@pytest.mark.parametrize("options", [[], ["--json"], ["--goal", "x"]])
def test_a_missing_page_is_said_and_gives_exit_code_1(small: Path, options: list[str]) -> None:
    result = run("visit", str(small), "http://a.example/nothing", *options)
    assert result.exit_code == 1
    assert "not-in-snapshot" in result.stdout or "http://a.example/nothing" in result.stdout


@pytest.mark.parametrize("command", [["search", "words"], ["visit", "http://a.example/"], ["shell"]])
def test_a_missing_snapshot_is_an_error_that_says_what_to_run(tmp_path: Path, command: list[str]) -> None:
    result = run(command[0], str(tmp_path / "none"), *command[1:])
    assert result.exit_code == 1
    assert "webenv build-snapshot" in result.stderr


def test_a_person_plays_an_episode(small: Path, tasks: str) -> None:
    typed = "search heron river dawn\nopen 1\nfind heron\nopen http://a.example/\nclick 2\nanswer The heron\n"
    said = run("shell", str(small), "--tasks", tasks, typed=typed).stdout
    assert "Task bird: Which bird stands in the river?" in said
    assert "A Google search for 'heron river dawn'" in said
    assert "'heron' stands in http://a.example/" in said
    assert said.count("URL: http://a.example/b\n") + said.count("URL: http://a.example/again\n") == 2
    assert "Right. Reward 1.0." in said


def test_a_person_sees_what_went_wrong_and_goes_on(small: Path, tasks: str) -> None:
    typed = "dance\nnext\nclick x\nanswer owl\nsearch more\ntask nope\ntask count\nanswer 4\nquit\nsearch unread\n"
    said = run("shell", str(small), "--tasks", tasks, typed=typed).stdout
    assert "There is no command 'dance'" in said
    assert "There is no such page." in said
    assert '"link" does not fit' in said
    assert "Not right. Reward 0.0." in said
    assert "The episode is over." in said
    assert "There is no task 'nope'" in said
    assert "Task count: How many herons?" in said
    assert "Right. Reward 1.0." in said
    assert "unread" not in said


def test_the_tasks_are_listed_and_one_can_be_chosen(small: Path, tasks: str) -> None:
    said = run("shell", str(small), "--tasks", tasks, "--task", "count", typed="tasks\nhelp\n").stdout
    assert said.index("Task count:") < said.index("bird  Which bird")
    assert "search WORDS" in said


def test_a_snapshot_without_tasks_can_be_looked_at(small: Path) -> None:
    said = run("shell", str(small), typed="open http://a.example/\n").stdout
    assert "This snapshot ships no tasks" in said
    assert "Title: Start" in said


@pytest.mark.parametrize("command", ["search", "visit", "shell"])
def test_help_ends_in_examples(command: str) -> None:
    said = run(command, "--help").stdout
    assert f"webenv {command} my-web" in said.split("Examples:")[1]
