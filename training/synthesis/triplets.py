"""The formal form of a question: *triplets* (variable, relation, term), after WebShaper (arXiv 2507.15061, section 3).

`V@` begins a variable and `C@` a constant; `V@X` is what is asked for. A variable is whatever fits all its triplets:

    ("V@E1", "mayor of", "C@Kelda")           E1 is the mayor of Kelda
    ("V@X", "author", "V@E1")                 the author of X is E1
    ("V@X", "born of", "V@E1")                X is the day on which E1 was born
    ("V@X", "count", "V@E2")                  X is how many things E2 can be
    ("V@X", "most population", "V@E1")        with a second one: X is the one of the two that has more inhabitants
    ("V@D1", "kind", "C@town")                D1 is a town; so begins a thing that is described instead of named:
    ("V@D1", "name", "C@K.")                  its initials are these
    ("V@D1", "chartered", "C@the 1380s")      an attribute, vaguely
"""

from __future__ import annotations

from training.synthesis.chains import Chain
from webenv.web.world import Graph

Triplet = tuple[str, str, str]

ASKED, DESCRIBED = "V@X", "V@D"
"""What is asked for, and how the variables of things begin that are described instead of named."""
OF, MOST = " of", "most "
"""What marks the name of a relation that is read from its source, and of one that compares."""


def constant(text: str) -> str:
    """The term for what the question says itself."""
    return f"C@{text}"


def follow(graph: Graph, chain: Chain, first: int = 1, last: str = "") -> tuple[list[Triplet], str]:
    """The triplets of a way, and the term for its end; variables are numbered from `first`, `last` names the end."""
    triplets: list[Triplet] = []
    term = constant(graph.name(chain.start))
    for number, relation in enumerate(chain.relations, first):
        variable = last if last and number == first + len(chain.relations) - 1 else f"V@E{number}"
        triplets.append((variable, relation + OF, term))
        term = variable
    return triplets, term
