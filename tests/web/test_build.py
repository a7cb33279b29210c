"""Building snapshots: one capture a URL, the same bytes however it is built, and nothing lost to a broken record."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from tests.archives import Warc, digest_of, html
from tests.sites import page, site
from webenv.errors import BuildError, InputError, NotFound
from webenv.types import Missing, Page
from webenv.web.build import BuildSettings, build_snapshot
from webenv.web.crawl import CrawlSettings
from webenv.web.publish import exclusive
from webenv.web.snapshot import Snapshot
from webenv.web.verify import verify


def _page(snapshot: Snapshot, url: str) -> Page:
    page = snapshot.fetch(url)
    assert isinstance(page, Page), page
    return page


def test_latest_good_capture_is_served(small: Path) -> None:
    page = _page(Snapshot.open(small), "http://a.example/b")
    assert page.title == "Second"
    assert page.timestamp == "20220304050607"
    assert page.date == "2021-05-01"


def test_redirects_are_followed_and_named(small: Path) -> None:
    page = _page(Snapshot.open(small), "http://a.example/old")
    assert (page.url, page.redirects) == ("http://a.example/b", ("http://a.example/old",))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a.example/loop1", "redirect-loop"),
        ("http://a.example/out", "redirect-target-missing"),
        ("http://a.example/never", "not-in-snapshot"),
        ("mailto:someone@a.example", "bad-url"),
    ],
)
def test_what_is_missing_says_why(small: Path, url: str, reason: str) -> None:
    missing = Snapshot.open(small).fetch(url)
    assert isinstance(missing, Missing)
    assert missing.reason == reason


def test_fallbacks_are_declared(small: Path) -> None:
    snapshot = Snapshot.open(small)
    assert _page(snapshot, "https://a.example/b").match == "scheme"
    assert _page(snapshot, "http://a.example/b/#part").match == "slash"
    assert _page(snapshot, "https://a.example/b/").match == "scheme+slash"
    assert isinstance(snapshot.fetch("http://a.example/b?utm_source=x"), Missing)


def test_revisit_shows_its_original(small: Path) -> None:
    page = _page(Snapshot.open(small), "http://a.example/again")
    assert "heron" in page.text
    assert page.timestamp == "20220601000000"


def test_other_kinds_of_content(small: Path) -> None:
    snapshot = Snapshot.open(small)
    assert "heron,4" in _page(snapshot, "http://a.example/data.csv").text
    picture = _page(snapshot, "http://a.example/logo.png")
    assert (picture.text, picture.note != "") == ("", True)
    assert _page(snapshot, "http://a.example/gone").status == 404


def test_search_finds_pages_but_not_error_pages(small: Path) -> None:
    snapshot = Snapshot.open(small)
    hits = snapshot.search("heron in the river")
    assert hits[0].url in ("http://a.example/b", "http://a.example/again")
    assert "heron" in hits[0].snippet
    assert not snapshot.search("Not here gone", year=1999)
    assert all(hit.url != "http://a.example/gone" for hit in snapshot.search("gone not here"))
    assert snapshot.search("heron", year=2021)[0].url.startswith("http://a.example/")


def _write_parts(folder: Path, order: list[int], parts: int) -> list[str]:
    """Forty pages, in a given order, over several files."""
    folder.mkdir()
    files = [Warc(folder / f"{place}.warc.gz") for place in range(parts)]
    for at, number in enumerate(order):
        day = f"2022-01-{number % 28 + 1:02d}T00:00:00Z"
        files[at % parts].page(
            f"http://h{number % 3}.example/p{number}",
            f"Page {number}",
            f'<p>Words of page {number}, <a href="p{number + 1}">next</a>.</p>',
            at=day,
        )
    for file in files:
        file.close()
    return [str(file.path) for file in files]


def test_same_bytes_in_any_order_number_of_files_and_workers(tmp_path: Path) -> None:
    order = list(range(40))
    one = _write_parts(tmp_path / "one", order, 1)
    random.Random(4).shuffle(order)
    many = _write_parts(tmp_path / "many", order, 5)
    first = build_snapshot(one, tmp_path / "first")
    second = build_snapshot(list(reversed(many)), tmp_path / "second", BuildSettings(workers=2))
    assert first.content_id == second.content_id
    assert digest_of(tmp_path / "first") == digest_of(tmp_path / "second")


def _build_command(out: Path, *inputs: str) -> list[str]:
    return [sys.executable, "-m", "webenv.cli", "build-snapshot", *inputs, "--out", str(out), "--json"]


def test_same_bytes_with_another_hash_seed(tmp_path: Path) -> None:
    inputs = _write_parts(tmp_path / "in", list(range(12)), 2)
    for seed in ("1", "2"):
        subprocess.run(_build_command(tmp_path / seed, *inputs), env=os.environ | {"PYTHONHASHSEED": seed}, check=True)
    assert digest_of(tmp_path / "1") == digest_of(tmp_path / "2")


@pytest.mark.parametrize("after_s", [0.3, 0.8, 1.4, 2.2, 3.2])
def test_killed_build_leaves_nothing_and_runs_again(tmp_path: Path, after_s: float) -> None:
    inputs = _write_parts(tmp_path / "in", list(range(40)), 2)
    out = tmp_path / "out"
    killed = subprocess.Popen(_build_command(out, *inputs), stdout=subprocess.DEVNULL, start_new_session=True)
    time.sleep(after_s)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    complete = (out / "datapackage.json").exists()
    report = build_snapshot(inputs, out, BuildSettings(overwrite=complete))
    assert report.content_id == build_snapshot(inputs, tmp_path / "whole").content_id
    assert digest_of(out) == digest_of(tmp_path / "whole")
    assert not (tmp_path / ".out.building").exists()


def test_failed_build_keeps_the_old_snapshot(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    good = warc("good.warc.gz")
    good.page("http://a.example/", "Good", "<p>Good page.</p>")
    good.close()
    before = build_snapshot([str(good.path)], tmp_path / "out")
    (tmp_path / "bad.warc.gz").write_bytes(good.path.read_bytes()[:-20])
    with pytest.raises(BuildError, match="max-bad-fraction"):
        build_snapshot([str(tmp_path / "bad.warc.gz")], tmp_path / "out", BuildSettings(overwrite=True))
    assert Snapshot.open(tmp_path / "out").content_id == before.content_id


def test_broken_records_are_listed_and_the_rest_survives(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    made = warc()
    for number in range(30):
        made.page(f"http://a.example/{number}", f"Page {number}", f"<p>Number {number}.</p>")
    made.revisit("http://a.example/dangling", "http://nowhere.example/", digest="sha1:" + "B" * 32)
    made.close()
    damaged = bytearray(made.path.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    made.path.write_bytes(damaged)
    report = build_snapshot([str(made.path)], tmp_path / "out")
    assert report.captures == 29
    assert sum(report.bad.values()) == 2
    assert report.bad["dangling-revisit"] == 1
    listed = json.loads((tmp_path / "out" / "build-report.json").read_text())["bad_list"]
    assert [entry["file"] for entry in listed] == [str(made.path)] * 2
    assert 0 < listed[0]["offset"] < listed[1]["offset"]


def test_answers_to_post_are_not_pages(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    made = warc()
    made.page("http://a.example/", "Form", "<p>Form.</p>")
    made.page("http://a.example/submit", "Sent", "<p>Sent.</p>")
    made.close()
    sent = [line for line in _record_ids(made.path) if line][-1]
    with Warc(tmp_path / "requests.warc.gz") as requests:
        requests.request("http://a.example/submit", "POST", sent)
    report = build_snapshot([str(made.path), str(tmp_path / "requests.warc.gz")], tmp_path / "out")
    assert report.captures == 1
    assert report.skipped["answer to another method than GET"] == 1


def _record_ids(path: Path) -> list[str]:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        return [record.rec_headers.get_header("WARC-Record-ID") for record in ArchiveIterator(file)]


def test_content_coding_bomb_is_refused(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    import gzip

    made = warc()
    bomb = gzip.compress(gzip.compress(bytes(1 << 30)))
    made.response("http://a.example/bomb", bomb, "text/html", headers=[("Content-Encoding", "gzip, gzip")])
    made.page("http://a.example/", "Fine", "<p>Fine.</p>")
    made.close()
    report = build_snapshot([str(made.path)], tmp_path / "out", BuildSettings(max_bad_fraction=0.5))
    assert report.bad == {"bomb": 1}
    assert isinstance(Snapshot.open(tmp_path / "out").fetch("http://a.example/bomb"), Missing)


def test_two_builds_of_one_target(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    made = warc()
    made.page("http://a.example/", "Page", "<p>Page.</p>")
    made.close()
    with exclusive(tmp_path / ".out.building", "busy"), pytest.raises(BuildError, match="another build"):
        build_snapshot([str(made.path)], tmp_path / "out")


def test_a_lock_that_a_killed_build_is_about_to_lose_is_waited_for(tmp_path: Path) -> None:
    inputs = _write_parts(tmp_path / "in", list(range(3)), 1)
    with ExitStack() as held:
        held.enter_context(exclusive(tmp_path / ".out.building", "busy"))
        freed = threading.Timer(0.3, held.close)
        freed.start()
        build_snapshot(inputs, tmp_path / "out")
        freed.join()
    assert (tmp_path / "out" / "datapackage.json").exists()


def test_bad_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.warc"):
        build_snapshot([str(tmp_path / "none.warc")], tmp_path / "out")
    (tmp_path / "page.html").write_bytes(html("x", "y"))
    with pytest.raises(InputError, match="not an archive"):
        build_snapshot([str(tmp_path / "page.html")], tmp_path / "out")
    os.mkfifo(tmp_path / "pipe.warc")
    with pytest.raises(InputError, match="not a regular file"):
        build_snapshot([str(tmp_path / "pipe.warc")], tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no archive"):
        build_snapshot([str(tmp_path / "empty")], tmp_path / "out")
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    with pytest.raises(BuildError, match="no page"):
        build_snapshot([str(tmp_path / "empty.warc.gz")], tmp_path / "out")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="not replaced"):
        build_snapshot([str(tmp_path / "empty.warc.gz")], tmp_path / "taken", BuildSettings(overwrite=True))
    assert (tmp_path / "taken" / "thesis.txt").read_text() == "mine"


def test_seeds_of_a_failed_build_are_not_taken_for_others(tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text(
        '{"task_id": "t", "question": "?", "answer": "a", "evidence": [{"url": "http://no.example/", "text": "x"}]}'
    )
    settings = BuildSettings(crawl=CrawlSettings(delay_s=0, retries=0))
    unproved = msgspec.structs.replace(settings, tasks=str(tmp_path / "tasks.jsonl"))
    with site({"/": page()}) as first, site({"/": page()}) as second:
        with pytest.raises(BuildError, match="does not prove"):
            build_snapshot([first.url()], tmp_path / "out", unproved)
        build_snapshot([second.url()], tmp_path / "out", settings)
        assert _page(Snapshot.open(tmp_path / "out"), second.url()).url == second.url()


def test_revisit_of_a_redirect_leads_where_it_says(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    archive = warc()
    for number in (1, 2):
        archive.page(f"http://a.example/{number}", f"T{number}", "<p>Words.</p>")
    archive.redirect("http://a.example/old", "/1")
    archive.revisit_of_redirect("http://a.example/moved", "http://a.example/old", "/2")
    archive.close()
    build_snapshot([str(archive.path)], tmp_path / "out")
    assert _page(Snapshot.open(tmp_path / "out"), "http://a.example/moved").title == "T2"
    assert verify(tmp_path / "out").problems == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("Location", "/Ã©"), ("X-Long", "é" * 150_000), ("X-Name", "Grüße \u4e2d"), ("Content-Type", "")],
)
def test_headers_are_written_so_that_they_read_back(
    tmp_path: Path, warc: Callable[..., Warc], name: str, value: str
) -> None:
    archive = warc()
    archive.page("http://a.example/", "Start", "<p>Words.</p>")
    archive.raw("http://a.example/x", f"HTTP/1.1 200 OK\r\n{name}: {value}\r\n\r\nbody".encode())
    archive.close()
    build_snapshot([str(archive.path)], tmp_path / "out", BuildSettings(max_bad_fraction=1))
    assert verify(tmp_path / "out").problems == ()


def test_many_headers_are_a_bad_record_or_read_back(tmp_path: Path, warc: Callable[..., Warc]) -> None:
    archive = warc()
    archive.page("http://a.example/", "Start", "<p>Words.</p>")
    for count in range(994, 1_003):
        lines = "".join(f"X-{number}: 1\r\n" for number in range(count))
        archive.raw(f"http://a.example/{count}", f"HTTP/1.1 200 OK\r\n{lines}\r\nbody".encode())
    archive.close()
    report = build_snapshot([str(archive.path)], tmp_path / "out", BuildSettings(max_bad_fraction=1))
    assert 0 < report.bad["header-too-long"] < 9
    assert verify(tmp_path / "out").problems == ()
