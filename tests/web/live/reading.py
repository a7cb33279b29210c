"""Reading the live web in tests: sites on 127.0.0.1, fast, and the snapshot that a recording makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webenv.types import Hit
from webenv.web.build import build_snapshot
from webenv.web.live import Live, LiveSettings, SearchEngine
from webenv.web.snapshot import Snapshot

FAST = LiveSettings(delay_s=0, retries=0, timeout_s=1, whole_s=3, allow_private=True)


class Nobody:
    """A search engine that finds nothing, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def search(self, query: str, k: int = 10, year: int | None = None) -> list[Hit]:
        self.asked += 1
        return []


@contextmanager
def reading(record: Path, engine: SearchEngine | None = None, settings: LiveSettings = FAST) -> Iterator[Live]:
    """The live web while the block runs."""
    live = Live(record, engine or Nobody(), settings)
    try:
        yield live
    finally:
        live.close()


def frozen(record: Path) -> Snapshot:
    """The snapshot that is built of a recording."""
    out = record.with_name(record.name + "-snapshot")
    build_snapshot([str(record)], out)
    return Snapshot.open(out)
