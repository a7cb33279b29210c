"""`webenv drift-measure`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from webenv.web.changes import Changes

_SHOWN = 20
"""Broken tasks that are listed (our choice)."""


@click.command("drift-measure")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--tasks", default="", help="Task file; by default the tasks of BEFORE.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, page by page.")
def drift_measure(before: Path, after: Path, tasks: str, as_json: bool) -> None:
    """Say what became of the pages and tasks of snapshot BEFORE in snapshot AFTER, made later of the same sites.

    A page is the same if its text is, whatever became of its markup; it moved if a redirect or a new URL leads to a
    text that is alike. A task holds if all its evidence still stands word for word where it says.

    \b
    Examples:
      webenv drift-measure docs-january docs-june
      webenv drift-measure docs-january docs-june --json | jq '.each[] | select(.fate == "vanished").url'
    """
    from webenv.commands.progress import counted
    from webenv.web.changes import measure
    from webenv.web.snapshot import Snapshot
    from webenv.web.tasks import read_tasks

    earlier, later = Snapshot.open(before), Snapshot.open(after)
    asked = read_tasks(Path(tasks)) if tasks else earlier.tasks()
    with counted("Comparing") as show:
        found = measure(earlier, later, asked, show)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        _print(found, f"{before} -> {after}, {found.days:g} days later")


def _print(found: Changes, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column("", style="bold")
    table.add_column("pages", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    about = {"moved": f"{found.unannounced:,} without a redirect"}
    if found.similarity is not None:
        about["changed"] = f"{found.similarity:.0%} of their text the same (median)"
    if found.vanished_a_week is not None:
        about["vanished"] = f"{found.vanished_a_week:.2%} a week"
    for fate, number in found.fates.items():
        table.add_row(fate, f"{number:,}", f"{number / max(1, found.pages):.0%}", about.get(fate, ""))
    table.add_row("new", f"{found.new:,}", "", "")
    console = Console()
    console.print(table)
    console.print(f"{found.holding:,} of {found.tasks:,} tasks still hold.")
    for task in found.broken[:_SHOWN]:
        console.print("  " + "\n  ".join(task.problems), soft_wrap=True, markup=False)
    if len(found.broken) > _SHOWN:
        console.print(f"  … and {len(found.broken) - _SHOWN:,} more tasks; see --json")
