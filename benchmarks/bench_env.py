"""Stepping: steps a second of the oracle in one process, and the memory that a snapshot takes."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import gymnasium
from harness import HERE, corpus_snapshot, interleaved, publish

from webenv.protocol import render
from webenv.types import Task, ToolCall, Turn

REPEATS = 5
EPISODES = 300
READ = 500
_MEMORY = """
import random, resource, sys
from webenv.web.snapshot import Snapshot
snapshot = Snapshot.open(sys.argv[1])
urls = [capture.url for capture in snapshot.captures()]
draw = random.Random(1)
for url in draw.choices(urls, k=2000):
    page = snapshot.fetch(url)
    snapshot.search(page.title if hasattr(page, "title") else url, 10)
print(len(urls), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def oracle_steps(snapshot: Path) -> float:
    """Steps a second over whole episodes, resets included."""
    from agent.policy import load_policy
    from agent.rollout import run_episode

    env = gymnasium.make("webenv/Web-v0", snapshot=snapshot)
    tasks = list(env.unwrapped.tasks.values())  # type: ignore[attr-defined]
    policy = load_policy("oracle")
    run_episode(env.unwrapped, policy, tasks[0], seed=0, sample=0)
    start, steps = time.perf_counter(), 0
    for number in range(EPISODES):
        steps += len(run_episode(env.unwrapped, policy, tasks[number % len(tasks)], seed=0, sample=number).steps)
    return steps / (time.perf_counter() - start)


def reading_steps(snapshot: Path, draw: random.Random) -> float:
    """Steps a second of visits by goal to random pages of the real sites, other pages in each repeat."""
    task = Task(task_id="read", question="What is the default value?", answer="none")
    env = gymnasium.make("webenv/Web-v0", snapshot=snapshot, tasks=[task], max_turns=10_000, max_chars=10**9)
    env.reset(seed=1)
    urls = [capture.url for capture in env.unwrapped.web.captures()]  # type: ignore[attr-defined]
    turns = []
    for url in draw.sample(urls, READ):
        arguments = {"url": url, "goal": "what the default value of the parameter is"}
        turns.append(render(Turn(thought="Read.", call=ToolCall(name="visit", arguments=arguments))))
    start = time.perf_counter()
    for turn in turns:
        env.step(turn)
    return READ / (time.perf_counter() - start)


def megabytes(snapshot: Path) -> tuple[int, float]:
    """Captures, and the largest resident memory of a process that fetches 2,000 pages and searches 2,000 times."""
    command = [sys.executable, "-c", _MEMORY, str(snapshot)]
    measured = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(measured[0]), float(measured[1])


def main() -> None:
    nemo = HERE.parent / "snapshots" / "nemo"
    corpus, draw = corpus_snapshot(), random.Random(2)
    results = interleaved(
        {
            "oracle on nemo": lambda: oracle_steps(nemo),
            "visits by goal, real pages": lambda: reading_steps(corpus, draw),
        },
        REPEATS,
    )
    (few, base), (many, full) = megabytes(nemo), megabytes(corpus)
    notes = {
        f"megabytes, {few} captures": round(base),
        f"megabytes, {many} captures": round(full),
        "megabytes more per 10,000 captures": round((full - base) / (many - few) * 10_000),
    }
    publish("env", "steps/s", results, notes)


if __name__ == "__main__":
    main()
