"""What an agent can see of one capture: bytes and headers in, a frozen `View` out.

HTML becomes a page view with numbered links and a main view cut into passages; other text stays as it is; PDF
gives its text layer. A page that cannot be read gives a view whose note says why: no page can raise.
"""

from __future__ import annotations

import re

import msgspec

from webenv.types import View
from webenv.web.dates import page_date
from webenv.web.markup import MAX_LINKS, MAX_MARKUP_CHARS, Markup, decode
from webenv.web.passages import cut

MAX_TEXT_CHARS = 2_000_000
"""Characters of a page view (our choice)."""
MAX_PDF_PAGES = 500
"""Pages of a PDF that are read (our choice)."""
MAIN_SHARE = 0.5
"""Below this share of the page's text, the main view is not trusted and all text is searched (our choice)."""

HTML = frozenset({"text/html", "application/xhtml+xml"})
_TEXT = frozenset({"application/json", "application/xml", "application/javascript", "application/x-ndjson"})
_PAGE_PARTS = frozenset({"text/css", "text/javascript", "application/javascript", "application/x-javascript"})
"""Text that belongs to other pages: it can be read, but is not searched."""
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "unknown/unknown"})
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BLANK_LINES = re.compile(r"\n(?:[ \t\xa0]*\n){2,}")


def extract(
    body: bytes, *, content_type: str, url: str, timestamp: str, last_modified: str = "", searched: bool = True
) -> View:
    """The view of one captured body, content coding removed.

    Args:
        body: the decoded entity body, at most 64 MiB.
        content_type: the Content-Type header as it stands, or empty: then the first bytes decide.
        url: canonical URL of the capture.
        timestamp: time of the capture, 14 digits: no date of the page is later.
        last_modified: the Last-Modified header, or empty.
        searched: whether passages are wanted; the rest of the view does not depend on it.
    """
    mime, charset = parse_content_type(content_type)
    if mime in _UNKNOWN:
        mime = _sniff(body) or mime
    if mime in HTML:
        view, dates = _html(decode(body, charset), url, searched)
    elif mime == "application/pdf":
        view, dates = _pdf(body, url)
    elif mime.startswith("text/") or mime in _TEXT or mime.endswith(("+json", "+xml")):
        text = clean(decode(body, charset))
        searchable = "" if mime in _PAGE_PARTS or not searched else text[:MAX_TEXT_CHARS]
        view, dates = View(url=url, text=text, passages=cut(searchable)), []
    else:
        return View(url=url, note=f"no text: {mime or 'unknown type'}")
    return _bounded(msgspec.structs.replace(view, date=page_date(dates, last_modified, timestamp)))


def clean(text: str) -> str:
    """`text` without control characters, lone surrogates and noncharacters; line ends are newlines."""
    text = _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def parse_content_type(header: str) -> tuple[str, str]:
    """Media type and charset (RFC 9110, section 8.3)."""
    mime = clean(header).partition(";")[0].strip().lower()[:100]
    found = re.search(r";\s*charset\s*=\s*[\"']?([^\s\"';,]{1,40})", header, re.IGNORECASE)
    return mime, found[1] if found else ""


def _sniff(body: bytes) -> str:
    """The media type that the first bytes tell (WHATWG MIME Sniffing, section 7.1, the types we read)."""
    start = body[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "text/html"
    return "application/pdf" if start.startswith(b"%pdf-") else ""


def _html(markup: str, url: str, searched: bool) -> tuple[View, list[str]]:
    page = Markup(markup, url)
    main, title, dates = clean(page.main_text()) if searched else "", clean(page.title), page.dates
    links = page.number_links()
    plain, text = map(clean, page.full_text())
    if len(main) < MAIN_SHARE * len(plain):
        main = plain
    notes = []
    if len(markup) > MAX_MARKUP_CHARS:
        notes.append(f"cut: only the first {MAX_MARKUP_CHARS:,} characters of the markup were read")
    if len(links) == MAX_LINKS:
        notes.append(f"cut: only the first {MAX_LINKS:,} addresses are numbered")
    passages = cut(main[:MAX_TEXT_CHARS]) if searched else ()
    return View(url=url, title=title, text=text, links=links, passages=passages, note="; ".join(notes)), dates


def _pdf(body: bytes, url: str) -> tuple[View, list[str]]:
    from pypdfium2 import PdfDocument, PdfiumError

    texts: list[str] = []
    try:
        document = PdfDocument(body)
        count = len(document)
        for number in range(min(count, MAX_PDF_PAGES)):
            texts.append(clean(document[number].get_textpage().get_text_bounded(errors="ignore")))
            if sum(map(len, texts)) > MAX_TEXT_CHARS:
                break
        title = clean(document.get_metadata_value("Title"))
    except PdfiumError as error:
        return View(url=url, note=f"no text: PDF cannot be read ({error})"), []
    text = "\n\n".join(filter(None, texts))
    note = f"cut: only {len(texts)} of {count} pages were read" if len(texts) < count else ""
    if not text:
        note = "no text: PDF without a text layer"
    return View(url=url, title=title, text=text, passages=cut(text[:MAX_TEXT_CHARS]), note=note), []


def _bounded(view: View) -> View:
    if len(view.text) <= MAX_TEXT_CHARS:
        return view
    note = f"cut: the first {MAX_TEXT_CHARS:,} of {len(view.text):,} characters"
    note = f"{view.note}; {note}" if view.note else note
    return msgspec.structs.replace(view, text=view.text[:MAX_TEXT_CHARS], note=note)
