"""Link rot: pages that are gone, and say so or do not."""

from __future__ import annotations

from webenv.web.address import host
from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Fault, Operator
from webenv.web.world.dice import Dice

_TOLD = Fault(told="explicit", lasts="permanent")
_UNTOLD = Fault(told="implicit", lasts="permanent")


def not_found(document: Document) -> Document:
    """What servers say of a page that they do not have."""
    return document.replaced(404, "Not Found", "404 Not Found", "<p>The page was not found on this server.</p>")


def _not_found(document: Document, dice: Dice) -> Document:
    return not_found(document)


def _gone(document: Document, dice: Dice) -> Document:
    return document.replaced(410, "Gone", "410 Gone", "<p>The page is no longer available on this server.</p>")


def _soft(document: Document, dice: Dice) -> Document:
    """A start page with status 200 in its place."""
    name = host(document.url).removeprefix("www.")
    words = dice.pick(("Welcome", "Start page", "Home"))
    return document.replaced(200, "OK", f"{words} - {name}", "<p>Use the menu or the search to find our pages.</p>")


def _parked(document: Document, dice: Dice) -> Document:
    name = host(document.url).removeprefix("www.")
    return document.replaced(
        200, "OK", name, f"<p>The domain {name} may be for sale.</p><p>Related searches: hotels, loans, insurance</p>"
    )


FAMILY = Family(
    "rot",
    "pages that are gone: 404, 410, a start page with status 200, a parked domain",
    preserves=False,
    alternative=True,
    operators=(
        Operator("rot.not-found", edit=_not_found, fault=_TOLD),
        Operator("rot.soft", edit=_soft, fault=_UNTOLD),
        Operator("rot.gone", split="test", edit=_gone, fault=_TOLD),
        Operator("rot.parked", split="test", edit=_parked, fault=_UNTOLD),
    ),
)
