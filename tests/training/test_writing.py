"""Task files: the same bytes for any number of processes, in one go or after a kill, and never those of another run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webenv.errors import InputError
from webenv.web.unfinished import unfinished

from .conftest import Run

pytestmark = pytest.mark.xdist_group("synthesis")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "webenv.cli", "synthesize", *map(str, arguments)]


def test_files_are_the_same_in_every_process(world: Path, files: dict[str, Path], tmp_path: Path) -> None:
    for name, more in (("crawlqa", ("--count", 200)), ("e2hqa", ("--tasks", files["easy"], "--obfuscate"))):
        for workers in (1, 2):
            out = tmp_path / f"{name}{workers}"
            arguments = command(name, world, *more, "--workers", workers, "--out", out)
            subprocess.run(
                arguments, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": str(workers)}
            )
            assert out.read_bytes() == files[name].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["crawlqa1", "crawlqa2", "e2hqa1", "e2hqa2"]


def test_another_seed_asks_other_questions(world: Path, files: dict[str, Path], tmp_path: Path, run: Run) -> None:
    assert run("synthesize", "crawlqa", world, "--seed", 1, "--count", 20, "--out", tmp_path / "1").exit_code == 0
    theirs = files["crawlqa"].read_bytes().splitlines()
    assert not set((tmp_path / "1").read_bytes().splitlines()) & set(theirs)


@pytest.mark.parametrize(("name", "workers"), [("crawlqa", 2), ("e2hqa", 1)])
def test_killed_run_ends_with_the_same_file(
    world: Path, files: dict[str, Path], tmp_path: Path, name: str, workers: int
) -> None:
    out, part, expected = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part", files[name].read_bytes()
    more = ("--count", 200) if name == "crawlqa" else ("--tasks", files["easy"], "--obfuscate")
    arguments = command(name, world, *more, "--workers", workers, "--out", out)
    with subprocess.Popen(arguments, start_new_session=True, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not part.exists() or part.stat().st_size < len(expected) // 10:
            assert process.poll() is None, "the run was over before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
        process.kill()
    assert not out.exists()
    with part.open("ab") as file:
        file.write(b'{"torn":')
    kept = len(part.read_bytes().splitlines()) - 2
    assert kept > 0
    ended = subprocess.run(arguments, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert out.read_bytes() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_part_of_another_run_is_refused(world: Path, files: dict[str, Path], tmp_path: Path, run: Run) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    for found in (files["crawlqa"].read_bytes(), b"precious\n", b'{"version":0}\n'):
        part.write_bytes(found)
        result = run("synthesize", "crawlqa", world, "--count", 5, "--out", out)
        assert result.exit_code == 1
        assert "out.jsonl.part: belongs to another run; delete the file" in result.output
        assert part.read_bytes() == found
    out.write_text("precious")
    assert "--overwrite" in run("synthesize", "crawlqa", world, "--count", 5, "--out", out).output
    assert out.read_text() == "precious"


def test_lines_are_kept_checked_and_published(tmp_path: Path) -> None:
    out, part = tmp_path / "out", tmp_path / "out.part"

    def write(lines: list[bytes], head: bytes, stop: int) -> int:
        with unfinished(out, False, lambda place, line: line == lines[place], head) as file:
            for line in lines[file.kept : stop]:
                file.write(line)
            if stop < len(lines):
                raise KeyboardInterrupt
            return file.kept

    lines = [b"one\n", b"two\n", b"three\n"]
    for head in (b"", b"head\n"):
        with pytest.raises(KeyboardInterrupt):
            write(lines, head, 2)
        assert part.read_bytes() == head + b"one\ntwo\n"
        with pytest.raises(InputError, match="line 2 belongs to another run"):
            write([b"one\n", b"2\n", b"three\n"], head, 3)
        with part.open("ab") as file:
            file.write(b"thr")
        assert write(lines, head, 3) == 2
        assert out.read_bytes() == b"one\ntwo\nthree\n"
        assert not part.exists()
        out.unlink()


@pytest.mark.parametrize("torn", range(5))
def test_a_torn_head_is_written_again(tmp_path: Path, torn: int) -> None:
    (tmp_path / "out.part").write_bytes(b"head\n"[:torn])
    with unfinished(tmp_path / "out", False, lambda place, line: False, b"head\n") as file:
        assert file.kept == 0
        file.write(b"line\n")
    assert (tmp_path / "out").read_bytes() == b"line\n"


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with unfinished(out, False, lambda place, line: True) as file:
        with pytest.raises(InputError, match="another process is writing it"), unfinished(out, False, bool):
            raise AssertionError("not reached")
        file.write(b"line\n")
    assert out.read_bytes() == b"line\n"
