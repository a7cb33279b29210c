"""Beginnings that dialogues share, such as the system prompt and the question of a group: read once, then copied.

A prompt is always read block by block, so what a slot holds does not depend on whether it was read or copied.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from torch import Tensor

from agent.engine.forward import Forward

BLOCK = 128
"""Tokens of a block (our choice)."""
_KEPT = 64
"""Blocks that are kept, the last used ones (our choice)."""


class Prefixes:
    """Reads prompts into slots, and remembers the blocks of the last ones."""

    def __init__(self, forward: Forward) -> None:
        self._forward = forward
        self._blocks: OrderedDict[bytes, tuple[Tensor, Tensor]] = OrderedDict()

    def read(self, slot: int, prompt: Sequence[int]) -> Tensor:
        """Read a prompt into an empty slot; the logits after it: `[V]`, float32."""
        digest = hashlib.blake2b()
        for start in range(0, len(prompt), BLOCK):
            block = prompt[start : start + BLOCK]
            digest.update(repr(block).encode())
            held, logits = self._block(slot, block, digest.digest())
            if held is not None:
                self._forward.put(slot, held)
        return logits

    def _block(self, slot: int, block: Sequence[int], key: bytes) -> tuple[Tensor | None, Tensor]:
        """What the block left behind, if it was read before; else it is read now. And the logits after it."""
        if key in self._blocks:
            self._blocks.move_to_end(key)
            return self._blocks[key]
        start = self._forward.length(slot)
        logits = self._forward.read(slot, block)
        self._blocks[key] = self._forward.cache.copy_out(slot, start, start + len(block)), logits
        if len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)
        return None, logits
