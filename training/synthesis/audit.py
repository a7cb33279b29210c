"""What a question set gives away, and whether it can be solved: checks with thresholds, before anything is trained.

The risks are those of FORT (arXiv 2606.12087): evidence on one page, a clue that gives the answer alone, answers in
plain sight, answers that can be guessed. Each check is a share of tasks with a bound (our choice, all of them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

from agent.oracle import Oracle
from agent.policy import Policy
from agent.rollout import run_episode
from agent.wanderer import Wanderer
from training.synthesis import guesses, showing
from training.synthesis.check import Check, at_least, at_most
from training.synthesis.necessity import Necessity
from training.synthesis.proof import HITS
from training.synthesis.solve import Solver
from webenv.env import WebEnv
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import unproved
from webenv.web.world import Graph
from webenv.web.world.dice import Dice


def audit(
    web: Snapshot, graph: Graph | None, tasks: list[Task], everything: list[Task], closed_book: Policy | None = None
) -> Iterator[Check]:
    """Every check of tasks, one after the other; `graph` is that of the world, if the snapshot is one.

    Guesses may learn from `everything` that is asked, of which the tasks are a part. `closed_book` is a policy that is
    asked without any tool.
    """
    hard = [task for task in tasks if len(showing.pages(task)) > 1]
    formal = [task for task in tasks if task.triplets]
    env = WebEnv(web, tasks)
    yield at_least("proved", "all evidence stands on its pages, word for word", tasks, partial(_proved, web))
    if graph:
        unique, needed = Solver(graph).unique, Necessity(web, graph).holds
        yield at_least("unique", "the formal form has one answer in the graph: this one", formal, unique)
        yield at_least("necessary", "what a page states, no search finds elsewhere", formal, needed, 0.99)
    yield at_least("solved", "the oracle answers rightly within the budget", tasks, _player(env, Oracle()))
    yield at_least("findable", f"each search of the oracle has its page in {HITS} hits", tasks, partial(_findable, web))
    yield at_most("answer in question", "the answer stands in the question", tasks, showing.in_question, 0.0)
    yield at_most("one page", "evidence on fewer pages than the hops say", tasks, showing.on_fewer_pages, 0.0)
    shown, first = partial(showing.in_snippet, web), partial(showing.on_first_hit, web)
    yield at_most("in a snippet", "the question as query shows the answer", hard, shown, 0.05)
    yield at_most("first hit", "the first hit for the question holds the answer", hard, first, 0.15)
    yield at_most("random walk", "the random policy answers rightly", tasks, _player(env, Wanderer()), 0.01)
    frequent, similar = guesses.majority(everything), guesses.nearest(everything)
    yield at_most("majority guess", "the most frequent answer of its type", tasks, frequent, 0.1)
    yield at_most("similar question", "the answer of the most similar other question", tasks, similar, 0.1)
    if closed_book:
        knows = guesses.closed(closed_book)
        yield at_most("closed book", f"{closed_book.name} answers without tools", tasks, knows, 0.02)


def sample(tasks: list[Task], limit: int) -> list[Task]:
    """At most `limit` tasks, one from each stretch of the list, wherever it stands there: types take turns in it."""
    if len(tasks) <= limit:
        return tasks
    starts = [place * len(tasks) // limit for place in range(limit + 1)]
    dice = Dice("audit", len(tasks), limit)
    return [tasks[start + dice.below(end - start)] for start, end in pairwise(starts)]


def _player(env: WebEnv, policy: Policy) -> Callable[[Task], bool]:
    def solves(task: Task) -> bool:
        able = bool(task.oracle) or policy.name != Oracle.name
        return able and run_episode(env, policy, task, seed=0, sample=0).reward.answer == 1.0

    return solves


def _proved(web: Snapshot, task: Task) -> bool:
    return bool(task.evidence) and not unproved(task, web)


def _findable(web: Snapshot, task: Task) -> bool:
    """Each search is followed by a visit to one of its hits."""
    for call, following in zip(task.oracle, task.oracle[1:], strict=False):
        if call.name == "search" and following.name == "visit":
            queries = call.arguments["query"]
            hits = {hit.url for query in queries for hit in web.search(query, HITS)}
            if not hits & set(following.arguments["url"]):
                return False
    return True
