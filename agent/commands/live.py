"""The options of a command that can play on the live web."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from webenv.web.live.records import LiveSettings

if TYPE_CHECKING:
    from agent.rollout import LiveRollout

_DEFAULTS = LiveSettings()
_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option("--live", "record", default="", metavar="DIR", help="Play on the live web, and record it in DIR."),
    click.option("--search", default="", help="Live: serper, serper:URL, or a snapshot whose index answers."),
    click.option(
        "--delay",
        "delay_s",
        default=_DEFAULTS.delay_s,
        show_default=True,
        type=click.FloatRange(0),
        help="Live: seconds between two requests to one host.",
    ),
    click.option("--proxy", default="", help="Live: HTTP proxy to fetch through, http://host:port."),
    click.option("--allow-private", is_flag=True, help="Live: private and loopback addresses may be read too."),
)


def live_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that become one argument, `live`: None without --live."""

    @wraps(command)
    def run(*args: Any, record: str, search: str, **said: Any) -> Any:
        told = {name: said.pop(name) for name in ("delay_s", "proxy", "allow_private")}
        return command(*args, live=_live(record, search, told), **said)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


def _live(record: str, search: str, told: dict[str, Any]) -> LiveRollout | None:
    from agent.rollout import LiveRollout

    if record:
        return LiveRollout(record=record, search=search, settings=LiveSettings(**told))
    if search or told != {name: getattr(_DEFAULTS, name) for name in told}:
        raise click.UsageError("--search, --delay, --proxy and --allow-private are for the live web: name --live DIR.")
    return None
