"""Writing generated worlds: pages a second on one core, and memory against the number of pages."""

from __future__ import annotations

import subprocess
import sys

from harness import WORK, publish, summary

SIZES = (1_000, 10_000, 100_000)
REPEATS = 3
_WRITE = """
import resource, sys, time
from pathlib import Path
from webenv.web.world import WorldSettings, generate_world
start = time.perf_counter()
pages = generate_world(WorldSettings(seed=int(sys.argv[1]), pages=int(sys.argv[2])), Path(sys.argv[3]))
print(pages / (time.perf_counter() - start), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def write(seed: int, pages: int) -> tuple[float, float]:
    """Pages a second, and the largest resident memory in megabytes, of a process of its own."""
    out = WORK / "world.warc.gz"
    command = [sys.executable, "-c", _WRITE, str(seed), str(pages), str(out)]
    measured = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(measured[0]), float(measured[1])


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    runs = {pages: [write(seed, pages) for seed in range(REPEATS)] for pages in SIZES}
    results = {f"{pages:,} pages": summary(speed for speed, _ in each) for pages, each in runs.items()}
    memory = {f"megabytes, {pages:,} pages": round(max(held for _, held in each)) for pages, each in runs.items()}
    publish("world", "pages/s", results, dict(memory))


if __name__ == "__main__":
    main()
