"""Which rows are learned from together: the *global batch* of one update, and the small batches it is computed in.

The rows of a global batch are drawn by the seed and the epoch alone, so it holds the same rows however many processes
compute it. Within it, rows of similar length stand together; as the loss is averaged over all its tokens, that saves
padding and changes nothing else. Empty rows, which carry no loss, fill up the last one of an epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.noise import generator
from webenv.types import Record


class BatchShape(Record):
    """How a global batch is cut up."""

    rows: int
    """Of one small batch: what one process computes in one go."""
    steps: int
    """Small batches of each process, one after the other."""
    processes: int

    @property
    def together(self) -> int:
        """Rows of the small batches that are computed at the same time."""
        return self.rows * self.processes

    @property
    def total(self) -> int:
        """Rows of a global batch."""
        return self.together * self.steps


class Batches:
    """The order of the rows in each epoch, as a sampler of torch; the number of rows stands for an empty one."""

    def __init__(self, lengths: Sequence[int], shape: BatchShape, seed: int) -> None:
        """`lengths` are the tokens of each row."""
        self._lengths, self._shape, self._seed = lengths, shape, seed
        self.epoch = 0
        """The epoch that the next iteration is of."""

    def __len__(self) -> int:
        """Rows of an epoch, empty ones included."""
        return -(-len(self._lengths) // self._shape.together) * self._shape.together

    def __iter__(self) -> Iterator[int]:
        """The rows of `epoch`, small batch after small batch."""
        order = generator("order of rows", self._seed, self.epoch).permutation(len(self._lengths)).tolist()
        for start in range(0, len(order), self._shape.total):
            rows = sorted(order[start : start + self._shape.total], key=lambda row: (-self._lengths[row], row))
            yield from rows
            yield from [len(order)] * (-len(rows) % self._shape.together)

    @property
    def updates(self) -> int:
        """Global batches of an epoch."""
        return -(-len(self._lengths) // self._shape.total)

    def padding(self) -> float:
        """The share of what is computed in the epoch that is padding."""
        order, rows = list(self), self._shape.rows
        lengths = [*self._lengths, 1]
        wide = sum(rows * max(lengths[row] for row in order[at : at + rows]) for at in range(0, len(order), rows))
        return 1 - sum(self._lengths) / wide
