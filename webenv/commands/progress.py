"""The progress bars of long commands: on standard error, with an estimate of the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from webenv.web.build import Phase

_LABELS: dict[Phase, str] = {"crawl": "Crawling", "scan": "Reading", "freeze": "Freezing", "index": "Indexing"}


@contextmanager
def counted(label: str) -> Iterator[Callable[[int, int], None]]:
    """One bar for something that is counted; quiet where standard error is not a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task(label, total=None)
        yield lambda position, total: progress.update(bar, completed=position, total=total)


@contextmanager
def build_progress() -> Iterator[Callable[[Phase, int, int], None]]:
    """A bar for each phase of a build; quiet where standard error is not a terminal."""
    console = Console(stderr=True)
    columns: list[ProgressColumn] = [
        SpinnerColumn(),
        TextColumn("{task.description:<9}"),
        BarColumn(),
        _Amount(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bars: dict[Phase, int] = {}

        def show(phase: Phase, position: int, total: int) -> None:
            if phase not in bars:
                bars[phase] = progress.add_task(_LABELS[phase], unit="B" if phase == "scan" else "")
            progress.update(bars[phase], completed=position, total=total)  # type: ignore[arg-type]

        yield show


class _Amount(ProgressColumn):
    """Bytes where the unit is bytes, counts elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes, self._count = DownloadColumn(), MofNCompleteColumn()

    def render(self, task):  # type: ignore[no-untyped-def]
        """Delegate by the unit of the task."""
        return (self._bytes if task.fields.get("unit") == "B" else self._count).render(task)
