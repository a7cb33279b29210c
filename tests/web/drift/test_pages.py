"""What drift does to pages: nothing at severity 0, more at a higher one, always the same, and never to the facts."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.patient import plain
from tests.archives import Warc
from tests.worlds import World
from webenv.types import Missing, Page
from webenv.web.build import build_snapshot
from webenv.web.drift import FAMILIES, Drift, Drifted, Plan, read_plan
from webenv.web.snapshot import Snapshot

PRESERVING = sorted(name for name, family in FAMILIES.items() if family.preserves)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
families = st.sampled_from(sorted(FAMILIES))
seeds = st.integers(0, 1_000)
severities = st.floats(0, 1)


def drift(world: World, spec: str, seed: int = 0, split: str = "all") -> Drift:
    return Drift.over(world.web, read_plan(spec, seed, split))


def read_on(web: Drifted, url: str) -> Page | Missing:
    """The third answer, which is never a passing fault."""
    web.fetch(url)
    web.fetch(url)
    return web.fetch(url)


@given(family=families, seed=seeds)
@few
def test_severity_0_changes_nothing(world: World, family: str, seed: int) -> None:
    assert read_plan(f"{family}:0").severities == ()
    web = Drift(world.web, Plan(severities=((family, 0.0),), seed=seed)).episode()
    for url in world.urls[::10]:
        assert web.fetch(url) == world.web.fetch(url)
    assert web.search("town", 10) == world.web.search("town", 10)
    assert web.log == []


@given(seed=seeds, low=severities, high=severities, split=st.sampled_from(["all", "train", "test"]))
@few
def test_what_a_lower_severity_changes_a_higher_one_changes_too(
    world: World, seed: int, low: float, high: float, split: str
) -> None:
    low, high = sorted((low, high))
    names = sorted(FAMILIES)
    some, more = (
        Drift(world.web, Plan(severities=tuple((name, severity) for name in names), seed=seed, split=split))  # type: ignore[arg-type]
        for severity in (low, high)
    )
    for url in world.urls[::7]:
        for attempt in (1, 2, 3):
            assert set(some.choice.of_page(url, attempt)) <= set(more.choice.of_page(url, attempt))
        assert some.mover(url) in (None, more.mover(url))
    for query in ("town", "book", "mayor of the town"):
        assert set(some.choice.of_search(query, 0)) <= set(more.choice.of_search(query, 0))


@pytest.mark.parametrize("family", FAMILIES)
def test_severity_1_of_every_family_changes_what_is_seen(world: World, family: str) -> None:
    web = drift(world, f"{family}:1").episode()
    changed = [url for url in world.urls[:20] if web.fetch(url) != world.web.fetch(url)]
    found = web.search("mayor of the town", 10) != world.web.search("mayor of the town", 10)
    assert changed or found
    assert {edit.operator.partition(".")[0] for edit in web.log} == {family}


@given(seed=seeds, order=st.randoms(use_true_random=False))
@few
def test_no_order_of_visits_and_searches_matters(world: World, seed: int, order: random.Random) -> None:
    plan = read_plan("everything", seed)
    asked = [("fetch", url) for url in world.urls[::12]] * 3 + [
        ("search", query) for query in ("town", "book", "mayor")
    ]

    def answers(asked: list[tuple[str, str]]) -> dict[tuple[str, str], list[object]]:
        web, answered = Drift(world.web, plan).episode(), dict[tuple[str, str], list[object]]()
        for kind, what in asked:
            answer: object = web.fetch(what) if kind == "fetch" else web.search(what, 10)
            answered.setdefault((kind, what), []).append(answer)
        return answered

    assert answers(asked) == answers(order.sample(asked, len(asked)))


_DIGEST = """
import sys
from collections.abc import Callable
from pathlib import Path
from pathlib import Path
from tests.web.drift.test_pages import digest
from tests.archives import Warc
from tests.worlds import World
print(digest(World(Path(sys.argv[1]), Path(sys.argv[2]))))
"""


def digest(world: World) -> str:
    """Of everything that a drifted world answers, once and again."""
    web, said = drift(world, "everything:1", seed=11).episode(), hashlib.sha256()
    for url in world.urls[::3] * 2:
        said.update(repr(web.fetch(url)).encode())
    for query in ("town", "book", "mayor of the town"):
        said.update(repr(web.search(query, 10)).encode())
    said.update(repr(web.log).encode())
    return said.hexdigest()


def test_every_process_says_the_same(world: World) -> None:
    command = [sys.executable, "-c", _DIGEST, str(world.path), str(world.task_file)]
    ended = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONHASHSEED": "77"}, check=False
    )
    assert ended.stdout.strip() == digest(world), ended.stderr


@given(family=st.sampled_from(PRESERVING), seed=seeds, severity=severities, data=st.data())
@settings(few, max_examples=40)
def test_the_words_of_the_evidence_survive(
    world: World, family: str, seed: int, severity: float, data: st.DataObject
) -> None:
    """On the page as an agent reads it, at the address where search has it now."""
    task = data.draw(st.sampled_from(world.tasks))
    drifted = drift(world, f"{family}:{severity}", seed)
    for evidence in task.evidence:
        page = read_on(drifted.episode(), drifted.address(evidence.url))
        assert isinstance(page, Page)
        assert plain(evidence.text) in plain(page.text)


@pytest.mark.parametrize("name", PRESERVING)
def test_all_operators_of_a_family_together_keep_the_evidence_of_all_tasks(world: World, name: str) -> None:
    drifted = drift(world, f"{name}:1", seed=2)
    for task in world.tasks:
        for evidence in task.evidence:
            page = read_on(drifted.episode(), drifted.address(evidence.url))
            assert isinstance(page, Page)
            assert plain(evidence.text) in plain(page.text), (task.task_id, page.text)


def test_no_operator_shows_itself(world: World) -> None:
    web = drift(world, "everything:1", seed=4).episode()
    names = [operator.name for family in FAMILIES.values() for operator in family.operators]
    for url in world.urls[::5]:
        page = web.fetch(url)
        if isinstance(page, Page):
            shown = f"{page.url} {page.title} {page.text} {page.note}"
            assert not any(name in shown for name in names)
            assert "drift" not in shown.lower()
            clean = world.web.fetch(url)
            assert isinstance(clean, Page)
            assert (page.timestamp, page.digest) == (clean.timestamp, clean.digest)
    assert web.log


@pytest.mark.parametrize(("split", "other"), [("train", "test"), ("test", "train")])
def test_held_out_operators_stay_out(world: World, split: str, other: str) -> None:
    web = drift(world, ",".join(FAMILIES), seed=1, split=split).episode()
    for url in world.urls[::4] * 2:
        web.fetch(url)
    for query in ("town", "book", "mayor", "people"):
        web.search(query, 10)
    splits = {operator.name: operator.split for family in FAMILIES.values() for operator in family.operators}
    assert {splits[edit.operator] for edit in web.log} == {split}


def test_faults_that_pass_pass_with_the_third_try_and_begin_anew_with_an_episode(world: World) -> None:
    drifted = drift(world, "flaky:1")
    url = world.urls[3]
    web = drifted.episode()
    first, _, third = (web.fetch(url) for _ in range(3))
    assert first != world.web.fetch(url)
    assert third == world.web.fetch(url)
    assert [edit.lasts for edit in web.log] == ["transient", "transient"]
    assert drifted.episode().fetch(url) == first


def test_moved_pages_are_where_search_says_and_tell_of_it_or_not(world: World) -> None:
    drifted = drift(world, "moved:1")
    seen = set()
    for url in world.urls[:40]:
        now = drifted.address(url)
        assert now != url
        web = drifted.episode()
        there, clean = web.fetch(now), world.web.fetch(url)
        assert isinstance(there, Page)
        assert isinstance(clean, Page)
        assert (plain(there.text), there.url, there.redirects) == (plain(clean.text), now, ())
        before = drifted.episode().fetch(url)
        assert isinstance(before, Page)
        assert (before.status, before.url) == (404, url) or (before.url, before.redirects[0]) == (now, url)
        seen.add(before.status)
    assert seen == {200, 404}


def test_links_of_a_moved_page_lead_where_they_led(world: World) -> None:
    drifted = drift(world, "moved:1")
    for url in world.urls[:20]:
        clean, there = world.web.fetch(url), drifted.episode().fetch(drifted.address(url))
        assert isinstance(clean, Page)
        assert isinstance(there, Page)
        assert {link.url for link in clean.links} <= {link.url for link in there.links}


def test_hosts_that_take_no_other_name_stay(warc: Callable[..., Warc], tmp_path: Path) -> None:
    """`new.127.0.0.1` is no address, so a page there cannot move to it."""
    with warc() as archive:
        for number in range(30):
            archive.page(f"http://127.0.0.1:8000/{number}", "Page", "<p>The heron stands in the river.</p>")
    build_snapshot([str(archive.path)], tmp_path / "out")
    web = Snapshot.open(tmp_path / "out")
    drifted = Drift.over(web, read_plan("moved:1"))
    for capture in web.captures():
        page = drifted.episode().fetch(drifted.address(capture.url))
        assert isinstance(page, Page)
        assert "heron" in page.text
