"""`webenv drift-measure`: what became of the pages and tasks of one snapshot in a later one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archives import Warc
from tests.sites import Route, moved, page, site, text
from tests.web.live.reading import frozen, reading
from webenv.cli import main
from webenv.types import Evidence, Task
from webenv.web.build import BuildSettings, build_snapshot
from webenv.web.likeness import Likenesses, resemblance, shingles
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import write_tasks

SAME = "<p>The lighthouse was built in 1887 and still stands at the mouth of the river, as every ship knows.</p>"
LONG = "<p>" + " ".join(f"sentence {n} of a long story about the sea and number {n * n}." for n in range(40)) + "</p>"
OTHER = "<p>" + " ".join(f"something {n} else entirely {n} happened {n} there" for n in range(40)) + "</p>"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def _before() -> dict[str, Route]:
    return {
        "/same": page("/x", more=SAME),
        "/skin": page(more=f"<div class=old>{SAME}</div>"),
        "/edited": page(more=LONG + SAME),
        "/announced": page(more=LONG),
        "/silent": page(more=LONG.replace("story", "tale")),
        "/gone": page(more=SAME),
        "/soft": page(more=SAME.replace("lighthouse", "tower")),
        "/dead": page(more=SAME),
        "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    }


def _after() -> dict[str, Route]:
    def drop(handler: Any) -> None:
        handler.close_connection = True

    return {
        "/same": page("/x", more=SAME.replace("<p>", "<p class=new>")),
        "/skin": page(more=f"<section><span>{SAME}</span></section>"),
        "/edited": page(more=LONG.replace("sentence 7 ", "line 7 ") + SAME.replace("1887", "1878")),
        "/announced": moved("/new/announced"),
        "/new/announced": page(more=LONG),
        "/new/silent": page(more=LONG.replace("story", "tale") + "<p>One more line.</p>"),
        "/gone": text("gone", 410),
        "/soft": moved("/home"),
        "/home": page(more=OTHER),
        "/dead": drop,
    }


ASKED = ["/same", "/skin", "/edited", "/announced", "/silent", "/gone", "/soft", "/dead", "/image"]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Two recordings of one server, which changed in between, as snapshots; and its address."""
    folder = tmp_path_factory.mktemp("changes")
    with site(_before()) as running:
        with reading(folder / "before") as live:
            for path in ASKED:
                live.fetch(running.url(path))
        running.routes.clear()
        running.routes.update(_after())
        with reading(folder / "after") as live:
            for path in [*ASKED, "/new/silent"]:
                live.fetch(running.url(path))
    frozen(folder / "before")
    frozen(folder / "after")
    return folder / "before-snapshot", folder / "after-snapshot", running.address


def _task(task_id: str, url: str, words: str) -> Task:
    return Task(task_id=task_id, question="?", answer="!", evidence=(Evidence(url=url, text=words),))


def test_every_fate(recorded: tuple[Path, Path, str], tmp_path: Path) -> None:
    before, after, address = recorded
    tasks = [
        _task("holds", f"{address}/same", "built in 1887"),
        _task("moved", f"{address}/announced", "sentence 3 of a long story"),
        _task("edited", f"{address}/edited", "built in 1887"),
        _task("gone", f"{address}/gone", "built in 1887"),
        _task("never", f"{address}/same", "not even before"),
        Task(task_id="unproved", question="?", answer="!"),
    ]
    write_tasks(tmp_path / "tasks.jsonl", tasks)
    result = run("drift-measure", before, after, "--tasks", tmp_path / "tasks.jsonl", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    each = {one["url"].removeprefix(address): one for one in found["each"]}
    assert {path: one["fate"] for path, one in each.items()} == {
        "/same": "same",
        "/skin": "same",
        "/edited": "changed",
        "/announced": "moved",
        "/silent": "moved",
        "/gone": "vanished",
        "/soft": "vanished",
        "/dead": "vanished",
    }
    assert found["fates"] == {"same": 2, "changed": 1, "moved": 2, "vanished": 3, "absent": 0}
    assert (found["pages"], found["new"], found["unannounced"]) == (8, 3, 1)
    assert 0.8 < found["similarity"] == each["/edited"]["similarity"] < 1
    assert (each["/announced"]["to"], each["/announced"]["announced"]) == (f"{address}/new/announced", True)
    assert (each["/silent"]["to"], each["/silent"]["announced"]) == (f"{address}/new/silent", False)
    assert [each[path]["why"] for path in ("/gone", "/dead")] == ["status 410", "broken-answer"]
    assert (found["tasks"], found["holding"]) == (4, 2)
    assert [task["task_id"] for task in found["broken"]] == ["edited", "gone"]


def test_the_table(recorded: tuple[Path, Path, str]) -> None:
    result = run("drift-measure", *recorded[:2])
    assert result.exit_code == 0
    for words in ("moved", "1 without a redirect", "of their text the same (median)", "0 of 0 tasks still hold."):
        assert words in result.stdout


def test_a_snapshot_has_not_changed_from_itself(nemo: Path) -> None:
    found = json.loads(run("drift-measure", nemo, nemo, "--json").stdout)
    assert found["fates"]["same"] == found["pages"]
    assert (found["holding"], found["new"], found["days"]) == (found["tasks"], 0, 0)
    assert found["vanished_a_week"] is None
    assert found["similarity"] is None


def test_the_rate_at_which_pages_vanish(tmp_path: Path) -> None:
    for name, at in (("before", "2022-01-01T00:00:00Z"), ("after", "2022-01-15T00:00:00Z")):
        with Warc(tmp_path / f"{name}.warc.gz") as warc:
            for number in range(4):
                status = "404 Not Found" if name == "after" and number == 0 else "200 OK"
                warc.page(f"http://a.example/{number}", "T", f"<p>{SAME} {number}</p>", status=status, at=at)
        build_snapshot([str(tmp_path / f"{name}.warc.gz")], tmp_path / name, BuildSettings())
    found = json.loads(run("drift-measure", tmp_path / "before", tmp_path / "after", "--json").stdout)
    assert found["days"] == 14
    assert found["vanished_a_week"] == pytest.approx(0.143841)  # exp(-2 r) = 3 / 4
    assert Snapshot.open(tmp_path / "after").date == "20220115000000"


def test_what_is_no_snapshot(nemo: Path, tmp_path: Path) -> None:
    for arguments in ((nemo, tmp_path / "none"), (tmp_path, nemo), (nemo, nemo, "--tasks", tmp_path / "none.jsonl")):
        result = run("drift-measure", *arguments)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")


@given(st.text(), st.text())
@settings(deadline=None)
def test_resemblance_is_a_measure(one: str, other: str) -> None:
    mine, theirs = shingles(one), shingles(other)
    assert resemblance(mine, mine) == 1
    assert 0 <= resemblance(mine, theirs) == resemblance(theirs, mine) <= 1


@given(st.lists(st.text("abcdef ", min_size=12), min_size=1, max_size=12, unique=True), st.data())
@settings(deadline=None)
def test_a_text_is_most_like_itself(texts: list[str], data: st.DataObject) -> None:
    wanted = shingles(data.draw(st.sampled_from(texts)))
    name, score = Likenesses(texts, str).most_like(wanted)
    assert (shingles(name), score) == (wanted, 1.0)
