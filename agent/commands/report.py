"""`webenv report`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("trajectories", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HTML file to write.")
@click.option("--limit", default=0, type=click.IntRange(0), help="The first N episodes only.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
def report(trajectories: tuple[Path, ...], out: Path, limit: int, overwrite: bool) -> None:
    """Write one HTML page to look through episodes: filter, sort, read turn by turn. It needs no network.

    \b
    Examples:
      webenv report oracle.jsonl --out oracle.html
      webenv report before.jsonl after.jsonl --out compare.html
    """
    from agent.report import write_report
    from webenv.commands.progress import counted

    with counted("Writing") as show:
        episodes = write_report(list(trajectories), out, limit, overwrite, lambda position: show(position, limit))
    click.echo(f"{out}: {episodes:,} episodes; open it in a browser")
