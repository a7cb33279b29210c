"""`webenv show`."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from agent.glance import Glance, Sighting, TurnView
    from webenv.types import RewardBreakdown, Trajectory

_CHARS, _LINES = 700, 10
"""What is shown of an observation without --full (our choice)."""


@click.command()
@click.argument("trajectories", type=click.Path(path_type=Path))
@click.argument("number", required=False, type=click.IntRange(1))
@click.option("--task", "task_id", help="Only episodes of this task.")
@click.option("--full", is_flag=True, help="Show whole observations.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line for each episode of the list.")
def show(trajectories: Path, number: int | None, task_id: str | None, full: bool, as_json: bool) -> None:
    """List the episodes of a trajectory file, or read one of them turn by turn.

    \b
    Examples:
      webenv show oracle.jsonl
      webenv show oracle.jsonl 3 --full
      webenv show mine.jsonl --task nemo-001 --json | jq .reward.total
    """
    import msgspec
    from rich.console import Console

    from agent.glance import glance
    from agent.trajectories import read_trajectories

    console = Console(highlight=False)
    if number is not None:
        found = next(islice(read_trajectories(trajectories), number - 1, None), None)
        _print_episode(console, _wanted(found, trajectories, number, task_id), number, full)
        return
    rows = [
        glance(each, place)
        for place, each in enumerate(read_trajectories(trajectories), 1)
        if task_id in (None, each.task.task_id)
    ]
    if as_json:
        click.echo(b"".join(msgspec.json.encode(row) + b"\n" for row in rows).decode(), nl=False)
    else:
        _print_list(console, rows, str(trajectories))


def _wanted(found: Trajectory | None, path: Path, number: int, task_id: str | None) -> Trajectory:
    from webenv.errors import InputError

    if found is None:
        raise InputError(f"{path}: there is no episode {number}; list them with: webenv show {path}")
    if task_id not in (None, found.task.task_id):
        raise InputError(f"{path}: episode {number} plays task {found.task.task_id!r}, not {task_id!r}")
    return found


def _print_list(console: Console, rows: list[Glance], title: str) -> None:
    from rich import box
    from rich.table import Table

    table = Table(title=_plain(title), title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("", justify="right")
    table.add_column("task", overflow="fold")
    for name in ("sample", "turns"):
        table.add_column(name, justify="right")
    table.add_column("tools", overflow="fold")
    table.add_column("reward", justify="right")
    table.add_column("invalid", overflow="fold")
    table.add_column("ended", overflow="fold")
    for row in rows:
        total = _plain(f"{row.reward.total:g}", _colour(row.reward))
        counts = (str(row.number), _plain(row.task_id), str(row.sample), str(row.turns), _plain(_listed(row.tools)))
        table.add_row(*counts, total, _plain(_listed(row.invalid), "red"), row.ended)
    console.print(table)


def _print_episode(console: Console, played: Trajectory, number: int, full: bool) -> None:
    from agent.glance import glance, turn_views

    row = glance(played, number)
    console.print(_plain(f"Episode {number}: task {row.task_id}, sample {row.sample}, {row.policy}", "bold"))
    console.print(_plain(played.question))
    for place, turn in enumerate(turn_views(played), 1):
        _print_turn(console, turn, place, full)
    console.rule("end", align="left", style="dim")
    console.print(_end(played, row))


def _end(played: Trajectory, row: Glance) -> Table:
    """What came of an episode: label and words, line by line."""
    from rich.table import Table

    from agent.glance import sightings

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    earned = played.reward
    sum_of = f"{earned.total:g} = 0.1 × format {earned.format:g} + 0.9 × answer {earned.answer:g}"
    table.add_row("ended", _plain(f"{row.ended}, {row.turns} turns, tools: {_listed(row.tools) or 'none'}"))
    table.add_row("reward", _plain(sum_of, _colour(earned)))
    table.add_row("expected", _plain(played.task.answer))
    table.add_row("written", f"{row.chars_written:,} characters, read {row.chars_read:,}")
    if row.tokens_written is not None:
        table.add_row("tokens", f"{row.tokens_written:,} written, {row.tokens_read:,} read")
    for item in sightings(played):
        table.add_row("evidence", _plain(item.text))
        table.add_row("", _plain(item.url, "cyan"))
        table.add_row("", _plain(nearest(item), "green" if item.read else "yellow"))
    return table


def nearest(item: Sighting) -> str:
    """How near the episode came to a piece of evidence, in words."""
    if item.read:
        return f"read in turn {item.read}"
    if item.opened:
        return f"page opened in turn {item.opened}, these words not read"
    return f"page listed in turn {item.listed}, not opened" if item.listed else "never seen"


def _print_turn(console: Console, turn: TurnView, place: int, full: bool) -> None:
    kind = turn.tool or ("answer" if turn.answer is not None else "no action")
    invalid = f" · invalid: {turn.invalid}" if turn.invalid else ""
    console.rule(
        _plain(f"turn {place} · {kind}{invalid}", "bold red" if invalid else "bold"), align="left", style="dim"
    )
    if turn.thought:
        console.print(_plain(turn.thought, "dim italic"))
    for name, value in turn.arguments:
        console.print(_plain(f"{name}: ", "cyan") + _plain(value))
    if turn.answer is not None:
        console.print(_plain("answer: ", "cyan") + _plain(turn.answer, "bold"))
    if turn.raw:
        console.print(_plain("as written: ", "red") + _plain(turn.raw))
    if turn.observation:
        _print_observation(console, turn.observation, full)


def _print_observation(console: Console, text: str, full: bool) -> None:
    from rich.padding import Padding

    shown = text if full else "\n".join(text[:_CHARS].split("\n")[:_LINES])
    console.print(Padding(_plain(shown), (0, 0, 0, 4)))
    if len(shown) < len(text):
        console.print(_plain(f"    … {len(text) - len(shown):,} more characters; --full shows them", "dim"))


def _plain(text: str, style: str = "") -> Text:
    """A text without markup and without control characters."""
    from rich.text import Text

    from webenv.commands.reading import harmless

    return Text(harmless(text), style)


def _colour(reward: RewardBreakdown) -> str:
    return "green" if reward.answer == 1 else "yellow" if reward.total > 0 else "red"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
