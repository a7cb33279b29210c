"""Keys and values of every token read so far: a slot for each dialogue, kept across its turns.

The tensors have a fixed number of slots and grow in length when a dialogue needs more room. A call of the model either
writes many tokens into one slot, or one token into each of the first slots, every one at a place of its own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache

_FIRST_LENGTH = 1_024
_GRAIN = 256
"""Lengths that are attended to are multiples of it (our choice), so that attention sees few shapes."""


class SlotCache(Cache):  # type: ignore[misc]
    """The cache that the model writes to; `one` or `each` says before a call what it is about."""

    def __init__(self, config: Any, slots: int, dtype: torch.dtype, device: torch.device) -> None:
        self.layers: list[Any] = []  # the base class keeps its own here
        width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        shape = (slots, config.num_key_value_heads, _FIRST_LENGTH, width)
        self._keys = [torch.zeros(shape, dtype=dtype, device=device) for _ in range(config.num_hidden_layers)]
        self._values = [torch.zeros_like(keys) for keys in self._keys]
        self._slots = slice(0)
        self._places: slice | Tensor = slice(0)
        self._end = 0

    def one(self, slot: int, start: int, count: int) -> int:
        """The next call reads `count` tokens into one slot; the length that it attends to."""
        self._end = start + count
        self._reserve(self._end)
        self._slots, self._places = slice(slot, slot + 1), slice(start, self._end)
        return self._end

    def each(self, places: Tensor, furthest: int) -> int:
        """The next call reads one token into each of the first slots, at `places`; the length that it attends to."""
        self._end = (furthest // _GRAIN + 1) * _GRAIN
        self._reserve(self._end)
        self._slots, self._places = slice(0, len(places)), places
        return self._end

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Keep what a layer made; all that it attends to, keys and values: `[rows, heads, length, width]` each."""
        return self._keep(self._keys, layer_idx, key_states), self._keep(self._values, layer_idx, value_states)

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """0: places and masks are always given, never inferred."""
        return 0

    def copy_out(self, slot: int, start: int, end: int) -> Tensor:
        """What a stretch of a slot holds: `[2 * layers, heads, end - start, width]`."""
        return torch.stack([tensor[slot, :, start:end] for tensor in (*self._keys, *self._values)])

    @torch.inference_mode()
    def copy_in(self, slot: int, start: int, held: Tensor) -> None:
        """Put back what `copy_out` gave."""
        end = start + held.shape[2]
        self._reserve(end)
        for tensor, part in zip((*self._keys, *self._values), held, strict=True):
            tensor[slot, :, start:end] = part

    def _keep(self, tensors: list[Tensor], layer: int, made: Tensor) -> Tensor:
        tensor = tensors[layer] = tensors[layer].to(made.dtype)  # under autocast it is not that of the weights
        if isinstance(self._places, slice):
            tensor[self._slots, :, self._places] = made
        else:
            rows = torch.arange(len(self._places), device=tensor.device)
            tensor[rows, :, self._places] = made[:, :, 0]
        return tensor[self._slots, :, : self._end]

    def _reserve(self, length: int) -> None:
        have = self._keys[0].shape[2]
        if length <= have:
            return
        wanted = max(length, 2 * have)
        for tensors in (self._keys, self._values):
            for number, old in enumerate(tensors):
                grown = old.new_zeros((*old.shape[:2], wanted, old.shape[3]))
                grown[:, :, :have] = old
                tensors[number] = grown
