"""`webenv verify`."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

SHOWN = 50


@click.command()
@click.argument("snapshot", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def verify(ctx: click.Context, snapshot: Path, as_json: bool) -> None:
    """Prove that a snapshot, or any WACZ file, is whole: every MUST, every digest, every record through the index.

    Exit code 1 if anything is wrong; each problem names its file and place.

    \b
    Examples:
      webenv verify my-web
      webenv verify my-web.wacz --json
    """
    from webenv.commands.progress import counted
    from webenv.web.verify import verify as check

    with counted("Verifying") as show:
        verdict = check(snapshot, show)
    if as_json:
        click.echo(msgspec.json.encode(verdict).decode())
    else:
        for problem in verdict.problems[:SHOWN]:
            click.echo(f"{snapshot}: {problem}")
        if len(verdict.problems) > SHOWN:
            click.echo(f"... and {len(verdict.problems) - SHOWN} more")
        outcome = "sound" if verdict.sound else f"{len(verdict.problems)} problems"
        click.echo(f"{snapshot}: {outcome} ({verdict.files} files, {verdict.records:,} records read again)")
    ctx.exit(0 if verdict.sound else 1)
