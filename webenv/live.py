"""`LiveEnv`: the same questions and tools on the live web, recorded so that a snapshot of it plays them again.

    env = gymnasium.make("webenv/Live-v0", record="recorded", tasks="questions.jsonl", search="serper")

`webenv build-snapshot recorded --out my-web` makes a snapshot of what was recorded; the same turns played there get
the same observations, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from webenv.env import WebEnv
from webenv.types import Task
from webenv.web.live import Live, LiveSettings, SearchEngine, open_engine


class LiveEnv(WebEnv):
    """One question an episode, asked of the live web. `info["content_id"]` is empty: what is live has none."""

    web: Live

    def __init__(
        self,
        record: str | Path,
        tasks: str | Path | Sequence[Task],
        search: str | SearchEngine,
        live: LiveSettings | None = None,
        **settings: Any,
    ) -> None:
        """Open the recording, which this process holds alone until its environments there are closed.

        Args:
            record: Folder of the recording; what it holds already is not fetched again.
            tasks: Task file (JSONL) or tasks.
            search: Who answers searches: `serper`, `serper:URL`, the folder of a snapshot, or any `SearchEngine`.
            live: How to fetch.
            settings: As for `WebEnv`.

        Raises:
            InputError: there are no tasks, no such search engine, or an argument is out of range.
            CrawlError: the folder cannot be written, or another process records there.
        """
        self._is_open = False
        web = Live.open(record, open_engine(search) if isinstance(search, str) else search, live)
        try:
            super().__init__(web, tasks, **settings)
        except BaseException:
            web.close()
            raise
        self._is_open = True

    def close(self) -> None:
        """Put the recording on disk and let go of it; twice is fine."""
        if self._is_open:
            self.web.close()
        self._is_open = False
