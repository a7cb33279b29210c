"""The search service over HTTP: its hits, its faults, its key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.model_server import Fault, Server, serving
from tests.web.live.reading import frozen, reading
from webenv.errors import InputError, NotFound, WebenvError
from webenv.types import Hit
from webenv.web.live import open_engine
from webenv.web.live.engines import KEY

FOUND = {
    "searchParameters": {"q": "heron"},
    "organic": [
        {"title": "Heron\x00 \n page", "link": "http://A.example/b", "snippet": "A heron.", "date": "Mar 4, 2021"},
        {"title": "Nowhere", "link": "javascript:alert(1)", "snippet": "x"},
        {"link": "https://b.example/?q=1#part", "date": "2 days ago", "position": 3},
        {"title": "The same again", "link": "http://a.example/b"},
        {"title": "Third", "link": "http://c.example/", "snippet": "y" * 5_000},
    ],
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv(KEY, "the-key")
    with serving(lambda request: "not a search result") as running:
        yield running


def _engine(server: Server, *faults: Fault) -> Any:
    server.faults.extend(faults)
    return open_engine(f"serper:{server.base_url}/search")


def _answer(value: object) -> Fault:
    return Fault(body=json.dumps(value).encode())


def test_what_the_service_finds(server: Server, tmp_path: Path) -> None:
    engine = _engine(server, _answer(FOUND))
    with reading(tmp_path / "rec", engine) as live:
        hits = live.search("heron", 3, 2021)
        assert live.search("heron", 3, 2021) == hits
    assert [(hit.rank, hit.url, hit.date) for hit in hits] == [
        (1, "http://a.example/b", "2021-03-04"),
        (2, "https://b.example/?q=1", ""),
        (3, "http://c.example/", ""),
    ]
    assert hits[2] == Hit(rank=3, url="http://c.example/", title="Third", date="", snippet="y" * 1_000, score=0.0)
    [(path, asked, key)] = server.asked
    assert (path, key) == ("/v1/search", "the-key")
    assert asked == {"q": "heron", "num": 3, "tbs": "cdr:1,cd_min:1/1/2021,cd_max:12/31/2021"}
    assert b"the-key" not in b"".join(file.read_bytes() for file in (tmp_path / "rec").iterdir())
    assert frozen(tmp_path / "rec").search("heron", 3, 2021) == hits


def test_no_results(server: Server) -> None:
    assert _engine(server, _answer({"searchParameters": {}})).search("heron") == []


def test_passing_faults_are_tried_again(server: Server) -> None:
    faults = (Fault(status=503), Fault(status=429, headers={"Retry-After": "0"}), _answer(FOUND))
    assert len(_engine(server, *faults).search("heron")) == 3
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(status=403, body=b'{"message": "the-key is unknown"}'), "status 403: .* is unknown"),
        (Fault(body=b"<html>"), "does not speak Serper's API"),
        (Fault(body=b'{"organic": 5}'), "does not speak Serper's API"),
        (Fault(body=b"[" * 100_000), "does not speak Serper's API"),
    ],
)
def test_other_faults_raise_and_do_not_tell_the_key(server: Server, fault: Fault, message: str) -> None:
    with pytest.raises(WebenvError, match=message) as raised:
        _engine(server, fault).search("heron")
    assert "the-key" not in str(raised.value)


def test_engines_that_cannot_be_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(InputError, match="SERPER_API_KEY"):
        open_engine("serper")
    with pytest.raises(InputError, match="not an address"):
        open_engine("serper:ftp://x")
    with pytest.raises(NotFound):
        open_engine(str(tmp_path / "no-snapshot"))
