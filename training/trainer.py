"""TRL's `SFTTrainer` with batches that do not depend on processes.

The loss is Equation 2 of WebDancer (arXiv 2505.22648): minus the sum of the log probabilities of the tokens that the
model wrote, divided by their number in the whole global batch, all accumulation steps and processes together. Labels
of all other tokens are -100.
"""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback
from trl import SFTTrainer  # type: ignore[attr-defined]

from training.batches import Batches
from training.lasting import Lasting

NO_LOSS = -100
"""The label of a token that gives no loss, as torch has it."""


class RowTrainer(Lasting, SFTTrainer):
    """Trains on rows that are tokens already."""

    def __init__(self, *, batches: Batches, **rest: Any) -> None:
        super().__init__(**rest)
        self._batches = batches
        self._inputs: list[dict[str, Any]] = []
        self.add_callback(_Epochs(batches))

    def training_step(self, model: Any, inputs: dict[str, Any], *rest: Any, **named: Any) -> Any:
        """As `Lasting`, and takes note of the small batch."""
        self._inputs.append({name: inputs[name].tolist() for name in ("input_ids", "labels")})
        return super().training_step(model, inputs, *rest, **named)

    def begin_update(self) -> None:
        """Forget the small batches of the last update."""
        self._inputs.clear()

    def trained_on(self) -> Any:
        """The small batches of the update so far."""
        return self._inputs

    def _get_train_sampler(self, train_dataset: Any = None) -> Batches:
        return self._batches


class _Epochs(TrainerCallback):  # type: ignore[misc]
    """Tells the batches which epoch it is."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._batches.epoch = int(state.epoch)
