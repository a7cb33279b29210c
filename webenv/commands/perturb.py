"""`webenv perturb`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from webenv.web.drift.perturb import Perturbed


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--drift", default="", help="Families with severities, or presets: moved:0.4,ads:0.2.")
@click.option("--drift-age", default="", help="As much as webs change in that time: 90d, 6w, 12mo, 2y.")
@click.option("--drift-seed", default=0, show_default=True, type=click.IntRange(0), help="Seed of the change.")
@click.option(
    "--drift-split",
    default="all",
    show_default=True,
    type=click.Choice(["all", "train", "test"]),
    help="Ways to change it; those of test are held out from train.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the new snapshot.")
@click.option("--overwrite", is_flag=True, help="Replace a snapshot that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def perturb(
    snapshot: Path,
    drift: str,
    drift_age: str,
    drift_seed: int,
    drift_split: str,
    out: Path,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Write a changed snapshot: pages moved, rewritten, gone or copied, in an archive that others can replay.

    The snapshot itself is not touched. Tasks that still hold are shipped with their evidence as it stands now; what
    was changed stands in drift-log.jsonl.

    \b
    Examples:
      webenv perturb snapshots/nemo --drift redesign --drift-seed 3 --out nemo-redesigned
      webenv perturb my-web --drift-age 12mo --out my-web-next-year
    """
    from webenv.commands.progress import counted
    from webenv.web.drift.perturb import perturb as write
    from webenv.web.drift.plan import read_plan, with_age
    from webenv.web.snapshot import Snapshot

    plan = read_plan(with_age(drift, drift_age), drift_seed, drift_split)
    with counted("Writing") as show:
        report = write(Snapshot.open(snapshot), plan, out, overwrite, show)
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print(report, f"{snapshot} after {plan.text} -> {out}")


def _print(report: Perturbed, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("captures", f"{report.build.captures:,}")
    table.add_row("edits", "\n".join(f"{count:,} {name}" for name, count in report.edits.items()) or "none")
    if report.left_out:
        table.add_row("left out", f"{', '.join(report.left_out)}: no archive can hold them")
    table.add_row("tasks", f"{report.tasks:,} still hold, {report.tasks_lost:,} lost their evidence")
    table.add_row("content id", report.build.content_id)
    Console().print(table)
