"""A question before anybody looked whether it gives its answer away."""

from __future__ import annotations

from typing import Literal, NamedTuple

from training.synthesis.chains import Chain
from training.synthesis.proof import Stop
from training.synthesis.triplets import Triplet
from training.synthesis.wordings import Speech
from webenv.types import Evidence
from webenv.web.world.schema import RELATIONS, Entity

Type = Literal["single", "multi-hop", "count", "intersection", "comparison"]


class Draft(NamedTuple):
    """What a task is made of."""

    question: str
    answer: str
    answer_type: Literal["text", "number", "date", "code"]
    evidence: list[Evidence]
    stops: list[Stop]
    template: str
    triplets: list[Triplet]
    named: tuple[Entity, ...]
    """Things that the question names and that could be described instead."""


def stops(chain: Chain) -> list[Stop]:
    """The pages on which the relations of a way stand."""
    return [(source, RELATIONS[relation].site) for source, relation, _ in chain.steps]


def template(kind: Type, chain: Chain, speech: Speech) -> str:
    """What a question is, how it begins, and in which wordings it is put."""
    return ":".join((kind, chain.start.kind, *speech.used))
