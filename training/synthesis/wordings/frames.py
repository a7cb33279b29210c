"""Wordings of whole questions."""

from __future__ import annotations

from training.synthesis.wordings.table import Table
from webenv.web.world.schema import Kind

FRAMES: Table = {
    "intersection": (
        ("Which {noun} {one} and {other}?", "What is the name of the {noun} that {one} and {other}?",
         "Name the {noun} that {one} and {other}."),
        ("Which {noun} is the only one that {one} and also {other}?", "Find the {noun} that {one} and that {other}."),
        ("There is one {noun} that {one} and {other}; which is it?", "What {noun} both {one} and {other}?"),
    ),
    "comparison": (
        ("Which of the two {more}: {one} or {other}?", "Which {more}, {one} or {other}?",
         "Compare {one} and {other}: which of the two {more}?"),
        ("Of {one} and {other}, which one {more}?", "Take {one} and {other}: which {more}?"),
        ("Between {one} and {other}, which {more}?", "Given {one} and {other}, say which {more}."),
    ),
    "name": (
        ("What is the name of {}?", "Name {}.", "What is {} called?"),
        ("Under what name is {} known?", "Find out what {} is called."),
        ("Which name does {} bear?", "Give the name of {}."),
    ),
    "described": (
        ("the {noun} with {hints}", "a {noun} that has {hints}"),
        ("a certain {noun} known for {hints}",),
        ("some {noun} that can be told by {hints}",),
    ),
}  # fmt: skip
"""Frames of question types, and of a thing that is described instead of named."""

NOUNS: dict[Kind, str] = {
    "person": "person", "town": "town", "region": "region", "species": "species", "work": "book",
    "organisation": "organisation", "event": "event", "product": "article",
}  # fmt: skip
"""What a kind of thing is called; the same in all splits, as the tables of a page are."""
