"""`webenv pack` and `webenv unpack`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="File to write; by default SNAPSHOT.wacz.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
def pack(snapshot: Path, out: Path | None, overwrite: bool) -> None:
    """Pack a snapshot into one .wacz file that pywb, ReplayWeb.page and others read. Same snapshot, same bytes.

    \b
    Example:
      webenv pack my-web --out my-web.wacz
    """
    from webenv.web import publish
    from webenv.web.archive import wacz
    from webenv.web.manifest import read_manifest

    read_manifest(snapshot)
    out = out or snapshot.resolve().with_name(f"{snapshot.resolve().name}.wacz")
    publish.check_file(out, overwrite)
    wacz.pack(snapshot, out)
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


@click.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of the snapshot.")
def unpack(package: Path, out: Path) -> None:
    """Unpack a snapshot that `webenv pack` made, frozen text and tasks included; it is verified on the way.

    \b
    Example:
      webenv unpack my-web.wacz --out my-web
    """
    from webenv.web.unpack import unpack as unpack_to

    manifest = unpack_to(package, out)
    click.echo(f"{out}: {manifest.pages:,} pages, {manifest.content_id}")
