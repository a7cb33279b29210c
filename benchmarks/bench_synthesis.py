"""The numbers of WebDancer, 60,000 CRAWLQA and 40,000 E2HQA tasks, on one generated world, audited: seconds a stage."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from harness import WORK, publish, summary

PAGES, CRAWLQA, EASY, WORKERS = 50_000, 60_000, 41_000, 2
"""A few easy questions have no way of enough steps, hence more than 40,000."""


def run(*arguments: object) -> tuple[float, str]:
    """Seconds and standard output of a command; an audit that fails is a result too."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "webenv.cli", *map(str, arguments)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stdout
    return time.perf_counter() - start, ended.stdout


def failed(audited: str) -> list[str]:
    """The checks of an audit that fail."""
    checks = json.loads(audited)["checks"]
    return [
        each["name"] for each in checks if (each["count"] / each["of"] - each["bound"]) * (2 * each["at_most"] - 1) > 0
    ]


def main() -> None:
    folder = WORK / "synthesis"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    world, crawlqa, easy, e2hqa = (folder / name for name in ("world", "crawlqa.jsonl", "easy.jsonl", "e2hqa.jsonl"))

    def synthesize(family: str, out: Path, *more: object) -> float:
        return run("synthesize", family, world, "--workers", WORKERS, "--out", out, *more)[0]

    seconds = {"generate and freeze the world": run("generate-world", "--seed", 1, "--pages", PAGES, "--out", world)[0]}
    seconds["crawlqa"] = synthesize("crawlqa", crawlqa, "--count", CRAWLQA)
    seconds["easy"] = synthesize("crawlqa", easy, "--easy", "--count", EASY)
    seconds["e2hqa"] = synthesize("e2hqa", e2hqa, "--tasks", easy)
    notes: dict[str, object] = {"pages": PAGES, "workers": WORKERS}
    for tasks in (crawlqa, e2hqa):
        seconds[f"audit 1,000 of {tasks.stem}"], said = run("audit", world, "--tasks", tasks, "--json")
        notes[f"{tasks.stem} tasks"] = sum(1 for _ in tasks.open())
        notes[f"{tasks.stem} megabytes"] = round(tasks.stat().st_size / 1e6)
        notes[f"{tasks.stem} failed checks"] = failed(said)
    notes["minutes in all"] = round(sum(seconds.values()) / 60, 1)
    publish("synthesis", "s", {stage: summary([spent]) for stage, spent in seconds.items()}, notes)


if __name__ == "__main__":
    main()
