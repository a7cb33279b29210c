"""What was read on the live web is what a snapshot of the recording says, whatever happened on the web."""

from __future__ import annotations

import asyncio
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from tests.sites import Answer, Route, moved, page, records, site, text
from tests.web.live.reading import FAST, Nobody, frozen, reading
from webenv.cli import main
from webenv.errors import CrawlError, InputError, WebenvError
from webenv.types import Hit, Missing, Page
from webenv.web.live import Live, LiveSettings
from webenv.web.live.web import NAME
from webenv.web.serve import serve
from webenv.web.snapshot import Snapshot

ZOO: dict[str, Route] = {
    "/robots.txt": text("User-agent: *\nDisallow: /private\n"),
    "/": page("/a", "/b", more="<p>Welcome.</p>"),
    "/a": page("/", more="<p>The heron stands in the river at dawn.</p>"),
    "/packed": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(b"<p>Packed words.")),
    "/claims": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"<p>Not packed at all."),
    "/latin": (
        200,
        {"Content-Type": "text/html; charset=latin-1", "Last-Modified": "x"},
        "<p>Müller".encode("latin-1"),
    ),
    "/plain": text("Just text."),
    "/dated": (200, {"Content-Type": "text/html", "Last-Modified": "Sat, 01 Jun 2019 10:00:00 GMT"}, b"<p>Old."),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG...."),
    "/nothing": (204, {}, b""),
    "/gone": (410, {"Content-Type": "text/html"}, b"<title>Gone</title><p>It is gone."),
    "/b": moved("/a"),
    "/far": moved("/b"),
    "/loop1": moved("/loop2"),
    "/loop2": moved("/loop1"),
    "/self": moved("/self"),
    "/nowhere": moved("mailto:a@b.example"),
    "/unwritten": moved("/Ünïcode"),
    "/toprivate": moved("/private/page"),
    "/todead": moved("http://127.0.0.1:9/"),
    "/toosoon": (503, {"Retry-After": "3600"}, b"later"),
    "/private/page": page(),
}
PATHS = [*ZOO, "/none", "/a/", "/private/other", "/%C3%9Cn%C3%AFcode", "/a#part"]


def test_a_snapshot_of_the_recording_says_what_the_live_web_said(tmp_path: Path) -> None:
    with site(ZOO) as running, reading(tmp_path / "rec") as live:
        urls = [running.url(path) for path in PATHS] + ["ftp://a.example/", "http://", "http://nowhere.invalid/"]
        said = [live.fetch(url) for url in urls]
        asked = list(running.asked)
        assert [live.fetch(url) for url in urls] == said
        assert running.asked == asked  # nothing is fetched twice
        assert not [path for path in asked if path.startswith("/private")]
    web = frozen(tmp_path / "rec")
    assert [web.fetch(url) for url in urls] == said
    reasons = {path: each.reason for path, each in zip(PATHS, said, strict=False) if isinstance(each, Missing)}
    assert reasons == {
        "/private/page": "robots",
        "/private/other": "robots",
        "/toprivate": "robots",
        "/loop1": "redirect-loop",
        "/loop2": "redirect-loop",
        "/self": "redirect-loop",
        "/todead": "no-connection",
    }
    assert [each.reason for each in said[-3:] if isinstance(each, Missing)] == ["bad-url", "bad-url", "no-connection"]
    far = web.fetch(running.url("/far"))
    assert isinstance(far, Page)
    assert far.redirects == (running.url("/far"), running.url("/b"))


def test_the_site_changes_and_the_recording_does_not(tmp_path: Path) -> None:
    routes = dict(ZOO)
    with site(routes) as running, reading(tmp_path / "rec") as live:
        before = live.fetch(running.url("/a"))
        routes["/a"] = page(more="<p>The heron has flown away.</p>")
        assert live.fetch(running.url("/a")) == before
        with reading(tmp_path / "later") as later:
            assert later.fetch(running.url("/a")) != before
    with site({}), reading(tmp_path / "rec") as again:  # the server is gone, and another process opens the recording
        assert again.fetch(running.url("/a")) == before


@given(
    st.lists(
        st.tuples(
            st.sampled_from([200, 200, 200, 204, 301, 302, 304, 404, 500]),
            st.dictionaries(
                st.sampled_from(["Content-Type", "Content-Encoding", "Location", "Last-Modified", "X-Any"]),
                st.one_of(
                    st.sampled_from(["text/html", "text/html; charset=utf-16", "/0", "/1", "/2", "gzip", "br", "zstd"]),
                    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20).map(str.strip),
                ),
                max_size=4,
            ),
            st.binary(max_size=200).map(lambda noise: b"<title>T</title><p>words <a href=/1>one</a>" + noise),
        ),
        min_size=10,
        max_size=25,
    )
)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_so_it_is_with_whatever_servers_send(tmp_path_factory: pytest.TempPathFactory, answers: list[Answer]) -> None:
    record = tmp_path_factory.mktemp("any") / "rec"
    bodiless = [(status, headers, b"" if status in (204, 304) else body) for status, headers, body in answers]
    with site({f"/{place}": answer for place, answer in enumerate(bodiless)}) as running, reading(record) as live:
        urls = [running.url(f"/{place}") for place in range(len(answers))]
        said = [live.fetch(url) for url in urls]
    web = frozen(record)
    assert [web.fetch(url) for url in urls] == said


