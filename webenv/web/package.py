"""A WACZ as something to read from, whether it lies unzipped in a folder or packed in one file."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from webenv.errors import NotFound, SnapshotError

NOT_PACKED = ("derived/", ".derived", "build-report.json", "drift-log.jsonl")
"""What a snapshot folder holds besides the package: parts that are made again, and the reports of how it was made."""


class Package(Protocol):
    """Read access to the files of a WACZ."""

    path: Path

    def names(self) -> list[str]:
        """All file names, sorted; a name that stands twice comes twice."""
        ...

    def size(self, name: str) -> int:
        """Bytes of a file."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """A file from its beginning."""
        ...

    def locate(self, name: str) -> tuple[Path, int]:
        """The file on disk in which an uncompressed member lies, and where it begins."""
        ...

    def layout_problems(self) -> list[tuple[str, str]]:
        """What is wrong with the container itself: (name, what)."""
        ...


class Folder:
    """An unzipped WACZ."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Files below the folder, without what is not packed."""
        files = (file for file in self.path.rglob("*") if file.is_file() or file.is_symlink())
        names = (file.relative_to(self.path).as_posix() for file in files)
        return sorted(name for name in names if not name.startswith(NOT_PACKED))

    def size(self, name: str) -> int:
        """Bytes of a file."""
        return (self.path / name).lstat().st_size

    def open(self, name: str) -> IO[bytes]:
        """A file from its beginning; a link is not followed."""
        if (self.path / name).is_symlink():
            raise OSError(f"{self.path / name} is a symbolic link")
        return (self.path / name).open("rb")

    def locate(self, name: str) -> tuple[Path, int]:
        """The file itself."""
        return self.path / name, 0

    def layout_problems(self) -> list[tuple[str, str]]:
        """Links that lead out of the folder."""
        return [(name, "is a symbolic link") for name in self.names() if (self.path / name).is_symlink()]


class Packed:
    """A packed WACZ; nothing is ever extracted to look at it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise SnapshotError(f"{path}: not a zip file: {error}") from error
        self._members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}

    def names(self) -> list[str]:
        """All member names, sorted; duplicates are kept."""
        return sorted(info.filename for info in self._zip.infolist() if not info.is_dir())

    def size(self, name: str) -> int:
        """Bytes of a member, as the directory of the zip declares them."""
        return self._members[name].file_size

    def open(self, name: str) -> IO[bytes]:
        """A member from its beginning; it ends where the directory says, whatever the data holds."""
        return self._zip.open(name)

    def locate(self, name: str) -> tuple[Path, int]:
        """Where the data of a stored member begins (PKWARE APPNOTE, section 4.3.7)."""
        start = self._members[name].header_offset
        with self.path.open("rb") as file:
            file.seek(start)
            header = file.read(30)
        return self.path, start + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")

    def layout_problems(self) -> list[tuple[str, str]]:
        """Names that lead elsewhere or stand twice, links, and compressed members that must be stored."""
        problems, seen = [], set()
        for info in self._zip.infolist():
            name = info.filename
            if name in seen:
                problems.append((name, "stands twice in the zip file"))
            seen.add(name)
            if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
                problems.append((name, "the name leads out of the package"))
            if stat.S_ISLNK(info.external_attr >> 16):
                problems.append((name, "is a symbolic link"))
            if name.endswith((".gz", ".zst")) and info.compress_type != zipfile.ZIP_STORED:
                problems.append((name, "is compressed again; compressed files MUST be stored (WACZ 1.1.1, section 4)"))
            if name.startswith("archive/") and info.compress_type != zipfile.ZIP_STORED:
                problems.append((name, "is deflated, so records cannot be read at their offsets"))
        return problems


def open_package(path: Path) -> Package:
    """The WACZ at `path`, packed or not.

    Raises:
        NotFound: nothing is there.
        SnapshotError: it is neither a folder nor a zip file.
    """
    if not path.exists():
        raise NotFound(f"{path}: no such snapshot or WACZ file")
    return Folder(path) if path.is_dir() else Packed(path)
