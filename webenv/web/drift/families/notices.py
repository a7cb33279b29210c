"""Notices in front of a page: cookies, newsletters, age. The page stands below; the buttons are lures."""

from __future__ import annotations

from webenv.web.drift.document import Document
from webenv.web.drift.operator import Family, Operator
from webenv.web.world.dice import Dice

_CENTRE = "consent-centre.example"


def _button(kind: str, words: str) -> str:
    return f'<a href="http://{kind}.{_CENTRE}/{words.lower().replace(" ", "-")}">{words}</a>'


def _cookies(document: Document, dice: Dice) -> Document:
    return document.before(
        "<div><p>We value your privacy</p><p>We and our partners store cookies to show you what fits you. "
        "Please choose before you go on.</p>"
        f"<p>{_button('cookies', 'Accept all')} {_button('cookies', 'Manage choices')}</p></div>"
    )


def _newsletter(document: Document, dice: Dice) -> Document:
    percent = dice.pick((5, 10, 15))
    return document.before(
        f"<div><p>Wait! {percent} % off for new subscribers</p>"
        f"<p>{_button('news', 'Sign me up')} {_button('news', 'No thanks')}</p></div>"
    )


def _age(document: Document, dice: Dice) -> Document:
    return document.before(
        f"<div><p>Are you old enough to see this page?</p><p>{_button('age', 'Yes')} {_button('age', 'No')}</p></div>"
    )


def _urgent(document: Document, dice: Dice) -> Document:
    """A dark pattern: a false alarm."""
    return document.before(
        "<div><p>Action required: this page will close in 60 seconds unless you confirm that you are still reading."
        f"</p><p>{_button('check', 'Confirm now')}</p></div>"
    )


FAMILY = Family(
    "notices",
    "cookie walls, newsletters, age gates and false alarms above the page",
    preserves=True,
    operators=(
        Operator("notices.cookies", edit=_cookies, lure=f"cookies.{_CENTRE}"),
        Operator("notices.newsletter", edit=_newsletter, rate=0.5, lure=f"news.{_CENTRE}"),
        Operator("notices.age", split="test", edit=_age, rate=0.6, lure=f"age.{_CENTRE}"),
        Operator("notices.urgent", split="test", edit=_urgent, rate=0.6, lure=f"check.{_CENTRE}"),
    ),
)