def test_the_recording_is_a_warc_that_others_read(tmp_path: Path) -> None:
    with site(ZOO) as running, reading(tmp_path / "rec") as live:
        live.fetch(running.url("/far"))
        live.fetch(running.url("/packed"))
        live.search("heron", 3)
    file = tmp_path / "rec" / NAME
    with file.open("rb") as stream:
        found = [(each.rec_type, each.rec_headers.get_header("WARC-Target-URI")) for each in ArchiveIterator(stream)]
    pairs = [(kind, running.url(path)) for path in ("/robots.txt", "/far", "/b", "/a", "/packed") for kind in KINDS]
    assert found == [("warcinfo", None), *pairs, ("resource", "urn:webenv:search:q=heron&k=3")]
    checked = Checker(_Checking([str(file)]))
    checked.process_all()
    assert checked.exit_value == 0
    assert all(record.get("WARC-Payload-Digest") for record in records(file) if record.type in ("response", "resource"))


KINDS = ("request", "response")


class _Checking:
    """What `warcio check` is told."""

    verbose = False

    def __init__(self, inputs: list[str]) -> None:
        self.inputs = inputs


class _Finds(Nobody):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        super().search(query, k, year)
        return [Hit(rank=1, url=self._url, title=f"About {query!a}", date="2020-01-02", snippet=str(year), score=0.1)]


def test_a_search_is_asked_once_and_recorded(tmp_path: Path) -> None:
    asked = [
        ("heron", 10, None),
        ("heron", 10, 2020),
        ("heron", 5, None),
        ("Reiher & Fluß?", 10, None),
        ("\ud800", 1, 1),
    ]
    engine = _Finds("http://a.example/")
    with reading(tmp_path / "rec", engine) as live:
        said = [live.search(*each) for each in asked]
        assert [live.search(*each) for each in asked] == said
        assert engine.asked == len(asked)
    with reading(tmp_path / "rec", engine) as again:
        assert [again.search(*each) for each in asked] == said
        assert engine.asked == len(asked)
    web = frozen(tmp_path / "rec")
    assert [web.search(*each) for each in asked] == said
    assert len({each[0].title + each[0].snippet for each in said}) == 4
    assert web.search("a search that nobody made") == []
    assert CliRunner().invoke(main, ["verify", str(web.path)]).exit_code == 0


def test_what_no_page_holds_is_searched_in_what_was_read(tmp_path: Path) -> None:
    with site(ZOO) as running, reading(tmp_path / "rec") as live:
        live.fetch(running.url("/a"))
        live.search("gull")
    web = frozen(tmp_path / "rec")
    assert [hit.url for hit in web.search("heron")] == [running.url("/a")]


class _Fails(Nobody):
    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        raise WebenvError("the service is down")


def test_a_search_engine_that_fails_is_no_empty_result(tmp_path: Path) -> None:
    with reading(tmp_path / "rec", _Fails()) as live, pytest.raises(WebenvError, match="the service is down"):
        live.search("heron")
    with reading(tmp_path / "rec", _Finds("http://a.example/")) as live:
        assert len(live.search("heron")) == 1


def test_hits_that_are_none_are_not_recorded(tmp_path: Path) -> None:
    for url in ("nowhere", "http://A.example/", "ftp://a.example/"):
        with reading(tmp_path / "rec", _Finds(url)) as live, pytest.raises(WebenvError, match="no hits"):
            live.search("heron")
    with reading(tmp_path / "rec", _Finds("http://a.example/")) as live:
        assert len(live.search("heron")) == 1
        assert len(live.search("x" * 100_000)) == 1


def test_an_event_loop_may_run_already(tmp_path: Path) -> None:
    """As it does in a notebook."""

    async def cell() -> Page | Missing:
        return live.fetch(running.url("/a"))

    with site(ZOO) as running, reading(tmp_path / "rec") as live:
        assert isinstance(asyncio.run(cell()), Page)


def test_settings_that_cannot_be_used(tmp_path: Path) -> None:
    for wrong in (LiveSettings(proxy="nonsense"), LiveSettings(date="yesterday")):
        with pytest.raises(InputError, match="expected"):
            Live(tmp_path / "rec", Nobody(), wrong)
    assert not (tmp_path / "rec").exists()


def test_a_recorded_search_that_is_none_is_not_carried_over(tmp_path: Path, warc: Any) -> None:
    file = warc()
    file.page("http://a.example/", "A", "<p>heron</p>")
    for number, body in enumerate(
        (b"nonsense", b'[{"rank":1,"url":"nowhere","title":"","date":"","snippet":"","score":1}]')
    ):
        uri = f"urn:webenv:search:q={number}&k=10"
        record = file._writer.create_warc_record(uri, "resource", payload=io.BytesIO(body))
        file._write(record)
    file.close()
    web = frozen(file.path)
    assert [web.search(str(number)) for number in range(2)] == [[], []]
    assert len(web.captures()) == 1


def test_two_live_webs_do_not_share_a_recording(tmp_path: Path) -> None:
    with reading(tmp_path / "rec"), pytest.raises(CrawlError, match="another live web is recorded"):
        reading(tmp_path / "rec").__enter__()


def test_many_hosts_through_a_proxy(tmp_path: Path, nemo: Path) -> None:
    sites = nemo.parent / "recipes" / "nemo" / "sites"
    shipped = Snapshot.open(nemo)
    with serve(sites) as proxy, reading(tmp_path / "rec", shipped, FAST.__class__(delay_s=0, proxy=proxy)) as live:
        for task in shipped.tasks():
            for evidence in task.evidence:
                there, ours = live.fetch(evidence.url), shipped.fetch(evidence.url)
                assert isinstance(there, Page)
                assert isinstance(ours, Page)
                assert (there.text, there.links, there.title) == (ours.text, ours.links, ours.title)
