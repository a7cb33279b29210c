"""`webenv report`, looked at in a real browser: what it shows, that it obeys its address, and that texts stay texts."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from agent import trajectories
from agent.report import write_report
from agent.rollout import RolloutSettings, rollout
from tests.conftest import Browse
from webenv.cli import main
from webenv.types import Trajectory

pytestmark = pytest.mark.xdist_group("report")

EVIL = (
    """</script><script>alert(1)</script><img src=x onerror="document.title='pwned'"> <!-- {{script}} \u2028&lt;"'`"""
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def write(path: Path, *played: Trajectory) -> Path:
    path.write_bytes(b"".join(trajectories.encode(each) + b"\n" for each in played))
    return path


@pytest.fixture(scope="module")
def played(nemo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `oracle.jsonl`, `random.jsonl` and their report."""
    folder = tmp_path_factory.mktemp("played")
    rollout(str(nemo), folder / "oracle.jsonl", RolloutSettings(policy="oracle"))
    rollout(str(nemo), folder / "random.jsonl", RolloutSettings(policy="random", samples=2))
    both = [folder / "oracle.jsonl", folder / "random.jsonl"]
    assert write_report(both, folder / "report.html") == 14 + 28
    return folder


def texts(dom: str, pattern: str) -> list[str]:
    """What stands in the elements that a pattern finds, without markup."""
    return [html.unescape(re.sub("<[^>]*>", "", found)) for found in re.findall(pattern, dom, re.DOTALL)]


def listed(dom: str) -> list[int]:
    """The numbers of the episodes in the table."""
    table = re.findall(r'<tbody id="rows">(.*?)</tbody>', dom, re.DOTALL)[0]
    return [int(number) for number in re.findall(r'<tr><td class="number"[^>]*>(\d+)</td>', table)]


def test_the_list_and_its_summary(played: Path, browse: Browse) -> None:
    dom = browse(played / "report.html")
    assert listed(dom) == [*range(1, 43)]
    tiles = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)<", dom))
    files = [played / name for name in ("oracle.jsonl", "random.jsonl")]
    episodes = [each for path in files for each in trajectories.read_trajectories(path)]
    assert tiles["Episodes"] == "42"
    assert tiles["Mean reward"] == f"{sum(each.reward.total for each in episodes) / 42:.3f}"
    assert tiles["Turns an episode"] == f"{sum(len(each.steps) for each in episodes) / 42:.1f}"
    assert 'href="#episode=3"' in dom
    assert ">random.jsonl<" in dom


def test_an_address_opens_an_episode(played: Path, browse: Browse) -> None:
    dom = browse(played / "report.html", "episode=1")
    first = next(trajectories.read_trajectories(played / "oracle.jsonl"))
    assert texts(dom, r'<h2 class="asked">(.*?)</h2>') == [first.question]
    turns = texts(dom, r"<h3>(.*?)</h3>")
    assert turns == [f"{n} · {step.tool or 'answer'}" for n, step in enumerate(first.steps, 1)]
    observations = texts(dom, r'<pre class="text"[^>]*>(.*?)</pre>')
    for shown, step in zip(observations, first.steps, strict=False):
        assert step.observation.removeprefix("<tool_response>\n").startswith(shown.removesuffix("\n</tool_response>"))
    assert "<mark>The title character belongs to the species Amphiprion ocellaris</mark>" in dom
    assert len(re.findall(r"read in turn \d", dom)) == 3
    assert texts(dom, r"<title>(.*?)</title>") == ["Episode 1 · nemo-001"]


def test_an_address_filters_and_sorts(played: Path, browse: Browse) -> None:
    files = [played / name for name in ("oracle.jsonl", "random.jsonl")]
    episodes = [each for path in files for each in trajectories.read_trajectories(path)]
    wrong = [n for n, each in enumerate(episodes, 1) if any(step.invalid == "bad_json" for step in each.steps)]
    turns = {n: len(episodes[n - 1].steps) for n in wrong}
    assert len(wrong) > 1
    dom = browse(played / "report.html", "invalid=bad_json&sort=-turns")
    assert listed(dom) == sorted(wrong, key=lambda n: (-turns[n], n))
    assert 'aria-sort="descending"' in dom
    assert listed(browse(played / "report.html", "q=34689&file=oracle.jsonl")) == [1]


def test_words_are_found_in_pages_that_were_read(played: Path, browse: Browse) -> None:
    words = "running time"
    files = [played / name for name in ("oracle.jsonl", "random.jsonl")]
    episodes = [each for path in files for each in trajectories.read_trajectories(path)]
    read = ["\n".join(step.observation for step in each.steps).lower() for each in episodes]
    holding = [number for number, text in enumerate(read, 1) if words in text]
    assert 0 < len(holding) < 42
    assert not any(words in each.question.lower() for each in episodes)
    assert listed(browse(played / "report.html", f"q={words.upper()}&deep=1".replace(" ", "+"))) == holding
    assert listed(browse(played / "report.html", f"q={words}".replace(" ", "+"))) == []


def test_hostile_texts_stay_texts(played: Path, tmp_path: Path, browse: Browse) -> None:
    first = next(trajectories.read_trajectories(played / "oracle.jsonl"))
    call = msgspec.json.encode({"name": EVIL, "arguments": {EVIL: EVIL, "big": 10**90}}).decode()
    steps = [
        msgspec.structs.replace(
            first.steps[0], action=f"<think>{EVIL}</think>\n{EVIL}", invalid="no_action", tool=EVIL
        ),
        msgspec.structs.replace(first.steps[0], action=f"<think>a</think>\n<tool_call>{call}</tool_call>", tool=EVIL),
        msgspec.structs.replace(first.steps[-1], action=f"<think>a</think>\n<answer>{EVIL}</answer>"),
    ]
    evidence = msgspec.structs.replace(first.task.evidence[0], url="javascript:alert(1)", text=EVIL, relation=EVIL)
    task = msgspec.structs.replace(first.task, task_id=EVIL, answer=EVIL, template=EVIL, evidence=(evidence,))
    steps = [msgspec.structs.replace(step, observation=EVIL * 3) for step in steps]
    bad = msgspec.structs.replace(first, question=EVIL, policy=EVIL, task=task, steps=tuple(steps))
    path = write(tmp_path / "a<b>&'.jsonl", bad, first)
    assert run("report", path, played / "oracle.jsonl", "--out", tmp_path / "evil.html").exit_code == 0
    source = (tmp_path / "evil.html").read_text(encoding="utf-8")
    assert "<img" not in source
    for address in ("", "episode=1"):
        dom = browse(tmp_path / "evil.html", address)
        assert EVIL.partition(" \u2028")[0] in html.unescape(dom)
        assert "pwned" not in texts(dom, r"<title>(.*?)</title>")
        assert not re.search(r"<img|<b>|<script>alert", dom)
        assert len(re.findall("<script", dom)) == len(re.findall("<script", source))
    assert texts(dom, r'<p class="given">(.*?)</p>') == [EVIL.replace("\u2028", "\ufffd")]
    assert "1" + "0" * 90 in dom


def test_five_thousand_episodes(played: Path, tmp_path: Path, browse: Browse) -> None:
    """The page holds them all, and draws a hundred."""
    few = list(trajectories.read_trajectories(played / "random.jsonl"))
    many = [msgspec.structs.replace(few[number % len(few)], sample=number) for number in range(5_000)]
    path = write(tmp_path / "many.jsonl", *many)
    assert run("report", path, "--out", tmp_path / "many.html").exit_code == 0
    assert (tmp_path / "many.html").stat().st_size < path.stat().st_size / 8
    dom = browse(tmp_path / "many.html", "page=50")
    assert listed(dom) == [*range(4_901, 5_001)]
    assert "4,901–5,000 of 5,000" in dom
    dom = browse(tmp_path / "many.html", "episode=4999")
    assert "Episode 4,999 of 5,000" in dom
    assert texts(dom, r'<h2 class="asked">(.*?)</h2>') == [many[4_998].question]


def test_the_page_needs_nothing_from_outside(played: Path) -> None:
    source = (played / "report.html").read_text(encoding="utf-8")
    [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', source)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"\b(src|srcset|@import|url)\s*[=(]", source.partition("<script type")[0])
    script = source.rpartition("<script>")[2]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|fetch\(", script)


def test_the_same_bytes_in_every_process(played: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        files = [str(played / "oracle.jsonl"), str(played / "random.jsonl")]
        command = [sys.executable, "-m", "webenv.cli", "report", *files, "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert (
        (tmp_path / "1.html").read_bytes()
        == (tmp_path / "2.html").read_bytes()
        == (played / "report.html").read_bytes()
    )


def test_a_limit_is_said(played: Path, tmp_path: Path, browse: Browse) -> None:
    result = run("report", played / "random.jsonl", "--limit", 5, "--out", tmp_path / "five.html")
    assert "5 episodes" in result.output
    dom = browse(tmp_path / "five.html")
    assert listed(dom) == [1, 2, 3, 4, 5]
    assert "left out by --limit" in texts(dom, r'<p id="sources">(.*?)</p>')[0]


def test_bad_input_is_named_and_leaves_no_page(played: Path, tmp_path: Path) -> None:
    good = played / "oracle.jsonl"
    (tmp_path / "torn.jsonl").write_bytes(good.read_bytes()[:-100])
    (tmp_path / "empty.jsonl").touch()
    out = tmp_path / "out.html"
    cases: list[tuple[list[object], str]] = [
        ([good, tmp_path / "no.jsonl"], "no such trajectory file"),
        ([good, tmp_path / "torn.jsonl"], "line 14: not a trajectory"),
        ([tmp_path / "empty.jsonl"], "holds no episode"),
    ]
    for arguments, message in cases:
        result = run("report", *arguments, "--out", out)
        assert (result.exit_code, message in result.output) == (1, True), result.output
        assert not list(tmp_path.glob("out*"))
    assert "--overwrite" in run("report", good, "--out", tmp_path / "torn.jsonl").output
    assert run("report", good, "--out", out).exit_code == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["empty.jsonl", "out.html", "torn.jsonl"]
