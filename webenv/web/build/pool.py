"""Worker processes that survive a hostile page: each task has a time limit and may kill only itself."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from multiprocessing.sharedctypes import Synchronized
from types import TracebackType
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 24
"""Items that travel together (our choice)."""
ITEM_SECONDS = 30.0
"""Time limit of a chunk, and of each of its items on its own if the chunk takes longer (our choice)."""


class Workers:
    """A pool of processes with bounded queues: results come in order, whatever the number of workers."""

    def __init__(self, number: int, prepare: Callable[[Synchronized[int]], None]) -> None:
        context = multiprocessing.get_context("spawn")
        self.counter: Synchronized[int] = context.Value("q", 0)
        """Whatever the tasks count; shared by all workers."""
        self._number = number
        self._pool = ProcessPool(max_workers=number, initializer=prepare, initargs=(self.counter,), context=context)

    def each(self, task: Callable[[Item, Item], Result], items: Iterable[tuple[Item, Item]]) -> list[Result]:
        """Run `task` on every pair, without a time limit; results in the order of the items."""
        futures = [self._pool.submit(task, None, *item) for item in items]
        return [future.result() for future in futures]

    def ordered(
        self,
        task: Callable[[list[Item]], list[Result]],
        items: Iterable[Item],
        give_up: Callable[[Item, str], Result],
    ) -> Iterator[Result]:
        """Run `task` on chunks of `items` and yield the results in order.

        A chunk that takes too long or kills its worker is run again item by item; the item that does it on its own
        is given to `give_up` with the reason.
        """
        source = iter(items)
        waiting: deque[tuple[list[Item], Future[list[Result]]]] = deque()
        while True:
            while len(waiting) < 3 * self._number and (chunk := list(islice(source, CHUNK))):
                waiting.append((chunk, self._pool.submit(task, ITEM_SECONDS, chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                yield from future.result()
            except (TimeoutError, ProcessExpired, MemoryError):
                for item in chunk:
                    yield self._alone(task, item, give_up)

    def _alone(
        self, task: Callable[[list[Item]], list[Result]], item: Item, give_up: Callable[[Item, str], Result]
    ) -> Result:
        try:
            return self._pool.submit(task, ITEM_SECONDS, [item]).result()[0]
        except TimeoutError:
            return give_up(item, f"no text: reading it took more than {ITEM_SECONDS:.0f} s")
        except (ProcessExpired, MemoryError):
            return give_up(item, "no text: reading it killed the reader")

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()  # type: ignore[no-untyped-call]
        else:
            self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
