"""The day a page says it was published or changed, from its own metadata; never from the clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"\s*(\d{4})([-/]?)(\d{2})\2(\d{2})(?!\d)")
_FIRST_YEAR = 1990
"""The web's first full year; an earlier date is about the content, not about the page."""


def page_date(stated: Iterable[str], last_modified: str, timestamp: str) -> str:
    """The first usable day, as ISO 8601 (`2018-06-14`); empty if there is none.

    `stated` is what the page says, best first, in ISO 8601 or RFC 5322 form; `last_modified` is the HTTP
    header (RFC 9110, section 8.8.2). Days before 1990, or after the capture (`timestamp`, 14 digits), are not
    usable.
    """
    latest = _day(timestamp[:8]) or date.max
    for value in (*stated, last_modified):
        day = _day(value)
        if day and day.year >= _FIRST_YEAR and day <= latest:
            return day.isoformat()
    return ""


def _day(value: str) -> date | None:
    """The day as written; time of day and zone play no part."""
    found = _ISO.match(value)
    try:
        if found:
            return date(int(found[1]), int(found[3]), int(found[4]))
        return parsedate_to_datetime(value[:64]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
