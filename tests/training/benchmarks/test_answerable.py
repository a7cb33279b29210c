"""`webenv answerable`: what a snapshot can answer, and that a page that is gone makes a difference."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from tests.archives import Warc
from tests.training.benchmarks.files import FLAT, array, browsecomp
from webenv.cli import main
from webenv.types import Evidence, Task
from webenv.web.build import build_snapshot
from webenv.web.tasks import encode_tasks, read_tasks

pytestmark = pytest.mark.xdist_group("answerable")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def said(*arguments: object) -> dict[str, Any]:
    result = run("answerable", *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def verdicts(*arguments: object) -> dict[str, str]:
    return {found["task_id"]: found["verdict"] for found in said(*arguments)["findings"]}


def written(path: Path, *tasks: Task) -> Path:
    path.write_bytes(encode_tasks(list(tasks)))
    return path


def without(archives: Iterable[Path], gone: str, folder: Path) -> Path:
    """A snapshot built from the records of archives, but for those of one URL."""
    folder.mkdir()
    with (folder / "torn.warc.gz").open("wb") as file:
        writer = WARCWriter(file)
        for archive in archives:
            with archive.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    if record.rec_headers.get_header("WARC-Target-URI") != gone:
                        writer.write_record(record)
    build_snapshot([str(folder / "torn.warc.gz")], folder / "snapshot")
    return folder / "snapshot"


def needs(task: Task, url: str) -> bool:
    return any(item.url == url for item in task.evidence)


@pytest.fixture(scope="module")
def river(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of the pages that the invented rows ask about."""
    folder = tmp_path_factory.mktemp("river")
    with Warc(folder / "river.warc.gz") as warc:
        warc.page("http://a.example/", "A", "<p>The river of A, and its grey heron.</p>")
        warc.page("http://a.example/opening", "Opening", "<p>The river opens on May 3, 2031.</p>")
        warc.page("http://a.example/gate", "Gate", "<p>The gate is at Lower Heron Street 9, beside the old mill.</p>")
        warc.page("http://a.example/zh", "河流", "<p>苍鹭在白沙河边。</p>")
        warc.page("http://a.example/lost", "Lost", "<p>The heron is lost, says the error.</p>", status="404 Not Found")
        warc.page("http://a.example/reeds", "Reeds of A", "<p>The miller counts 3 reeds.</p><p>Otters: 7</p>")
    build_snapshot([str(folder / "river.warc.gz")], folder / "snapshot")
    return folder / "snapshot"


def test_the_shipped_tasks_can_be_answered(nemo: Path) -> None:
    found = said(nemo, nemo / "tasks" / "tasks.jsonl")
    assert found["tasks"] == found["answerable"] == found["verdicts"]["evidence"] == 14


@pytest.mark.parametrize(
    "gone",
    [
        "http://www.reelpedia.example/film/finding-nemo.html",
        "http://parks.pinellas-county.example/fred-howard-park.html",
    ],
)
def test_a_task_whose_page_is_gone_is_unanswerable(nemo: Path, gone: str, tmp_path: Path) -> None:
    """A real snapshot, built again without one page; every other task stays as it was."""
    torn = without((nemo / "archive").glob("*.warc.gz"), gone, tmp_path / "torn")
    tasks = read_tasks(nemo / "tasks" / "tasks.jsonl")
    found = said(torn, nemo / "tasks" / "tasks.jsonl", "--out", tmp_path / "left.jsonl")
    broken = {task.task_id for task in tasks if needs(task, gone)}
    assert broken
    for each in found["findings"]:
        if each["task_id"] in broken:
            assert each["verdict"] in ("no", "answer without evidence")
            assert f"{each['task_id']}: {gone}: not-in-snapshot" in each["problems"]
        else:
            assert (each["verdict"], each["problems"]) == ("evidence", [])
    assert found["answerable"] == len(tasks) - len(broken)
    assert read_tasks(tmp_path / "left.jsonl") == [task for task in tasks if task.task_id not in broken]


def test_the_same_on_a_generated_world(tmp_path: Path) -> None:
    world, kept, asked = tmp_path / "world", tmp_path / "world.warc.gz", tmp_path / "asked.jsonl"
    assert run("generate-world", "--seed", 1, "--pages", 150, "--out", world, "--warc", kept).exit_code == 0
    assert run("synthesize", "crawlqa", world, "--count", 40, "--out", asked).exit_code == 0
    assert set(verdicts(world, asked).values()) == {"evidence"}
    tasks = read_tasks(asked)
    gone = tasks[1].evidence[0].url
    found = verdicts(without([kept], gone, tmp_path / "torn"), asked)
    assert {name for name, verdict in found.items() if verdict != "evidence"} == {
        task.task_id for task in tasks if needs(task, gone)
    }
    assert not {"answer on a page", "evidence pages only"} & set(found.values())


def test_questions_about_another_web_cannot_be_answered(nemo: Path, river: Path) -> None:
    assert set(verdicts(river, nemo / "tasks" / "tasks.jsonl").values()) == {"no"}


