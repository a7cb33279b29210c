"""Moved pages: other addresses, with redirects from the old ones or without; search knows the new ones."""

from __future__ import annotations

from collections.abc import Callable

from webenv.web.drift.operator import Family, Fault, Move, Operator


def _below(folder: str) -> tuple[Callable[[str], str], Callable[[str], str | None]]:
    """Everything on a host moves into a folder."""

    def to(url: str) -> str:
        scheme, _, name, path = url.split("/", 3)
        return f"{scheme}//{name}/{folder}/{path}"

    def back(url: str) -> str | None:
        scheme, _, name, path = url.split("/", 3)
        first, slash, rest = path.partition("/")
        return f"{scheme}//{name}/{rest}" if first == folder and slash else None

    return to, back


def _on(prefix: str) -> tuple[Callable[[str], str], Callable[[str], str | None]]:
    """A host moves to another name."""

    def to(url: str) -> str:
        return url.replace("//", f"//{prefix}.", 1)

    def back(url: str) -> str | None:
        return url.replace(f"//{prefix}.", "//", 1) if f"//{prefix}." in url[:80] else None

    return to, back


FAMILY = Family(
    "moved",
    "pages at other addresses, with and without redirects",
    preserves=True,
    alternative=True,
    operators=(
        Operator("moved.redirected", moved=Move(*_below("pages"), status=301)),
        Operator("moved.unannounced", moved=Move(*_below("site")), fault=Fault(told="explicit", lasts="permanent")),
        Operator("moved.chain", split="test", moved=Move(*_below("en"), status=302, stop=_below("go")[0])),
        Operator("moved.host", split="test", moved=Move(*_on("new"), status=308)),
        Operator(
            "moved.host-unannounced",
            split="test",
            moved=Move(*_on("web")),
            fault=Fault(told="explicit", lasts="permanent"),
        ),
    ),
)
