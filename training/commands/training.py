"""What the commands that train have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from training.lasting import Ready

Command = TypeVar("Command", bound=Callable[..., Any])


def training_options(command: Command) -> Command:
    """Changes to an experiment file, and what is printed of its plan."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON."),
        click.option("--dry-run", is_flag=True, help="Check everything and print the plan; write nothing."),
        click.option(
            "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Say a key otherwise; may be repeated."
        ),
    ):
        command = option(command)
    return command


def print_plan(ready: Ready, rows: Sequence[tuple[str, str]], resumes_at: int, changed: Sequence[str]) -> None:
    """A table of what a training is about to do, where it stands, and what about the machine is not what it was."""
    from rich.console import Console
    from rich.table import Table

    made = ready.made
    table = Table(title=f"{ready.experiment.name} -> {ready.run.folder}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("snapshot", made.inputs.content_id)
    table.add_row("model", f"{ready.experiment.model} ({made.inputs.model})")
    for row in rows:
        table.add_row(*row)
    if ready.is_trained:
        table.add_row("state", "trained already: there is nothing to do")
    elif resumes_at:
        table.add_row("state", f"goes on after update {resumes_at:,}")
    for each in changed:
        table.add_row("changed", f"{each}: the run may end with other weights")
    Console().print(table)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries from talking in between."""
    import warnings

    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(transformers|trl|accelerate|torch|peft)\b")
        warnings.filterwarnings("ignore", "You are using 'rollout_func'")
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
