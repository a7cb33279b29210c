"""Building a snapshot, against warcio + trafilatura + Pyserini one after the other, and against its three floors."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from itertools import islice

from harness import WORK, corpus_warc, interleaved, publish, real_pages

SAMPLE = 1_500
"""Pages that the slow peer reads in each repeat: enough to spread the start of Java over."""
REPEATS = 3


def webenv_build(workers: int) -> float:
    """Pages a second of the whole command: read, choose, extract, write WACZ, index."""
    from webenv.web.build import BuildSettings, build_snapshot

    out = WORK / "bench-build"
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    report = build_snapshot([str(corpus_warc())], out, BuildSettings(workers=workers))
    return report.captures / (time.perf_counter() - start)


def peer() -> float:
    """Pages a second of the usual script: warcio reads, trafilatura extracts, Pyserini's Lucene indexes."""
    import trafilatura
    from warcio.archiveiterator import ArchiveIterator

    from webenv.web.index import docid, write_index

    shutil.rmtree(WORK / "bench-peer", ignore_errors=True)
    start = time.perf_counter()
    with corpus_warc().open("rb") as file:
        stride = max(1, len(real_pages()) // SAMPLE)
        records = islice((r for r in ArchiveIterator(file) if r.rec_type == "response"), 0, None, stride)
        bodies = [record.content_stream().read() for record in islice(records, SAMPLE)]
    reading = time.perf_counter() - start
    start = time.perf_counter()
    texts = [trafilatura.extract(body, include_links=True) or "" for body in bodies]
    write_index(((docid(n, 0), text, "") for n, text in enumerate(texts)), WORK / "bench-peer")
    # All of the file was decompressed to reach a part of it: count that part of the reading.
    return len(bodies) / (reading * len(bodies) / len(real_pages()) + time.perf_counter() - start)


def floor_read() -> float:
    """FastWARC reading every payload, nothing else."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    start = time.perf_counter()
    with corpus_warc().open("rb") as file:
        count = sum(1 for record in ArchiveIterator(file, record_types=WarcRecordType.response) if record.reader.read())
    return count / (time.perf_counter() - start)


def floor_extract() -> float:
    """Resiliparse on one core: full text and main text of each page, nothing else."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    pages = [path.read_text(errors="replace") for _, path in real_pages()[::10]]
    start = time.perf_counter()
    for page in pages:
        tree = HTMLTree.parse(page)
        extract_plain_text(tree, main_content=False)
        extract_plain_text(tree, main_content=True)
    return len(pages) / (time.perf_counter() - start)


def floor_index() -> float:
    """Lucene indexing the passages of the finished snapshot, nothing else."""
    from harness import corpus_snapshot

    from webenv.web.index import docid, write_index
    from webenv.web.store import Store

    store = Store(corpus_snapshot() / "derived" / "pages.sqlite")
    rows = [(docid(page, n), f"{title}\n{text}", date[:4]) for page, n, title, date, text in store.passages()]
    shutil.rmtree(WORK / "bench-index", ignore_errors=True)
    start = time.perf_counter()
    write_index(rows, WORK / "bench-index")
    return store.count("pages") / (time.perf_counter() - start)


def main() -> None:
    cores = os.cpu_count() or 1
    runs: dict[str, Callable[[], float]] = {
        f"webenv, {cores} workers": lambda: webenv_build(cores),
        "webenv, 1 worker": lambda: webenv_build(1),
        "warcio + trafilatura + Pyserini": peer,
        "floor: FastWARC read": floor_read,
        "floor: Resiliparse full + main, 1 core": floor_extract,
        "floor: Lucene": floor_index,
    }
    corpus_warc()
    results = interleaved(runs, REPEATS)
    ours, theirs = (results[name]["median"] for name in list(runs)[0:3:2])
    floors = [results[name]["median"] for name in list(runs)[3:]]
    notes = {
        "pages": len(real_pages()),
        "megabytes": round(sum(path.stat().st_size for _, path in real_pages()) / 1e6),
        "megabytes_per_second": round(
            ours * sum(path.stat().st_size for _, path in real_pages()) / len(real_pages()) / 1e6, 1
        ),
        "times_peer": round(ours / theirs, 1),
        "share_of_floors_in_sequence_on_one_core": round(
            results["webenv, 1 worker"]["median"] * sum(1 / floor for floor in floors), 2
        ),
        "peer_sample": SAMPLE,
    }
    publish("build", "pages/s", results, notes)


if __name__ == "__main__":
    main()
