"""`webenv sft`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from training.plan import Prepared


@click.command()
@click.argument("experiment", type=click.Path(path_type=Path))
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Say a key otherwise; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Check everything and print the plan; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def sft(experiment: Path, changes: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Train a model on episodes: on what was written in them, not on what was read.

    EXPERIMENT is a TOML file; [sft] passes through to trl.SFTConfig and [lora] to peft.LoraConfig. A run that was
    stopped goes on when the command is run again, and ends with the same weights.

    \b
    Examples:
      webenv sft nemo.toml --dry-run
      webenv sft nemo.toml --set sft.learning_rate=1e-5 --set 'out="runs/other"'
      accelerate launch --num_processes 8 -m webenv.cli sft nemo.toml
    """
    from training.experiment import read_experiment

    with _quiet():
        from training.plan import prepare
        from training.sft import train
        from webenv.commands.progress import counted
        from webenv.commands.reading import print_json

        with counted("Reading episodes") as show:
            ready = prepare(read_experiment(experiment, changes), lambda count: show(count, 0))
        if ready.is_main and as_json:
            print_json(ready.plan)
        elif ready.is_main:
            _print(ready)
        if dry_run:
            return
        with _updates_bar(ready) as update:
            train(ready, update)
        if ready.is_main and not as_json:
            click.echo(f"{ready.run.model}: trained; play it with --policy hf:{ready.run.model}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries from talking in between."""
    import warnings

    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(transformers|trl|accelerate|torch|peft)\b")
        yield


@contextmanager
def _updates_bar(ready: Prepared) -> Iterator[Callable[[int, int, dict[str, float]], None]]:
    """A progress bar with the time left and the last loss."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("Training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    disabled = not (console.is_terminal and ready.is_main)
    with Progress(*columns, TextColumn("{task.fields[said]}"), console=console, disable=disabled) as progress:
        bar = progress.add_task("", total=ready.plan.updates, completed=ready.plan.resumes_at, said="")

        def show(update: int, updates: int, metrics: dict[str, float]) -> None:
            names = [name for name in ("loss", "mean_token_accuracy", "grad_norm") if name in metrics]
            said = "  ".join(f"{name} {metrics[name]:.4g}" for name in names)
            progress.update(bar, completed=update, total=updates, said=said)

        yield show


def _print(ready: Prepared) -> None:
    from rich.console import Console
    from rich.table import Table

    from training.rows import TOO_LONG

    plan, made = ready.plan, ready.made
    table = Table(title=f"{ready.experiment.name} -> {ready.run.folder}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("snapshot", made.inputs.content_id)
    table.add_row("model", f"{ready.experiment.model} ({made.inputs.model})")
    table.add_row("rows", f"{plan.rows:,}, the longest of {plan.longest:,} tokens")
    for why, count in plan.left_out.items():
        table.add_row("left out", f"{count:,} {why}" + (f" ({plan.max_length:,})" if why == TOO_LONG else ""))
    table.add_row("tokens", f"{plan.tokens:,}, of which written {plan.written:,} ({plan.written / plan.tokens:.0%})")
    table.add_row("padding", f"{plan.padding:.1%} of what is computed")
    table.add_row("updates", f"{plan.updates:,} of {plan.global_batch:,} rows, on {made.processes} processes")
    if plan.is_trained:
        table.add_row("state", "trained already: there is nothing to do")
    elif plan.resumes_at:
        table.add_row("state", f"goes on after update {plan.resumes_at:,}")
    for each in plan.changed:
        table.add_row("changed", f"{each}: the run may end with other weights")
    Console().print(table)
