"""Searching: `Snapshot.search` (pages, titles, dates, snippets) beside a bare `LuceneSearcher.search`, same k."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

from harness import corpus_snapshot, interleaved, publish

from webenv.web.derive import LUCENE
from webenv.web.snapshot import Snapshot

QUERIES = 400
REPEATS = 9
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
    results = interleaved(runs, REPEATS)
    ratio = results["Snapshot.search"]["median"] / results["LuceneSearcher.search"]["median"]
    publish("search", "µs", results, {"k": K, "queries": QUERIES, "times_bare": round(ratio, 2)})


if __name__ == "__main__":
    main()
