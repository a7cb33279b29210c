"""HTTP messages as servers really send them: wrong lengths, false chunks, layered and lying content codings."""

from __future__ import annotations

import gzip
import hashlib
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from webenv.web.archive.http import Response, decode_body, parse_response, unchunk
from webenv.web.archive.records import Fault, Limits, Place, RawRecord

PLACE = Place(file="x", member="", offset=0, length=0, gzipped=False, dialect="warc")
BODY = b"The heron stands in the river. " * 50


def response(block: bytes, *headers: tuple[str, str], kind: str = "response") -> Response:
    return parse_response(RawRecord(type=kind, headers=headers, block=block, place=PLACE))


def test_head_and_body() -> None:
    found = response(b"HTTP/1.1 404 Not Found\r\nContent-Type: Text/HTML; charset=x\r\nX: a\r\nx: b\r\n\r\nbody")
    assert (found.status, found.reason, found.mime, found.body) == (404, "Not Found", "text/html", b"body")
    assert found.get("x") == "a"


@pytest.mark.parametrize(
    ("block", "status", "body"),
    [
        (b"HTTP/1.1 200\r\n\r\nx", 200, b"x"),
        (b"HTTP/2 204\n\nx", 204, b"x"),
        (b"HTTP/1.0 200 OK\nA: b\n\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\nA: b\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\nA: \xff\xfe\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 200 OK\r\nA: b", 200, b""),
    ],
)
def test_lenient_heads(block: bytes, status: int, body: bytes) -> None:
    found = response(block)
    assert (found.status, found.body) == (status, body)


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (b"", "bad-http"),
        (b"<html>no head</html>", "bad-http"),
        (b"HTTP/1.1 OK\r\n\r\n", "bad-http"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000, "header-too-long"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 2_000 + b"\r\n", "header-too-long"),
    ],
)
def test_what_is_no_response(block: bytes, kind: str) -> None:
    with pytest.raises(Fault) as raised:
        response(block)
    assert raised.value.kind == kind


def test_resource_records_have_no_head() -> None:
    found = response(b"\x89PNG", ("Content-Type", "image/png"), kind="resource")
    assert (found.status, found.mime, found.body, found.is_http) == (200, "image/png", b"\x89PNG", False)


def _chunked(body: bytes, size: int) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nTrailer: x\r\n\r\n"


@given(st.binary(max_size=300), st.integers(1, 50))
def test_chunks_are_undone(body: bytes, size: int) -> None:
    assert unchunk(_chunked(body, size)) == body


@given(st.binary(max_size=300))
def test_unchunking_anything_never_raises(body: bytes) -> None:
    assert len(unchunk(body)) <= len(body)


def test_false_chunking_is_left_alone() -> None:
    found = response(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY)
    assert found.body == BODY
    huge = b"ffffffffffff\r\nshort"
    assert unchunk(huge) == huge
    assert unchunk(_chunked(BODY, 100)[:-900])[:500] == BODY[:500]


def test_payload_digest_fits_either_reading_of_a_chunked_body() -> None:
    chunked = _chunked(BODY, 64)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for reading in (BODY, chunked):
        claimed = ("WARC-Payload-Digest", "sha256:" + hashlib.sha256(reading).hexdigest())
        assert response(head + chunked, claimed).body == BODY
    with pytest.raises(Fault) as raised:
        response(head + chunked, ("WARC-Payload-Digest", "sha256:" + hashlib.sha256(b"other").hexdigest()))
    assert raised.value.kind == "digest-mismatch"
    cut = response(head + chunked, ("WARC-Payload-Digest", "sha1:" + "A" * 32), ("WARC-Truncated", "length"))
    assert "cut in the archive" in cut.note


RAW = zlib.compressobj(9, zlib.DEFLATED, -15)
CODED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY[:100]) + gzip.compress(BODY[100:]),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstandard.ZstdCompressor().compress(BODY),
    "gzip, br": brotli.compress(gzip.compress(BODY)),
    "identity": BODY,
}


def coded(body: bytes, coding: str) -> Response:
    return Response(status=200, headers=(("Content-Encoding", coding),), body=body)


@pytest.mark.parametrize("coding", CODED)
def test_content_codings_are_undone(coding: str) -> None:
    decoded = decode_body(coded(CODED[coding], coding))
    assert (decoded.body, decoded.note) == (BODY, "")


def test_raw_deflate_is_understood() -> None:
    assert decode_body(coded(RAW.compress(BODY) + RAW.flush(), "deflate")).body == BODY


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "unheard-of"])
def test_false_codings_are_left_and_noted(coding: str) -> None:
    decoded = decode_body(coded(b"<html>not coded at all</html>", coding))
    assert decoded.body == b"<html>not coded at all</html>"
    assert coding in decoded.note


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_are_refused(coding: str) -> None:
    zeros = bytes(3 << 20)
    packed = {
        "gzip": gzip.compress(zeros),
        "deflate": zlib.compress(zeros),
        "br": brotli.compress(zeros),
        "zstd": zstandard.ZstdCompressor().compress(zeros),
    }[coding]
    with pytest.raises(Fault) as raised:
        decode_body(coded(packed, coding), Limits(body_bytes=1 << 20))
    assert raised.value.kind == "bomb"


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, gzip", "br, zstd"]))
def test_decoding_anything_never_raises(body: bytes, coding: str) -> None:
    assert isinstance(decode_body(coded(body, coding)).body, bytes)


@given(st.data(), st.sampled_from([coding for coding in CODED if coding != "identity"]))
def test_cut_bodies_keep_their_beginning_or_stay(data: st.DataObject, coding: str) -> None:
    whole = CODED[coding]
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    decoded = decode_body(coded(cut, coding)).body
    assert BODY.startswith(decoded) or decoded == cut or decoded.startswith(b"\x1f\x8b")
