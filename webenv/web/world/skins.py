"""How sites look: skins that are put together from parts, some of them held out for evaluation."""

from __future__ import annotations

from html import escape

from webenv.types import Record
from webenv.web.world.dice import Dice
from webenv.web.world.graph import Split

_MARKED = {
    "dashed": " —", "equal": " =", "pointing": " →", "barred": " |", "spoken": " is", "paused": ",", "ended": ".",
    "halved": ";", "dotted": " ...", "called": " is called",
}  # fmt: skip
"""What stands between a label and its value in looks that no world for training or tests has."""
_SIDE_BY_SIDE = {"pairs": 2, "triples": 3}
"""How many values stand side by side under their labels in such looks."""
_PARTS: dict[Split, dict[str, tuple[str, ...]]] = {
    "train": {
        "facts": ("table", "dl", "ul"),
        "lists": ("ul", "table"),
        "crumbs": (" › ", " / "),
        "heading": ("h2", "h3"),
        "frame": ("main", "div"),
    },
    "validation": {
        "facts": ("div",), "lists": ("ol",), "crumbs": (" » ",), "heading": ("h4",), "frame": ("article",),
    },
    "test": {
        "facts": ("p", "rows"), "lists": ("p",), "crumbs": (" > ", " :: "), "heading": ("h5",), "frame": ("section",),
    },
    "pretraining": {
        "facts": ("table", "dl", "ul", "div", "pairs", "triples", "numbered", *_MARKED),
        "lists": ("ul", "table", "ol", "div"),
        "crumbs": (" › ", " / ", " » "),
        "heading": ("h2", "h3", "h4"),
        "frame": ("main", "div", "article"),
    },
}  # fmt: skip


class Skin(Record):
    """The look of one site."""

    name: str
    facts: str
    lists: str
    crumbs: str
    heading: str
    frame: str
    nav_first: bool


def choose(split: Split, dice: Dice) -> Skin:
    """A skin of a split, put together by chance."""
    parts = {part: dice.pick(options) for part, options in _PARTS[split].items()}
    nav_first = dice.chance(60)
    return Skin(name="-".join((split, *parts.values())).replace(" ", ""), nav_first=nav_first, **parts)


def link(address: str, label: str) -> str:
    """A link."""
    return f'<a href="{escape(address)}">{escape(label)}</a>'


def facts(skin: Skin, rows: list[tuple[str, str]]) -> str:
    """An infobox: labels, and values that are HTML already."""
    if not rows:
        return ""
    if skin.facts == "table":
        cells = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows)
        return f'<table class="infobox">{cells}</table>'
    if skin.facts == "dl":
        return "<dl>" + "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in rows) + "</dl>"
    if skin.facts == "ul":
        return "<ul>" + "".join(f"<li><b>{label}:</b> {value}</li>" for label, value in rows) + "</ul>"
    if skin.facts == "div":
        return "".join(f'<div class="f"><span>{label}</span>: {value}</div>' for label, value in rows)
    if skin.facts == "rows":
        return f"<table>{_headed(rows)}</table>"
    if skin.facts == "numbered":
        return f"<table>{_headed([('No.', '1'), *rows])}</table>"
    if skin.facts in _SIDE_BY_SIDE:
        size = _SIDE_BY_SIDE[skin.facts]
        parts = (rows[start : start + size] for start in range(0, len(rows), size))
        return f"<table>{''.join(map(_headed, parts))}</table>"
    mark = _MARKED.get(skin.facts, "")
    return "".join(f"<p><i>{label}</i>{mark} {value}</p>" for label, value in rows)


def _headed(rows: list[tuple[str, str]]) -> str:
    """A row of labels over a row of their values."""
    labels = "".join(f"<th>{label}</th>" for label, _ in rows)
    return f"<tr>{labels}</tr><tr>{''.join(f'<td>{value}</td>' for _, value in rows)}</tr>"


def listing(skin: Skin, heading: str, items: list[str]) -> str:
    """A headed list of items that are HTML already."""
    if not items:
        return ""
    if skin.lists == "table":
        body = "<table>" + "".join(f"<tr><td>{item}</td></tr>" for item in items) + "</table>"
    elif skin.lists in ("p", "div"):
        body = "".join(f"<{skin.lists}>{item}</{skin.lists}>" for item in items)
    else:
        body = f"<{skin.lists}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{skin.lists}>"
    return f"<{skin.heading}>{escape(heading)}</{skin.heading}>{body}"


def document(
    skin: Skin,
    *,
    title: str,
    canonical: str,
    published: str,
    navigation: list[str],
    crumbs: list[str],
    body: str,
    footer: str,
) -> bytes:
    """A whole page."""
    nav = f"<nav>{' '.join(navigation)}</nav>"
    trail = f'<p class="crumbs">{escape(skin.crumbs).join(crumbs)}</p>' if crumbs else ""
    dated = f'<meta property="article:published_time" content="{published}">' if published else ""
    before, after = (nav, "") if skin.nav_first else ("", nav)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{dated}'
        f'<link rel="canonical" href="{escape(canonical)}"></head><body class="{skin.name}">'
        f"<header>{before}</header><{skin.frame}>{trail}{body}</{skin.frame}><footer>{after}<p>{escape(footer)}</p>"
        "</footer></body></html>"
    ).encode()
