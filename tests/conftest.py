"""Shared fixtures: the shipped snapshot, small archives made on the spot, and a strict rule for skips in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Browse = Callable[..., str]
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def nemo() -> Path:
    """The snapshot of the Nemo sites that is kept in git."""
    return ROOT / "snapshots" / "nemo"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of a handful of pages that leans on every rule: redirects, revisits, errors, several captures."""
    from tests.archives import Warc
    from webenv.web.build import build_snapshot

    folder = tmp_path_factory.mktemp("small")
    with Warc(folder / "small.warc.gz") as warc:
        warc.page("http://a.example/", "Start", '<p>Welcome to the start. <a href="/old">Old</a> <a href="b">B</a></p>')
        warc.page("http://a.example/b", "Second", "<p>The heron stands in the river at dawn.</p>", date="2021-05-01")
        warc.redirect("http://a.example/old", "/b")
        warc.redirect("http://a.example/loop1", "/loop2")
        warc.redirect("http://a.example/loop2", "/loop1")
        warc.redirect("http://a.example/out", "http://elsewhere.example/")
        warc.page("http://a.example/gone", "Gone", "<p>Not here.</p>", status="404 Not Found")
        warc.page("http://a.example/b", "Second, older", "<p>An older text.</p>", at="2020-01-01T00:00:00Z")
        warc.revisit("http://a.example/again", "http://a.example/b")
        warc.response("http://a.example/data.csv", b"bird,count\nheron,4\n", "text/csv")
        warc.response("http://a.example/logo.png", b"\x89PNG....", "image/png")
    build_snapshot([str(folder / "small.warc.gz")], folder / "snapshot")
    return folder / "snapshot"


@pytest.fixture
def warc(tmp_path: Path) -> Iterator[Callable[..., object]]:
    """Makes WARC writers in the test's folder; all are closed at the end."""
    from tests.archives import Warc

    opened: list[Warc] = []

    def make(name: str = "in.warc.gz", **options: object) -> Warc:
        opened.append(Warc(tmp_path / name, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def browse(tmp_path_factory: pytest.TempPathFactory) -> Browse:
    """Opens a page in headless Chromium and gives its elements after all scripts ran; complaints fail the test."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("chromium is absent; run: apt-get install chromium")
    profile = tmp_path_factory.mktemp("profile")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--enable-logging=stderr"]
    options += ["--virtual-time-budget=20000", "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom"]

    def opened(page: Path, address: str = "") -> str:
        ended = subprocess.run(
            [program, *options, f"{page.as_uri()}#{address}"], capture_output=True, text=True, check=True, timeout=120
        )
        assert ":CONSOLE" not in ended.stderr, ended.stderr
        return ended.stdout

    return opened


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI everything that a test may need is installed, so a skip is a failure."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
