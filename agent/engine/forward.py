"""The model over the slots: one slot reads many tokens, or many slots read one token each."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from agent.engine.cache import SlotCache
from webenv.errors import PolicyError

LEAST_ROWS = 4
"""With fewer rows a matrix product takes another way and rounds differently (measured on x86)."""
_TRIED_STEPS = 3


def _check_supported(config: Any) -> None:
    """Raises `PolicyError` for layers that do not attend to everything, and places that depend on the company."""
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    if getattr(config, "sliding_window", None) and not getattr(config, "layer_types", None):
        kinds = {"sliding_attention"}
    if kinds != {"full_attention"}:
        raise PolicyError(f"{config.model_type}: layers of the kinds {sorted(kinds)} are not supported here")
    rope = (getattr(config, "rope_parameters", None) or {}).get("rope_type", "default")
    if rope in ("dynamic", "longrope"):
        raise PolicyError(
            f"{config.model_type}: {rope} rotary embeddings make a text depend on the longest one beside it; "
            "serve this model with vLLM and use openai:URL#MODEL"
        )


class Forward:
    """Calls of one model with a cache of its own; nothing is computed with gradients.

    Slots without a dialogue, or with one that waits, are carried along in `write`: what they compute is put where it
    is overwritten before anything attends to it.
    """

    def __init__(self, model: Any, slots: int) -> None:
        """Raises `PolicyError` if the model has layers that do not attend to everything before."""
        _check_supported(model.config)
        self.slots = max(slots, LEAST_ROWS)
        self.seconds = 0.0
        """Time spent in the model so far."""
        self._model = model
        self.cache = SlotCache(model.config, self.slots, model.dtype, model.device)
        self._lengths = [0] * self.slots

    def begin(self, slot: int) -> None:
        """Forget what a slot holds."""
        self._lengths[slot] = 0

    def length(self, slot: int) -> int:
        """Tokens that a slot holds."""
        return self._lengths[slot]

    def read(self, slot: int, tokens: Sequence[int]) -> Tensor:
        """Read tokens into one slot, in one call; the logits after the last: `[V]`, float32."""
        start = self._lengths[slot]
        end = self.cache.one(slot, start, len(tokens))
        places = torch.arange(start, end, device=self._model.device)
        mask = torch.arange(end, device=self._model.device)[None] <= places[:, None]
        self._lengths[slot] = end
        return self._call([list(tokens)], places[None], mask[None, None])[0]

    def write(self, tokens: dict[int, int], all_slots: bool) -> Tensor:
        """Read one token into each named slot; logits by slot: `[rows, V]`, float32.

        Args:
            tokens: Slot to token.
            all_slots: Carry all slots along, not only those below the last named one.
        """
        rows = self.slots if all_slots else max(LEAST_ROWS, max(tokens) + 1)
        furthest = max(self._lengths[slot] for slot in range(rows))
        places = torch.tensor(self._lengths[:rows], device=self._model.device)
        end = self.cache.each(places, furthest)
        mask = (torch.arange(end, device=self._model.device)[None] <= places[:, None])[:, None, None]
        for slot in tokens:
            self._lengths[slot] += 1
        return self._call([[tokens.get(slot, 0)] for slot in range(rows)], places[:, None], mask)

    def put(self, slot: int, held: Tensor) -> None:
        """Append what another slot held to this one."""
        self.cache.copy_in(slot, self._lengths[slot], held)
        self._lengths[slot] += held.shape[2]

    def is_bitwise(self) -> bool:
        """Whether this machine computes a slot the same beside other neighbours, elsewhere and in fewer rows.

        Overwrites all slots.
        """
        texts = [[(7 * number + 3 * slot) % 31 + 1 for number in range(40 + slot)] for slot in range(3)]
        first = self._trial({0: texts[0]}, 0, all_slots=True)
        last = self.slots - 1
        return all(
            torch.equal(first, other)
            for other in (
                self._trial({0: texts[0], 1: texts[1], 2: texts[2]}, 0, all_slots=True),
                self._trial({last: texts[0], 0: texts[2]}, last, all_slots=True),
                self._trial({0: texts[0], 3: texts[1]}, 0, all_slots=False),
            )
        )

    def _trial(self, texts: dict[int, list[int]], watched: int, all_slots: bool) -> Tensor:
        for slot in range(self.slots):
            self.begin(slot)
        seen = [self.read(slot, text) for slot, text in texts.items() if slot == watched]
        for slot, text in texts.items():
            if slot != watched:
                self.read(slot, text)
        for number in range(_TRIED_STEPS):
            seen.append(self.write({slot: number + 1 for slot in texts}, all_slots)[watched])
        return torch.stack(seen)

    def _call(self, tokens: list[list[int]], places: Tensor, mask: Tensor) -> Tensor:
        start = perf_counter()
        with torch.inference_mode():
            output = self._model(
                input_ids=torch.tensor(tokens, device=self._model.device),
                attention_mask=mask,
                position_ids=places,
                past_key_values=self.cache,
                use_cache=True,
                logits_to_keep=1,
            )
            logits: Tensor = output.logits[:, -1].float()
        self.seconds += perf_counter() - start
        return logits
