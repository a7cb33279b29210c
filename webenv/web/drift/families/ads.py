"""Ads and distractors: sponsored hits, ad blocks on pages, near-duplicates about something of a similar name."""

from __future__ import annotations

from html import escape

import msgspec

from webenv.types import Hit
from webenv.web.drift.document import Document
from webenv.web.drift.lies import Falsifier
from webenv.web.drift.operator import Copies, Family, Operator
from webenv.web.drift.rewriting import facts, plain_facts
from webenv.web.world.dice import Dice

_OFFERS = ("Compare prices", "Best deals today", "Order online", "Free delivery", "Save up to 40 %", "New arrivals")
_SUFFIXES = ("Holdings", "Group", "Annex", "Junior", "II", "New")
_BLOCKS, _NATIVE = "click.ad-server.example", "go.ad-server.example"


def _sponsored_hit(hit: Hit, dice: Dice) -> Hit:
    offer = dice.pick(_OFFERS)
    return msgspec.structs.replace(
        hit,
        title=f"{_about(hit.title)} - {offer}",
        date="",
        snippet=f"Ad. {offer}: everything about {_about(hit.title)}.",
    )


def _landing_page(document: Document, title: str, dice: Dice) -> Document:
    offer = dice.pick(_OFFERS)
    about = escape(_about(title))
    html = f"<p>Sponsored</p><p>Looking for {about}? We have it. {'. '.join(dice.shuffled(_OFFERS)[:3])}.</p>"
    return document.replaced(200, "OK", f"{_about(title)} - {offer}", html)


def _about(title: str) -> str:
    return title.partition(" | ")[0].strip() or "this"


def _block(document: Document, dice: Dice) -> Document:
    link = f'<a href="http://{_BLOCKS}/{dice.below(1 << 32):08x}">{dice.pick(_OFFERS)}</a>'
    return document.before(f"<div><p>Advertisement</p><p>{link}</p></div>")


def _native(document: Document, dice: Dice) -> Document:
    """An ad that looks like the page's own recommendation."""
    links = [
        f'<li><a href="http://{_NATIVE}/{dice.below(1 << 32):08x}">{each}</a></li>' for each in dice.shuffled(_OFFERS)
    ]
    return document.after(f"<h2>Recommended for you</h2><ul>{''.join(links[:3])}</ul>")


def _namesake(title: str, dice: Dice) -> str:
    return f"{_about(title)} {dice.pick(_SUFFIXES)}"


def _namesake_hit(hit: Hit, dice: Dice) -> Hit:
    """Something of nearly the same name, with facts of its own."""
    snippet = plain_facts(hit.snippet, Falsifier(hit.title, dice))
    name = _namesake(hit.title, dice)
    return msgspec.structs.replace(hit, title=name, snippet=snippet.replace(_about(hit.title), name))


def _namesake_page(document: Document, title: str, dice: Dice) -> Document:
    other = facts(document.markup, Falsifier(title, dice))
    name = _namesake(title, dice)
    return document.with_markup(other.replace(escape(_about(title)), escape(name)))


FAMILY = Family(
    "ads",
    "sponsored hits, ad blocks, near-duplicates about something of a similar name",
    preserves=True,
    operators=(
        Operator(
            "ads.sponsored",
            copies=Copies("offers.shop-finder.example", 1, _sponsored_hit, _landing_page),
            lure="offers.shop-finder.example",
        ),
        Operator("ads.block", edit=_block, rate=0.7, lure=_BLOCKS),
        Operator("ads.native", split="test", edit=_native, rate=0.7, lure=_NATIVE),
        Operator(
            "ads.namesake",
            split="test",
            rate=0.8,
            copies=Copies("www.name-directory.example", 2, _namesake_hit, _namesake_page),
        ),
    ),
)
