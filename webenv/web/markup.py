"""HTML as an agent sees it: text, numbered links and metadata of one page, parsed as HTML5 by resiliparse.

Decoding follows the WHATWG HTML Standard, section 13.2.3.2: byte order mark, transport header, declaration in
the first 1,024 bytes, then detection. Nothing here raises on any input, and nothing is executed.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from webenv.types import Link
from webenv.web.address import canonical
from webenv.web.nesting import flatten

MAX_MARKUP_CHARS = 16_000_000
"""Characters of markup that are parsed (our choice: 8 times what the largest page view needs)."""
MAX_LINKS = 5_000
"""Different addresses that are numbered on one page (our choice)."""
_MAX_LABEL_CHARS = 200

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{0,200}?\sencoding|<meta[^>]{0,300}?\scharset|<meta[^>]{0,300}?;\s*charset)"""
    rb"""\s*=\s*["']?\s*([a-z0-9_:.-]{1,40})""",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {"article", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "section", "ul"}
)
_UNREAD = "noscript, audio, video, label, button, select, option"
"""What the extractor leaves out; links in there would be numbers that nobody sees."""
_DATE_FIELDS = (
    "article:published_time", "datepublished", "citation_publication_date", "dc.date.issued",
    "dcterms.created", "dc.date", "dcterms.date", "date", "pubdate", "datecreated",
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified",
)  # fmt: skip
MARK_START = "\ufdd0"
"""Tells our numbers from a page's own "[1]": a noncharacter, not for interchange (Unicode, section 23.7)."""
MARK = re.compile(MARK_START + r"\[\d+\]")
_JSON_LD_DATE = re.compile(r'"(datePublished|dateModified)"\s*:\s*"([^"]{8,40})"')


def decode(body: bytes, charset_header: str = "") -> str:
    """The characters of a text body; undecodable bytes become U+FFFD.

    `charset_header` is the `charset` parameter of the Content-Type header, or empty.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    found = _DECLARED.search(body[:1024])
    declared = _known(found[1].decode("ascii")) if found else ""
    if declared.startswith("utf-16"):
        declared = "utf-8"  # a declaration that could be read as ASCII is not UTF-16 (WHATWG)
    encoding = _known(charset_header) or declared
    if encoding:
        return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_detected(body), "replace")


def _known(label: str) -> str:
    from resiliparse.parse.encoding import map_encoding_to_html5

    name = map_encoding_to_html5(label.strip(" \"'\t"), fallback_utf8=False) if label.isascii() else None
    return name or ""


def _detected(body: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    return detect_encoding(body) or "cp1252"


class Markup:
    """One parsed HTML page. `number_links` writes into it: between `main_text` and `full_text`."""

    def __init__(self, markup: str, url: str) -> None:
        from resiliparse.parse.html import HTMLTree

        self._tree: Any = HTMLTree.parse(flatten(markup[:MAX_MARKUP_CHARS]))
        self._url = url
        for unread in self.select(_UNREAD):
            unread.remove()
        for summary in self.select("summary"):
            summary.append_child(self._tree.create_text_node(" "))  # else it would run into the text it opens

    def select(self, selectors: str) -> list[Any]:
        """The elements of the parsed page, in document order."""
        # `.values()` runs the selector once; iterating over the list itself runs it again for every item.
        document = self._tree.document
        return document.query_selector_all(selectors).values() if document else []

    @property
    def title(self) -> str:
        """`<title>`, else the first `<h1>`, on one line."""
        title = _one_line(self._tree.title or "")
        return title or next((_one_line(node.text or "") for node in self.select("h1")), "")

    @property
    def dates(self) -> list[str]:
        """What the page gives as its own date, unparsed: publication before change, `<time>` last."""
        fields: dict[str, str] = {}
        for node in self.select("meta[content]"):
            name = node.getattr("property") or node.getattr("name") or node.getattr("itemprop") or ""
            fields.setdefault(name.lower(), node.getattr("content") or "")
        for script in self.select('script[type="application/ld+json"]'):
            for name, value in _JSON_LD_DATE.findall(script.text or ""):
                fields.setdefault(name.lower(), value)
        found = [fields[name] for name in _DATE_FIELDS if name in fields]
        return found + [node.getattr("datetime") or "" for node in self.select("time[datetime]")[:1]]

    def main_text(self) -> str:
        """The text with boilerplate removed (resiliparse's main content, comments kept)."""
        return self._plain(main_content=True)

    def full_text(self) -> tuple[str, str]:
        """All text, images as their alternative text, cells parted by tabs: without and with link numbers."""
        marked = self._plain(main_content=False)
        return MARK.sub("", marked), marked.replace(MARK_START, "")

    def _plain(self, main_content: bool) -> str:
        from resiliparse.extract.html2text import extract_plain_text

        text: str = extract_plain_text(self._tree, main_content=main_content, alt_texts=True)
        return text.replace("\t\t", "\t")  # the extractor ends each cell and starts the next with a tab

    def number_links(self) -> tuple[Link, ...]:
        """Number the links where they stand, `label[n]`, and list them; an address keeps its first number.

        A link leads to another http(s) page: fragments of the page itself are not links.
        """
        numbers: dict[str, int] = {self._url: 0}
        written: dict[str, int] = {}
        links: list[Link] = []
        base = self._base()
        for anchor in self.select('a[href]:not([href^="#"])'):
            address = anchor.getattr("href").partition("#")[0].strip()
            label = _label(anchor)
            if address not in written and label:
                target = canonical(address, base) or self._url
                if target not in numbers and len(links) < MAX_LINKS:
                    links.append(Link(label=label, url=target))
                    numbers[target] = len(links)
                written[address] = numbers.get(target, 0)
            if label and written[address]:
                self._mark(anchor, label, written[address])
        return tuple(links)

    def _base(self) -> str:
        for node in self.select("base[href]")[:1]:
            return canonical(node.getattr("href").strip(), self._url) or self._url
        return self._url

    def _mark(self, anchor: Any, label: str, number: int) -> None:
        text, mark = anchor.text or "", f"{MARK_START}[{number}]"
        if not anchor.child_element_count:
            anchor.text = f"{text if text.strip() else label}{mark}"
            return
        visible = text.strip() or anchor.query_selector("img[alt]")
        while (last := anchor.last_element_child) is not None and last.tag in _BLOCKS:
            anchor = last  # the number belongs to the words, not on a line below them
        anchor.append_child(self._tree.document.create_text_node(mark if visible else label + mark))


def _label(anchor: Any) -> str:
    """The words of a link, on one line: its text, else its image, else its accessible name."""
    label = _one_line(anchor.inner_text or "")
    if not label and anchor.child_element_count:
        image = anchor.query_selector("img[alt]")
        label = _one_line(image.getattr("alt") or "") if image else ""
    return label or _one_line(anchor.getattr("aria-label") or anchor.getattr("title") or "")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MAX_LABEL_CHARS]
