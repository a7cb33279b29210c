"""Writing generated worlds: pages a second on one core, and memory against the number of pages."""

from __future__ import annotations

import subprocess
import sys

from harness import HERE, WORK, publish, summary

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


def draw(memory: dict[int, float], speed: dict[int, float]) -> None:
    """Memory and pages a second against the size of a world, as `results/world.png`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    for axes, values, label in zip(figure.subplots(1, 2), (memory, speed), ("MB held", "pages/s"), strict=True):
        axes.plot(list(values), list(values.values()), marker="o")
        axes.set(xscale="log", xlabel="pages of the world", ylabel=label, ylim=(0, 1.2 * max(values.values())))
        axes.grid(alpha=0.3)
    figure.savefig(HERE / "results" / "world.png", dpi=110)


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    runs = {pages: [write(seed, pages) for seed in range(REPEATS)] for pages in SIZES}
    results = {f"{pages:,} pages": summary(speed for speed, _ in each) for pages, each in runs.items()}
    memory = {pages: max(held for _, held in each) for pages, each in runs.items()}
    notes = {f"megabytes, {pages:,} pages": round(held) for pages, held in memory.items()}
    publish("world", "pages/s", results, dict(notes))
    draw(memory, {pages: results[f"{pages:,} pages"]["median"] for pages in SIZES})


if __name__ == "__main__":
    main()
