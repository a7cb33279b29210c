"""Drift: what a visit, a search and an episode cost on a web that has changed, beside the same on the clean one."""

from __future__ import annotations

import random
import time
from pathlib import Path

from harness import HERE, corpus_snapshot, interleaved, publish

from tools.session import Session
from tools.summary import ExtractiveSummariser
from tools.visit import Visit
from webenv.types import Missing, Page, Web
from webenv.web.drift import FAMILIES, Drift, read_plan
from webenv.web.drift.document import open_document
from webenv.web.drift.drift import read
from webenv.web.snapshot import Snapshot

REPEATS = 5
READ = 200
QUERIES = 200
EPISODES = 100
LASTING = ",".join(name for name in FAMILIES if name not in ("rot", "walls", "flaky", "moved"))
"""Every family that leaves a page to be read, at severity 1."""
GOAL = "what the default value of the parameter is"


def drifted(snapshot: Snapshot, spec: str) -> Web:
    """The web of one episode; what was worked out before is forgotten."""
    return Drift(snapshot, read_plan(spec, seed=1)).episode()


def visits(web: Web, urls: list[str]) -> float:
    """Visits by goal a second."""
    session = Session(web, 10, 8_000, ExtractiveSummariser())
    start = time.perf_counter()
    for url in urls:
        Visit(url=url, goal=GOAL).run(session)
    return len(urls) / (time.perf_counter() - start)


def searches(web: Web, queries: list[str]) -> float:
    """Searches a second."""
    start = time.perf_counter()
    for query in queries:
        web.search(query, 10)
    return len(queries) / (time.perf_counter() - start)


def steps(snapshot: Path, spec: str) -> float:
    """Steps a second of the patient oracle over whole episodes, resets included."""
    from agent.policy import load_policy
    from agent.rollout import run_episode
    from webenv.env import WebEnv

    policy, tasks = load_policy("oracle:patient"), Snapshot.open(snapshot).tasks()
    start, played = time.perf_counter(), 0
    for number in range(EPISODES):
        env = WebEnv(snapshot, tasks, drift=spec, drift_seed=1 + number // len(tasks))
        played += len(run_episode(env, policy, tasks[number % len(tasks)], seed=0, sample=number).steps)
    return played / (time.perf_counter() - start)


class ReadAnew:
    """The clean web, whose pages are read from their archived answers at every visit.

    The floor of a first drifted visit, which has to read what it changed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.search = snapshot.search

    def fetch(self, url: str) -> Page | Missing:
        """The page at `url`, as its bytes say."""
        page = self._snapshot.fetch(url)
        if isinstance(page, Missing) or not (capture := self._snapshot.capture(page.url)):
            return page
        return read(open_document(page.url, self._snapshot.response(capture)), page)


def again(snapshot: Snapshot, urls: list[str]) -> float:
    """Visits of pages that this process has changed before."""
    web = drifted(snapshot, LASTING)
    for url in urls:
        web.fetch(url)
    return visits(web, urls)


def searched(snapshot: Snapshot, queries: list[str]) -> Web:
    """A drifted web that was asked all of this before."""
    web = drifted(snapshot, LASTING)
    searches(web, queries)
    return web


def main() -> None:
    nemo = HERE.parent / "snapshots" / "nemo"
    corpus, draw = Snapshot.open(corpus_snapshot()), random.Random(3)
    urls = draw.sample([capture.url for capture in corpus.captures()], READ)
    titles = [page.title for url in urls if isinstance(page := corpus.fetch(url), Page)]
    queries = [title for title in titles if title][:QUERIES]
    searches(corpus, queries)
    results = interleaved(
        {
            "visits, clean": lambda: visits(corpus, urls),
            "visits, clean, read anew": lambda: visits(ReadAnew(corpus), urls),
            "visits, severity 1, first time": lambda: visits(drifted(corpus, LASTING), urls),
            "visits, severity 1, again": lambda: again(corpus, urls),
            "searches, clean": lambda: searches(corpus, queries),
            "searches, severity 1, first time": lambda: searches(drifted(corpus, LASTING), queries),
            "searches, severity 1, again": lambda: searches(searched(corpus, queries), queries),
            "steps on nemo, clean": lambda: steps(nemo, ""),
            "steps on nemo, everything at 0.5": lambda: steps(nemo, "everything"),
        },
        REPEATS,
    )
    cost = {
        f"{what}, times {clean}": round(results[clean]["median"] / results[what]["median"], 2)
        for clean, what in (
            ("visits, clean", "visits, severity 1, first time"),
            ("visits, clean, read anew", "visits, severity 1, first time"),
            ("visits, clean", "visits, severity 1, again"),
            ("searches, clean", "searches, severity 1, first time"),
            ("searches, clean", "searches, severity 1, again"),
        )
    }
    publish("drift", "a second", results, dict(cost))


if __name__ == "__main__":
    main()
