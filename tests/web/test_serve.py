"""The local server: which file answers which address, and what it never gives away."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from webenv.errors import InputError, NotFound
from webenv.web.serve import serve


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("top")
    (top / "secret.txt").write_text("secret")
    site = top / "sites" / "a.example"
    (site / "sub").mkdir(parents=True)
    (site / "empty").mkdir()
    (site / "index.html").write_text("<p>Start of a.</p>")
    (site / "sub" / "index.html").write_text("<p>Below.</p>")
    (site / "with space é.txt").write_text("text")
    (site / "style.css").write_text("p {}")
    (site / "archive.tar.gz").write_bytes(b"\x1f\x8b")
    (site / "_redirects").write_text("# moved\n/old /sub/ 302\n/older /old\n/out http://b.example/ 308\n/sub/ /never\n")
    (site / "escape").symlink_to(top / "secret.txt")
    (site / "inside").symlink_to(site / "style.css")
    elsewhere = top / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.html").write_text("<p>Start of b.</p>")
    (top / "sites" / "b.example").symlink_to(elsewhere)
    return top / "sites"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serve(folder) as address:
        yield address


def _get(address: str, url: str) -> httpx.Response:
    with httpx.Client(proxy=address, trust_env=False) as client:
        return client.get(url)


@pytest.mark.parametrize(
    ("url", "content_type", "text"),
    [
        ("http://a.example/", "text/html", "<p>Start of a.</p>"),
        ("http://A.EXAMPLE:8000/sub/?query=1", "text/html", "<p>Below.</p>"),
        ("http://a.example/with%20space%20%C3%A9.txt", "text/plain", "text"),
        ("http://a.example/style.css", "text/css", "p {}"),
        ("http://a.example/inside", "text/css", "p {}"),
        ("http://a.example/archive.tar.gz", "application/octet-stream", "\x1f�"),
        ("http://b.example/", "text/html", "<p>Start of b.</p>"),
    ],
)
def test_files_answer(address: str, url: str, content_type: str, text: str) -> None:
    response = _get(address, url)
    assert (response.status_code, response.text) == (200, text)
    assert set(response.headers.items()) == {
        ("content-type", content_type),
        ("content-length", str(len(response.content))),
    }


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/sub", 301, "/sub/"),
        ("/old", 302, "/sub/"),
        ("/older", 301, "/old"),
        ("/out", 308, "http://b.example/"),
    ],
)
def test_redirects(address: str, path: str, status: int, location: str) -> None:
    response = _get(address, f"http://a.example{path}")
    assert (response.status_code, response.headers["location"]) == (status, location)


@pytest.mark.parametrize(
    "path",
    [
        "/none",
        "/empty/",
        "/style.css/",
        "/_redirects",
        "/escape",
        "/../../secret.txt",
        "/%2e%2e/%2e%2e/secret.txt",
        "/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/%00",
        "/sub/%ff",
        "/" + "a" * 5000,
    ],
)
def test_nothing_else_is_given_away(address: str, path: str) -> None:
    connection = http.client.HTTPConnection(address.removeprefix("http://"))
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", "a.example")
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, response.read()) == (404, b"404 Not Found\n")
    connection.close()


@pytest.mark.parametrize("host", ["unknown.example", "..", "a.example/../a.example", "", "[", ".hidden"])
def test_unknown_hosts_are_a_bad_gateway(address: str, host: str) -> None:
    connection = http.client.HTTPConnection(address.removeprefix("http://"))
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    response = connection.getresponse()
    assert response.status in (400, 502) or host == "a.example/../a.example"
    assert b"secret" not in response.read()
    connection.close()


def test_a_connection_serves_many_requests_head_too(address: str) -> None:
    with httpx.Client(proxy=address, trust_env=False) as client:
        head = client.head("http://a.example/")
        assert (head.status_code, head.headers["content-length"], head.content) == (200, "18", b"")
        assert client.get("http://a.example/").text == "<p>Start of a.</p>"
        refused = client.post("http://a.example/", content="x")
    assert refused.status_code == 501
    assert "date" not in refused.headers
    assert "server" not in refused.headers


def test_one_site_answers_for_every_host(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("one")
    with serve(tmp_path) as address:
        assert httpx.get(address + "/", trust_env=False).text == "one"
        assert _get(address, "http://any.example/").text == "one"


def test_bad_input_is_named(tmp_path: Path, folder: Path, address: str) -> None:
    with pytest.raises(NotFound, match="none"), serve(tmp_path / "none"):
        pass
    with pytest.raises(InputError, match="holds no site"), serve(tmp_path):
        pass
    taken = int(address.rsplit(":", 1)[1])
    with pytest.raises(InputError, match=f"port {taken}"), serve(folder, taken):
        pass


def test_command_prints_its_address_first(folder: Path) -> None:
    command = [sys.executable, "-m", "webenv.cli", "serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stderr
        address = server.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        assert _get(address, "http://b.example/").status_code == 200
        os.kill(server.pid, signal.SIGINT)
        assert server.stderr.read().split() == ["http://a.example/", "http://b.example/", "Stopped."]
    assert server.returncode == 0
