"""Where everything is: the hosts of a world, the address of each page, and the order in which pages are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from webenv.web.world.graph import Graph
from webenv.web.world.schema import Entity, Kind, Site

PageKind = Literal["front", "list", "entity", "mirror", "thread"]
PER_LIST = 50
"""Entries of one list page (our choice)."""
MIRRORED = 40
"""One person in this many has an outdated copy on the mirror (our choice)."""

SITES: tuple[Site, ...] = ("encyclopedia", "gazetteer", "register", "news", "catalogue", "forum")
"""The sites with a host of their own; each company has one too."""
ENTITY_PAGES: tuple[tuple[Kind, Site], ...] = (
    ("person", "encyclopedia"),
    ("species", "encyclopedia"),
    ("work", "encyclopedia"),
    ("town", "gazetteer"),
    ("region", "gazetteer"),
    ("organisation", "register"),
    ("organisation", "company"),
    ("event", "news"),
    ("product", "catalogue"),
)
"""Which things have a page where."""
HOME: dict[Kind, Site] = {
    "person": "encyclopedia", "species": "encyclopedia", "work": "encyclopedia", "town": "gazetteer",
    "region": "gazetteer", "organisation": "company", "event": "news", "product": "catalogue",
}  # fmt: skip
"""The page of a thing that others link to."""
LISTED: dict[Site, tuple[Kind, ...]] = {
    "encyclopedia": ("person", "species", "work"), "gazetteer": ("region",), "register": ("organisation",),
    "news": ("event",), "catalogue": ("product",),
}  # fmt: skip
"""What the list pages of a site list."""


class PageKey(NamedTuple):
    """Names one page of a world."""

    kind: PageKind
    site: Site
    entity: Entity | None = None
    listed: Kind | None = None
    number: int = 0
    """Of a list page or thread, from 0."""


class Sites:
    """The layout of a world's web."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.stem = graph.web
        self.threads = max(0, graph.settings.pages - sum(1 for _ in self._fixed()))

    def host(self, site: Site) -> str:
        """The host of a site; companies have their own."""
        return {
            "encyclopedia": f"www.{self.stem}pedia.example",
            "gazetteer": f"gazetteer.{self.stem}.example",
            "register": f"register.{self.stem}.example",
            "news": f"www.{self.stem}-herald.example",
            "catalogue": f"shop.{self.stem}-goods.example",
            "forum": f"forum.{self.stem}-talk.example",
            "company": "",
        }[site]

    def front(self, site: Site) -> str:
        """The first page of a site."""
        return f"http://{self.host(site)}/"

    def list_page(self, site: Site, kind: Kind, number: int) -> str:
        """A page of a list, from 0."""
        return f"http://{self.host(site)}/list/{kind}/{number + 1}"

    def thread(self, number: int) -> str:
        """A thread of the forum."""
        return f"http://{self.host('forum')}/t/{number + 1}"

    def mirror(self, person: Entity) -> str:
        """The outdated copy of a person's page."""
        return f"http://mirror.{self.stem}.example/wiki/{self._title(person)}"

    def of(self, entity: Entity, site: Site | None = None) -> str:
        """The page of a thing, by default the one that others link to."""
        site = site or HOME[entity.kind]
        if site == "company":
            return f"http://www.{slug(self.graph.name(entity))}.example/"
        if site == "register":
            return f"http://{self.host(site)}/entry/{self.graph.value('registration', entity)}"
        if site == "news":
            return f"http://{self.host(site)}/{self.graph.shown('day', entity)[:4]}/{slug(self.graph.name(entity))}"
        if site == "encyclopedia":
            return f"http://{self.host(site)}/wiki/{self._title(entity)}"
        return f"http://{self.host(site)}/{entity.kind}/{slug(self.graph.name(entity))}"

    def moved_from(self, entity: Entity, site: Site) -> str:
        """The former address of one page in ten, which redirects; empty for the others."""
        if entity.number % 10 or site == "company":
            return ""
        return f"http://{self.host(site)}/old/{entity.kind}/{entity.number}"

    def pages(self) -> Iterator[PageKey]:
        """Every page, in order."""
        yield from self._fixed()
        for number in range(self.threads):
            yield PageKey("thread", "forum", number=number)

    def _fixed(self) -> Iterator[PageKey]:
        for site in SITES:
            yield PageKey("front", site)
        for site, kinds in LISTED.items():
            for kind in kinds:
                for number in range(self.lists(kind)):
                    yield PageKey("list", site, listed=kind, number=number)
        for kind, site in ENTITY_PAGES:
            for entity in self.graph.entities(kind):
                yield PageKey("entity", site, entity)
        for number in range(0, self.graph.sizes["person"], MIRRORED):
            yield PageKey("mirror", "encyclopedia", Entity("person", number))

    def lists(self, kind: Kind) -> int:
        """How many list pages a kind fills."""
        return -(-self.graph.sizes[kind] // PER_LIST)

    def _title(self, entity: Entity) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "_", self.graph.name(entity)).strip("_")


def slug(name: str) -> str:
    """A name as part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
