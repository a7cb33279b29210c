"""*Drills*: lists of names without sense, each list twice in two orders; what begins again can only be copied.

They run in the `circuit` with which the model begins, before it reads a word.
"""

from __future__ import annotations

import torch
from torch import Tensor

NAMES, LENGTH, ROWS = 16, 5, 24
"""Names of a list, tokens of a name, lists of a batch (our choice)."""


def drill(first: int, last: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Tokens from `first` to `last` - 1 `[rows, n]`, and which of them can be known from those before `[rows, n]`.

    Each list begins with some tokens that are not repeated, so that no distance can be learnt.
    """
    gap = int(torch.randint(0, 2 * NAMES * LENGTH, (1,), generator=random))
    names = torch.randint(first, last, (ROWS, NAMES, LENGTH), generator=random)
    order = torch.rand((ROWS, NAMES), generator=random).argsort(1)
    again = names.gather(1, order[..., None].expand_as(names))
    between = torch.randint(first, last, (ROWS, gap), generator=random)
    known = torch.ones_like(names, dtype=torch.bool)
    known[:, :, 0] = False
    nothing = torch.zeros((ROWS, gap + NAMES * LENGTH), dtype=torch.bool)
    tokens = torch.cat([names.flatten(1), between, again.flatten(1)], 1)
    return tokens, torch.cat([nothing, known.flatten(1)], 1)
