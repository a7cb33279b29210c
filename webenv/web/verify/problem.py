"""One thing that is wrong with a package."""

from __future__ import annotations

from webenv.types import Record


class Problem(Record):
    """A broken rule and the exact place where it is broken."""

    rule: str
    """The part that broke: container, package, pages, index, record, content, text, tasks or derived."""
    place: str
    """File, and line or offset in it."""
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.detail} [{self.rule}]"
