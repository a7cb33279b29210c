"""Misinformation: the first hit is a page that says something false, without a source."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from webenv.types import Hit
from webenv.web.drift.document import Document
from webenv.web.drift.lies import Falsifier
from webenv.web.drift.operator import Copies, Family, Operator
from webenv.web.drift.rewriting import facts, plain_facts
from webenv.web.world.dice import Dice


def _hit(hit: Hit, dice: Dice) -> Hit:
    snippet = plain_facts(hit.snippet, Falsifier(hit.title, dice))
    return msgspec.structs.replace(hit, date="", snippet=snippet)


def _page(notice: str) -> Callable[[Document, str, Dice], Document]:
    """The same page with other facts; its notice is what tells an attentive reader."""

    def page(document: Document, title: str, dice: Dice) -> Document:
        false = document.with_markup(facts(document.markup, Falsifier(title, dice)))
        return false.dated("").after(f"<div><p>{notice}</p></div>")

    return page


FAMILY = Family(
    "misinformation",
    "a page with false facts as the first hit; what is true stays where it was",
    preserves=True,
    operators=(
        Operator(
            "misinformation.contributed",
            copies=Copies(
                "www.open-facts.example",
                1,
                _hit,
                _page("Written by a reader. Not checked by the editors; no sources given."),
            ),
        ),
        Operator(
            "misinformation.generated",
            split="test",
            copies=Copies(
                "answers.quick-wiki.example", 1, _hit, _page("This text was generated and may contain errors.")
            ),
        ),
    ),
)
