"""`webenv serve`."""

from __future__ import annotations

import threading
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port of 127.0.0.1; by default any free one.")
def serve(folder: Path, port: int) -> None:
    """Serve FOLDER/<host>/<path> as many sites on this machine, until Ctrl-C.

    The first line on standard output is the address, http://127.0.0.1:PORT. Give it as the HTTP proxy to a crawler
    or a browser, and http://<host>/ answers from the folder. A folder with an index.html is one site for every host.

    \b
    Examples:
      webenv serve sites --port 8080
      webenv crawl http://docs.example/ --proxy http://127.0.0.1:8080 --delay 0 --out docs.warc.gz
      curl --proxy http://127.0.0.1:8080 http://docs.example/
    """
    from webenv.web import serve as server

    with server.serve(folder, port) as address:
        click.echo(address)
        for host in server.hosts(folder):
            click.echo(f"  http://{host}/", err=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
