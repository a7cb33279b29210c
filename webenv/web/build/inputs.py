"""Which files a build reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from webenv.errors import InputError, NotFound

SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")


def is_seed(given: str) -> bool:
    """Whether an input is an address to crawl rather than a path."""
    return given.startswith(("http://", "https://"))


def find_archives(paths: Iterable[str]) -> list[Path]:
    """The archive files named by paths and found in folders, each once, sorted.

    Raises:
        NotFound: a path does not exist.
        InputError: a file has another kind of name or is none (a pipe), or there is nothing to read.
    """
    found: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            inside = [file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file()]
            if not inside:
                raise InputError(f"{path}: no archive in this folder; expected files ending in {_expected()}")
            found.update(inside)
        elif not path.exists():
            raise NotFound(f"{path}: no such file or folder")
        elif not path.name.endswith(SUFFIXES):
            raise InputError(f"{path}: not an archive by its name; expected {_expected()}, a folder, or http(s)://")
        elif not path.is_file():
            raise InputError(f"{path}: not a regular file; copy what it gives into one first")
        else:
            found.add(path)
    return sorted({file.resolve() for file in found})


def _expected() -> str:
    return ", ".join(SUFFIXES)
