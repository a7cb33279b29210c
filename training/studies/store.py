"""Where stages lie: each in a folder that is named by everything that decides what it makes.

What a stage makes appears when it is complete, so a stage is done when it is there. One that was stopped goes on when
it is asked for again; one that is told something else is another stage, in another folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import ClassVar

import msgspec

from webenv.errors import TrainingError
from webenv.types import Record
from webenv.web import publish

VERSION = 1
"""Changes with anything that changes what a stage makes."""

Show = Callable[[int, int, str], None]
"""Gets how much of a stage is done, how much there is (0: not known), and what else may be said of it."""
Watch = Callable[[str], AbstractContextManager[Show]]
"""Shows a stage that begins, by what it is called."""


class Stage(Record, tag_field="stage"):
    """Something that is made once; a value, whose fields decide what is made."""

    verb: ClassVar[str]
    """What is done."""
    product: ClassVar[str]
    """What it makes, in its folder."""

    def make(self, folder: Path, store: Store, show: Show) -> None:
        """Make the product, or go on making it; its inputs are there."""
        raise NotImplementedError

    def place(self, store: Store) -> Path:
        """Where the product is, or is going to be."""
        return store.folder(self) / self.product

    def inputs(self) -> Iterator[Stage]:
        """The stages that it depends on."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Stage):
                    yield each

    def identity(self) -> str:
        """A digest of everything that decides what is made."""
        said = msgspec.json.encode((VERSION, self), order="deterministic")
        return hashlib.sha256(said).hexdigest()[:16]


class Store:
    """A folder of stages."""

    def __init__(self, root: Path, bases: Mapping[str, Path], workers: int, watch: Watch) -> None:
        """`bases` are the folders of models that were not trained here, by their digests."""
        self.root, self.bases, self.workers, self._watch = root.absolute(), bases, workers, watch
        self.seconds: dict[str, float] = {}
        """How long the stages took that were made now, by folder."""

    def folder(self, stage: Stage) -> Path:
        """Where a stage lies."""
        return self.root / f"{type(stage).__name__.lower()}-{stage.identity()}"

    def path(self, stage: Stage) -> Path:
        """Where the product of a stage is, or is going to be."""
        return stage.place(self)

    def get(self, stage: Stage) -> Path:
        """The product of a stage, made now if it is missing, after its inputs.

        Raises:
            TrainingError: another process is making it.
            WebenvError: it cannot be made; what was made of it is kept.
        """
        folder, product = self.folder(stage), self.path(stage)
        for each in stage.inputs():
            self.get(each)
        if product.exists():
            return product
        with publish.exclusive(folder, f"{folder}: another process is making this", TrainingError):
            (folder / "stage.json").write_bytes(msgspec.json.format(msgspec.json.encode(stage), indent=2) + b"\n")
            start = perf_counter()
            with self._watch(stage.verb) as show:
                stage.make(folder, self, show)
            self.seconds[folder.name] = round(perf_counter() - start, 1)
        return product
