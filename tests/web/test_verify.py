"""Verification: every mutation of a good package is found, at its place; also those that other validators pass."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webenv.errors import InputError, NotFound, SnapshotError
from webenv.web.archive import wacz
from webenv.web.manifest import describe
from webenv.web.snapshot import Snapshot
from webenv.web.unpack import unpack
from webenv.web.verify import verify

PEERS = ROOT / ".venv-peers" / "bin"
Mutation = Callable[[Path], None]


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    """A copy of a good snapshot, to be damaged."""
    shutil.copytree(small, tmp_path / "copy")
    return tmp_path / "copy"


def relist(folder: Path) -> None:
    """Write datapackage.json anew over whatever is there, so that only the deeper damage is left to find."""
    datapackage = json.loads((folder / "datapackage.json").read_text())
    datapackage["resources"] = [
        {
            "name": path.name,
            "path": path.relative_to(folder).as_posix(),
            "hash": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parts[len(folder.parts)] in ("archive", "indexes", "pages", "text", "tasks")
    ]
    raw = json.dumps(datapackage).encode()
    (folder / "datapackage.json").write_bytes(raw)
    digest = {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}
    (folder / "datapackage-digest.json").write_text(json.dumps(digest))


def test_good_snapshot_is_sound(small: Path) -> None:
    verdict = verify(small)
    assert verdict.problems == ()
    assert verdict.records == 10


def _flip(path: Path, place: int = -30) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def _index(folder: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of the index, with a fitting secondary index."""
    path = folder / "indexes" / "index.cdx.gz"
    lines = change(gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True))
    block = gzip.compress("".join(lines).encode())
    path.write_bytes(block)
    place = {"offset": 0, "length": len(block), "digest": "sha256:" + hashlib.sha256(block).hexdigest()}
    secondary = path.with_name("index.idx")
    meta = secondary.read_text().splitlines()[0]
    secondary.write_text(f"{meta}\n{lines[0].partition(' {')[0]} {json.dumps(place)}\n")
    relist(folder)


def _view(folder: Path) -> None:
    path = folder / "text" / "views.jsonl.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"heron", b"stork")))
    relist(folder)


def _garbage(folder: Path) -> None:
    (folder / "archive" / "data-00000.warc.gz").write_bytes(b"garbage" * 100)
    relist(folder)


def _add_record(folder: Path) -> None:
    path = folder / "archive" / "data-00000.warc.gz"
    path.write_bytes(path.read_bytes() + (folder / "archive" / "data-00000.warc.gz").read_bytes())
    relist(folder)


def _cut(folder: Path) -> None:
    path = folder / "archive" / "data-00000.warc.gz"
    path.write_bytes(path.read_bytes()[:-9])
    relist(folder)


def _content_id(folder: Path) -> None:
    text = (folder / "datapackage.json").read_text()
    content_id = json.loads(text)["webenv"]["content_id"]
    (folder / "datapackage.json").write_text(text.replace(content_id, "sha256:" + "0" * 64))
    relist(folder)


