"""`webenv filter`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

if TYPE_CHECKING:
    from training.filters.run import FilterReport


@click.command("filter")
@click.argument("trajectories", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Trajectory file for what passes.")
@click.option(
    "--dropped", type=click.Path(path_type=Path), help="File for what falls: JSON lines with stage, reason, trajectory."
)
@click.option(
    "--min-actions", default=2, show_default=True, type=click.IntRange(1), help="Least actions, the answer counted."
)
@click.option("--judge", help="URL#MODEL of an OpenAI-compatible server that judges answers in place of the rules.")
@click.option("--review", help="URL#MODEL of a server that looks at the quality of what keeps the rules.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def filter_(
    trajectories: Path,
    out: Path,
    dropped: Path | None,
    min_actions: int,
    judge: str | None,
    review: str | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Keep the trajectories that are worth training on: valid, right, and of good quality, in this order.

    \b
    validity     every turn and call has the right form, and the last one answers
    correctness  the rule-based judge, or a model, accepts the answer; a model's replies are kept on disk
    quality      no 10-gram more than 4 times, no idle call, nothing off the goal, no name or number made up,
                 the answer was read; then, if asked for, what a model says of redundancy, goal and logic
                 (WebDancer, arXiv 2505.22648, section 2.2; the rules beyond the first are ours)

    \b
    Examples:
      webenv filter short.jsonl --out kept.jsonl --dropped dropped.jsonl
      webenv filter short.jsonl --judge http://127.0.0.1:8000/v1#my-model --out kept.jsonl
    """
    from training.filters.review import Reviewer
    from training.filters.run import FilterSettings, filter_file
    from training.judge import load_judge
    from webenv.commands.progress import counted

    settings = FilterSettings(
        min_actions=min_actions,
        judge=load_judge(judge) if judge else None,
        reviewer=Reviewer(completions=load_judge(review).completions) if review else None,
    )
    with counted("Filtering") as show:
        report = filter_file(trajectories, out, dropped, settings, overwrite, show)
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print(report, f"{trajectories} -> {out}")


def _print(report: FilterReport, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column("filter")
    table.add_column("reason")
    for column in ("fell", "left"):
        table.add_column(column, justify="right")
    left = report.read
    table.add_row("", "read", "", f"{left:,}")
    for stage, reasons in report.dropped.items():
        left -= sum(reasons.values())
        table.add_row(stage, "", f"{sum(reasons.values()):,}", f"{left:,} ({left / max(report.read, 1):.1%})")
        for reason, count in reasons.items():
            table.add_row("", reason, f"{count:,}", "")
    console = Console()
    console.print(table)
    words = report.thought_words / max(report.kept, 1)
    console.print(
        f"kept: {report.kept:,} of {report.tasks:,} tasks, {report.mean_actions:.2f} actions and {words:.0f} words of "
        "thought each"
    )
    if report.actions:
        console.print("actions: " + ", ".join(f"{number}: {count:,}" for number, count in report.actions.items()))
