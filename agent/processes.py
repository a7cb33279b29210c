"""Work on several processes: each asks for its next job, so that a slow one holds nobody up; none is left behind.

Processes are spawned, since Java must not be forked. They end with their parent, even if it is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from webenv.errors import PolicyError

Job = TypeVar("Job")
Result = TypeVar("Result")

_WANT, _RESULT, _ERROR, _DONE = "want", "result", "error", "done"


def spread(
    work: Callable[[Iterator[Job]], Iterable[Result]],
    jobs: Iterable[Job],
    workers: int,
    prepare: Callable[..., None] | None = None,
    arguments: tuple[object, ...] = (),
) -> Iterator[Result]:
    """What `work` makes of the jobs, as it comes; each process runs `prepare(*arguments)` first.

    Args:
        work: Takes jobs from an iterator when it has room for them, and gives results in any order.
        jobs: Handed out one by one.
        workers: Processes.
        prepare: Gets a process ready.
        arguments: Of `prepare`.

    Raises:
        PolicyError: a process died.
        Exception: whatever `work` raises.
    """
    context = multiprocessing.get_context("spawn")
    processes, connections = [], []
    for _ in range(workers):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, work, prepare, arguments), daemon=True)
        process.start()
        theirs.close()
        processes.append(process)
        connections.append(ours)
    try:
        yield from _direct(connections, iter(jobs))
    finally:
        for process in processes:
            process.kill()
            process.join()


def in_order(
    work: Callable[[Job], Result],
    jobs: Iterable[Job],
    workers: int,
    prepare: Callable[..., None] | None = None,
    arguments: tuple[object, ...] = (),
) -> Iterator[Result]:
    """The result of `work` for each job, in the order of the jobs; raises as `spread` does."""
    early: dict[int, Result] = {}
    awaited = 0
    for number, result in spread(_Each(work), enumerate(jobs), workers, prepare, arguments):
        early[number] = result
        while awaited in early:
            yield early.pop(awaited)
            awaited += 1


def apart(
    work: Callable[..., None], arguments: tuple[object, ...], on_report: Callable[[Any], None] = lambda report: None
) -> None:
    """Run `work(report, *arguments)` in a process of its own; `on_report` gets what it hands to `report`.

    Raises:
        PolicyError: the process died.
        Exception: whatever `work` raises.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve_one, args=(theirs, work, arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            kind, value = ours.recv()
            if kind == _ERROR:
                raise value
            if kind == _DONE:
                return
            on_report(value)
    except EOFError:
        raise PolicyError("a process died (out of memory?); run the same command again to go on") from None
    finally:
        process.kill()
        process.join()


class _Each:
    """One job at a time, numbered; a class because it must travel to other processes."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work

    def __call__(self, jobs: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        return ((number, self._work(job)) for number, job in jobs)


def _direct(connections: list[Connection], jobs: Iterator[Job]) -> Iterator[Any]:
    """Hand out jobs and collect results until every process is done."""
    while connections:
        for connection in wait(connections):
            assert isinstance(connection, Connection)
            try:
                kind, value = connection.recv()
                if kind == _WANT:
                    connection.send(tuple(job for _, job in zip(range(1), jobs, strict=False)))
            except (EOFError, OSError):
                died = "a worker process died (out of memory?); what was done is kept: run the same command again"
                kind, value = _ERROR, PolicyError(died)
            if kind == _ERROR:
                yield from _left_behind(connections)
                raise value
            if kind == _RESULT:
                yield value
            if kind == _DONE:
                connections.remove(connection)


def _left_behind(connections: list[Connection]) -> Iterator[Any]:
    """The results that are on their way when the work stops."""
    for connection in connections:
        try:
            while connection.poll():
                kind, value = connection.recv()
                if kind == _RESULT:
                    yield value
        except (EOFError, OSError):
            continue


def _serve(
    connection: Connection,
    work: Callable[[Iterator[Any]], Iterable[Any]],
    prepare: Callable[..., None] | None,
    arguments: tuple[object, ...],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        if prepare is not None:
            prepare(*arguments)
        for result in work(_wanted(connection)):
            connection.send((_RESULT, result))
        connection.send((_DONE, None))
    except Exception as error:  # whatever it is, the parent raises it
        connection.send((_ERROR, _portable(error)))


def _serve_one(connection: Connection, work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        work(lambda report: connection.send((_RESULT, report)), *arguments)
        connection.send((_DONE, None))
    except Exception as error:  # whatever it is, the parent raises it
        connection.send((_ERROR, _portable(error)))


def _wanted(connection: Connection) -> Iterator[Any]:
    while True:
        connection.send((_WANT, None))
        job = connection.recv()
        if not job:
            return
        yield job[0]


def _portable(error: Exception) -> Exception:
    """The error itself if it can travel, else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # an exception can refuse in any way
        return PolicyError(f"a worker process failed: {type(error).__name__}: {error}")
    return error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
