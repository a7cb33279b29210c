"""Transient faults: too many requests, servers that fail, answers that do not come or are cut. Another try helps."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Fault, Operator, OperatorSplit
from webenv.web.world.dice import Dice

ATTEMPTS = 2
"""Fetches of a page in one episode that can fail, from the first (our choice): a third one never does."""
_TOLD = Fault(told="explicit", lasts="transient")
_UNTOLD = Fault(told="implicit", lasts="transient")


def _too_many_requests(document: Document, dice: Dice) -> Document:
    seconds = str(dice.pick((1, 5, 30, 60)))
    html = f"<p>You have sent too many requests. Try again in {seconds} seconds.</p>"
    return document.replaced(429, "Too Many Requests", "429 Too Many Requests", html, ("Retry-After", seconds))


def _unavailable(document: Document, dice: Dice) -> Document:
    html = "<p>The server is temporarily unable to answer. Please try again later.</p>"
    return document.replaced(503, "Service Unavailable", "503 Service Unavailable", html)


def _bad_gateway(document: Document, dice: Dice) -> Document:
    return document.replaced(502, "Bad Gateway", "502 Bad Gateway", "<hr><p>nginx</p>")


def _timeout(document: Document, dice: Dice) -> Document:
    return msgspec.structs.replace(document, lost=True)


def _cut(document: Document, dice: Dice) -> Document:
    """The first part of the body only."""
    if not document.is_html:
        return document
    return document.with_markup(document.markup[: len(document.markup) * dice.between(10, 60) // 100])


def _shell(document: Document, dice: Dice) -> Document:
    """A page whose scripts have not run."""
    return document.replaced(200, "OK", "Loading…", "<div id=app></div><p>Please wait.</p>")


def _passing(
    name: str, edit: Callable[[Document, Dice], Document], fault: Fault, split: OperatorSplit = "train"
) -> Operator:
    return Operator(f"flaky.{name}", split=split, edit=edit, fault=fault, attempts=ATTEMPTS)


FAMILY = Family(
    "flaky",
    "429 with Retry-After, 502, 503, time-outs, cut and empty pages; another try helps",
    preserves=True,
    alternative=True,
    operators=(
        _passing("too-many-requests", _too_many_requests, _TOLD),
        _passing("unavailable", _unavailable, _TOLD),
        _passing("cut", _cut, _UNTOLD),
        _passing("timeout", _timeout, _TOLD, "test"),
        _passing("bad-gateway", _bad_gateway, _TOLD, "test"),
        _passing("shell", _shell, _UNTOLD, "test"),
    ),
)
