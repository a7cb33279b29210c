"""`webenv visit`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.argument("url")
@click.option("--goal", default=None, help="What to find out: print the evidence and a summary instead.")
@click.option("--page", default=None, type=click.IntRange(1), help="Part of a long page, from 1.")
@click.option("--json", "as_json", is_flag=True, help="Print the page as JSON, or why there is none.")
def visit(snapshot: Path, url: str, goal: str | None, page: int | None, as_json: bool) -> None:
    """Open a page of a snapshot, and print what an agent would read. Exit code 1 if it is not there.

    \b
    Examples:
      webenv visit my-web https://example.org/
      webenv visit my-web https://example.org/contact --goal "When is it open?"
      webenv visit my-web https://example.org/ --json | jq -r .title
    """
    from tools.session import Session
    from tools.summary import ExtractiveSummariser
    from tools.visit import Visit
    from webenv.commands.reading import print_json, print_text
    from webenv.types import EnvSettings
    from webenv.web.snapshot import Snapshot

    settings = EnvSettings()
    session = Session(Snapshot.open(snapshot), settings.k, settings.page_chars, ExtractiveSummariser())
    if as_json:
        print_json(session.open(url))
    else:
        print_text(Visit(url=url, goal=goal, page=page).run(session))
    if session.page is None:
        raise click.exceptions.Exit(1)
