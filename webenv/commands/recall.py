"""`webenv recall`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webenv.web.retrieval import Quality


class _Ranks(click.ParamType[tuple[int, ...]]):
    """Numbers with commas between them: `1,3,10`."""

    name = "numbers"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The numbers, ascending and each once; fails on anything else."""
        try:
            ranks = tuple(sorted({int(part) for part in str(value).split(",")}))
        except ValueError:
            self.fail(f"{value!r} is not a list of numbers like 1,3,10", param, ctx)
        if not 1 <= ranks[0] <= ranks[-1] <= 1_000:
            self.fail(f"{value!r}: every k must be from 1 to 1000", param, ctx)
        return ranks


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--tasks", type=click.Path(path_type=Path), help="Task file; by default the snapshot's own tasks.")
@click.option("--k", "ks", default="1,3,10", show_default=True, type=_Ranks(), help="Ranks to measure at.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with the ranks of each task.")
def recall(snapshot: Path, tasks: Path | None, ks: tuple[int, ...], as_json: bool) -> None:
    """Measure how many evidence pages search finds: with the questions as queries, and with the oracle's queries.

    \b
    Examples:
      webenv recall snapshots/nemo
      webenv recall my-web --tasks mine.jsonl --k 1,5,20 --json
    """
    from webenv.commands.reading import print_json
    from webenv.errors import InputError
    from webenv.web.retrieval import measure
    from webenv.web.snapshot import Snapshot
    from webenv.web.tasks import read_tasks

    web = Snapshot.open(snapshot)
    measured = measure(web, read_tasks(tasks) if tasks else web.tasks(), ks)
    if not measured[0].tasks:
        raise InputError(f"{tasks or snapshot}: no task with evidence; name a task file with --tasks")
    if as_json:
        print_json(measured)
    else:
        _print(measured, ks)


def _print(measured: list[Quality], ks: tuple[int, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Evidence pages that search finds", title_justify="left")
    table.add_column("query")
    table.add_column("tasks", justify="right")
    for k in ks:
        table.add_column(f"recall@{k}", justify="right")
    table.add_column(f"complete@{ks[-1]}", justify="right")
    table.add_column("MRR", justify="right")
    for quality in measured:
        cells = [_share(quality.found[k], quality.pages) for k in ks]
        complete = _share(quality.complete, quality.tasks)
        table.add_row(quality.asked, str(quality.tasks), *cells, complete, f"{quality.reciprocal_rank:.2f}")
    Console().print(table)
    for found in measured[-1].per_task:
        for url, rank in found.ranks.items():
            if rank is None:
                click.echo(f"{found.task_id}: {url} is not among the first {ks[-1]} of any oracle query")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} {part / max(whole, 1):4.0%}"
