"""Episodes on several processes: results in the order of the jobs, few of them under way, no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from webenv.errors import PolicyError

Job = TypeVar("Job")
Result = TypeVar("Result")

_AHEAD = 16
"""Jobs under way for each process (our choice): enough to keep it busy, few enough for any number of jobs."""


def in_order(
    work: Callable[[Job], Result],
    jobs: Iterable[Job],
    workers: int,
    prepare: Callable[..., None] | None = None,
    arguments: tuple[object, ...] = (),
) -> Iterator[Result]:
    """The result of `work` for each job, in order; each process runs `prepare(*arguments)` first.

    Processes are spawned, since Java must not be forked. They end with their parent, even if it is killed.

    Raises:
        PolicyError: a process died.
        Exception: whatever `work` raises.
    """
    waiting: deque[Future[Result]] = deque()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (prepare, arguments)) as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(work, job))
                if len(waiting) >= _AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise PolicyError(
                "a worker process died (out of memory?); what was played is kept: run the same command again"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(prepare: Callable[..., None] | None, arguments: tuple[object, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
