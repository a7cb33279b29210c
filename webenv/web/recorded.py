"""What a recording of the live web holds beside responses: what a search found, and what could not be read.

Each is a WARC `resource` record of JSON under a URN, as web archives name what is no page (`urn:pageinfo:…`,
`urn:text:…` in Webrecorder's files), so that it travels through archive, index and content id like any capture:

    urn:webenv:search:q=…&k=10&year=2019   the hits of one search
    urn:webenv:unread:http://a.example/    why a URL could not be read
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import msgspec

from webenv.errors import WebenvError
from webenv.types import Hit, MissingReason, Record
from webenv.web.address import canonical

MIME = "application/json"
MAX_QUERY_CHARS = 1_000
"""Characters of a query that tell a search from another (our choice; as many count in `webenv.web.index`)."""
_SEARCH, _UNREAD = "urn:webenv:search:", "urn:webenv:unread:"


class _Unread(Record):
    reason: MissingReason


_Hits = Annotated[list[Hit], msgspec.Meta(max_length=1_000)]
_hits = msgspec.json.Decoder(_Hits)
_unread = msgspec.json.Decoder(_Unread)


def search_name(query: str, k: int, year: int | None) -> str:
    """The URN under which the hits of a search are recorded."""
    asked = {"q": query[:MAX_QUERY_CHARS].encode("utf-8", "replace"), "k": k} | (
        {"year": year} if year is not None else {}
    )
    return _SEARCH + urlencode(asked)


def unread_name(url: str) -> str:
    """The URN under which it is recorded that a canonical URL could not be read."""
    return _UNREAD + url


def is_name(uri: str) -> bool:
    """Whether a WARC-Target-URI is one of these."""
    return uri.startswith((_SEARCH, _UNREAD))


def encode_hits(hits: list[Hit]) -> bytes:
    """The body of a recorded search.

    Raises:
        WebenvError: they are no hits: one leads to no web address, or holds what is no text.
    """
    try:
        body = msgspec.json.encode(hits)
        decode_hits(body)
    except ValueError as error:
        raise WebenvError(f"the search engine gave what are no hits: {error}") from error
    return body


def decode_hits(body: bytes) -> list[Hit]:
    """The hits in the body of a recorded search.

    Raises:
        ValueError: it is none, or a hit leads to no web address.
    """
    hits = _hits.decode(body)
    if any(canonical(hit.url) != hit.url for hit in hits):
        raise ValueError("a hit leads to no web address")
    return hits


def encode_reason(reason: MissingReason) -> bytes:
    """The body of the record of a URL that could not be read."""
    return msgspec.json.encode(_Unread(reason=reason))


def decode_reason(body: bytes) -> MissingReason:
    """Why a URL could not be read; raises ValueError if the body does not say."""
    return _unread.decode(body).reason


def check(uri: str, body: bytes) -> None:
    """Raise ValueError unless the body is what its URN says."""
    if uri.startswith(_SEARCH):
        decode_hits(body)
    else:
        decode_reason(body)
