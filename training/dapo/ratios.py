"""The *off-policy ratio* of a token: its probability under the weights of now, divided by that when it was drawn.

It is what clipping looks at; in the first update of a round it is 1, and later it says how far the policy has moved.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, tensor


class Ratios:
    """Mean and maximum over the tokens of an update that give a loss, in all processes."""

    def __init__(self) -> None:
        self._sum, self._count, self._largest = 0.0, 0, 0.0

    def add(self, now: Tensor, then: Tensor, trains: Tensor) -> None:
        """The log probabilities of a small batch, now and when it was drawn, and which tokens give a loss."""
        ratios = (now - then).exp()[trains.bool()].double()
        if len(ratios):
            self._sum += float(ratios.sum())
            self._count += len(ratios)
            self._largest = max(self._largest, float(ratios.max()))

    def take(self, accelerator: Any) -> dict[str, float]:
        """What was added since the last time, as metrics; every process has to ask."""
        mine = tensor([self._sum, self._count, self._largest], device=accelerator.device).reshape(1, 3)
        of_all = accelerator.gather(mine)
        self._sum, self._count, self._largest = 0.0, 0, 0.0
        total, count, largest = float(of_all[:, 0].sum()), int(of_all[:, 1].sum()), float(of_all[:, 2].max())
        return {"ratio/mean": total / count, "ratio/max": largest} if count else {}
