"""`webenv build-snapshot`."""

from __future__ import annotations

import os
from pathlib import Path

import click
import msgspec


@click.command("build-snapshot")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the new snapshot.")
@click.option("--tasks", default="", help="Task file (JSONL) to ship with it; every piece of evidence is checked.")
@click.option("--title", default="", help="Title of the package; by default it names the hosts.")
@click.option("--workers", default=os.cpu_count() or 1, show_default="all cores", type=click.IntRange(1, 256))
@click.option(
    "--max-bad-fraction",
    default=0.1,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of broken records above which the build fails.",
)
@click.option("--max-pages", default=None, type=click.IntRange(1), help="For seeds: pages to crawl at most.")
@click.option("--delay", default=None, type=click.FloatRange(0), help="For seeds: seconds between two requests.")
@click.option("--proxy", default="", help="For seeds: HTTP proxy to crawl through.")
@click.option("--overwrite", is_flag=True, help="Replace a snapshot that is there; it stays whole until then.")
@click.option("--json", "as_json", is_flag=True, help="Print the build report as JSON.")
def build_snapshot(
    inputs: tuple[str, ...],
    out: Path,
    tasks: str,
    title: str,
    workers: int,
    max_bad_fraction: float,
    max_pages: int | None,
    delay: float | None,
    proxy: str,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Freeze archives into a snapshot that agents can search and read.

    INPUT is any mix of .warc, .warc.gz, .arc, .arc.gz and .wacz files, folders of them, and http(s):// seeds, which
    are crawled first. The same captures give the same bytes, whatever the order of the inputs or the number of
    workers. Broken records are skipped, counted and listed in build-report.json.

    \b
    Examples:
      webenv build-snapshot crawl.warc.gz --out my-web
      webenv build-snapshot archives/ more.wacz --out my-web --tasks questions.jsonl
      webenv build-snapshot https://docs.example.org/ --max-pages 500 --out docs
    """
    from webenv.commands.progress import build_progress
    from webenv.web import build
    from webenv.web.crawl import CrawlSettings

    asked = {"max_pages": max_pages, "delay_s": delay, "proxy": proxy or None}
    settings = build.BuildSettings(
        title=title,
        tasks=tasks,
        workers=workers,
        max_bad_fraction=max_bad_fraction,
        overwrite=overwrite,
        crawl=msgspec.convert({name: value for name, value in asked.items() if value is not None}, CrawlSettings),
    )
    with build_progress() as show:
        report = build.build_snapshot(list(inputs), out, settings, show)
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
    else:
        _print(report, out)


def _print(report: object, out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from webenv.web.build import BuildReport

    assert isinstance(report, BuildReport)
    table = Table(title=f"Snapshot {out}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    table.add_row("pages", f"{report.pages:,} readable of {report.captures:,} captures")
    table.add_row("passages", f"{report.passages:,} indexed")
    files = len(report.inputs)
    table.add_row("records", f"{report.records:,} read from {files:,} file{'s' if files > 1 else ''}")
    for name, counts in (("not carried", report.skipped), ("broken", report.bad), ("no or cut text", report.unread)):
        if counts:
            table.add_row(name, "\n".join(f"{number:,} {reason}" for reason, number in counts.items()))
    table.add_row("content id", report.content_id)
    Console().print(table)
