"""One try at one answer over HTTP: bounded in size and time, and sorted into what may pass and what will not."""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from webenv.completions.records import Completion

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 16 << 20
"""Longest response that is read (our choice)."""
_PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be another the next time."""


class Failure(Exception):
    """A try that failed; `passing` if the next one may not, after at least `wait_s`."""

    def __init__(self, reason: str, passing: bool = True, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.passing, self.wait_s = reason, passing, wait_s


class _Said(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Said
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    completion_tokens: int = 0


class _Response(msgspec.Struct):
    choices: Annotated[list[_Choice], msgspec.Meta(min_length=1)]
    usage: _Usage | None = None


def post(url: str, key: str, body: bytes, timeout_s: float) -> Completion:
    """One try; `key` may be empty.

    Raises:
        Failure: it failed.
    """
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    return _completion(send(url, headers, body, timeout_s))


def send(url: str, headers: dict[str, str], body: bytes, timeout_s: float) -> bytes:
    """One try to post a body to a service; what it answers with status 200.

    Raises:
        Failure: it failed.
    """
    import httpx

    until = time.monotonic() + timeout_s
    try:
        with httpx.stream("POST", url, content=body, headers=headers, timeout=timeout_s) as response:
            content = _content(response, until)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Failure(_one_line(f"{type(error).__name__}: {error}")) from None
    if response.status_code != 200:
        said = _one_line(content[:2_000].decode("utf-8", "replace"))
        passing = response.status_code in _PASSING
        raise Failure(f"status {response.status_code}: {said}", passing, _asked_wait_s(response))
    return content


def _content(response: httpx.Response, until: float) -> bytes:
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            raise Failure(f"an answer of more than {MAX_BYTES:,} bytes", passing=False)
        if time.monotonic() > until:
            raise Failure("the answer did not end in time")
    return bytes(content)


def _completion(content: bytes) -> Completion:
    try:
        read = msgspec.json.decode(content, type=_Response)
    except msgspec.ValidationError as error:
        raise Failure(_one_line(f"not a chat completion: {error}"), passing=False) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Failure(_one_line(f"not JSON, or only a part of it: {error}")) from None
    first, tokens = read.choices[0], read.usage.completion_tokens if read.usage else 0
    return Completion(text=first.message.content or "", finish_reason=first.finish_reason or "", tokens=tokens)


def _asked_wait_s(response: httpx.Response) -> float:
    """What `Retry-After` asks for (RFC 9110, section 10.2.3): seconds, or a day and time of the server's clock."""
    asked = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", asked):
        return float(asked)
    try:
        return (parsedate_to_datetime(asked) - parsedate_to_datetime(response.headers.get("Date", ""))).total_seconds()
    except (TypeError, ValueError):
        return 0.0


def _one_line(text: str) -> str:
    return " ".join(re.sub(r"[^\S ]|[^\x20-\U0010ffff]|[\x7f-\x9f]", " ", text).split())[:300]