MUTATIONS: dict[str, tuple[Mutation, str, str]] = {
    "no datapackage": (lambda f: (f / "datapackage.json").unlink(), "package", "datapackage.json"),
    "no digest file": (lambda f: (f / "datapackage-digest.json").unlink(), "package", "datapackage-digest.json"),
    "no pages": (lambda f: (f / "pages/pages.jsonl").unlink(), "package", "pages/pages.jsonl"),
    "no indexes": (lambda f: shutil.rmtree(f / "indexes"), "package", "indexes/"),
    "no archive": (lambda f: shutil.rmtree(f / "archive"), "package", "archive/"),
    "archive byte flipped": (
        lambda f: _flip(f / "archive/data-00000.warc.gz"),
        "package",
        "archive/data-00000.warc.gz",
    ),
    "archive is garbage": (_garbage, "record", "archive/data-00000.warc.gz"),
    "archive cut": (_cut, "record", "archive/data-00000.warc.gz"),
    "record not indexed": (_add_record, "index", "archive/data-00000.warc.gz"),
    "unlisted file": (lambda f: (f / "archive/more.warc.gz").write_bytes(b""), "package", "archive/more.warc.gz"),
    "unlisted file without a dot": (lambda f: (f / "LICENSE").write_text("x"), "package", "LICENSE"),
    "link": (lambda f: (f / "pages/link").symlink_to("/etc/passwd"), "container", "pages/link"),
    "bad pages line": (
        lambda f: ((f / "pages/pages.jsonl").write_text('{"format":"json-pages-1.0"}\n{"url":1}\n'), relist(f))[1],
        "pages",
        "pages/pages.jsonl line 2",
    ),
    "pages without header": (
        lambda f: ((f / "pages/pages.jsonl").write_text("{}\n"), relist(f))[1],
        "pages",
        "pages/pages.jsonl line 1",
    ),
    "index unsorted": (lambda f: _index(f, lambda lines: lines[::-1]), "index", "indexes/index.cdx.gz line 2"),
    "index line missing": (lambda f: _index(f, lambda lines: lines[1:]), "index", "archive/data-00000.warc.gz"),
    "index line garbage": (
        lambda f: _index(f, lambda lines: [*lines, "~ x\n"]),
        "index",
        "indexes/index.cdx.gz line 11",
    ),
    "index offset off": (
        lambda f: _index(f, lambda lines: [line.replace('"offset": "', '"offset": "1') for line in lines]),
        "record",
        "indexes/index.cdx.gz line 1",
    ),
    "index status off": (
        lambda f: _index(f, lambda lines: [line.replace('"404"', '"200"') for line in lines]),
        "record",
        "indexes/index.cdx.gz",
    ),
    "index digest off": (
        lambda f: _index(
            f, lambda lines: [line.replace('"digest": "sha256:', '"digest": "sha256:0') for line in lines]
        ),
        "record",
        "indexes/index.cdx.gz",
    ),
    "index of another URL": (
        lambda f: _index(f, lambda lines: [line.replace("a.example/data.csv", "a.example/date.csv") for line in lines]),
        "record",
        "indexes/index.cdx.gz",
    ),
    "no secondary index": (
        lambda f: ((f / "indexes/index.idx").unlink(), relist(f))[1],
        "index",
        "indexes/index.cdx.gz",
    ),
    "text changed": (_view, "text", "text/views.jsonl.gz"),
    "content id changed": (_content_id, "content", "datapackage.json"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_is_found_at_its_place(copy: Path, name: str) -> None:
    mutate, rule, place = MUTATIONS[name]
    mutate(copy)
    verdict = verify(copy)
    assert any(problem.rule == rule and place in problem.place for problem in verdict.problems), verdict.problems


def test_store_that_says_something_else(copy: Path) -> None:
    import sqlite3

    Snapshot.open(copy)
    with sqlite3.connect(copy / "derived" / "pages.sqlite") as database:
        database.execute(
            "UPDATE pages SET body = (SELECT body FROM pages WHERE title = 'Start') WHERE title = 'Second'"
        )
    database.close()
    assert {problem.rule for problem in verify(copy).problems} == {"derived"}
    shutil.rmtree(copy / "derived")
    Snapshot.open(copy)
    assert verify(copy).sound


def test_packed_file_has_the_same_bytes_every_time(small: Path, tmp_path: Path) -> None:
    shutil.copytree(small, tmp_path / "other")
    wacz.pack(small, tmp_path / "a.wacz")
    wacz.pack(tmp_path / "other", tmp_path / "b.wacz")
    assert (tmp_path / "a.wacz").read_bytes() == (tmp_path / "b.wacz").read_bytes()
    assert verify(tmp_path / "a.wacz").sound
    manifest = unpack(tmp_path / "a.wacz", tmp_path / "back")
    assert manifest == Snapshot.open(small).manifest
    assert verify(tmp_path / "back").sound


def _repack(source: Path, target: Path, compression: int, extra: tuple[str, ...] = ()) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info), compression if ".warc" in info.filename else None)
        for name in extra:
            new.writestr(name, b"x")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("compression", "extra", "place"),
    [
        (zipfile.ZIP_DEFLATED, (), "archive/data-00000.warc.gz"),
        (zipfile.ZIP_STORED, ("../evil",), "../evil"),
        (zipfile.ZIP_STORED, ("/etc/evil",), "/etc/evil"),
        (zipfile.ZIP_STORED, ("pages/pages.jsonl",), "pages/pages.jsonl"),
    ],
    ids=["deflated archive", "climbing name", "absolute name", "name twice"],
)
def test_packages_that_break_the_rules_of_the_container(
    small: Path, tmp_path: Path, compression: int, extra: tuple[str, ...], place: str
) -> None:
    wacz.pack(small, tmp_path / "good.wacz")
    _repack(tmp_path / "good.wacz", tmp_path / "bad.wacz", compression, extra)
    verdict = verify(tmp_path / "bad.wacz")
    assert any(problem.rule == "container" and problem.place == place for problem in verdict.problems)
    with pytest.raises(SnapshotError, match="webenv verify"):
        unpack(tmp_path / "bad.wacz", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        verify(tmp_path / "nothing")
    (tmp_path / "file.wacz").write_bytes(b"not a zip file")
    with pytest.raises(SnapshotError, match="not a zip"):
        verify(tmp_path / "file.wacz")
    (tmp_path / "empty").mkdir()
    assert len(verify(tmp_path / "empty").problems) == 5


def test_other_tools_accept_it(small: Path, tmp_path: Path) -> None:
    if not (PEERS / "wacz").exists():
        pytest.skip("py-wacz is absent; run: make peers")
    wacz.pack(small, tmp_path / "a.wacz")
    validated = subprocess.run(
        [PEERS / "wacz", "validate", "-f", tmp_path / "a.wacz"], capture_output=True, text=True, check=False
    )
    assert validated.returncode == 0, validated.stdout + validated.stderr
    archive = small / "archive" / "data-00000.warc.gz"
    checked = subprocess.run([PEERS / "warcio", "check", "-v", archive], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 11
    for path in (archive, small / "indexes" / "index.cdx.gz"):
        assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0


def test_packages_of_others_are_verified_too(small: Path, tmp_path: Path) -> None:
    if not (PEERS / "wacz").exists():
        pytest.skip("py-wacz is absent; run: make peers")
    subprocess.run(
        [
            PEERS / "wacz",
            "create",
            "--url",
            "http://a.example/b",
            "-o",
            tmp_path / "b.wacz",
            small / "archive" / "data-00000.warc.gz",
        ],
        check=True,
        capture_output=True,
    )
    verdict = verify(tmp_path / "b.wacz")
    assert verdict.records >= 10
    assert verdict.problems == ()


def test_a_damaged_zip_is_said_and_never_raised(small: Path, tmp_path: Path) -> None:
    wacz.pack(small, tmp_path / "a.wacz")
    packed = bytearray((tmp_path / "a.wacz").read_bytes())
    place = packed.index(b'"profile"')
    for flipped in (place, place + 300):
        damaged = bytearray(packed)
        damaged[flipped] ^= 1
        (tmp_path / "b.wacz").write_bytes(damaged)
        assert not verify(tmp_path / "b.wacz").sound
        with pytest.raises(SnapshotError, match="cannot be read"):
            describe(tmp_path / "b.wacz")
        with pytest.raises(SnapshotError, match="cannot be read"):
            unpack(tmp_path / "b.wacz", tmp_path / "out")


def test_what_cannot_be_packed(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lies in the snapshot"):
        wacz.pack(copy, copy / "a.wacz")
    (copy / "text" / "more").symlink_to("nowhere")
    with pytest.raises(SnapshotError, match="symbolic link"):
        wacz.pack(copy, tmp_path / "a.wacz")
    assert not verify(copy).sound
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy"]


def test_lost_text_and_store_are_said(copy: Path) -> None:
    (copy / "derived" / "pages.sqlite").unlink()
    with pytest.raises(SnapshotError, match="derived/"):
        Snapshot.open(copy).fetch("http://a.example/")
    views = copy / "text" / "views.jsonl.gz"
    views.write_bytes(views.read_bytes()[:30] + b"\xff" * 50 + views.read_bytes()[80:])
    assert not verify(copy).sound


@pytest.mark.parametrize("change", ["title = 'Forged'", "date = '1999-01-01'", "note = 'Forged'"])
def test_a_forged_page_store_is_found(copy: Path, change: str) -> None:
    with sqlite3.connect(copy / "derived" / "pages.sqlite") as store:
        store.execute(f"UPDATE pages SET {change} WHERE url = 'http://a.example/b'")
    store.close()
    assert [problem.rule for problem in verify(copy).problems] == ["derived"]


def test_forged_passages_are_found(copy: Path) -> None:
    with sqlite3.connect(copy / "derived" / "pages.sqlite") as store:
        store.execute("UPDATE passages SET text = 'Forged'")
    store.close()
    assert {problem.rule for problem in verify(copy).problems} == {"derived"}
