"""`webenv crawl`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
import msgspec

from webenv.web.crawl.records import CrawlSettings, Scope

if TYPE_CHECKING:
    from webenv.web.crawl import CrawlProgress, CrawlReport

DEFAULTS = CrawlSettings()
COLUMNS = {
    "pages": "pages",
    "redirects": "3xx",
    "not_ok": "4xx 5xx",
    "requisites": "parts",
    "errors": "errors",
    "disallowed": "barred",
    "bytes": "bytes",
}
"""Columns of the summary: fields of a `HostReport`, and what they are called in 80 columns."""


@click.command()
@click.argument("seeds", nargs=-1, required=True, metavar="URL...")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="WARC file to write, FILE.warc.gz.")
@click.option(
    "--scope",
    default=DEFAULTS.scope,
    show_default=True,
    type=click.Choice(get_args(Scope)),
    help="Stay on the hosts of the seeds, or in the folders of the seeds.",
)
@click.option(
    "--max-pages",
    default=DEFAULTS.max_pages,
    show_default=True,
    type=click.IntRange(1),
    help="Most pages to ask for.",
)
@click.option(
    "--max-depth",
    default=DEFAULTS.max_depth,
    show_default=True,
    type=click.IntRange(0),
    help="Most links from a seed.",
)
@click.option(
    "--delay",
    "delay_s",
    default=DEFAULTS.delay_s,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds between two requests to one host; a longer Crawl-delay in robots.txt wins.",
)
@click.option("--proxy", default="", help="HTTP proxy to crawl through, http://host:port.")
@click.option("--user-agent", default=DEFAULTS.user_agent, help="User-Agent header; robots.txt knows us as webenv.")
@click.option("--date", default="", help="Date of every record, 14 digits, instead of the clock: for fixtures.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def crawl(seeds: tuple[str, ...], out: Path, as_json: bool, **options: object) -> None:
    """Crawl from URL... and record every request and response in one WARC file.

    robots.txt is obeyed, and recorded too; a host whose robots.txt cannot be had is left alone. Images, style sheets
    and scripts in scope are fetched with the pages. FILE.warc.gz appears when the crawl is complete: a crawl that was
    stopped or killed goes on where it was when the same command runs again.

    \b
    Examples:
      webenv crawl https://docs.example.org/ --out docs.warc.gz
      webenv crawl https://example.org/guide/ --scope prefix --max-pages 200 --out guide.warc.gz
      webenv crawl http://a.example/ --proxy http://127.0.0.1:8080 --delay 0 --out a.warc.gz
    """
    from webenv.web.crawl import crawl as run

    try:
        with _progress() as show:
            report = run(list(seeds), out, CrawlSettings(**options), show)  # type: ignore[arg-type]
    except KeyboardInterrupt:
        raise click.ClickException("stopped; run the same command again to go on from what is recorded") from None
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print(report, out)


@contextmanager
def _progress() -> Iterator[Callable[[CrawlProgress], None]]:
    """A live bar on standard error: pages, queue, errors, bytes; quiet where that is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    fields = "{task.fields[queued]:,} queued, {task.fields[errors]:,} errors, {task.fields[megabytes]:.1f} MB"
    columns = (TextColumn("Crawling"), BarColumn(), MofNCompleteColumn(), TextColumn(fields), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("crawl", total=None, queued=0, errors=0, megabytes=0.0)

        def show(now: CrawlProgress) -> None:
            megabytes = now.bytes / 1e6
            total = now.pages + now.queued
            progress.update(
                bar, completed=now.pages, total=total, queued=now.queued, errors=now.errors, megabytes=megabytes
            )

        yield show


def _print(report: CrawlReport, out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{out}: {report.pages:,} pages, {report.bytes:,} bytes", title_justify="left")
    table.add_column("host", overflow="fold")
    for column in COLUMNS.values():
        table.add_column(column, justify="right")
    for host, counts in report.hosts.items():
        table.add_row(host, *(f"{getattr(counts, name):,}" for name in COLUMNS))
    console = Console()
    console.print(table)
    for reason, number in report.errors.items():
        console.print(f"{number:,} without an answer: {reason}")
    for seed, reason in report.lost_seeds.items():
        console.print(f"seed {seed} gave nothing: {reason}")
    if not report.complete:
        console.print("Stopped at --max-pages; more pages are known.")
