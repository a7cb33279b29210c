"""What the commands that train have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries from talking in between."""
    import warnings

    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(transformers|trl|accelerate|torch|peft)\b")
        yield


@contextmanager
def updates_bar(
    updates: int, made: int, is_main: bool, shown: Sequence[str]
) -> Iterator[Callable[[int, int, dict[str, float]], None]]:
    """A progress bar with the time left and the last of some metrics."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("Training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    disabled = not (console.is_terminal and is_main)
    with Progress(*columns, TextColumn("{task.fields[said]}"), console=console, disable=disabled) as progress:
        bar = progress.add_task("", total=updates, completed=made, said="")

        def show(update: int, updates: int, metrics: dict[str, float]) -> None:
            said = "  ".join(f"{name} {metrics[name]:.4g}" for name in shown if name in metrics)
            progress.update(bar, completed=update, total=updates, said=said)

        yield show
