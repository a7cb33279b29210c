"""The audit of CRAWLQA and E2HQA on worlds of three seeds, plain and obfuscated: percent of tasks for each check."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict

from bench_synthesis import failed, run
from harness import WORK, publish, summary

SEEDS, PAGES, TASKS = (1, 2, 3), 5_000, 1_000


def main() -> None:
    shares: dict[str, list[float]] = defaultdict(list)
    failures: dict[str, list[str]] = {}
    described: dict[str, int] = {}
    for seed in SEEDS:
        folder = WORK / "audit"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        world, easy = folder / "world", folder / "easy.jsonl"
        run("generate-world", "--seed", seed, "--pages", PAGES, "--out", world)
        run("synthesize", "crawlqa", world, "--easy", "--count", TASKS + TASKS // 10, "--workers", 2, "--out", easy)
        for family, given in (("crawlqa", ("--count", TASKS)), ("e2hqa", ("--tasks", easy))):
            for switch in ((), ("--obfuscate",)):
                name = " ".join((family, *(word.strip("-") for word in switch)))
                tasks = folder / f"{name}.jsonl"
                run("synthesize", family, world, *given, *switch, "--workers", 2, "--out", tasks)
                said = run("audit", world, "--tasks", tasks, "--limit", TASKS, "--json")[1]
                for check in json.loads(said)["checks"]:
                    shares[f"{name}: {check['name']}"].append(100 * check["count"] / check["of"])
                failures[f"{name}, seed {seed}"] = failed(said)
                described[f"{name}, seed {seed}"] = tasks.read_text().count('["V@D1","kind"')
    notes: dict[str, object] = {
        "pages": PAGES, "tasks": TASKS, "failed checks": failures, "tasks with a described thing": described,
    }  # fmt: skip
    publish("audit", "% of tasks", {check: summary(each) for check, each in shares.items()}, notes)


if __name__ == "__main__":
    main()
