"""A *document*: what a server answers for one URL, opened for editing."""

from __future__ import annotations

import re
from html import escape

import msgspec

from webenv.types import Record
from webenv.web.archive.http import Response, decode_body
from webenv.web.extract import HTML, parse_content_type
from webenv.web.markup import decode

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_HTML = re.compile(r"<html\b[^>]*>", re.IGNORECASE)
_BASE = re.compile(r"<base\b", re.IGNORECASE)
_DATED = re.compile(
    r"<meta\b[^>]*(?:date|published|modified|created)[^>]*>|\sdatetime\s*=\s*\"[^\">]*\"", re.IGNORECASE
)
_CONTENT = "text/html; charset=utf-8"
_DESCRIBE_BODY = frozenset({"content-type", "content-encoding", "content-length", "etag", "content-md5", "digest"})


class Document(Record):
    """An answer. Edits change `markup`; what is not HTML has none, and stays as it is unless it is replaced."""

    url: str
    response: Response
    """The answer as it was archived; its body counts only while there is no markup."""
    markup: str = ""
    lost: bool = False
    """No answer came at all."""

    @property
    def is_html(self) -> bool:
        """Whether there is markup to edit."""
        return bool(self.markup)

    def with_markup(self, markup: str) -> Document:
        """The same answer with other markup."""
        return msgspec.structs.replace(self, markup=markup)

    def before(self, html: str) -> Document:
        """With `html` where the page begins."""
        found = _BODY.search(self.markup) or _HTML.search(self.markup)
        place = found.end() if found else 0
        return self.with_markup(self.markup[:place] + html + self.markup[place:]) if self.is_html else self

    def after(self, html: str) -> Document:
        """With `html` where the page ends."""
        ends = list(_BODY_END.finditer(self.markup))
        place = ends[-1].start() if ends else len(self.markup)
        return self.with_markup(self.markup[:place] + html + self.markup[place:]) if self.is_html else self

    def at(self, url: str) -> Document:
        """Moved to another address: relative links go where they went before."""
        moved = msgspec.structs.replace(self, url=url)
        if not self.is_html or _BASE.search(self.markup):
            return moved
        found = _HEAD.search(self.markup) or _HTML.search(self.markup)
        place = found.end() if found else 0
        base = f'<base href="{escape(self.url)}">'
        return moved.with_markup(self.markup[:place] + base + self.markup[place:])

    def dated(self, day: str) -> Document:
        """With another date, ISO 8601, or none."""
        undated = _DATED.sub("", self.markup)
        found = _HEAD.search(undated) or _HTML.search(undated)
        place = found.end() if found else 0
        meta = f'<meta property="article:published_time" content="{day}">' if day else ""
        headers = tuple(field for field in self.response.headers if field[0].lower() != "last-modified")
        return Document(
            url=self.url,
            response=msgspec.structs.replace(self.response, headers=headers),
            markup=undated[:place] + meta + undated[place:] if self.is_html else "",
        )

    def replaced(self, status: int, reason: str, title: str, html: str, *more: tuple[str, str]) -> Document:
        """Another page of the same server in its place."""
        markup = (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
            f"<body><h1>{escape(title)}</h1>{html}</body></html>"
        )
        response = Response(status=status, reason=reason, headers=(("Content-Type", _CONTENT), *more))
        return Document(url=self.url, response=response, markup=markup)

    def to_response(self) -> Response:
        """As a server sends it; what was not HTML is byte for byte what it was."""
        if not self.is_html:
            return self.response
        kept = tuple(field for field in self.response.headers if field[0].lower() not in _DESCRIBE_BODY)
        headers = (("Content-Type", _CONTENT), *kept)
        return msgspec.structs.replace(
            self.response, headers=headers, body=self.markup.encode("utf-8", "replace"), is_http=True, note=""
        )


def open_document(url: str, response: Response) -> Document:
    """The document in an archived response. Raises `Fault` if its body is a bomb."""
    mime, charset = parse_content_type(response.get("Content-Type"))
    if mime not in HTML:
        return Document(url=url, response=response)
    return Document(url=url, response=response, markup=decode(decode_body(response).body, charset))
