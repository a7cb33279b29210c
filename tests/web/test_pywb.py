"""pywb replays what we froze: the same status and the same body for every capture."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webenv.web.archive import wacz
from webenv.web.snapshot import Snapshot

PEERS = ROOT / ".venv-peers" / "bin"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it."""

    def redirect_request(self, *_: object) -> None:
        return None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


@pytest.fixture(scope="module")
def pywb(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A pywb server over the packed snapshot."""
    if not (PEERS / "wayback").exists():
        pytest.skip("pywb is absent; run: make peers")
    folder = tmp_path_factory.mktemp("pywb")
    wacz.pack(small, folder / "small.wacz")
    for command in (["init", "web"], ["add", "--unpack-wacz", "web", "small.wacz"]):
        subprocess.run([PEERS / "wb-manager", *command], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (folder / "log").open("w")
    server = subprocess.Popen([PEERS / "wayback", "-p", str(port)], cwd=folder, stdout=log, stderr=log)
    try:
        for _ in range(150):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/web"
    finally:
        server.terminate()
        server.wait()
        log.close()


def _get(url: str) -> tuple[int, bytes]:
    try:
        with OPENER.open(url, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_every_capture_replays(small: Path, pywb: str) -> None:
    snapshot = Snapshot.open(small)
    for capture in snapshot.captures():
        status, body = _get(f"{pywb}/{capture.timestamp}id_/{capture.url}")
        assert status == capture.status, capture.url
        assert "sha256:" + hashlib.sha256(body).hexdigest() == capture.digest, capture.url
        assert snapshot.response(capture).body == body
