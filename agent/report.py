"""A report: one HTML file with every episode of some trajectory files, to be read in a browser without any network.

The page is `agent/page/`. Its data are an index in JSON, a row an episode, and *blocks*: deflated JSON lists of texts,
opened when an episode is. A text that comes again, such as a page that many episodes read, is kept once. Nothing from
a file is ever markup: blocks are base64, the index has its `<` escaped, and the page shows both as text alone.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from agent.glance import Glance, Sighting, glance, sightings, turn_views
from agent.trajectories import read_trajectories
from webenv.errors import InputError
from webenv.types import Record, Trajectory
from webenv.web import publish

BLOCK_CHARS = 400_000
"""Characters of texts in one block (our choice)."""
_SCRIPTS = ("store.js", "list.js", "episode.js", "main.js")


class Front(Record):
    """What a page shows in front of its episodes."""

    title: str
    body: str
    """Markup, trusted: whatever comes from elsewhere is escaped in it. It may hold images as `data:` addresses."""
    style: str = ""


class _Detail(Record):
    """What the page needs of an episode when it is opened."""

    question: str
    answer: str
    aliases: tuple[str, ...]
    hops: int
    seed: int
    max_turns: int
    evidence: list[Sighting]
    turns: list[dict[str, object]]
    """`TurnView`s with the numbers of their observations."""


def write_report(
    paths: list[Path],
    out: Path,
    limit: int = 0,
    overwrite: bool = False,
    on_progress: Callable[[int], None] = lambda position: None,
    front: Front | None = None,
) -> int:
    """Write the page; it appears when it is complete. How many episodes it holds.

    Args:
        paths: Trajectory files.
        out: The HTML file.
        limit: Episodes at most, over all files; 0 is all.
        overwrite: Replace a file that is there.
        on_progress: Told how many episodes are written.
        front: Shown above the list; such a page may have no episode.

    Raises:
        NotFound: there is no such trajectory file.
        InputError: a file holds no episode or something else, or `out` is taken.
    """
    publish.check_file(out, overwrite)
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            written = _write(file, paths, limit, on_progress, front)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return written


def _write(
    file: BinaryIO, paths: list[Path], limit: int, on_progress: Callable[[int], None], front: Front | None
) -> int:
    head, tail = _page(front)
    names = _names(paths)
    episodes = ((name, each) for path, name in zip(paths, names, strict=True) for each in _episodes(path))
    file.write(head)
    blocks = _Blocks(file)
    rows = []
    for number, (name, played) in enumerate(islice(episodes, limit or None), 1):
        row = glance(played, number, name if len(paths) > 1 else "")
        rows.append([*msgspec.structs.astuple(row), blocks.add(_detail(played, blocks))])
        on_progress(number)
    blocks.close()
    columns = [*Glance.__struct_fields__, "detail"]
    left_out = next(episodes, None) is not None
    index: dict[str, object] = {"columns": columns, "rows": rows, "blocks": blocks.starts, "files": names}
    index |= {"left_out": left_out, "title": front.title if front else ""}
    file.write(b'<script type="application/json" id="index">' + _escaped(index) + b"</script>\n")
    file.write(tail)
    return len(rows)


class _Blocks:
    """Texts, numbered from 0; each distinct one is written once."""

    def __init__(self, file: BinaryIO) -> None:
        self.starts: list[int] = []
        self._file = file
        self._numbers: dict[bytes, int] = {}
        self._waiting: list[str] = []
        self._chars = 0

    def add(self, text: str) -> int:
        """The number of a text."""
        key = hashlib.sha256(text.encode()).digest()
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self._waiting.append(text)
            self._chars += len(text)
            if self._chars > BLOCK_CHARS:
                self.close()
        return self._numbers[key]

    def close(self) -> None:
        """Write the block that is under way."""
        if self._waiting:
            deflate = zlib.compressobj(9, wbits=-15)
            packed = deflate.compress(msgspec.json.encode(self._waiting)) + deflate.flush()
            number = len(self.starts)
            self.starts.append(len(self._numbers) - len(self._waiting))
            self._file.write(f'<script type="text/plain" id="block-{number}">'.encode())
            self._file.write(base64.b64encode(packed) + b"</script>\n")
            self._waiting, self._chars = [], 0


def _episodes(path: Path) -> Iterator[Trajectory]:
    episodes = read_trajectories(path)
    first = next(episodes, None)
    if first is None:
        raise InputError(f"{path}: holds no episode")
    yield first
    yield from episodes


def _names(paths: list[Path]) -> list[str]:
    """What the files are called: by their name, or as they were given where names are the same."""
    names = [path.name for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]


def _detail(played: Trajectory, blocks: _Blocks) -> str:
    turns = [msgspec.to_builtins(view) | {"observation": blocks.add(view.observation)} for view in turn_views(played)]
    task = played.task
    detail = _Detail(
        question=played.question,
        answer=task.answer,
        aliases=task.aliases,
        hops=task.hops,
        seed=played.seed,
        max_turns=played.settings.max_turns,
        evidence=sightings(played),
        turns=turns,
    )
    return msgspec.json.encode(detail).decode()


def _page(front: Front | None) -> tuple[bytes, bytes]:
    """The page before and after its data. Its policy allows no more than its own style and script, by their hashes."""
    folder = files("agent") / "page"
    style = (folder / "report.css").read_text(encoding="utf-8") + (front.style if front else "")
    script = "".join((folder / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name, text in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        page = page.replace(f"{{{{{name}-hash}}}}", f"sha256-{digest}").replace(f"{{{{{name}}}}}", text)
    page = page.replace("{{images}}", " img-src data:;" if front else "")
    head, _, tail = page.partition("{{data}}\n")
    before, _, after = head.partition("{{front}}\n")
    shown = f'  <div class="front">{front.body}</div>\n' if front else ""
    return (before + shown + after).encode(), tail.encode()


def _escaped(index: object) -> bytes:
    """JSON that can end no element and open none."""
    return msgspec.json.encode(index).replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")
