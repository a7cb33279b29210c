"""An *operator*: one way in which a web changes. A *family* is a group of operators that touch the same thing.

An operator is a declaration. It says whom it may change (`rate`, the share of its targets at severity 1), whether an
agent is told (`fault`), and what it does, by filling in the hooks that it needs:

    edit     changes what a server answers for a page
    moved    gives a page another address
    results  changes the hits of a search
    bm25     has another engine search
    copies   has search find pages that are not in the snapshot, made from a page that is

Hooks are pure: all chance comes from the `Dice` that they are handed. `webenv.web.drift.drift` composes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from webenv.types import Hit, Record
from webenv.web.drift.document import Document
from webenv.web.world.dice import Dice

OperatorSplit = Literal["train", "test"]


class Fault(Record):
    """What goes wrong for an agent (the four cells of ToolMaze, arXiv 2606.05806)."""

    told: Literal["explicit", "implicit"]
    """Whether the answer says that it is not the page."""
    lasts: Literal["transient", "permanent"]
    """Whether another try helps."""


@dataclass(frozen=True)
class Move:
    """How pages get other addresses."""

    to: Callable[[str], str]
    """The new address of a canonical URL; different URLs get different ones."""
    back: Callable[[str], str | None]
    """The old address of a new one; None if it is not one."""
    status: int = 0
    """Of the redirect from the old address; 0 if that is gone."""
    stop: Callable[[str], str] | None = None
    """An address on the way, from which another redirect leads on."""


@dataclass(frozen=True)
class Copies:
    """Pages that are made from pages of the snapshot, and that search finds beside them."""

    host: str
    """Where they are; the address of the page that one is made from follows."""
    rank: int
    """Where search shows it, from 1."""
    hit: Callable[[Hit, Dice], Hit]
    """What search shows of it, made from the best hit."""
    page: Callable[[Document, str, Dice], Document]
    """What stands on it, made from the page with that title."""


@dataclass(frozen=True)
class Operator:
    """One way in which a web changes."""

    name: str
    """`family.operator`."""
    split: OperatorSplit = "train"
    """Operators of `test` are held out: they never act where drift is for training."""
    rate: float = 1.0
    """Share of its targets that it changes at severity 1."""
    fault: Fault | None = None
    attempts: int = 0
    """For what passes: how many fetches of a page in one episode can meet it, from the first; 0 is all of them."""
    version: int = 1
    """Raised whenever it does something else, so that no old plan silently gets a new meaning."""
    edit: Callable[[Document, Dice], Document] | None = None
    moved: Move | None = None
    results: Callable[[list[Hit], Callable[[str], bool], Dice], list[Hit]] | None = None
    """Gets the hits, says whether one of them is chosen by its URL, and has dice for the rest."""
    bm25: tuple[float, float] | None = None
    copies: Copies | None = None
    lure: str = ""
    """Host of the links that it puts into pages to see who follows them."""
    note: Callable[[Dice], str] | None = None
    """What the log says of it besides, such as a canary; gets the dice as `edit` gets them."""

    @property
    def family(self) -> str:
        """The name of its family."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Family:
    """Operators that touch the same thing, with one severity."""

    name: str
    about: str
    preserves: bool
    """Whether every question can still be answered at severity 1."""
    operators: tuple[Operator, ...]
    alternative: bool = False
    """At most one of them changes a target, chosen evenly; `severity` is then the share of targets that change."""
