"""What a batch of episodes costs beside its tokens: columns of padding, of which little is read here.

TRL pads the episodes of a round to the longest of them. Episodes that differ much in length are read apart, each
stretch of rows without the columns that all of its rows pad.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

ALIKE = 0.8
"""How long the shortest row of a stretch is beside its longest (our choice)."""


class Stretch(NamedTuple):
    """Rows that are read together."""

    rows: Tensor
    """Their indices, [rows]."""
    columns: slice
    """The columns in which one of them has a token."""


def stretches(attention_mask: Tensor, most: int, alike: float = ALIKE) -> Iterator[Stretch]:
    """All rows, the shortest first, at most `most` at a time.

    Args:
        attention_mask: 1 where a row has a token, [rows, columns]; each row has one run of them.
        most: Rows of a stretch.
        alike: The shortest row of a stretch has at least this part of the tokens of its longest. With 0 the number of
            stretches does not depend on lengths, so that all processes of a training read as often.
    """
    lengths = attention_mask.sum(dim=1)
    left = attention_mask.argmax(dim=1)
    rows: list[int] = []
    for row in [*torch.argsort(lengths, stable=True).tolist(), None]:
        if rows and (row is None or len(rows) == most or lengths[rows[0]] < alike * lengths[row]):
            start, stop = int(left[rows].min()), int((left + lengths)[rows].max())
            yield Stretch(torch.tensor(rows, device=attention_mask.device), slice(start, stop))
            rows = []
        rows.append(row)


def laid_back(parts: Sequence[Stretch], found: Sequence[Tensor], width: int) -> Tensor:
    """What was found for the last columns of each stretch, [rows, at most `width`], as one tensor [all rows, width].

    Padding has 0.
    """
    order = torch.cat([part.rows for part in parts])
    wide = [torch.nn.functional.pad(each, (0, width - each.shape[1])) for each in found]
    return torch.cat(wide)[torch.argsort(order)]
