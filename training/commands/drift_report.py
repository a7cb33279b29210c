"""`webenv drift-report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.commands.options import playing_options, rollout_settings

if TYPE_CHECKING:
    from training.drift.report import DriftReport, Rate


@click.command("drift-report")
@click.argument("snapshot")
@click.option(
    "--policy", "policies", multiple=True, required=True, help="As for `webenv rollout`; several times for several."
)
@click.option("--families", default="", help="Families or presets, with commas; by default every family.")
@click.option("--severities", default="0.25,0.5,1", show_default=True, help="Above 0; the clean web is always played.")
@click.option("--seeds", default=1, show_default=True, type=click.IntRange(1, 1_000), help="Drift seeds.")
@click.option("--samples", default=1, show_default=True, type=click.IntRange(1), help="Episodes of each task.")
@playing_options
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it to this PNG file.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def drift_report(
    snapshot: str,
    policies: tuple[str, ...],
    families: str,
    severities: str,
    seeds: int,
    samples: int,
    out: Path,
    plot: Path | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Measure what policies lose on a web that changes: success against severity, family by family.

    OUT is a folder that keeps the episodes; the same command goes on with what is there. Differences are to the clean
    web on the same tasks. --drift-split says which operators act; say test for those that training never sees.

    \b
    Examples:
      webenv drift-report snapshots/nemo --policy oracle:patient --families moved,ads --out runs/drift
      webenv drift-report my-web --policy hf:models/sft --policy hf:models/dapo --seeds 3 --out runs/drift --plot d.png
    """
    from training.drift.report import report as measure
    from training.drift.sweep import SweepSettings, sweep
    from webenv.commands.progress import counted
    from webenv.commands.reading import print_json
    from webenv.errors import InputError
    from webenv.web.drift import FAMILIES
    from webenv.web.snapshot import Snapshot

    if said["drift"] or said["drift_age"]:
        raise InputError("drift-report sets the drift itself; name --families and --severities")
    split = said.pop("drift_split")
    settings = SweepSettings(
        policies=policies,
        families=tuple(filter(None, families.split(","))) or tuple(FAMILIES),
        severities=_numbers(severities),
        seeds=seeds,
        split=split,
        rollout=rollout_settings(said | {"drift_split": "all"}, policy="", samples=samples),
    )
    out.mkdir(parents=True, exist_ok=True)
    with counted("Playing") as show:
        played = sweep(snapshot, settings, out, show)
    found = measure(played, Snapshot.open(snapshot))
    if as_json:
        print_json(found)
    else:
        _print(found)
    if plot:
        from training.plots.drift import draw_drift

        draw_drift(found, plot)
        click.echo(f"{plot}: drawn", err=True)


def _numbers(severities: str) -> tuple[float, ...]:
    try:
        found = tuple(sorted({float(part) for part in severities.split(",")}))
    except ValueError:
        found = ()
    if not found or not all(0 < severity <= 1 for severity in found):
        raise click.BadParameter(f"{severities!r}: expected numbers above 0 up to 1, with commas: 0.25,0.5,1")
    return found


def _print(report: DriftReport) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from webenv.commands.reading import harmless

    table = Table(title=f"Under drift, {report.tasks:,} tasks", title_justify="left")
    for place, name in enumerate(("policy", "drift", "severity", "success", "lost", "95 %", "turns more", "recovered")):
        table.add_column(name, justify="left" if place < 2 else "right")
    for curve in report.curves:
        for point in curve.points:
            loss = point.success
            spread = "" if loss.low is None or loss.high is None else f"{0 - loss.high:+.0%} to {0 - loss.low:+.0%}"
            cells = (f"{point.severity:g}", f"{loss.second.value:.0%}", f"{0 - loss.value:+.0%}", spread)
            more = (f"{point.turns.value:+.1f}", _fraction(*point.recovered.values()))
            table.add_row(Text(harmless(curve.policy)), curve.family, *cells, *more)
        accepted = sum(point.accepted.count for point in curve.points)
        obeyed = sum(point.obeyed.count for point in curve.points)
        ends = f"area {curve.area:.2f}" + (f", {accepted} took a notice" if accepted else "")
        table.add_row("", Text(ends + (f", {obeyed} obeyed a page" if obeyed else ""), style="dim"), end_section=True)
    Console(highlight=False).print(table)


def _fraction(*rates: Rate) -> str:
    """Over all four kinds of faults together."""
    of = sum(rate.of for rate in rates)
    return f"{sum(rate.count for rate in rates)} / {of}" if of else ""
