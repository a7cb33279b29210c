"""Searching: `Snapshot.search` (pages, titles, dates, snippets) beside a bare `LuceneSearcher.search`, same k."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

from harness import corpus_snapshot, interleaved, publish, summary

from webenv.web.derive import LUCENE
from webenv.web.snapshot import Snapshot

QUERIES = 400
REPEATS = 15
K = 10


def questions(snapshot: Snapshot) -> list[str]:
    """Queries of 2 to 8 words, drawn from random passages: each finds something."""
    draw = random.Random(3)
    passages = [text.split() for *_, text in snapshot.store.passages()]
    chosen = draw.sample([words for words in passages if len(words) > 20], QUERIES)
    return [" ".join(draw.sample(words, draw.randint(2, 8))) for words in chosen]


def microseconds(search: Callable[[str], object], queries: list[str]) -> float:
    """Mean over all queries, none twice in a row."""
    start = time.perf_counter()
    for query in queries:
        search(query)
    return (time.perf_counter() - start) / len(queries) * 1e6


def main() -> None:
    snapshot = Snapshot.open(corpus_snapshot())
    queries = questions(snapshot)
    snapshot.search("start", K)
    os.environ.setdefault("OPENAI_API_KEY", "not used")  # pyserini builds a client when it is imported
    from pyserini.search.lucene import LuceneSearcher

    bare = LuceneSearcher(str(snapshot.path / LUCENE))
    runs = {
        "Snapshot.search": lambda: microseconds(lambda query: snapshot.search(query, K), queries),
        "LuceneSearcher.search": lambda: microseconds(lambda query: bare.search(query, K), queries),
    }
    interleaved(runs, 2)
    samples: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(REPEATS):
        for name, run in runs.items():
            samples[name].append(run())
    ratios = summary(ours / bare for ours, bare in zip(*samples.values(), strict=True))
    results = {name: summary(values) for name, values in samples.items()}
    publish("search", "µs", results, {"k": K, "queries": QUERIES, "times bare, pair by pair": ratios})


if __name__ == "__main__":
    main()
