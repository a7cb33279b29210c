"""Reading one archived response through the index."""

from __future__ import annotations

from pathlib import Path

from webenv.errors import SnapshotError
from webenv.types import Capture
from webenv.web.archive.http import Response, parse_response
from webenv.web.archive.records import BadRecord, Fault, Place
from webenv.web.archive.scan import read_record


def read_response(file: Path, capture: Capture) -> Response:
    """The response behind a capture, every digest checked.

    Raises:
        SnapshotError: the record is not sound.
    """
    place = Place(file=str(file), member="", offset=capture.offset, length=capture.length, gzipped=True, dialect="warc")
    record = read_record(place)
    where = f"{file} offset {capture.offset}"
    if isinstance(record, BadRecord):
        raise SnapshotError(f"{where}: {record.kind}: {record.detail}; run: webenv verify")
    try:
        return parse_response(record)
    except Fault as fault:
        raise SnapshotError(f"{where}: {fault.kind}: {fault.detail}; run: webenv verify") from fault
