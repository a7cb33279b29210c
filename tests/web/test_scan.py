"""Reading archives that nobody vouches for: every kind of damage has its name, and the neighbours survive."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import resource
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.archives import Warc, html
from webenv.web.archive.records import BadRecord, Limits, RawRecord, normal_digest
from webenv.web.archive.scan import read_record, scan


def record(body: bytes = b"HTTP/1.1 200 OK\r\n\r\nhello", *, head: bytes | None = None, extra: bytes = b"") -> bytes:
    """A WARC record by hand; `head` replaces its whole header."""
    if head is None:
        head = (
            b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2022-01-01T00:00:00Z\r\n"
            b"WARC-Target-URI: http://a.example/\r\n" + extra + b"Content-Length: %d\r\n\r\n" % len(body)
        )
    return head + body + b"\r\n\r\n"


GOOD = record(b"HTTP/1.1 200 OK\r\n\r\nfirst"), record(b"HTTP/1.1 200 OK\r\n\r\nlast")
HEAD = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
SHA1 = b"WARC-Block-Digest: sha1:" + b"A" * 32 + b"\r\n"
PAYLOAD = b"WARC-Payload-Digest: sha256:" + b"0" * 64 + b"\r\n"

BAD_RECORDS: dict[str, tuple[bytes, str]] = {
    "garbage": (b"this is not a record at all\r\n\r\n", "garbage"),
    "future version": (
        record(head=b"WARC/2.0\r\nWARC-Type: response\r\nContent-Length: 24\r\n\r\n"),
        "unsupported-version",
    ),
    "no length": (record(head=HEAD + b"\r\n"), "bad-length"),
    "two lengths": (record(head=HEAD + b"Content-Length: 24\r\nContent-Length: 2\r\n\r\n"), "bad-length"),
    "negative length": (record(head=HEAD + b"Content-Length: -5\r\n\r\n"), "bad-length"),
    "worded length": (record(head=HEAD + b"Content-Length: many\r\n\r\n"), "bad-length"),
    "length of a terabyte": (record(head=HEAD + b"Content-Length: 1000000000000\r\n\r\n"), "truncated-record"),
    "length too small": (record(head=HEAD + b"Content-Length: 10\r\n\r\n"), "length-mismatch"),
    "no type": (record(head=b"WARC/1.1\r\nContent-Length: 24\r\n\r\n"), "bad-header"),
    "no colon": (record(head=HEAD + b"what is this\r\nContent-Length: 24\r\n\r\n"), "bad-header"),
    "endless header": (HEAD + b"X: " + b"a" * 200_000 + b"\r\n", "header-too-long"),
    "many headers": (HEAD + b"X: a\r\n" * 5_000 + b"Content-Length: 0\r\n\r\n\r\n\r\n", "header-too-long"),
    "false block digest": (record(extra=SHA1), "digest-mismatch"),
}


def _write(path: Path, records: list[bytes], gzipped: bool) -> Path:
    path.write_bytes(b"".join(gzip.compress(data) if gzipped else data for data in records))
    return path


def _read(path: Path) -> tuple[list[RawRecord], list[BadRecord]]:
    sound: list[RawRecord] = []
    bad: list[BadRecord] = []
    for found in scan(path):
        (sound if isinstance(found, RawRecord) else bad).append(found)  # type: ignore[arg-type]
    return sound, bad


@pytest.mark.parametrize("gzipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_record_is_named_and_its_neighbours_survive(tmp_path: Path, name: str, gzipped: bool) -> None:
    data, kind = BAD_RECORDS[name]
    path = _write(tmp_path / "x.warc", [GOOD[0], data, GOOD[1]], gzipped)
    sound, bad = _read(path)
    assert [found.block[-5:] for found in sound] == [b"first", b"\nlast"]
    if gzipped:
        assert len(bad) == 1
    assert bad[0].kind == kind
    assert bad[0].offset == len(gzip.compress(GOOD[0]) if gzipped else GOOD[0])
    assert bad[0].file == str(path)


GZIPPED = gzip.compress(GOOD[0]), gzip.compress(record()), gzip.compress(GOOD[1])


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("middle", "kind"),
    [
        (GZIPPED[1][:-6], "corrupt-gzip"),
        (_flipped(GZIPPED[1], len(GZIPPED[1]) - 6), "corrupt-gzip"),
        (b"\0" * 512, "garbage"),
        (b"\x1f\x8b\x08" * 200, "truncated-gzip"),
        (gzip.compress(GOOD[0] + GOOD[1]), "single-member-gzip"),
    ],
    ids=["cut member", "false checksum", "zeros", "false starts", "two records in one member"],
)
def test_broken_gzip(tmp_path: Path, middle: bytes, kind: str) -> None:
    path = _write(tmp_path / "x.warc.gz", [], True)
    path.write_bytes(GZIPPED[0] + middle + GZIPPED[2])
    sound, bad = _read(path)
    assert [found.block[-5:] for found in sound] == [b"first", b"\nlast"]
    assert {found.kind for found in bad} == {kind}


@pytest.mark.parametrize("missing", [1, 4, 8, 9, 30, 60])
def test_truncated_gzip_is_never_accepted(tmp_path: Path, missing: int) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes((GZIPPED[0] + GZIPPED[1])[:-missing])
    sound, bad = _read(path)
    assert len(sound) == 1
    assert [found.kind for found in bad] == ["truncated-gzip"]
    assert bad[0].offset == len(GZIPPED[0])


@pytest.mark.parametrize("missing", [1, 4, 5, 20])
def test_truncated_plain_file_is_never_accepted(tmp_path: Path, missing: int) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes((GOOD[0] + GOOD[1])[:-missing])
    sound, bad = _read(path)
    assert len(sound) == 1
    assert bad[0].kind in ("truncated-record", "length-mismatch")


def test_lenient_where_writers_differ(tmp_path: Path) -> None:
    bracketed = record(head=HEAD.replace(b"http://a.example/", b"<http://a.example/>") + b"Content-Length: 24\r\n\r\n")
    newlines = record().replace(b"\r\n", b"\n").replace(b"Content-Length: 24", b"Content-Length: 22")
    folded = record(extra=b"X-Note: one\r\n two\r\n")
    older = record().replace(b"WARC/1.1", b"WARC/1.0")
    sound, bad = _read(_write(tmp_path / "x.warc.gz", [bracketed, newlines, folded, older], True))
    assert bad == []
    assert {found.get("warc-target-uri") for found in sound} == {"http://a.example/"}
    assert sound[2].get("X-Note") == "one two"


def _limited(megabytes: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _hostile_files(folder: Path) -> dict[str, Path]:
    """Files that exhaust readers which trust them."""
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(HEAD + b"Content-Length: 24\r\n\r\n")
    for _ in range(2048):
        packed += bomb.compress(bytes(1 << 20))
    packed += bomb.flush()
    files = {
        "bomb": GZIPPED[0] + packed + GZIPPED[2],
        "header without an end": b"WARC/1.1\r\nX: " + b"a" * (50 << 20),
        "header of many lines": b"WARC/1.1\r\n" + b"X: a\r\n" * 2_000_000,
        "false starts": b"\x1f\x8b\x08\0" * (4 << 20),
        "false plain starts": b"\nWARC/1.1\r\n" * 400_000,
        "zeros": bytes(64 << 20),
    }
    for number, (name, data) in enumerate(files.items()):
        path = folder / f"{number}.warc.gz"
        path.write_bytes(data)
        files[name] = path  # type: ignore[assignment]
    return files  # type: ignore[return-value]


def test_hostile_files_stay_within_memory_and_time(tmp_path: Path) -> None:
    program = (
        "import sys, collections\nfrom pathlib import Path\nfrom webenv.web.archive.scan import scan\n"
        "print(collections.Counter(getattr(r, 'kind', 'sound') for r in scan(Path(sys.argv[1]))))"
    )
    for name, path in _hostile_files(tmp_path).items():
        ended = subprocess.run(
            [sys.executable, "-c", program, str(path)],
            capture_output=True,
            text=True,
            timeout=60,
            preexec_fn=_limited(768),
            check=False,
        )
        assert ended.returncode == 0, (name, ended.stderr[-500:])
        found = eval(ended.stdout, {"Counter": Counter})
        assert sum(count for kind, count in found.items() if kind != "sound") >= 1, name
        if name == "bomb":
            assert found == {"sound": 2, "bomb": 1}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), gzipped=st.booleans())
def test_damage_never_raises_and_never_invents(tmp_path: Path, data: st.DataObject, gzipped: bool) -> None:
    blocks = [b"HTTP/1.1 200 OK\r\n\r\n" + bytes([65 + number]) * (40 * number + 3) for number in range(6)]
    digests = [b"WARC-Block-Digest: sha256:" + hashlib.sha256(block).hexdigest().encode() + b"\r\n" for block in blocks]
    records = [record(block, extra=digest) for block, digest in zip(blocks, digests, strict=True)]
    whole = b"".join(gzip.compress(each) if gzipped else each for each in records)
    start = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "drop", "insert"]))
    if kind == "cut":
        damaged = whole[:start]
    elif kind == "flip":
        damaged = _flipped(whole, start)
    elif kind == "drop":
        damaged = whole[:start] + whole[start + data.draw(st.integers(1, 40)) :]
    else:
        damaged = whole[:start] + data.draw(st.binary(min_size=1, max_size=40)) + whole[start:]
    path = tmp_path / "x.warc"
    path.write_bytes(damaged)
    sound, _ = _read(path)
    assert {found.block for found in sound if found.get("WARC-Block-Digest")} <= set(blocks)
    assert len(sound) >= len(blocks) - 3 or kind == "cut"
    for found in sound:
        assert read_record(found.place) == found


def test_arc_files(tmp_path: Path) -> None:
    body = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + html("Old", "<p>Old page.</p>")
    filedesc = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
    info = b"filedesc://x.arc 0.0.0.0 20020101000000 text/plain %d\n" % len(filedesc) + filedesc + b"\n"
    page = b"http://old.example/ 1.2.3.4 20020102030405 text/html %d\n" % len(body) + body + b"\n"
    for gzipped in (True, False):
        path = _write(tmp_path / f"{gzipped}.arc.gz", [info, page, page.replace(b"old.", b"new.")], gzipped)
        sound, bad = _read(path)
        assert bad == []
        assert [found.type for found in sound] == ["warcinfo", "response", "response"]
        assert sound[1].get("WARC-Target-URI") == "http://old.example/"
        assert sound[1].get("WARC-Date") == "2002-01-02T03:04:05Z"
        assert sound[1].block == body
        assert read_record(sound[2].place) == sound[2]


def _zip(path: Path, members: list[tuple[str, bytes, int]]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, data, how in members:
            packed.writestr(zipfile.ZipInfo(name), data, how)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_wacz_members_that_lead_astray(tmp_path: Path) -> None:
    good = b"".join(GZIPPED)
    path = _zip(
        tmp_path / "x.wacz",
        [
            ("archive/good.warc.gz", good, zipfile.ZIP_STORED),
            ("archive/deflated.warc", GOOD[0] * 50, zipfile.ZIP_DEFLATED),
            ("archive/../../etc/evil.warc.gz", good, zipfile.ZIP_STORED),
            ("/archive/absolute.warc.gz", good, zipfile.ZIP_STORED),
            ("archive/twice.warc.gz", good, zipfile.ZIP_STORED),
            ("archive/twice.warc.gz", good, zipfile.ZIP_STORED),
            ("pages/pages.jsonl", b"{}", zipfile.ZIP_STORED),
        ],
    )
    sound, bad = _read(path)
    assert len(sound) == 3
    assert {found.place.member for found in sound} == {"archive/good.warc.gz"}
    assert Counter(found.kind for found in bad) == {"wacz-layout": len(bad)}
    assert {found.member for found in bad} >= {
        "archive/deflated.warc",
        "archive/../../etc/evil.warc.gz",
        "archive/twice.warc.gz",
    }
    assert read_record(sound[1].place) == sound[1]


def test_wacz_that_lies_about_sizes(tmp_path: Path) -> None:
    path = _zip(tmp_path / "x.wacz", [("archive/a.warc.gz", GZIPPED[0], zipfile.ZIP_STORED)])
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"PK\x01\x02")
    raw[entry + 20 : entry + 28] = struct.pack("<II", 0xFFFFFFF0, 0xFFFFFFF0)
    path.write_bytes(raw)
    sound, bad = _read(path)
    assert sound == []
    assert [found.kind for found in bad] == ["wacz-layout"]
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    assert [found.kind for found in _read(path)[1]] == ["wacz-layout"]


def test_other_writers_read_the_same(tmp_path: Path) -> None:
    from fastwarc.warc import ArchiveIterator

    with Warc(tmp_path / "warcio.warc.gz") as made:
        for number in range(5):
            made.page(f"http://a.example/{number}", "Page", f"<p>{number}</p>")
    ours, bad = _read(tmp_path / "warcio.warc.gz")
    assert bad == []
    with (tmp_path / "warcio.warc.gz").open("rb") as file, (tmp_path / "fast.warc.gz").open("wb") as out:
        for each in ArchiveIterator(file, parse_http=False):
            each.write(written := io.BytesIO())
            out.write(gzip.compress(written.getvalue()))
    again, bad = _read(tmp_path / "fast.warc.gz")
    assert bad == []
    assert [found.block for found in again] == [found.block for found in ours]


def test_limits_are_kept(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.warc.gz", [GOOD[0], record(b"x" * 5_000), GOOD[1]], True)
    found = list(scan(path, Limits(record_bytes=2_000)))
    assert [getattr(each, "kind", "sound") for each in found] == ["sound", "record-too-large", "sound"]


def test_digests_in_every_spelling() -> None:
    data = b"heron"
    from base64 import b32encode

    sha1, sha256 = hashlib.sha1(data), hashlib.sha256(data)
    assert normal_digest("sha1:" + b32encode(sha1.digest()).decode()) == "sha1:" + sha1.hexdigest()
    assert normal_digest("SHA-256:" + sha256.hexdigest().upper()) == "sha256:" + sha256.hexdigest()
    assert normal_digest("sha256:" + b32encode(sha256.digest()).decode()) == "sha256:" + sha256.hexdigest()
    assert normal_digest("blake3:abc") == normal_digest("sha1:short") == normal_digest("") == ""


def test_scanning_is_a_stream(tmp_path: Path) -> None:
    """Its peak memory is that of a few records, not of the file."""
    path = _write(tmp_path / "x.warc.gz", [record(random.Random(n).randbytes(1 << 20)) for n in range(40)], True)
    tracemalloc.start()
    assert sum(isinstance(each, RawRecord) for each in scan(path)) == 40
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 << 20
