"""`webenv perturb`: an archive that says what drift says, is sound, and ships the tasks that still hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.archives import digest_of
from tests.worlds import run
from webenv.errors import InputError
from webenv.types import Page
from webenv.web.drift import Drift, read_plan
from webenv.web.drift.perturb import LOG, perturb
from webenv.web.snapshot import Snapshot
from webenv.web.verify import verify

SPEC = "redesign,ads:0.3,stale:0.5,misinformation:0.2,injection:0.5,notices:0.5,flaky:0.4,ranking"


@pytest.fixture(scope="module")
def written(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    out = tmp_path_factory.mktemp("perturb") / "out"
    said = run("perturb", nemo, "--drift", SPEC, "--drift-seed", 3, "--out", out, "--json")
    return out, json.loads(said)


def test_every_page_of_the_archive_is_the_page_of_the_drift(
    nemo: Path, written: tuple[Path, dict[str, object]]
) -> None:
    clean, archive = Snapshot.open(nemo), Snapshot.open(written[0])
    drift = Drift.over(clean, read_plan(SPEC.replace("flaky:0.4,", ""), 3))
    for capture in clean.captures():
        ours, theirs = drift.episode().fetch(capture.url), archive.fetch(capture.url)
        assert isinstance(ours, Page) == isinstance(theirs, Page)
        if isinstance(ours, Page) and isinstance(theirs, Page):
            assert (ours.url, ours.title, ours.date, ours.status) == (
                theirs.url,
                theirs.title,
                theirs.date,
                theirs.status,
            )
            assert (ours.text, ours.links) == (theirs.text, theirs.links)


def test_the_archive_is_sound_and_its_tasks_hold(written: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    out, report = written
    assert verify(out).problems == ()
    assert (report["tasks"], report["tasks_lost"]) == (14, 0)
    for policy in ("oracle", "oracle:patient"):
        said = run("rollout", out, "--policy", policy, "--out", tmp_path / f"{policy}.jsonl", "--json")
        assert json.loads(said)["right"] == 14


def test_what_was_changed_and_what_could_not_be_stands_beside_it(written: tuple[Path, dict[str, object]]) -> None:
    out, report = written
    lines = [json.loads(line) for line in (out / LOG).read_text().splitlines()]
    edits, left_out = report["edits"], report["left_out"]
    assert isinstance(edits, dict)
    assert isinstance(left_out, list)
    assert len(lines) == sum(edits.values())
    assert {name.partition(".")[0] for name in left_out} == {"flaky", "ranking"}


def test_the_same_plan_gives_the_same_bytes(
    nemo: Path, written: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    perturb(Snapshot.open(nemo), read_plan(SPEC, 3), tmp_path / "again")
    assert digest_of(tmp_path / "again") == digest_of(written[0])


def test_lost_pages_take_their_tasks_with_them(nemo: Path, tmp_path: Path) -> None:
    report = perturb(Snapshot.open(nemo), read_plan("rot:0.5", 1), tmp_path / "out")
    assert report.tasks_lost > 0
    assert report.tasks + report.tasks_lost == 14


def test_a_plan_that_changes_nothing_is_refused(nemo: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="changes nothing"):
        perturb(Snapshot.open(nemo), read_plan("moved:0"), tmp_path / "out")
