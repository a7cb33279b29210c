"""What an agent sees of a recorded response: worked out with the code of a build, in a process that a page may kill.

A process of its own, because pages are hostile: it has as much memory and time for a page as a build gives it, and one
that needs more is a page without text, as in a build.
"""

from __future__ import annotations

import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from webenv.errors import WebenvError
from webenv.types import Capture, Record, View
from webenv.web.archive.records import BadRecord, Fault, Place
from webenv.web.archive.scan import read_record
from webenv.web.build.freezing import WORKER_BYTES, Frozen, freeze
from webenv.web.build.pool import ITEM_SECONDS
from webenv.web.build.scanning import candidate_of, timestamp_of
from webenv.web.build.staging import Candidate
from webenv.web.store import StoredPage, stored_page

_WORKER = (sys.executable, "-P", "-c", "from webenv.web.live.reader import main; main()")
_START_S = 300.0
"""Time that the process has to start (our choice): a machine may be busy."""
_HEAD = 8
"""Bytes that say how long an answer is."""


class _Seen(Record):
    capture: Capture
    view: View


_seen = msgspec.msgpack.Decoder(_Seen | None)
_place = msgspec.json.Decoder(Place)


class Reader:
    """Reads recorded responses; its process starts with the first and ends with this object."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, place: Place) -> StoredPage | None:
        """What is at a place of a recording; None if a build would reject the record."""
        answer = self._ask(place)
        seen = _see(place, answer) if isinstance(answer, str) else _seen.decode(answer)
        return stored_page(seen.capture, seen.view) if seen else None

    def close(self) -> None:
        """End the process; twice is fine."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(BrokenPipeError), process:
                pass  # wait for its end, and close the pipes

    def _ask(self, place: Place) -> bytes | str:
        """What the process says; if it does not in two tries, as many as in a build, why."""
        why = ""
        for _ in range(2):
            try:
                return self._try(place)
            except TimeoutError:
                why = f"no text: reading it took more than {ITEM_SECONDS:.0f} s"
            except (EOFError, BrokenPipeError):
                why = "no text: reading it killed the reader"
            self.close()
        return why

    def _try(self, place: Place) -> bytes:
        process = self._process = self._process or _started()
        assert process.stdin
        assert process.stdout
        process.stdin.write(msgspec.json.encode(place) + b"\n")
        process.stdin.flush()
        return _answer(process.stdout.fileno(), time.monotonic() + ITEM_SECONDS)


def _started() -> subprocess.Popen[bytes]:
    """A process that is ready; how long it takes to start is no fault of a page.

    Raises:
        WebenvError: it does not start.
    """
    process = subprocess.Popen(_WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
    assert process.stdout
    try:
        _answer(process.stdout.fileno(), time.monotonic() + _START_S)
    except (TimeoutError, EOFError):
        process.kill()
        process.communicate()
        raise WebenvError("the process that reads pages does not start; run: python -m webenv.cli --version") from None
    return process


def _answer(pipe: int, until: float) -> bytes:
    head = _exactly(pipe, _HEAD, until)
    return _exactly(pipe, int.from_bytes(head), until)


def _exactly(pipe: int, size: int, until: float) -> bytes:
    """So many bytes. Raises TimeoutError if they do not come in time, EOFError if the other end is gone."""
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(found) < size:
            if not selector.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            part = os.read(pipe, size - len(found))
            if not part:
                raise EOFError
            found += part
    return bytes(found)


def _see(place: Place, give_up: str = "") -> _Seen | None:
    """Scan and freeze one record as a build does; with `give_up`, keep it without text and note that reason."""
    record = read_record(place)
    if isinstance(record, BadRecord):
        return None
    try:
        candidate = candidate_of(record, record.get("WARC-Target-URI"), timestamp_of(record.get("WARC-Date")) or "")
    except Fault:
        return None
    frozen = freeze(candidate, give_up)
    return _Seen(capture=_capture(candidate), view=_view(frozen)) if isinstance(frozen, Frozen) else None


def _capture(candidate: Candidate) -> Capture:
    place = candidate.place
    return Capture(
        url=candidate.url,
        timestamp=candidate.timestamp,
        status=candidate.status,
        mime=candidate.mime,
        digest=candidate.digest,
        filename=Path(place.file).name,
        offset=place.offset,
        length=place.length,
        redirect=candidate.redirect,
    )


def _view(frozen: Frozen) -> View:
    return msgspec.json.decode(frozen.view, type=View) if frozen.view else View(url=frozen.candidate.url)


def main() -> None:
    """Say that this process is ready, then answer for one place after the other, until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_BYTES, WORKER_BYTES))
    _say(b"")
    for line in sys.stdin.buffer:
        signal.alarm(2 * int(ITEM_SECONDS))  # the kernel ends it if whoever asked is gone
        answer = msgspec.msgpack.encode(_see(_place.decode(line)))
        signal.alarm(0)
        _say(answer)


def _say(answer: bytes) -> None:
    with suppress(BrokenPipeError):
        sys.stdout.buffer.write(len(answer).to_bytes(_HEAD) + answer)
        sys.stdout.buffer.flush()
