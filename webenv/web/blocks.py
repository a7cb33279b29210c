"""The blocks of an HTML page in document order: headings, tables, lists, pairs and lines, without the page's frame.

Words stand as in the page view, with links as `label[n]` and all white space as one space. Where a page has more
blocks or longer ones than the bounds, what is beyond them is left out; nothing here raises on any markup.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from webenv.types import Record
from webenv.web.archive.http import Response, decode_body
from webenv.web.extract import HTML, parse_content_type
from webenv.web.markup import MARK, MARK_START, Markup, decode

MAX_MARKUP_BYTES = 4_000_000
"""Longer markup is not looked at (our choice)."""
MAX_BLOCKS, MAX_ROWS, MAX_CELLS, MAX_CHARS = 5_000, 500, 20, 600
"""Blocks of a page, rows of a block, cells of a row, characters of a cell (our choice)."""

_FRAME = (
    "nav, footer, aside:not([class*=infobox]), [role=navigation], [role=contentinfo], [role=banner], "
    "[class*=sidebar], [class*=breadcrumb], [class*=crumbs], [class*=footer], [class*=menu], [class*=headerlink]"
)
"""Where a page says what every page of its site says."""
_FRAME_SHARE = 0.5
"""What holds more of the page's text than this is no frame, whatever it is called (our choice)."""
_BLOCKS = "h1, h2, h3, h4, h5, h6, table, ul, ol, dl, p"
_INSIDE = frozenset({"li", "td", "th", "dt", "dd", "blockquote"})

Kind = Literal["heading", "table", "list", "pairs", "line"]


class Cell(Record):
    """Some words of a page."""

    text: str
    """As in the page view."""
    plain: str
    """Without the numbers of links."""
    links: tuple[int, ...] = ()
    """Numbers of the links in it."""
    leads: int = 0
    """Number of the link that the words begin with, if it leads to a whole page and not to a place on one."""
    header: bool = False


class Block(Record):
    """Rows of cells: a list has one cell a row, `pairs` two, a heading or line is one cell."""

    kind: Kind
    rows: tuple[tuple[Cell, ...], ...]
    level: int = 0
    """Of a heading, 1 to 6."""
    caption: str = ""
    """Of a table."""


def read_blocks(response: Response, url: str) -> list[Block]:
    """The blocks of an archived page; none if it is not HTML, or too long."""
    mime, charset = parse_content_type(response.get("Content-Type"))
    body = decode_body(response).body if mime in HTML else b""
    if not body or len(body) > MAX_MARKUP_BYTES:
        return []
    page = Markup(decode(body, charset), url)
    page.number_links()
    _remove_frame(page)
    found = (_block(node) for node in page.select(_BLOCKS)[:MAX_BLOCKS])
    return [block for block in found if block and block.rows]


def _remove_frame(page: Markup) -> None:
    whole = sum(len(body.text) for body in page.select("body"))
    for node in page.select(_FRAME):
        if len(node.text) <= whole * _FRAME_SHARE and not node.query_selector("h1"):
            node.remove()


def _block(node: Any) -> Block | None:
    tag = node.tag
    if tag[0] == "h":
        return Block(kind="heading", rows=((_cell(node),),), level=int(tag[1]))
    if _tag(node.parent) in _INSIDE or _tag(node.parent and node.parent.parent) == "li":
        return None
    if tag == "p":
        return Block(kind="line", rows=((_cell(node),),))
    if tag == "dl":
        return Block(kind="pairs", rows=_pairs(node))
    if tag == "table":
        return None if node.query_selector("table") else _table(node)
    return Block(kind="list", rows=tuple((_cell(item),) for item in _elements(node, "li")))


def _table(node: Any) -> Block:
    caption = node.query_selector("caption")
    rows = []
    for row in node.query_selector_all("tr").values()[:MAX_ROWS]:
        rows.append(tuple(_cell(cell) for cell in _elements(row, "td", "th")[:MAX_CELLS]))
    spans = node.query_selector("[colspan]:not([colspan='1']), [rowspan]:not([rowspan='1'])")
    named = _cell(caption).plain if caption else ""
    return Block(kind="table", rows=() if spans and not _is_infobox(rows) else tuple(rows), caption=named)


def _is_infobox(rows: list[tuple[Cell, ...]]) -> bool:
    """Two cells a row, the first a header; cells that span the row stand alone, and do no harm."""
    return all(len(row) <= 2 for row in rows) and any(len(row) == 2 and row[0].header for row in rows)


def _pairs(node: Any) -> tuple[tuple[Cell, ...], ...]:
    """Each term with the only definition that follows it."""
    items = _elements(node, "dt", "dd")
    pairs = []
    for place, item in enumerate(items):
        following = [each.tag for each in items[place + 1 : place + 3]]
        if item.tag == "dt" and following[:1] == ["dd"] and following[1:] != ["dd"]:
            pairs.append((_cell(item), _cell(items[place + 1])))
    return tuple(pairs)


def _elements(node: Any, *tags: str) -> list[Any]:
    found: list[Any] = []
    child = node.first_element_child
    while child is not None and len(found) < MAX_ROWS:
        if child.tag in tags:
            found.append(child)
        child = child.next_element_sibling
    return found


def _cell(node: Any) -> Cell:
    """The first paragraph of a node."""
    marked = _first_line(node)
    links = tuple(int(number) for number in re.findall(MARK_START + r"\[(\d+)\]", marked))
    anchor = node.query_selector("a[href]") if links else None
    whole = anchor is not None and "#" not in (anchor.getattr("href") or "#")
    return Cell(
        text=marked.replace(MARK_START, ""),
        plain=" ".join(MARK.sub("", marked).replace("¶", "").split()),
        links=links,
        leads=links[0] if whole and marked.startswith(_first_line(anchor)) else 0,
        header=node.tag == "th",
    )


def _first_line(node: Any) -> str:
    lines = (line.strip() for line in (node.inner_text or "").strip().split("\n"))
    return " ".join(next(filter(None, lines), "").split())[:MAX_CHARS]


def _tag(node: Any) -> str:
    return node.tag if node is not None else ""
