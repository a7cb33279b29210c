"""What the page of a thing states: each relation and attribute either as a row of the infobox or as a sentence."""

from __future__ import annotations

from html import escape

from webenv.web.world.dice import Dice
from webenv.web.world.graph import Graph
from webenv.web.world.prose import sentence
from webenv.web.world.schema import ATTRIBUTES, Entity, Relation, attributes_of, relations_of
from webenv.web.world.sites import PageKey, Sites
from webenv.web.world.skins import link


def statements(graph: Graph, sites: Sites, key: PageKey, dice: Dice) -> tuple[list[tuple[str, str]], list[str]]:
    """The rows, each a label and HTML, and the sentences, as HTML."""
    assert key.entity
    entity, name = key.entity, escape(graph.name(key.entity))
    stated = [
        (each.name, each.label, ", ".join(link(sites.of(to), graph.name(to)) for to in _stated(graph, each, key)))
        for each in relations_of(entity.kind)
        if each.site == key.site and not each.listed
    ]
    stated += [
        (each.name, each.label, graph.shown(each.name, entity))
        for each in attributes_of(entity.kind)
        if each.site == key.site
    ]
    rows, sentences = [], []
    for about, label, value in dice.shuffled(stated):
        if dice.chance(55):
            unit = ATTRIBUTES[about].unit if about in ATTRIBUTES else ""
            rows.append((label, f"{value} {unit}".strip()))
        else:
            sentences.append(sentence(graph.settings.split, about, dice, name, value))
    return rows, sentences


def _stated(graph: Graph, relation: Relation, key: PageKey) -> list[Entity]:
    """What the page says a relation leads to; the mirror names a former employer."""
    assert key.entity
    targets = graph.targets(relation, key.entity)
    if key.kind == "mirror" and relation.name == "employer":
        return [Entity("organisation", (targets[0].number + 1) % graph.sizes["organisation"])]
    return targets
