"""`webenv generate-world`."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webenv.web.build import BuildReport


@click.command(name="generate-world")
@click.option(
    "--seed", required=True, type=click.IntRange(0, 2**63 - 1), help="Names the world; same seed, same bytes."
)
@click.option(
    "--pages", default=1_000, show_default=True, type=click.IntRange(100, 10_000_000), help="Size of the web."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the snapshot.")
@click.option(
    "--split",
    default="train",
    show_default=True,
    type=click.Choice(["train", "validation", "test", "pretraining"]),
    help="Wordings and skins to write it with; those of test are nowhere else, pretraining has the others and more.",
)
@click.option("--familiar-names", is_flag=True, help="The same graph with names that look real.")
@click.option("--warc", type=click.Path(path_type=Path), help="Keep the WARC file here; by default it is thrown away.")
@click.option(
    "--workers", default=0, show_default="all cores", type=click.IntRange(0, 256), help="Processes of the build."
)
@click.option("--overwrite", is_flag=True, help="Replace a snapshot that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def generate_world(
    seed: int,
    pages: int,
    out: Path,
    split: str,
    familiar_names: bool,
    warc: Path | None,
    workers: int,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Make up a web: people, towns, firms, books and more, written out as seven kinds of sites, and frozen.

    \b
    Examples:
      webenv generate-world --seed 1 --pages 1000 --out worlds/one
      webenv generate-world --seed 2 --pages 50000 --split test --out worlds/held-out
    """
    import msgspec

    from webenv.commands.progress import counted
    from webenv.web import publish
    from webenv.web.world import WorldSettings
    from webenv.web.world import generate_world as write

    publish.check_target(out, overwrite)
    given = {"seed": seed, "pages": pages, "split": split, "familiar": familiar_names}
    settings = msgspec.convert(given, WorldSettings)
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=f".{out.name}.world-") as folder:
        archive = warc or Path(folder) / "world.warc.gz"
        start = time.perf_counter()
        with counted("Writing") as show:
            write(settings, archive, show)
        speed = pages / (time.perf_counter() - start)
        report = _freeze(archive, out, f"World {seed} ({split})", workers or os.cpu_count() or 1, overwrite)
    if as_json:
        click.echo(msgspec.json.encode({"pages_per_s": round(speed), "build": report}).decode())
    else:
        click.echo(f"{out}: {pages:,} pages written at {speed:,.0f} pages/s; {report.content_id}")


def _freeze(archive: Path, out: Path, title: str, workers: int, overwrite: bool) -> BuildReport:
    from webenv.commands.progress import build_progress
    from webenv.web.build import BuildSettings, build_snapshot

    with build_progress() as show:
        return build_snapshot(
            [str(archive)], out, BuildSettings(title=title, workers=workers, overwrite=overwrite), show
        )
