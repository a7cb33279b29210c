"""Questions over real pages without a language model: proved, solved, unspoilt, and the same in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.training.harbours import COUNT, HARBOURS, captain, ferry, harbour
from training.synthesis.facts import Facts
from training.synthesis.survey import Survey
from training.synthesis.walks import Bounds, walk
from webenv.cli import main
from webenv.types import Page
from webenv.web.build import build_snapshot
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks, unproved
from webenv.web.world.dice import Dice

pytestmark = pytest.mark.xdist_group("extracted")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def audited(snapshot: Path, tasks: Path) -> dict[str, dict[str, object]]:
    result = run("audit", snapshot, "--tasks", tasks, "--json")
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert result.exit_code == 0, checks
    return checks


@pytest.fixture(scope="module")
def tasks(harbours: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tasks") / "tasks.jsonl"
    said = run("synthesize", "crawlqa", harbours, "--count", 200, "--out", out)
    assert said.exit_code == 0, said.output
    return out


def test_every_type_is_asked_and_the_audit_passes(harbours: Path, tasks: Path) -> None:
    found = read_tasks(tasks)
    kinds = [task.template.partition(":")[0] for task in found]
    assert all(kinds.count(kind) >= 8 for kind in ("multi-hop", "count", "intersection", "comparison"))
    assert len(found) == len({task.question for task in found}) == 200
    checks = audited(harbours, tasks)
    assert checks["solved"]["count"] == 200
    assert checks["in a snippet"]["count"] == 0


def test_every_task_carries_its_proof(harbours: Path, tasks: Path) -> None:
    web = Snapshot.open(harbours)
    for task in read_tasks(tasks):
        assert unproved(task, web) == []
        assert task.hops == len({item.url for item in task.evidence}) >= 2
        assert all(item.digest for item in task.evidence)
        assert task.as_of == "2022-03-04"
        said = task.question.casefold()
        assert task.template.startswith("count") or task.answer.casefold() not in said


def test_answers_are_what_the_site_says(tasks: Path) -> None:
    checked = 0
    for task in read_tasks(tasks):
        for number in range(COUNT):
            asked = f"“Ferry” of “{harbour(number)}” (Pilot book)"
            if asked in task.question and task.template == "multi-hop:field:Captain":
                assert task.answer == captain(number)
                checked += 1
    assert checked


def test_the_shipped_snapshot_has_questions_and_passes(nemo: Path, tmp_path: Path) -> None:
    said = run("synthesize", "crawlqa", nemo, "--count", 60, "--out", tmp_path / "nemo.jsonl")
    assert said.exit_code == 0, said.output
    assert audited(nemo, tmp_path / "nemo.jsonl")["solved"]["count"] == 60
    about = [task for task in read_tasks(tmp_path / "nemo.jsonl") if task.template == "multi-hop:field:Price"]
    prices = {task.evidence[-1].url.rpartition("/")[2]: task for task in about}
    tang = prices["regal-blue-tang.html"]
    assert "“Species of the title character” of “Finding Dory” (Reelpedia)" in tang.question
    assert (tang.answer, tang.answer_type, tang.hops) == ("$79.99", "number", 2)


def test_files_are_the_same_in_every_process_and_differ_by_seed(harbours: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        arguments = ("synthesize", "crawlqa", str(harbours), "--count", "40", "--out", str(tmp_path / seed))
        command = [sys.executable, "-m", "webenv.cli", *arguments]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert run("synthesize", "crawlqa", harbours, "--seed", 1, "--count", 40, "--out", tmp_path / "3").exit_code == 0
    assert (tmp_path / "1").read_bytes() != (tmp_path / "3").read_bytes()


def test_walks_are_bounded_and_prefer_content_to_menus(harbours: Path) -> None:
    survey = Survey(Snapshot.open(harbours))
    bounds = Bounds(depth=2, breadth=3, pages=9)
    pages = walk(survey, f"{HARBOURS}/coast/1", Dice("test"), bounds)
    assert [page.url for page in pages] == [page.url for page in walk(survey, pages[0].url, Dice("test"), bounds)]
    assert len(pages) <= 9
    assert not {f"{HARBOURS}/depths", f"{HARBOURS}/about", f"{HARBOURS}/"} & {page.url for page in pages}
    assert survey.roots()[0].endswith(".example/") or len(survey.roots()) > 1
    assert survey.site_of(pages[0].url) == "Pilot book"
    assert survey.name(pages[0].url) == "Coast 1"


def test_facts_have_types_and_stand_on_the_page(harbours: Path) -> None:
    facts = Facts(Survey(Snapshot.open(harbours)))
    page = facts.of(f"{HARBOURS}/5")
    assert page
    fields = {field.label: field.value for field in page.fields}
    assert (fields["Berths"].text, fields["Berths"].type) == ("26", "number")
    assert (fields["Opened"].text, fields["Opened"].type) == ("6 May 1811", "date")
    assert (fields["Ferry"].text, fields["Ferry"].link) == (ferry(5), "http://ferries.example/5")
    assert all(field.span in page.page.text for field in page.fields)
    depths = facts.of(f"{HARBOURS}/depths")
    assert depths
    assert depths.tables[0].columns == ("Harbour", "Depth", "Beacon")


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Nothing here.</p>",
        "<table>" * 3_000,
        "<ul><li>" * 3_000,
        "<table><tr><th>A</th><td>" + "x" * 100_000 + "</td></tr></table>",
        "<dl>" + "<dt>Same</dt><dd>1</dd>" * 2_000 + "</dl>",
        "<table><tr><th>{0}</th><th>%s</th></tr>" + "<tr><td>{}</td><td>{1}</td></tr>" * 4 + "</table>",
        '<h1>T</h1><ul><li><a href="">x</a></li><li><a href="#">y</a></li><li><a href="mailto:a@b">z</a></li></ul>',
    ],
    ids=["prose", "nested tables", "nested lists", "long cell", "one label", "braces", "odd links"],
)
def test_odd_pages_cost_nothing_but_their_questions(warc: Callable[..., object], tmp_path: Path, markup: str) -> None:
    with warc() as writer:  # type: ignore[attr-defined]
        for number in range(3):
            writer.page(f"http://odd.example/{number}", f"Page {number}", markup + f'<a href="/{number + 1}">on</a>')
    build_snapshot([str(tmp_path / "in.warc.gz")], tmp_path / "odd")
    said = run("synthesize", "crawlqa", tmp_path / "odd", "--out", tmp_path / "out.jsonl")
    assert said.exit_code == 1
    assert "no question was found" in said.output
    assert not (tmp_path / "out.jsonl").exists()
    assert not (tmp_path / "out.jsonl.part").exists()


def test_bad_input_is_named(harbours: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert (
        "not-in-snapshot" in run("synthesize", "crawlqa", harbours, "--root", "http://no.example/", "--out", out).output
    )
    assert "generated world alone" in run("synthesize", "crawlqa", harbours, "--easy", "--out", out).output
    assert "name server and model" in run("synthesize", "crawlqa", harbours, "--llm", "x", "--out", out).output
    out.write_text("precious")
    assert "--overwrite" in run("synthesize", "crawlqa", harbours, "--out", out).output
    assert out.read_text() == "precious"
    small = run(
        "synthesize", "crawlqa", harbours, "--count", 5, "--root", f"{HARBOURS}/coast/2", "--overwrite", "--out", out
    )
    assert small.exit_code == 0, small.output
    assert isinstance(Snapshot.open(harbours).fetch(read_tasks(out)[0].evidence[0].url), Page)
