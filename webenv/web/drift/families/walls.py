"""Walls: pages that want a log-in, money or proof of being human, and show little without."""

from __future__ import annotations

import re
from html import escape

from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Fault, Operator
from webenv.web.world.dice import Dice

_TOLD = Fault(told="explicit", lasts="permanent")
_TITLE = re.compile(r"<title\b[^>]*>([^<]{1,300})</title", re.IGNORECASE)


def _wall(document: Document, status: int, reason: str, words: str) -> Document:
    """The title of the page, and the wall."""
    found = _TITLE.search(document.markup)
    title = found[1].strip() if found else "Members only"
    page = document.replaced(status, reason, "", f"<p>{words}</p>")
    return page.with_markup(page.markup.replace("<h1></h1>", f"<h1>{title}</h1>").replace("<title>", f"<title>{title}"))


def _log_in(document: Document, dice: Dice) -> Document:
    return _wall(document, 401, "Unauthorized", "Log in to read this page. No account yet? Register for free.")


def _paywall(document: Document, dice: Dice) -> Document:
    price = dice.pick(("1", "2.90", "9.99"))
    return _wall(document, 402, "Payment Required", f"This page is for subscribers. Subscribe for {price} a month.")


def _captcha(document: Document, dice: Dice) -> Document:
    code = escape(f"{dice.below(1 << 32):08x}")
    return _wall(
        document, 403, "Forbidden", f"Checking that you are human. Solve the puzzle to go on. Reference {code}."
    )


FAMILY = Family(
    "walls",
    "log-in, paywall and puzzles in place of the page",
    preserves=False,
    alternative=True,
    operators=(
        Operator("walls.log-in", edit=_log_in, fault=_TOLD),
        Operator("walls.paywall", edit=_paywall, fault=_TOLD),
        Operator("walls.captcha", split="test", edit=_captcha, fault=_TOLD),
    ),
)
