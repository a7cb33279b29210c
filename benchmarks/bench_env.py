"""Stepping: steps a second of the oracle in one process, and the memory that a snapshot takes."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import gymnasium
from harness import HERE, corpus_snapshot, interleaved, publish

REPEATS = 5
EPISODES = 300
_MEMORY = """
import random, resource, sys
from webenv.web.snapshot import Snapshot
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
snapshot = Snapshot.open(sys.argv[1])
urls = [capture.url for capture in snapshot.captures()]
for url in random.Random(1).sample(urls, min(len(urls), 2000)):
    snapshot.fetch(url)
print(len(urls), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def oracle_steps(snapshot: Path) -> float:
    """Steps a second over whole episodes, resets included."""
    from agent.policy import load_policy
    from agent.rollout import run_episode

    env = gymnasium.make("webenv/Web-v0", snapshot=snapshot)
    tasks = env.unwrapped.tasks  # type: ignore[attr-defined]
    policy = load_policy("oracle")
    run_episode(env.unwrapped, policy, tasks[0], seed=0, sample=0)
    start, steps = time.perf_counter(), 0
    for number in range(EPISODES):
        steps += len(run_episode(env.unwrapped, policy, tasks[number % len(tasks)], seed=0, sample=number).steps)
    return steps / (time.perf_counter() - start)


def reading_steps(snapshot: Path) -> float:
    """Steps a second of visits by goal to random pages of the real sites, each page new."""
    env = gymnasium.make("webenv/Web-v0", snapshot=snapshot, tasks=HERE / "task.jsonl", max_turns=10_000)
    env.reset(seed=1)
    urls = [capture.url for capture in env.unwrapped.web.captures()]  # type: ignore[attr-defined]
    random.Random(2).shuffle(urls)
    start = time.perf_counter()
    for url in urls[:500]:
        env.step(
            '<think>Read.</think>\\n<tool_call>{"name": "visit", "arguments": '
            f'{{"url": "{url}", "goal": "what the default value of the parameter is"}}}}</tool_call>'
        )
    return 500 / (time.perf_counter() - start)


def main() -> None:
    nemo = HERE.parent / "snapshots" / "nemo"
    corpus = corpus_snapshot()
    results = interleaved(
        {"oracle on nemo": lambda: oracle_steps(nemo), "visits by goal, real pages": lambda: reading_steps(corpus)},
        REPEATS,
    )
    measured = subprocess.run([sys.executable, "-c", _MEMORY, corpus], capture_output=True, text=True, check=True)
    captures, megabytes = (float(word) for word in measured.stdout.split())
    publish("env", "steps/s", results, {"captures": captures, "megabytes_after_2000_visits": round(megabytes, 1)})


if __name__ == "__main__":
    main()
