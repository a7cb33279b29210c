"""A crawl that is killed goes on where it was: nothing is lost, nothing is recorded twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sites import Answer, Site, captures, page, records, site, text
from webenv.errors import CrawlError
from webenv.web.crawl import CrawlReport, CrawlSettings, crawl
from webenv.web.publish import exclusive

DATE = "20240601120000"
SETTINGS = CrawlSettings(delay_s=0, retries=0, timeout_s=5, max_depth=3, date=DATE)
PAGES = 1 + 3 + 9 + 27


def _tree(path: str) -> Answer:
    """Three links a page, without end; a little slow, so that a kill finds requests on their way."""
    if path == "/robots.txt":
        return text("", 404)
    time.sleep(0.01)
    return page(*(f"{path.rstrip('/')}/{number}" for number in range(3)))


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with site({}, _tree) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(server: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recording of a crawl that nobody kills."""
    out = tmp_path_factory.mktemp("whole") / "out.warc.gz"
    assert crawl([server.url()], out, SETTINGS).pages == PAGES
    return out


def _bodies(recording: Path) -> dict[str, bytes]:
    return {path: each.body for path, each in captures(recording).items()}


def _start(server: Site, out: Path) -> subprocess.Popen[bytes]:
    options = ["--delay", "0", "--max-depth", "3", "--date", DATE, "--out", str(out)]
    command = [sys.executable, "-m", "webenv.cli", "crawl", server.url(), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def _wait_for(server: Site, requests: int) -> None:
    end = len(server.asked) + requests
    deadline = time.monotonic() + 30
    while len(server.asked) < end:
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.parametrize("requests", [1, 12, 30])
def test_killed_crawl_goes_on(server: Site, undisturbed: Path, tmp_path: Path, requests: int) -> None:
    out = tmp_path / "out.warc.gz"
    with _start(server, out) as killed:
        _wait_for(server, requests)
        os.killpg(killed.pid, signal.SIGKILL)  # the worker is in a group of its own and ends by itself
    before = len(server.asked)
    assert not out.exists()
    report = _retried(server, out)
    assert report.pages == PAGES
    assert _bodies(out) == _bodies(undisturbed)
    assert len(server.asked) - before <= PAGES + 1 - requests + 8 * 2, "only what was on its way is fetched again"
    assert [path.name for path in tmp_path.iterdir()] == ["out.warc.gz"]


def _retried(server: Site, out: Path) -> CrawlReport:
    """The crawl again; the worker of the killed one may need a moment to notice."""
    for _ in range(50):
        try:
            return crawl([server.url()], out, SETTINGS)
        except CrawlError as error:
            if "another crawl" not in str(error):
                raise
            time.sleep(0.1)
    raise AssertionError("the lock was never freed")


def _leave_unfinished(out: Path, data: bytes) -> None:
    folder = out.with_name(out.name + ".crawl")
    folder.mkdir()
    (folder / "recording.warc.gz").write_bytes(data)


@pytest.mark.parametrize("damage", ["cut", "garbage", "flipped", "request without response", "empty"])
def test_the_tail_of_a_recording_is_not_trusted(server: Site, undisturbed: Path, tmp_path: Path, damage: str) -> None:
    data = bytearray(undisturbed.read_bytes())
    places = [record.place for record in records(undisturbed)]
    middle = places[41]
    if damage == "cut":
        del data[middle.offset + middle.length // 2 :]
    elif damage == "garbage":
        data[middle.offset :] = b"garbage" * 1000
    elif damage == "flipped":
        data[middle.offset + middle.length // 2] ^= 0xFF
    elif damage == "request without response":
        del data[places[40].offset :]
    else:
        data.clear()
    _leave_unfinished(tmp_path / "out.warc.gz", bytes(data))
    assert crawl([server.url()], tmp_path / "out.warc.gz", SETTINGS).pages == PAGES
    assert _bodies(tmp_path / "out.warc.gz") == _bodies(undisturbed)
    kinds = [record.type for record in records(tmp_path / "out.warc.gz")]
    assert kinds == ["warcinfo", *["request", "response"] * (PAGES + 1)]


def test_interrupted_command_says_how_to_go_on(server: Site, tmp_path: Path) -> None:
    with _start(server, tmp_path / "out.warc.gz") as interrupted:
        _wait_for(server, 10)
        interrupted.send_signal(signal.SIGINT)
        _, errors = interrupted.communicate()
    assert interrupted.returncode == 1
    assert b"run the same command again to go on" in errors
    assert (tmp_path / "out.warc.gz.crawl" / "recording.warc.gz").stat().st_size > 0


def test_only_one_crawl_writes_a_file(server: Site, tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "out.warc.gz.crawl", "busy"),
        pytest.raises(CrawlError, match="another crawl"),
    ):
        crawl([server.url()], tmp_path / "out.warc.gz", SETTINGS)


def test_a_recording_is_not_continued_with_other_seeds(server: Site, undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"
    _leave_unfinished(out, undisturbed.read_bytes())
    with pytest.raises(CrawlError, match=r"unfinished crawl with seeds .* remove"):
        crawl([server.url("/1/")], out, SETTINGS)
    with pytest.raises(CrawlError, match=r"unfinished crawl with scope 'host', not 'prefix'"):
        crawl([server.url()], out, CrawlSettings(scope="prefix", date=DATE))


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CrawlError, match="cannot be written"):
        crawl(["http://127.0.0.1:1/"], tmp_path / "file" / "out.warc.gz", SETTINGS)
