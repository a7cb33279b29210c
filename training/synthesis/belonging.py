"""Whether tasks are about a snapshot at all: told before they are checked one by one."""

from __future__ import annotations

from training.synthesis.triplets import MOST, OF
from webenv.errors import InputError
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.world import Graph
from webenv.web.world.schema import ATTRIBUTES, RELATIONS

_KNOWN = frozenset((*RELATIONS, *ATTRIBUTES))


def check_belonging(web: Snapshot, graph: Graph | None, tasks: list[Task]) -> None:
    """Refuse tasks of another web.

    Raises:
        InputError: evidence is on a page that the snapshot lacks or has in another state, or a task over a world uses a
            relation that worlds do not have; the message names the first such task.
    """
    for task in tasks:
        for item in task.evidence:
            capture = web.capture(item.url)
            if capture is None and graph:
                raise InputError(
                    f"task {task.task_id}: {item.url} is not in {web.path}; are these tasks of another world?"
                )
            if capture and item.digest and item.digest != capture.digest:
                raise InputError(
                    f"task {task.task_id}: {item.url} is not what its evidence was read from ({item.digest}), but "
                    f"{capture.digest}; audit the tasks on the snapshot that they were written for"
                )
            if graph and item.relation not in _KNOWN:
                raise InputError(f"task {task.task_id}: generated worlds have no relation {item.relation!r}")
        for _, about, _ in task.triplets:
            base = about.removesuffix(OF).removeprefix(MOST)
            if graph and base not in _KNOWN and about not in ("kind", "name", "count"):
                raise InputError(f"task {task.task_id}: generated worlds have no relation {about!r}")
