"""`webenv info`."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def info(snapshot: Path, as_json: bool) -> None:
    """Say what a snapshot, packed or not, holds.

    \b
    Examples:
      webenv info my-web
      webenv info my-web.wacz --json
    """
    from webenv.web.manifest import describe

    about = describe(snapshot)
    if as_json:
        click.echo(msgspec.json.encode(about).decode())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=str(snapshot), title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in about.items():
        table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else str(value))
    Console().print(table)
