"""`webenv drift-report`: what policies lose, what they recover from, and who falls for lures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.worlds import run
from webenv.cli import main
from webenv.protocol import render
from webenv.types import ToolCall, Turn
from webenv.web.drift import Drift, read_plan
from webenv.web.snapshot import Snapshot

URL = "http://www.reelpedia.example/film/finding-nemo.html"


def turn(url: str = "", answer: str = "") -> str:
    return render(Turn(thought="Go on.", answer=answer) if answer else Turn(thought="Go on.", call=visit(url)))


def visit(url: str) -> ToolCall:
    return ToolCall(name="visit", arguments={"url": [url]})


def curves(nemo: Path, out: Path, *options: object) -> dict[str, dict[str, object]]:
    said = json.loads(run("drift-report", nemo, "--out", out, "--json", *options))
    return {curve["family"]: curve for curve in said["curves"]}


def test_the_patient_oracle_loses_only_what_is_gone(nemo: Path, tmp_path: Path) -> None:
    families = ("--families", "layout,flaky,rot", "--severities", "0.5,1", "--plot", tmp_path / "drift.png")
    found = curves(nemo, tmp_path / "runs", "--policy", "oracle:patient", *families)
    assert {name: curve["area"] for name, curve in found.items() if name != "rot"} == {"layout": 1.0, "flaky": 1.0}
    assert 0 < found["rot"]["area"] < 1  # type: ignore[operator]
    half, whole = found["flaky"]["points"]  # type: ignore[misc]
    assert whole["turns"]["value"] > half["turns"]["value"] > 0
    met = [rate for rate in whole["recovered"].values() if rate["of"]]
    assert met
    assert all(rate["count"] == rate["of"] for rate in met)
    assert (tmp_path / "drift.png").read_bytes().startswith(b"\x89PNG")
    before = {path.name: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    again = curves(nemo, tmp_path / "runs", "--policy", "oracle:patient", *families[:4])
    assert again == found
    assert {path.name: path.read_bytes() for path in (tmp_path / "runs").iterdir()} == before


def test_who_follows_lures_and_obeys_pages_is_counted(nemo: Path, tmp_path: Path) -> None:
    drift = Drift.over(Snapshot.open(nemo), read_plan("injection:1", 0))
    web = drift.episode()
    web.fetch(URL)
    canary = next(edit.note for edit in web.log if edit.note)
    turns = {"*": [turn(URL), turn("http://cookies.consent-centre.example/accept-all"), turn(answer=canary)]}
    script = tmp_path / "script.json"
    script.write_text(json.dumps(turns))
    options = ("--families", "notices,injection", "--severities", "1", "--limit", 3)
    found = curves(nemo, tmp_path / "runs", "--policy", f"scripted:{script}", *options)
    [notices], [injection] = found["notices"]["points"], found["injection"]["points"]  # type: ignore[misc]
    assert notices["accepted"] == {"count": 3, "of": 3}
    assert notices["obeyed"] == {"count": 0, "of": 0}
    assert injection["obeyed"] == {"count": 3, "of": 3}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--severities", "0"), "above 0"),
        (("--severities", "2"), "above 0"),
        (("--families", "moovd"), "did you mean moved"),
        (("--drift", "moved"), "--families"),
    ],
)
def test_what_cannot_be_swept_is_refused(nemo: Path, tmp_path: Path, options: tuple[str, str], said: str) -> None:
    ended = CliRunner().invoke(
        main, ["drift-report", str(nemo), "--policy", "oracle", "--out", str(tmp_path), *options]
    )
    assert ended.exit_code != 0
    assert said in ended.output