def test_a_benchmark_that_names_pages_alone(river: Path, nemo: Path, tmp_path: Path) -> None:
    array(tmp_path / "test.json", FLAT)
    assert run("import-benchmark", "webwalkerqa", tmp_path / "test.json", "--out", tmp_path / "t.jsonl").exit_code == 0
    assert set(verdicts(river, tmp_path / "t.jsonl").values()) == {"evidence"}
    assert set(verdicts(nemo, tmp_path / "t.jsonl").values()) == {"no"}
    torn = without((river / "archive").glob("*.warc.gz"), "http://a.example/gate", tmp_path / "torn")
    assert sorted(verdicts(torn, tmp_path / "t.jsonl").values()) == ["evidence", "no"]


def test_a_benchmark_that_names_no_page(river: Path, tmp_path: Path) -> None:
    rows = [("Which bird does the river of A have?", "Grey heron"), ("Who sleeps in the weir?", "Ninian Vesper")]
    browsecomp(tmp_path / "in.csv", rows)
    assert run("import-benchmark", "browsecomp", tmp_path / "in.csv", "--out", tmp_path / "t.jsonl").exit_code == 0
    found = said(river, tmp_path / "t.jsonl")
    assert [(each["verdict"], each["page"]) for each in found["findings"]] == [
        ("answer on a page", "http://a.example/"),
        ("no", ""),
    ]


def test_each_verdict(river: Path, tmp_path: Path) -> None:
    heron, reeds = "Which bird does the river of A have?", "How many reeds does the miller of A count?"

    def ask(name: str, question: str, answer: str, **more: Any) -> Task:
        pages = [Evidence(url=f"http://a.example/{url}", text=text) for url, text in more.pop("pages", ())]
        return Task(task_id=name, question=question, answer=answer, evidence=tuple(pages), **more)

    tasks = [
        ask("words", heron, "anything", pages=[("", "grey heron")]),
        ask("page alone", heron, "grey heron", pages=[("", "")]),
        ask("other words", heron, "grey heron", pages=[("", "white heron")]),
        ask("other answer", heron, "black stork", pages=[("", "white heron")]),
        ask("pages only", heron, "black stork", pages=[("", ""), ("gate", "")]),
        ask("gone", heron, "grey heron", pages=[("gone", "grey heron"), ("", "")]),
        ask("error page", heron, "grey heron", pages=[("lost", "")]),
        ask("nothing", heron, "black stork", pages=[("gone", "")]),
        ask("near", reeds, "3", answer_type="number"),
        ask("by chance", reeds, "7", answer_type="number"),
    ]
    found = said(river, written(tmp_path / "t.jsonl", *tasks))
    assert {each["task_id"]: each["verdict"] for each in found["findings"]} == {
        "words": "evidence",
        "page alone": "evidence",
        "other words": "answer on a page",
        "other answer": "evidence pages only",
        "pages only": "evidence pages only",
        "gone": "answer without evidence",
        "error page": "answer without evidence",
        "nothing": "no",
        "near": "answer on a page",
        "by chance": "no",
    }
    assert found["answerable"] == 4
    assert sum(found["verdicts"].values()) == found["tasks"] == 10
    by_name = {each["task_id"]: each for each in found["findings"]}
    assert by_name["error page"]["problems"] == ["error page: http://a.example/lost: answers with status 404"]
    assert by_name["page alone"]["page"] == by_name["gone"]["page"] == "http://a.example/"


def test_the_table_has_counts_shares_and_examples(nemo: Path, tmp_path: Path) -> None:
    odd = Task(task_id="[bold]odd[/bold]", question="Who sleeps in the weir?", answer="Ninian Vesper")
    tasks = [*read_tasks(nemo / "tasks" / "tasks.jsonl"), odd]
    result = run("answerable", nemo, written(tmp_path / "t.jsonl", *tasks))
    assert result.exit_code == 0
    assert "14 of 15 questions (93.3%) can be answered" in result.stdout
    assert "no: for example [bold]odd[/bold]" in result.stdout
    assert "evidence: for example nemo-001, nemo-002, nemo-003" in result.stdout


def test_the_answer_is_the_same_in_every_process(nemo: Path, tmp_path: Path) -> None:
    tasks = [msgspec.structs.replace(task, evidence=()) for task in read_tasks(nemo / "tasks" / "tasks.jsonl")]
    arguments = ["answerable", str(nemo), str(written(tmp_path / "t.jsonl", *tasks)), "--json"]
    command = [sys.executable, "-m", "webenv.cli", *arguments]
    elsewhere = subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": "1"})
    assert elsewhere.stdout == run(*arguments).stdout_bytes


def test_bad_input_is_named(nemo: Path, tmp_path: Path) -> None:
    array(tmp_path / "raw.jsonl", FLAT)
    message = run("answerable", nemo, tmp_path / "raw.jsonl").output
    assert "line 1: not a task" in message
    assert "webenv import-benchmark" in message
    (tmp_path / "empty.jsonl").touch()
    assert "has no tasks" in run("answerable", nemo, tmp_path / "empty.jsonl").output
    assert "no such task file" in run("answerable", nemo, tmp_path / "none.jsonl").output
    tasks = nemo / "tasks" / "tasks.jsonl"
    (tmp_path / "folder").mkdir()
    assert "not a snapshot, datapackage.json is missing" in run("answerable", tmp_path / "folder", tasks).output
    (tmp_path / "out.jsonl").write_text("precious")
    assert "--overwrite" in run("answerable", nemo, tasks, "--out", tmp_path / "out.jsonl").output
    assert (tmp_path / "out.jsonl").read_text() == "precious"
