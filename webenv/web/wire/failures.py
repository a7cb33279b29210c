"""Why there was no answer, in a few words, and whether and when to try again."""

from __future__ import annotations

import math
import time
from email.utils import parsedate_to_datetime

import httpx

RETRIED = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be another the next time."""
NETWORK_ERRORS = (httpx.TransportError, TimeoutError)


def retry_after(header: str) -> float:
    """Seconds to wait, from a number or a date (RFC 9110, section 10.2.3); 0 if there is none."""
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time()) if header else 0.0
    except (ValueError, OverflowError):
        return math.inf


def reason_of(error: BaseException) -> str:
    """Why there was no answer, in a few words that many errors share."""
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return "timed out"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.ProxyError):
        return "refused by the proxy"
    return f"broken answer ({type(error).__name__})"
