"""*Drills*: a page, and then all that it says, one relation after the other.

An episode reads a page for one thing, which is little to learn to read from; a drill asks for everything on it, in any
order. What is written has the words of a brief teacher's notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from training.synthesis.proof import Prover
from webenv.env import WebEnv
from webenv.protocol import render
from webenv.types import Step, ToolCall, Turn
from webenv.web.world.graph import Graph
from webenv.web.world.schema import ATTRIBUTES, KINDS, Attribute, Entity, Kind, Relation, Site, relations_of

NUMBERED = 50
"""Of a hundred drills, those that say the numbers of links after names, as who follows them does (our choice)."""
Said = tuple[str, str, str]
"""A relation or attribute that a page states, what it is, and the number of the link, if that is said."""
Drill = tuple[str, tuple[Step, ...]]
"""What is asked, and two turns: the page is opened, and told."""


def drills(prover: Prover, env: WebEnv) -> Iterator[Drill]:
    """One drill on every page that says two things or more of its subject."""
    graph = prover.graph
    for kind in KINDS:
        sites = dict.fromkeys(each.site for each in _known(kind))
        for entity in graph.entities(kind):
            for site in sites:
                dice = graph.dice("drill", kind, entity.number, site)
                page = _opened(env, prover.sites.of(entity, site))
                said = dice.shuffled(list(_said(graph, entity, site, page, dice.chance(NUMBERED))))
                if len(said) > 1:
                    yield _drill(graph.name(entity), page, said)


def _opened(env: WebEnv, url: str) -> str:
    """A page as it is observed."""
    env.reset()
    return env.step(render(Turn(thought="", call=ToolCall(name="visit", arguments={"url": [url]}))))[0]


def _said(graph: Graph, entity: Entity, site: Site, page: str, is_numbered: bool) -> Iterator[Said]:
    for about in _known(entity.kind):
        if about.site != site:
            continue
        if isinstance(about, Attribute):
            value = graph.shown(about.name, entity)
            if re.search(rf"(?<![\w,]){re.escape(value)}(?![\w,])", page):
                yield about.name, value, ""
        else:
            name = graph.name(graph.target(about, entity))
            if link := re.search(rf"{re.escape(name)}\[(\d+)\]", page):
                yield about.name, name, link[1] if is_numbered else ""


def _known(kind: Kind) -> list[Relation | Attribute]:
    """All of which a page says one value."""
    relations = [each for each in relations_of(kind) if not each.listed and each.many == 1]
    return [*relations, *(each for each in ATTRIBUTES.values() if each.source == kind)]


def _drill(name: str, page: str, said: list[Said]) -> Drill:
    plan = "; ".join(("open", ", ".join(about for about, _, _ in said)))
    told = "; ".join(f"{about}: {value} {number}".rstrip() for about, value, number in said)
    turns = (
        Turn(thought=plan, call=ToolCall(name="click", arguments={"link": 1})),
        Turn(thought=told, answer=said[-1][1]),
    )
    return f"What is said of {name}?", tuple(
        Step(action=render(turn), observation=seen, reward=0.0, terminated=not seen, truncated=False)
        for turn, seen in zip(turns, (page, ""), strict=True)
    )
