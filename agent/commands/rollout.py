"""`webenv rollout`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
import msgspec

from agent.commands.live import live_options
from agent.commands.options import complete_policy, playing_options, rollout_settings

if TYPE_CHECKING:
    from agent.rollout import LiveRollout
    from agent.trajectories import RolloutSummary
    from webenv.types import Trajectory


@click.command()
@click.argument("snapshot", default="")
@click.option(
    "--policy",
    required=True,
    shell_complete=complete_policy,
    help="oracle, teacher:STYLE, random, scripted:FILE, hf:PATH (a folder or .gguf file), or openai:URL#MODEL.",
)
@click.option("--samples", default=1, show_default=True, type=click.IntRange(1), help="Episodes of each task.")
@playing_options
@live_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def rollout(
    snapshot: str, policy: str, out: Path, samples: int, live: LiveRollout | None, as_json: bool, **said: Any
) -> None:
    """Let a policy play the tasks of a snapshot, and write down every step.

    The file is the same for any number of workers. A run that was stopped goes on when the command is run again.

    With --live DIR pages come from the live web, and all that comes is recorded in DIR; SNAPSHOT gives the tasks and
    answers searches, and is not needed where --tasks and --search do. `webenv build-snapshot DIR --out SNAP` and
    `webenv replay FILE --snapshot SNAP` then give the same observations, bit for bit.

    \b
    Examples:
      webenv rollout snapshots/nemo --policy oracle --out oracle.jsonl
      webenv rollout my-web --tasks mine.jsonl --policy hf:models/mine --samples 4 --workers 2 --out mine.jsonl
      webenv rollout my-web --policy oracle --live recorded --out live.jsonl
      webenv rollout --live recorded --search serper --tasks mine.jsonl --policy hf:models/mine --out live.jsonl
      webenv rollout my-web --policy openai:http://127.0.0.1:8000/v1#Qwen/Qwen3-8B --slots 32 --out qwen.jsonl
    """
    from agent.rollout import rollout as play
    from agent.trajectories import summarise

    if not snapshot and not (live and live.search and said["tasks"]):
        raise click.UsageError("Missing argument 'SNAPSHOT'; only --live with --search and --tasks needs none.")
    settings = rollout_settings(said, policy=policy, samples=samples, live=live)
    with episodes_bar() as show:
        play(snapshot, out, settings, show)
    summary = summarise(out)
    if as_json:
        click.echo(msgspec.json.encode(summary).decode())
    else:
        _print(summary, f"{policy} on {'the live web' if live else snapshot} -> {out}")


@contextmanager
def episodes_bar() -> Iterator[Callable[[Trajectory, int, int], None]]:
    """A progress bar with the time left, episodes and tokens a second, and the success so far."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("Playing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    said = (TextColumn("{task.fields[speed]}"), TextColumn("{task.fields[right]} right"))
    with Progress(*columns, *said, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=None, right=0, speed="")
        right = tokens = 0
        start = perf_counter()

        def show(played: Trajectory, position: int, total: int) -> None:
            nonlocal right, tokens
            right += played.reward.answer == 1
            tokens += sum(map(len, played.tokens.turns)) if played.tokens else 0
            speed = progress.tasks[bar].speed
            rate = f"{speed:.1f} episodes/s" if speed else ""
            if tokens:
                rate += f" {tokens / (perf_counter() - start):.0f} tokens/s"
            progress.update(bar, completed=position, total=total, right=right, speed=rate)

        yield show


def _print(summary: RolloutSummary, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    for name, count in (
        ("right answers", summary.right),
        ("well formed", summary.well_formed),
        ("truncated", summary.truncated),
    ):
        table.add_row(name, f"{count} / {summary.episodes} ({count / summary.episodes:.0%})")
    table.add_row("turns an episode", f"{summary.turns / summary.episodes:.1f}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.invalid.items())
    table.add_row(
        "invalid turns", f"{sum(summary.invalid.values())} / {summary.turns}" + (f" ({kinds})" if kinds else "")
    )
    Console().print(table)
