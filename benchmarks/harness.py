"""What all benchmarks share: the corpus of real pages, repeated measurements, and results that name their origin."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
WORK = HERE.parent / "runs" / "bench"
DOCS = {
    "python.example": "python3.11-doc",
    "sqlite.example": "sqlite3-doc",
    "postgresql.example": "postgresql-doc-15",
    "git.example": "git-doc",
    "apache.example": "apache2-doc",
    "qt.example": "qtbase5-doc-html",
}
"""Host in the corpus, and the Debian package whose HTML pages it serves."""


def real_pages() -> list[tuple[str, Path]]:
    """(URL, file) of every HTML page in the Debian packages of `DOCS`; stops with advice if they are absent."""
    pages = []
    for host, package in DOCS.items():
        listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False)
        if listed.returncode:
            sys.exit(f"{package} is absent; run: apt-get install {' '.join(DOCS.values())}")
        files = {Path(line).resolve() for line in listed.stdout.splitlines() if line.endswith((".html", ".html.en"))}
        pages += [(f"http://{host}{path}", path) for path in sorted(files) if path.is_file()]
    return pages


def corpus_warc() -> Path:
    """All real pages as one WARC file, written once by warcio."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    path = WORK / "corpus.warc.gz"
    if path.exists():
        return path
    WORK.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".part").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, source in real_pages():
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(source.read_bytes()),
                    http_headers=http,
                    warc_headers_dict={"WARC-Date": "2024-01-01T00:00:00Z"},
                )
            )
    path.with_suffix(".part").rename(path)
    return path


def corpus_snapshot() -> Path:
    """The snapshot of the corpus, built once."""
    from webenv.web.build import BuildSettings, build_snapshot

    path = WORK / "snapshot"
    if not path.exists():
        build_snapshot([str(corpus_warc())], path, BuildSettings(workers=os.cpu_count() or 1))
    return path


def summary(samples: Iterable[float]) -> dict[str, float]:
    """Median, extremes and number of samples."""
    values = sorted(samples)
    return {"median": statistics.median(values), "low": values[0], "high": values[-1], "n": len(values)}


def interleaved(runs: dict[str, Callable[[], float]], repeats: int) -> dict[str, dict[str, float]]:
    """Run all candidates in turn, `repeats` times, so that a noisy machine is noisy for each of them."""
    samples: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            samples[name].append(run())
    return {name: summary(values) for name, values in samples.items()}


def publish(name: str, unit: str, results: dict[str, dict[str, float]], notes: dict[str, object]) -> None:
    """Print a table and write `results/NAME.json` with the command and the versions that made it."""
    table = Table(title=f"{name} ({unit})", title_justify="left")
    for column in ("", "median", "low", "high", "n"):
        table.add_column(column, justify="right" if column else "left")
    for row, values in results.items():
        table.add_row(row, *(f"{values[key]:,.1f}" for key in ("median", "low", "high")), f"{values['n']:.0f}")
    Console().print(table)
    Console().print(notes)
    packages = ("webenv", "FastWARC", "Resiliparse", "pyserini", "warcio")
    record = {
        "benchmark": name,
        "command": f"python benchmarks/bench_{name}.py",
        "unit": unit,
        "results": results,
        "notes": notes,
        "versions": {package: version(package) for package in packages} | {"python": platform.python_version()},
        "cores": os.cpu_count(),
    }
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
