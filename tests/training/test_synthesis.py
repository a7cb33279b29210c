"""Questions over a generated world: proved, solvable, told apart, and the same in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from training.synthesis.audit import audit
from training.synthesis.crawlqa import TYPES, CrawlQA
from training.synthesis.e2hqa import E2HQA
from training.synthesis.proof import Prover
from webenv.cli import main
from webenv.errors import InputError
from webenv.types import Missing, Page, Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks, unproved
from webenv.web.world import read_world

pytestmark = pytest.mark.xdist_group("synthesis")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world") / "world"
    assert run("generate-world", "--seed", 1, "--pages", 2_000, "--out", out).exit_code == 0
    return out


@pytest.fixture(scope="module")
def prover(world: Path) -> Prover:
    web = Snapshot.open(world)
    graph = read_world(web)
    assert graph
    return Prover(web, graph)


@pytest.fixture(scope="module")
def crawlqa(prover: Prover) -> list[Task]:
    return list(CrawlQA(prover, 0).all(240))


@pytest.fixture(scope="module")
def easy(prover: Prover) -> list[Task]:
    return list(CrawlQA(prover, 0, ("single",)).all(52))


def test_types_take_turns_and_no_question_comes_twice(crawlqa: list[Task]) -> None:
    assert [task.template.partition(":")[0] for task in crawlqa[:8]] == [*TYPES, *TYPES]
    assert len({task.question for task in crawlqa}) == len({task.task_id for task in crawlqa}) == 240
    assert all(task.hops >= 2 and task.split == "train" and task.as_of for task in crawlqa)


def test_another_type_steps_in_where_one_runs_out(tmp_path: Path) -> None:
    assert run("generate-world", "--seed", 1, "--pages", 200, "--out", tmp_path / "small").exit_code == 0
    said = run("synthesize", "crawlqa", tmp_path / "small", "--count", 600, "--out", tmp_path / "c.jsonl")
    assert said.exit_code == 0, said.output
    tasks = read_tasks(tmp_path / "c.jsonl")
    assert len({task.question for task in tasks}) == 600
    assert sum(task.template.startswith("count") for task in tasks) < 150


def test_every_task_carries_its_proof(prover: Prover, crawlqa: list[Task]) -> None:
    for task in crawlqa:
        assert unproved(task, prover.web) == []
        for item in task.evidence:
            page = prover.web.fetch(item.url)
            assert isinstance(page, Page)
            assert (page.digest, page.url) == (item.digest, item.url)
        assert len({item.url for item in task.evidence}) == task.hops


def test_a_task_without_one_of_its_pages_is_unanswerable(prover: Prover, crawlqa: list[Task]) -> None:
    class Torn:
        gone = ""

        def search(self, query: str, k: int = 10, year: int | None = None) -> list[object]:
            return []

        def fetch(self, url: str) -> Page | Missing:
            return Missing(url=url, reason="not-in-snapshot") if url == self.gone else prover.web.fetch(url)

    torn = Torn()
    for task in crawlqa[:40]:
        for url in {item.url for item in task.evidence}:
            torn.gone = url
            assert any(url in problem for problem in unproved(task, torn))  # type: ignore[arg-type]


@pytest.mark.parametrize("steps", [3, 7, 15])
def test_harder_questions_keep_the_answer_and_hide_the_name(prover: Prover, easy: list[Task], steps: int) -> None:
    writer = E2HQA(prover, 0)
    found = [(task, harder) for task in easy if (harder := writer.rewrite(task, steps))]
    assert len(found) > len(easy) / 2
    for task, harder in found:
        assert (harder.answer, harder.answer_type) == (task.answer, task.answer_type)
        assert harder.hops == steps == len({item.url for item in harder.evidence})
        assert harder.question != task.question
        assert unproved(harder, prover.web) == []


def test_only_easy_questions_of_this_world_are_made_harder(prover: Prover, easy: list[Task]) -> None:
    elsewhere = msgspec.structs.replace(easy[0].evidence[0], url="http://elsewhere.example/")
    foreign = msgspec.structs.replace(easy[0], evidence=(elsewhere,))
    with pytest.raises(InputError, match="is not a fact of this world"):
        E2HQA(prover, 0).rewrite(foreign, 3)
    with pytest.raises(InputError, match="does not name one thing"):
        E2HQA(prover, 0).rewrite(easy[0], 1)


def test_the_oracle_solves_what_the_commands_write_and_the_audit_passes(world: Path, tmp_path: Path) -> None:
    assert run("synthesize", "crawlqa", world, "--count", 200, "--out", tmp_path / "c.jsonl").exit_code == 0
    assert run("synthesize", "crawlqa", world, "--easy", "--count", 60, "--out", tmp_path / "t0.jsonl").exit_code == 0
    said = run("synthesize", "e2hqa", world, "--tasks", tmp_path / "t0.jsonl", "--out", tmp_path / "e.jsonl")
    assert said.exit_code == 0, said.output
    assert {task.hops for task in read_tasks(tmp_path / "e.jsonl")} == set(range(3, 16))
    for name in ("c", "e"):
        result = run("audit", world, "--tasks", tmp_path / f"{name}.jsonl", "--json")
        checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
        assert result.exit_code == 0, checks
        assert checks["solved"]["count"] == checks["solved"]["of"] > 40


def test_the_audit_fails_on_what_gives_the_answer_away(world: Path, crawlqa: list[Task], tmp_path: Path) -> None:
    bad = [
        msgspec.structs.replace(crawlqa[0], question=f"Is it {crawlqa[0].answer}?"),
        msgspec.structs.replace(crawlqa[4], evidence=crawlqa[4].evidence[-1:]),
        msgspec.structs.replace(crawlqa[8], answer="something else"),
        msgspec.structs.replace(crawlqa[12], oracle=()),
    ]
    failed = {
        check.name for check in audit(Snapshot.open(world), bad, lambda task: bool(task.oracle)) if not check.passed
    }
    assert failed >= {"answer in question", "one page", "solved"}
    (tmp_path / "bad.jsonl").write_bytes(b"".join(msgspec.json.encode(task) + b"\n" for task in bad))
    result = run("audit", world, "--tasks", tmp_path / "bad.jsonl")
    assert result.exit_code == 1
    assert "FAILS" in result.stdout


def test_files_are_the_same_in_every_process(world: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        arguments = ("synthesize", "crawlqa", str(world), "--count", "60", "--out", str(tmp_path / seed))
        command = [sys.executable, "-m", "webenv.cli", *arguments]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert run("synthesize", "crawlqa", world, "--seed", 1, "--count", 60, "--out", tmp_path / "3").exit_code == 0
    assert (tmp_path / "1").read_bytes() != (tmp_path / "3").read_bytes()


def test_bad_input_is_named(nemo: Path, world: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    easy = nemo / "tasks" / "tasks.jsonl"
    assert "not a generated world" in run("synthesize", "e2hqa", nemo, "--tasks", easy, "--out", out).output
    assert "no such task file" in run("synthesize", "e2hqa", world, "--tasks", tmp_path / "no", "--out", out).output
    assert "not a range" in run("synthesize", "e2hqa", world, "--tasks", out, "--steps", "9..3", "--out", out).output
    out.write_text("precious")
    assert "--overwrite" in run("synthesize", "crawlqa", world, "--out", out).output
    assert out.read_text() == "precious"
    assert "no tasks of its own" in run("audit", world).output
