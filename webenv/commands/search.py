"""`webenv search`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1_000), help="Pages to show.")
@click.option("--year", default=None, type=click.IntRange(1, 9999), help="Only pages published in this year.")
@click.option("--json", "as_json", is_flag=True, help="Print the hits as JSON.")
def search(snapshot: Path, query: str, k: int, year: int | None, as_json: bool) -> None:
    """Search a snapshot, and print what an agent would read.

    \b
    Examples:
      webenv search my-web "opening hours"
      webenv search my-web "annual report" --year 2018 -k 3
      webenv search my-web "opening hours" --json | jq -r '.[].url'
    """
    from tools import templates
    from webenv.commands.reading import print_json, print_text
    from webenv.web.snapshot import Snapshot

    hits = Snapshot.open(snapshot).search(query, k, year)
    if as_json:
        print_json(hits)
    else:
        print_text(templates.search_results(query, hits, year))
