"""Threads of the forum: people talk about a thing, and some remember it wrongly."""

from __future__ import annotations

from html import escape

from webenv.web.world.dice import Dice
from webenv.web.world.fillers import filler
from webenv.web.world.graph import Graph
from webenv.web.world.schema import Entity, attributes_of
from webenv.web.world.sites import ENTITY_PAGES, Sites
from webenv.web.world.skins import link


def thread(graph: Graph, sites: Sites, number: int) -> tuple[str, str]:
    """The name of what a thread is about, and its posts as HTML."""
    dice = graph.dice("thread", number)
    kind, site = dice.pick(ENTITY_PAGES)
    entity = Entity(kind, dice.below(graph.sizes[kind]))
    name, about = graph.name(entity), dice.pick(attributes_of(kind))
    other = Entity(kind, dice.below(graph.sizes[kind]))
    label, wrong = escape(about.label.lower()), _wrong(graph, about.name, (entity, other), dice)
    address = sites.moved_from(entity, site) or sites.of(entity, site)
    posts = [
        f"Does anybody know more about {link(sites.of(entity, site), name)}?",
        f"I remember {label} {wrong}, but I may mix it up with {link(sites.of(other), graph.name(other))}.",
        filler(graph.settings.split, dice),
        f"Look it up instead of guessing: {link(address, name)}",
    ]
    posts = [posts[0], *dice.shuffled(posts[1:])]
    writers = [f"member{dice.below(500):03d}" for _ in posts]
    said = (f"<div><b>{writer}</b><p>{post}</p></div>" for writer, post in zip(writers, posts, strict=True))
    return name, f"<h1>{escape(name)}?</h1>{''.join(said)}"


def _wrong(graph: Graph, attribute: str, talked_of: tuple[Entity, ...], dice: Dice) -> str:
    """A value that none of these things has: what people say must not be a second place to read a fact."""
    kind = talked_of[0].kind
    true = {graph.shown(attribute, entity) for entity in talked_of}
    values = (graph.shown(attribute, Entity(kind, dice.below(graph.sizes[kind]))) for _ in range(20))
    return next((value for value in values if value not in true), "something else")
