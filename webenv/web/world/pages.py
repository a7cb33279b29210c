"""What stands on each page of a world: a page is a function of the graph and its key."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from html import escape

from webenv.web.world import skins
from webenv.web.world.dice import Dice
from webenv.web.world.fillers import filler
from webenv.web.world.graph import Graph
from webenv.web.world.labels import FOOTERS, PLURALS, TITLES
from webenv.web.world.schema import (
    Entity,
    Kind,
    Site,
    relations_to,
)
from webenv.web.world.sites import HOME, LISTED, PER_LIST, SITES, PageKey, Sites
from webenv.web.world.skins import Skin, link
from webenv.web.world.statements import statements
from webenv.web.world.threads import thread

LIST_LIMIT = 60
"""Entries that the list of a page shows before it only says how many more there are (our choice)."""

_FIRST_DAY = date(2012, 1, 1).toordinal()
_DAYS = 4_500


class Pages:
    """Writes the pages of a world."""

    def __init__(self, graph: Graph, sites: Sites) -> None:
        self.graph, self.sites = graph, sites
        self._split = graph.settings.split

    @cached_property
    def _skins(self) -> dict[Site, Skin]:
        return {site: skins.choose(self._split, self.graph.dice("skin", site)) for site in (*SITES, "company")}

    def address(self, key: PageKey) -> str:
        """Where a page is."""
        if key.kind == "front":
            return self.sites.front(key.site)
        if key.kind == "thread":
            return self.sites.thread(key.number)
        if key.kind == "list":
            assert key.listed
            return self.sites.list_page(key.site, key.listed, key.number)
        assert key.entity
        return self.sites.mirror(key.entity) if key.kind == "mirror" else self.sites.of(key.entity, key.site)

    def write(self, key: PageKey) -> bytes:
        """The HTML of a page."""
        if key.kind == "front":
            return self._front(key)
        if key.kind == "list":
            return self._list(key)
        if key.kind == "thread":
            return self._thread(key)
        return self._entity(key)

    def _front(self, key: PageKey) -> bytes:
        kinds = LISTED.get(key.site, ())
        items = [link(self.sites.list_page(key.site, kind, 0), PLURALS[kind]) for kind in kinds]
        if key.site == "forum":
            items = [
                link(self.sites.thread(number), f"Thread {number + 1}") for number in range(min(40, self.sites.threads))
            ]
        partners = [link(self.sites.front(site), self._site_title(site)) for site in SITES if site != key.site]
        body = f"<h1>{self._site_title(key.site)}</h1>"
        body += skins.listing(self._skins[key.site], "Contents", items)
        body += skins.listing(self._skins[key.site], "Elsewhere", partners)
        return self._document(key, self._site_title(key.site), body, [])

    def _list(self, key: PageKey) -> bytes:
        assert key.listed
        first = key.number * PER_LIST
        numbers = range(first, min(first + PER_LIST, self.graph.sizes[key.listed]))
        items = [self._link(Entity(key.listed, number), key.site) for number in numbers]
        last = self.sites.lists(key.listed) - 1
        pager = [
            link(self.sites.list_page(key.site, key.listed, number), label)
            for number, label in ((key.number - 1, "previous"), (key.number + 1, "next"))
            if 0 <= number <= last
        ]
        title = f"{PLURALS[key.listed]}, page {key.number + 1} of {last + 1}"
        body = f"<h1>{title}</h1>{skins.listing(self._skins[key.site], 'Entries', items)}<p>{' '.join(pager)}</p>"
        return self._document(key, title, body, [title])

    def _entity(self, key: PageKey) -> bytes:
        assert key.entity
        entity, skin, name = key.entity, self._skins[key.site], self.graph.name(key.entity)
        dice = self.graph.dice("page", key.kind, key.site, entity.kind, entity.number)
        rows, sentences = statements(self.graph, self.sites, key, dice)
        for _ in range(dice.between(2, 4)):
            sentences.insert(dice.below(len(sentences) + 1), filler(self._split, dice))
        body = f"<h1>{escape(name)}</h1>{skins.facts(skin, rows)}"
        body += "".join(f"<p>{' '.join(sentences[start : start + 3])}</p>" for start in range(0, len(sentences), 3))
        body += self._lists_of(entity, key.site) + self._related(entity, key.site, dice)
        if key.kind == "mirror":
            body = f"<p>Copy of a former state of the encyclopedia, kept since {self._published(key)[:4]}.</p>{body}"
        return self._document(key, name, body, [link(*self._list_link(entity.kind, key.site)), escape(name)])

    def _lists_of(self, entity: Entity, site: Site) -> str:
        """The lists of what leads here, on the page that others link to."""
        if site != HOME[entity.kind]:
            return ""
        html = ""
        for relation in relations_to(entity.kind):
            if relation.listed:
                count = self.graph.count(relation, entity)
                shown = [
                    self._link(source, None)
                    for source, _ in zip(self.graph.sources(relation, entity), range(LIST_LIMIT), strict=False)
                ]
                if count > LIST_LIMIT:
                    shown.append(f"and {count - LIST_LIMIT:,} more")
                html += skins.listing(self._skins[site], relation.label, shown)
        return html

    def _related(self, entity: Entity, site: Site, dice: Dice) -> str:
        """Links to other pages of the kind, the first ones more often; companies link to their entry, and back."""
        size = self.graph.sizes[entity.kind]
        numbers = {min(dice.below(size), dice.below(size), dice.below(size)) for _ in range(3)} - {entity.number}
        items = [self._link(Entity(entity.kind, number), site) for number in sorted(numbers)]
        if site == "company":
            items.insert(0, link(self.sites.of(entity, "register"), f"Register entry of {self.graph.name(entity)}"))
        if site == "register":
            items.insert(0, link(self.sites.of(entity, "company"), f"Website of {self.graph.name(entity)}"))
        return skins.listing(self._skins[site], "See also", items)

    def _thread(self, key: PageKey) -> bytes:
        name, body = thread(self.graph, self.sites, key.number)
        return self._document(key, f"{name}?", body, [escape(name)])

    def _document(self, key: PageKey, title: str, body: str, trail: list[str]) -> bytes:
        site_title = self._site_title(key.site) or title
        home = self.address(key) if key.site == "company" else self.sites.front(key.site)
        navigation = [link(home, site_title)]
        navigation += [
            link(self.sites.list_page(key.site, kind, 0), PLURALS[kind]) for kind in LISTED.get(key.site, ())
        ]
        canonical = self.address(key)
        if key.kind == "mirror" and key.entity:
            canonical = self.sites.of(key.entity)
        return skins.document(
            self._skins[key.site],
            title=title if title == site_title else f"{title} | {site_title}",
            canonical=canonical,
            published=self._published(key),
            navigation=navigation,
            crumbs=[link(home, site_title), *trail] if trail else [],
            body=body,
            footer=FOOTERS[key.site],
        )

    def _published(self, key: PageKey) -> str:
        if key.kind in ("front", "list"):
            return ""
        number = key.entity.number if key.entity else key.number
        span = _DAYS // 3 if key.kind == "mirror" else _DAYS
        day = self.graph.dice("published on", key.kind, key.site, number).below(span)
        return (date.fromordinal(_FIRST_DAY) + timedelta(days=day)).isoformat()

    def _site_title(self, site: Site) -> str:
        return f"{self.sites.stem.capitalize()} {TITLES[site]}" if TITLES[site] else ""

    def _list_link(self, kind: Kind, site: Site) -> tuple[str, str]:
        if site == "company":
            return self.sites.list_page("register", kind, 0), "Register"
        listed = kind if kind in LISTED.get(site, ()) else "region"
        return self.sites.list_page(site, listed, 0), PLURALS[listed]

    def _link(self, entity: Entity, site: Site | None) -> str:
        return link(self.sites.of(entity, site), self.graph.name(entity))
