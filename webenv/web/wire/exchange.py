"""One HTTP exchange, recorded as it went over the wire.

HTTP libraries change the case of header names and drop the reason phrase, and some drop headers. Here the head is kept
as it came and the body in its content coding; the transfer coding alone is undone (httpx's transport does that), so
that every reading of "payload" gives the same digest.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import httpx

from webenv.web.address import host
from webenv.web.archive.http import Response
from webenv.web.wire.records import Exchange, WireSettings


async def exchange(
    transport: httpx.AsyncHTTPTransport, url: str, settings: WireSettings, whole_s: float, pin: str = ""
) -> Exchange:
    """Ask for a canonical URL and read the answer.

    Args:
        transport: Makes the connection.
        url: A canonical URL.
        settings: Its delay and retries are the caller's to keep.
        whole_s: Seconds that the whole exchange may take.
        pin: IP address to connect to, whatever the name of the host resolves to; empty asks the resolver.

    Raises:
        httpx.TransportError, TimeoutError: there is no answer.
    """
    timestamp = settings.now()
    sent = _request(url, settings, pin)
    async with asyncio.timeout(whole_s):
        received = await transport.handle_async_request(sent)
        async with aclosing(received):
            body, truncated = await _body(received, settings.max_body_bytes)
    response = Response(
        status=received.status_code,
        reason=received.extensions.get("reason_phrase", b"").decode("latin-1"),
        headers=tuple(_text(name, value) for name, value in received.headers.raw if not _is_transfer(name)),
        body=body,
    )
    head = f"GET {_path(url)} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in (_text(*field) for field in sent.headers.raw))
    return Exchange(
        url=url,
        timestamp=timestamp,
        request=head.encode("latin-1") + b"\r\n",
        response=response,
        address="" if settings.proxy else _address(received),
        truncated=truncated,
    )


def _request(url: str, settings: WireSettings, pin: str) -> httpx.Request:
    headers = {
        "Host": host(url),
        "User-Agent": settings.user_agent,
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language": "en,*;q=0.5",
        "Accept-Encoding": "gzip, deflate, br",
    }
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), settings.timeout_s)
    extensions: dict[str, object] = {"timeout": timeouts}
    if not settings.proxy:
        extensions["target"] = _path(url).encode()  # the URL as it stands; httpx would encode it anew
    elif url.startswith("http:"):
        extensions["target"] = url.encode()
    address = httpx.URL(url)
    if pin:
        extensions["sni_hostname"] = address.host  # the certificate is still that of the name
        address = address.copy_with(host=pin)
    return httpx.Request("GET", address, headers=headers, extensions=extensions)


async def _body(received: httpx.Response, most: int) -> tuple[bytes, bool]:
    """The body, content coding kept, and whether it was cut."""
    assert isinstance(received.stream, httpx.AsyncByteStream)
    body = bytearray()
    async for chunk in received.stream:
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def _text(name: bytes, value: bytes) -> tuple[str, str]:
    return name.decode("latin-1"), value.decode("latin-1")


def _is_transfer(name: bytes) -> bool:
    return name.lower() == b"transfer-encoding"


def _address(received: httpx.Response) -> str:
    stream = received.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream else None
    return str(peer[0]) if peer else ""
