"""Opening a page by its URL: the page store, the archived response, warcio by seek, and pywb over HTTP."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import HERE, WORK, corpus_snapshot, publish, summary

from webenv.types import Page
from webenv.web.snapshot import Snapshot

OPENED = 5_000
PYWB = HERE.parent / ".venv-peers" / "bin"


def timed(open_page: Callable[[str], object], urls: list[str]) -> list[float]:
    """Microseconds for each URL."""
    samples = []
    for url in urls:
        start = time.perf_counter()
        found = open_page(url)
        samples.append((time.perf_counter() - start) * 1e6)
        assert found
    return samples


def by_warcio(snapshot: Snapshot) -> Callable[[str], bytes]:
    """Seek and read with warcio, as a program would that has the CDXJ in memory."""
    from warcio.archiveiterator import ArchiveIterator

    places = {capture.url: capture for capture in snapshot.captures()}
    files = {name: (snapshot.path / "archive" / name).open("rb") for name in {c.filename for c in places.values()}}

    def open_page(url: str) -> bytes:
        file = files[places[url].filename]
        file.seek(places[url].offset)
        body: bytes = next(iter(ArchiveIterator(file))).content_stream().read()
        return body

    return open_page


@contextmanager
def by_pywb(snapshot: Path) -> Iterator[Callable[[str], bytes]]:
    """pywb's own server over the same WARC file, raw replay (`id_`), one request after the other."""
    folder = WORK / "pywb"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([PYWB / "wb-manager", "init", "web"], **run)
    subprocess.run([PYWB / "wb-manager", "add", "web", *sorted((snapshot / "archive").iterdir())], **run)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PYWB / "wayback", "-p", str(port)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def open_page(url: str) -> bytes:
        with opener.open(f"http://127.0.0.1:{port}/web/id_/{url}", timeout=30) as answer:
            body: bytes = answer.read()
        return body

    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.2)
        yield open_page
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    snapshot = Snapshot.open(corpus_snapshot())
    urls = [capture.url for capture in snapshot.captures() if capture.status == 200]
    random.Random(1).shuffle(urls)
    urls = urls[:OPENED]

    def fetch(url: str) -> str:
        page = snapshot.fetch(url)
        assert isinstance(page, Page)
        return page.text or "-"

    def response(url: str) -> bytes:
        capture = snapshot.capture(url)
        assert capture
        return snapshot.response(capture).body

    warcio = by_warcio(snapshot)
    samples: dict[str, list[float]] = {}
    for name, opener in (("Snapshot.fetch", fetch), ("Snapshot.response", response), ("warcio seek and read", warcio)):
        samples[name] = timed(opener, urls)
    if PYWB.exists():
        with by_pywb(snapshot.path) as pywb:
            timed(pywb, urls[:20])
            samples["pywb id_ over HTTP"] = timed(pywb, urls[:500])
    results = {name: summary(values) for name, values in samples.items()}
    ordered = {name: sorted(values) for name, values in samples.items()}
    p99 = {name: round(values[int(0.99 * len(values))], 1) for name, values in ordered.items()}
    publish("open", "µs", results, {"p99": p99, "pages": len(urls)})


if __name__ == "__main__":
    main()
