"""The audit: passes what the commands write, fails on what gives answers away, and refuses what is not its business."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.synthesis.audit import sample
from training.synthesis.check import at_least, at_most
from training.synthesis.crawlqa import TYPES
from training.synthesis.solve import Solver, _bounds
from webenv.errors import InputError
from webenv.types import Task
from webenv.web.build import build_snapshot
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import encode_tasks, read_tasks
from webenv.web.world import Graph, read_world
from webenv.web.world.sites import Sites

from .conftest import Run

pytestmark = pytest.mark.xdist_group("synthesis")
Audit = Callable[..., tuple[int, dict[str, dict[str, Any]], str]]


@pytest.fixture
def audit(run: Run, tmp_path: Path) -> Audit:
    """Audits tasks or a file; exit code, checks by name, and what else was said."""

    def check(world: Path, tasks: Path | list[Task], *more: object) -> tuple[int, dict[str, dict[str, Any]], str]:
        path = tasks if isinstance(tasks, Path) else tmp_path / "tasks.jsonl"
        if isinstance(tasks, list):
            path.write_bytes(encode_tasks(tasks))
        result = run("audit", world, "--tasks", path, "--json", *more)
        checks = json.loads(result.stdout)["checks"] if result.stdout.startswith("{") else []
        return result.exit_code, {each["name"]: each for each in checks}, result.output

    return check


@pytest.mark.parametrize("name", ["crawlqa", "obfuscated", "e2hqa"])
def test_what_the_commands_write_passes(world: Path, files: dict[str, Path], audit: Audit, name: str) -> None:
    code, checks, said = audit(world, files[name])
    assert code == 0, said
    for check in ("proved", "unique", "solved", "findable", "necessary"):
        assert checks[check]["count"] == checks[check]["of"] > 40
    assert checks["random walk"]["of"] > 40
    if name == "e2hqa":
        assert {task.hops for task in read_tasks(files[name])} == set(range(3, 16))


def test_a_sample_has_all_types_in_it(crawlqa: list[Task]) -> None:
    for limit in (40, 50, 100):
        drawn = sample(crawlqa, limit)
        assert len({task.task_id for task in drawn}) == limit
        assert {task.template.partition(":")[0] for task in drawn} == set(TYPES)
        assert drawn == sample(crawlqa, limit)


def test_what_gives_the_answer_away_fails(
    world: Path, crawlqa: list[Task], audit: Audit, run: Run, tmp_path: Path
) -> None:
    bad = [
        msgspec.structs.replace(crawlqa[0], question=f"Is it {crawlqa[0].answer}?"),
        msgspec.structs.replace(crawlqa[4], evidence=crawlqa[4].evidence[-1:]),
        msgspec.structs.replace(crawlqa[8], answer="something else"),
        msgspec.structs.replace(crawlqa[12], oracle=()),
    ]
    code, checks, _ = audit(world, bad)
    assert code == 1
    failed = {name for name, check in checks.items() if check["at_most"] and check["count"]}
    failed |= {name for name, check in checks.items() if not check["at_most"] and check["count"] < check["of"]}
    assert failed >= {"answer in question", "one page", "solved", "unique"}
    said = run("audit", world, "--tasks", tmp_path / "tasks.jsonl").stdout
    assert "FAILS" in said


@pytest.mark.parametrize(("of", "bound", "allowed"), [(40, 0.01, 1), (40, 0.0, 0), (300, 0.01, 3), (100, 0.07, 7)])
def test_a_bound_is_rounded_to_whole_tasks(crawlqa: list[Task], of: int, bound: float, allowed: int) -> None:
    """One lucky guess in forty is no proof that more than one in a hundred can be guessed."""
    tasks = [msgspec.structs.replace(crawlqa[0], task_id=str(number)) for number in range(of)]
    for broken, passes in ((allowed, True), (allowed + 1, False)):
        bad = {task.task_id for task in tasks[:broken]}
        assert at_most("guessed", "", tasks, lambda task: task.task_id in bad, bound).passed is passes  # noqa: B023
        assert at_least("kept", "", tasks, lambda task: task.task_id not in bad, 1 - bound).passed is passes  # noqa: B023


def test_questions_that_repeat_each_other_fail(world: Path, crawlqa: list[Task], audit: Audit) -> None:
    said_twice = [
        msgspec.structs.replace(task, task_id=f"{task.task_id}-{again}") for task in crawlqa[:8] for again in "ab"
    ]
    code, checks, _ = audit(world, said_twice)
    assert code == 1
    assert checks["similar question"]["count"] == checks["similar question"]["of"] == 16


@pytest.mark.parametrize("is_copy", [False, True])
def test_a_fact_that_stands_elsewhere_makes_its_page_unnecessary(
    audit: Audit, run: Run, warc: Callable[..., Any], tmp_path: Path, is_copy: bool
) -> None:
    """Unless the other page says of itself that it is a copy."""
    made, tasks = tmp_path / "made", tmp_path / "made.jsonl"
    kept = ("--warc", tmp_path / "made.warc.gz")
    assert run("generate-world", "--seed", 4, "--pages", 300, "--out", made, *kept).exit_code == 0
    assert run("synthesize", "crawlqa", made, "--count", 20, "--out", tasks).exit_code == 0
    graph, task = read_world(Snapshot.open(made)), read_tasks(tasks)[0]
    assert graph
    assert audit(made, tasks)[1]["necessary"]["count"] == 20
    fact = next(iter(Solver(graph).facts(task.triplets)))
    value = fact.value if isinstance(fact.value, str) else graph.name(fact.value)
    page, said = Sites(graph).of(fact.page, fact.site), f"<p>{task.question} {graph.name(fact.of)}: {value}</p>"
    with warc("more.warc.gz") as more:
        head = f'<link rel="canonical" href="{page}">' if is_copy else ""
        html = f"<html><head><title>Gossip</title>{head}</head><body><main>{said}</main></body></html>"
        more.response("http://gossip.example/", html.encode(), "text/html")
    build_snapshot([str(tmp_path / "made.warc.gz"), str(tmp_path / "more.warc.gz")], tmp_path / "with-gossip")
    _, checks, _ = audit(tmp_path / "with-gossip", [task])
    assert checks["necessary"]["count"] == is_copy


def test_tasks_of_another_web_are_refused(
    world: Path, nemo: Path, crawlqa: list[Task], audit: Audit, run: Run, tmp_path: Path
) -> None:
    assert "no tasks of its own" in run("audit", world).output
    item = crawlqa[0].evidence[0]
    for changed, said in (
        ({"url": "http://elsewhere.example/"}, "are these tasks of another world?"),
        ({"digest": "sha256:" + "0" * 64}, "is not what its evidence was read from"),
        ({"relation": "likes"}, "generated worlds have no relation 'likes'"),
    ):
        evidence = (msgspec.structs.replace(item, **changed),)
        code, _, output = audit(world, [msgspec.structs.replace(crawlqa[0], evidence=evidence)])
        assert code == 1
        assert said in output
    strange = msgspec.structs.replace(crawlqa[0], triplets=(("V@X", "likes of", "C@y"),))
    assert "no relation 'likes of'" in audit(world, [strange])[2]
    assert run("generate-world", "--seed", 2, "--pages", 100, "--out", tmp_path / "other").exit_code == 0
    assert "are these tasks of another world?" in audit(tmp_path / "other", crawlqa)[2]
    said = run("audit", nemo).output
    assert "Not a generated world" in said
    assert "unique" not in said.partition("Not a generated world")[0]


def test_splits_share_nothing_but_what_is_found(
    world: Path, files: dict[str, Path], crawlqa: list[Task], audit: Audit, run: Run, tmp_path: Path
) -> None:
    held_out, test = tmp_path / "held-out", tmp_path / "test.jsonl"
    assert run("generate-world", "--seed", 9, "--split", "test", "--pages", 600, "--out", held_out).exit_code == 0
    assert run("synthesize", "crawlqa", held_out, "--count", 40, "--out", test).exit_code == 0
    code, checks, said = audit(held_out, test, "--against", files["crawlqa"], "--against", files["e2hqa"])
    assert code == 0, said
    shared = {name: check for name, check in checks.items() if name.startswith("shared")}
    assert len(shared) == 6
    assert all(check["of"] == 40 and not check["count"] for check in shared.values())
    assert {task.split for task in read_tasks(test)} == {"test"}
    code, checks, _ = audit(world, crawlqa[:20], "--against", files["crawlqa"])
    assert code == 1
    assert all(check["count"] == 20 for name, check in checks.items() if name.startswith("shared"))


def test_a_policy_can_be_asked_without_tools(world: Path, crawlqa: list[Task], audit: Audit, tmp_path: Path) -> None:
    turns = {task.task_id: [f"<think>I know.</think>\n<answer>{task.answer}</answer>"] for task in crawlqa[:10]}
    (tmp_path / "turns.json").write_text(json.dumps(turns))
    code, checks, _ = audit(world, crawlqa[:10], "--closed-book", f"scripted:{tmp_path / 'turns.json'}")
    assert code == 1
    assert checks["closed book"]["count"] == 10


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_solver_finds_other_answers(graph: Graph, crawlqa: list[Task], data: st.DataObject) -> None:
    task = data.draw(st.sampled_from(crawlqa))
    solver = Solver(graph)
    assert solver.answers(task.triplets) == {task.answer}
    other = data.draw(st.sampled_from(crawlqa))
    assert solver.unique(msgspec.structs.replace(task, answer=other.answer)) == (task.answer == other.answer)
    known = [triplet for triplet in task.triplets if triplet[2].startswith("C@")]
    assert not solver.unique(msgspec.structs.replace(task, question=task.question.replace(known[0][2][2:], "it")))


@pytest.mark.parametrize(
    "triplets",
    [(), (("V@X", "mayor of", "V@E1"),), (("V@X", "mayor of", "V@X"),), (("V@X", "likes", "C@y"),),
     (("V@X", "kind", "C@ghost"),), (("V@X", "most beauty", "C@y"),), (("V@X", "born", "C@long ago"),)],
)  # fmt: skip
def test_what_is_no_question_is_refused(graph: Graph, triplets: tuple[tuple[str, str, str], ...]) -> None:
    with pytest.raises(InputError):
        Solver(graph).answers(triplets)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("the 1920s", (1920, 1929)), ("the early 1380s", (1380, 1383)), ("the late 1990s", (1997, 1999)),
     ("fewer than ten", (0, 9)), ("some tens of thousands of", (10_000, 99_999))],
)  # fmt: skip
def test_vague_words_have_bounds(text: str, bounds: tuple[int, int]) -> None:
    assert _bounds(text) == bounds
