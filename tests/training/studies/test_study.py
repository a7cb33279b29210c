"""`webenv experiment`: a small study from worlds to a page, killed on its way, and looked at in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.agent.tiny import make_model
from tests.conftest import Browse
from tests.training.conftest import Run
from tests.training.dapo.conftest import QUESTION

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("study")]

SMALL = Path(__file__).parent / "small.toml"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("base"), context=16_384, template=QUESTION)


@pytest.fixture(scope="module")
def ran(base: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study that nobody disturbed."""
    folder = tmp_path_factory.mktemp("study")
    result = run("experiment", SMALL, "--base", base, "--out", folder / "out", "--workers", 1)
    assert result.exit_code == 0, result.output
    assert "Compared question by question" in result.output
    return folder


def stages(folder: Path) -> dict[str, int]:
    """Every stage and when it was last touched."""
    return {each.name: each.stat().st_mtime_ns for each in (folder / "stages").iterdir()}


def test_the_outcome_says_what_was_done_and_what_came_of_it(ran: Path, base: Path) -> None:
    found = json.loads((ran / "out" / "result.json").read_bytes())
    assert [each["label"] for each in found["results"]] == ["SFT", "SFT + DAPO"]
    assert [each["measures"]["answers"]["Pass@1"]["whole"] for each in found["results"]] == [6, 6]
    assert [(each["kind"], len(each["curves"]["loss"])) for each in found["trainings"]] == [
        ("SFT", 2), ("SFT", 2), ("DAPO", 4),
    ]  # fmt: skip
    assert [(each["used_for"], each["questions"]) for each in found["asked"]] == [
        ("imitation", 8), ("practice", 6), ("test", 6),
    ]  # fmt: skip
    [contrast] = found["contrasts"]
    assert contrast["better"] + contrast["same"] + contrast["worse"] == 6
    assert str(base) not in (ran / "out" / "result.json").read_text()
    assert (ran / "out" / "result.md").read_text().startswith("# A small \\<study>")
    assert set(json.loads((ran / "out" / "times.json").read_bytes())) == set(stages(ran))
    for name in ("result.png", "curves.png"):
        assert (ran / "out" / name).read_bytes().startswith(b"\x89PNG")


def test_the_page_opens_without_a_network_and_leads_to_episodes(ran: Path, browse: Browse) -> None:
    page = ran / "out" / "report.html"
    dom = browse(page)
    assert "<h2>A small &lt;study&gt;</h2>" in dom
    assert "<title>A small &lt;study&gt;</title>" in dom
    assert len(re.findall(r'<img alt="[^"]*" src="data:image/png;base64,', dom)) == 2
    links = [int(number) for number in re.findall(r'<td><a href="#episode=(\d+)">', dom)]
    assert sorted(links) == list(range(1, 13))
    opened = browse(page, f"episode={links[1]}")
    assert 'id="list" hidden' in opened
    assert "SFT + DAPO.jsonl" in opened
    [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page.read_text())
    assert policy.startswith("default-src 'none'; img-src data:; script-src 'sha256-")


def test_a_study_that_was_killed_ends_with_the_same_outcome(ran: Path, base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "webenv.cli", "experiment", str(SMALL), "--base", str(base), "--out", str(out)]
    for pattern in ("taught-*/episodes.jsonl.part", "practised-*/run/checkpoints/checkpoint-2/complete.json"):
        with subprocess.Popen(
            [*command, "--workers", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while not any((tmp_path / "stages").glob(pattern)):
                assert process.poll() is None, "the study was over before it could be killed"
                time.sleep(0.002)
            process.kill()
    ended = subprocess.run(
        [*command, "--workers", "2"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": "5"},
    )
    assert ended.returncode == 0, ended.stderr
    for name in ("result.json", "result.md", "result.png", "curves.png"):
        assert (out / name).read_bytes() == (ran / "out" / name).read_bytes(), name


def test_another_study_makes_only_what_is_its_own(ran: Path, base: Path, run: Run, tmp_path: Path) -> None:
    before = stages(ran)
    study = tmp_path / "alone.toml"
    study.write_text(f'extends = "{SMALL}"\ntitle = "Alone"\n[[arms]]\nlabel = "SFT"\ntrain = ["sft"]\n')
    shared = ["--base", base, "--stages", ran / "stages"]
    assert run("experiment", study, *shared, "--out", tmp_path / "same").exit_code == 0
    assert stages(ran) == before
    changed = run("experiment", study, *shared, "--out", tmp_path / "other", "--set", "setup.play.samples=3")
    assert changed.exit_code == 0, changed.output
    after = stages(ran)
    assert {name.partition("-")[0] for name in set(after) - set(before)} == {"tested"}
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("setup.cold.techer='x'", "unknown field `techer`"),
        ("setup.sft.learning_rat=1", "trl.SFTConfig has no parameter `learning_rat`"),
        ("setup.learn.count=0", "Expected `int` >= 1"),
        ("setup.cold.teacher='professor:short'", "no policy 'professor:short'"),
        ("k=3", "k is 3, but play.samples is less"),
        ("measures=['Pass@9']", "Invalid enum value 'Pass@9'"),
        ("seeds=[1,1]", "each seed comes once"),
        ("arms=[{label='a/b'}]", "$.arms[0].label"),
        ("arms=[{label='a', against='b'}]", "which is no arm"),
        ("arms=[{label='a'}, {label='b', change={test={count=7}}}]", "tested on the same questions"),
        ("arms=[{label='a', change={cold={filter=true}}}]", "unknown field `filter`"),
    ],
)
def test_what_cannot_be_run_is_said_before_anything_is_made(
    base: Path, run: Run, tmp_path: Path, change: str, message: str
) -> None:
    result = run("experiment", SMALL, "--base", base, "--out", tmp_path / "out", "--set", change)
    assert result.exit_code == 1, result.output
    assert message in result.output
    assert list(tmp_path.iterdir()) == []


def test_names_and_folders_that_are_wrong(base: Path, run: Run, tmp_path: Path) -> None:
    assert "did you mean thoughts?" in run("experiment", "thought").output
    assert "no such study file" in run("experiment", tmp_path / "none.toml").output
    assert "no such model" in run("experiment", SMALL, "--base", tmp_path / "none", "--out", tmp_path / "out").output
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").touch()
    result = run("experiment", SMALL, "--base", base, "--out", tmp_path / "taken")
    assert "holds something that is no study" in result.output
    (tmp_path / "self.toml").write_text('extends = "self.toml"\n')
    assert "extends no study that extends it" in run("experiment", tmp_path / "self.toml").output


def test_an_audit_that_fails_stops_the_study(base: Path, run: Run, tmp_path: Path) -> None:
    """A test in the very world that was learnt from."""
    changes = ["--set", "setup.audit=8", "--set", "setup.test.world=11", "--set", "arms=[{label='SFT', train=['sft']}]"]
    result = run("experiment", SMALL, "--base", base, "--out", tmp_path / "out", *changes)
    assert result.exit_code == 1
    assert "the audit fails: shared question (another set asks the same)" in result.output


def test_the_shipped_studies_are_listed(run: Run) -> None:
    output = run("experiment", "--list").output
    for name in ("quickstart", "main", "data-efficiency", "no-cold-start", "thoughts", "passes", "hops"):
        assert name in output
