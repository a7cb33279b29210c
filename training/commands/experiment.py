"""`webenv experiment` and `webenv quickstart`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from training.studies.store import Show

Command = TypeVar("Command", bound=Callable[..., Any])


def _options(command: Command) -> Command:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
        click.option(
            "--workers", default=0, show_default="all cores", type=click.IntRange(0, 256), help="Processes; no trace."
        ),
        click.option(
            "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Say a key otherwise; may be repeated."
        ),
        click.option("--base", default="", help="Folder of a model to begin with, in place of the shipped one."),
        click.option(
            "--stages", type=click.Path(path_type=Path), help="Folder of stages; by default `stages` beside --out."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--out", default="runs/quickstart", show_default=True, type=click.Path(path_type=Path), help="Folder.")
@_options
def quickstart(out: Path, **said: Any) -> None:
    """Teach a tiny model to research a web that nobody has seen: from a teacher (SFT), then by itself (DAPO).

    A world, questions with proofs, an audit, a teacher's episodes, filters, both trainings, and a test on another world
    in other wordings and looks; then one HTML page that says what was learnt. Run it again to go on where it was
    stopped.

    \b
    Examples:
      webenv quickstart
      webenv quickstart --out runs/longer --set setup.dapo.max_steps=80
    """
    _run("quickstart", out, **said)


@click.command()
@click.argument("name", required=False)
@click.option("--list", "is_list", is_flag=True, help="Say which there are.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder; by default runs/NAME.")
@_options
def experiment(name: str | None, is_list: bool, out: Path | None, **said: Any) -> None:
    """Run a study of learning: arms that are told different things, trained and tested over several seeds.

    NAME is one that --list shows, or a TOML file. What studies have in common is made once. A study that was stopped
    goes on when the command is run again; what is told otherwise is made anew, and what it does not touch stays.

    \b
    Examples:
      webenv experiment --list
      webenv experiment main
      webenv experiment data-efficiency --set 'seeds=[1]'
      webenv experiment mine.toml --base models/mine --out runs/mine
    """
    if is_list:
        return _print_list()
    if not name:
        raise click.UsageError("name a study, or see which there are with --list")
    return _run(name, out or Path("runs") / Path(name).stem, **said)


def _run(
    name: str, out: Path, stages: Path | None, base: str, changes: tuple[str, ...], workers: int, as_json: bool
) -> None:
    import os

    from training.commands.sheets import print_sheets
    from training.commands.training import quiet
    from training.studies.files import read_study
    from webenv.commands.reading import print_json

    study = read_study(name, changes, base)
    with quiet():
        from training.studies.run import run_study
        from training.studies.tables import notes, sheets

        cores = len(os.sched_getaffinity(0))
        found = run_study(study, out, stages or out.absolute().parent / "stages", workers or cores, watch)
    if as_json:
        print_json(found.outcome)
    else:
        print_sheets(sheets(found.outcome), notes(found.outcome))
        click.echo(f"{found.page}: open it in a browser")


@contextmanager
def watch(name: str) -> Iterator[Show]:
    """A line for each stage, with the time left on a terminal; where there is none, said when it ends."""
    from time import perf_counter

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console, start = Console(stderr=True), perf_counter()
    columns = (TextColumn(f"{name:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[said]}"), console=console, disable=not console.is_terminal) as bar:
        stage = bar.add_task("", total=None, said="")

        def show(position: int, total: int, said: str) -> None:
            bar.update(stage, completed=position, total=total or None, said=said)

        yield show
    if not console.is_terminal:
        click.echo(f"{name}: {perf_counter() - start:.0f} s", err=True)


def _print_list() -> None:
    from rich.console import Console
    from rich.table import Table

    from training.studies.files import read_study, shipped

    table = Table(title="Studies", title_justify="left")
    for column in ("name", "arms", "seeds", "what it asks"):
        table.add_column(column)
    for name in shipped():
        study = read_study(name)
        table.add_row(name, str(len(study.arms)), str(len(study.seeds)), study.question)
    Console().print(table)
