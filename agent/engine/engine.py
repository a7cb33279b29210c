"""Who reads, who writes, and who waits for a tool: dialogues move through the slots, each at its own pace.

A slot is filled as soon as it is free. Reading goes first, one dialogue at a time; then all that are writing write one
token together. Tools run on threads meanwhile, so that a slow one holds up its own dialogue only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from importlib.resources import files
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from agent.engine.dialogue import Ended, Slot, Talk
from agent.engine.format import ChatFormat, context_of
from agent.engine.forward import Forward
from agent.engine.prefixes import Prefixes
from agent.engine.sampling import Drawn, draw
from agent.policy import OutOfRoom, PolicySettings

_READ_AT_ONCE = 512
"""Tokens of an observation that are read in one call (our choice)."""


class Engine:
    """One model and its slots."""

    def __init__(self, model: Any, chat: ChatFormat, settings: PolicySettings, version: str, context: int = 0) -> None:
        """Test the machine and get ready.

        Args:
            model: A causal language model of transformers, in evaluation mode.
            chat: Its tokenizer.
            settings: How to write.
            version: Names the weights; part of what every draw depends on.
            context: Tokens of one dialogue at most; 0 is what the model says of itself.

        Raises:
            PolicyError: the model cannot be run here.
        """
        self.chat, self.settings, self.version = chat, settings, version
        self.forward = Forward(model, settings.slots)
        self.is_bitwise = self.forward.is_bitwise()
        """Whether a dialogue is the same beside any others; if not, all slots are always computed together."""
        self.seconds = 0.0
        """Time spent in `run` so far."""
        self._prefixes = Prefixes(self.forward)
        self._vocabulary = model.config.vocab_size
        self._device = model.device
        limit = context_of(model.config)
        self._context = min(context or limit, limit)
        self._last = chat.heard(files("agent").joinpath("prompts", "last.md").read_text("utf-8").strip())
        self._ending = chat.frame + len(self._last) + settings.max_new_tokens
        """Room that the last turn needs, at least."""

    def renew(self, version: str) -> None:
        """The weights have changed: nothing that was read before counts."""
        self.version = version
        self._prefixes = Prefixes(self.forward)

    def run(self, talks: Iterable[Talk]) -> Iterator[Ended[Talk]]:
        """Lead every dialogue to its end; each with its tokens, in the order in which they end.

        Raises:
            OutOfRoom: a prompt is too long for the model.
            Exception: whatever a dialogue raises.
        """
        coming = iter(talks)
        slots: dict[int, Slot[Talk]] = {}
        writing: dict[int, Tensor] = {}
        start = perf_counter()
        with ThreadPoolExecutor(self.settings.slots, "tools") as tools:
            while True:
                yield from self._listen(slots, writing)
                self._fill(coming, slots, writing)
                if writing:
                    self._write(slots, writing, tools)
                elif slots:
                    wait([each.waiting for each in slots.values() if each.waiting], return_when=FIRST_COMPLETED)
                else:
                    break
        self.seconds += perf_counter() - start

    def _fill(self, coming: Iterator[Talk], slots: dict[int, Slot[Talk]], writing: dict[int, Tensor]) -> None:
        """Begin dialogues in the free slots, the lowest first."""
        for number in range(self.settings.slots):
            if number in slots:
                continue
            talk = next(coming, None)
            if talk is None:
                return
            prompt = self.chat.prompt(talk.messages())
            if len(prompt) + self.settings.max_new_tokens + self._ending > self._context:
                raise OutOfRoom(
                    f"the prompt has {len(prompt):,} tokens; with two turns of {self.settings.max_new_tokens:,} it "
                    f"does not fit into the {self._context:,} of this model; lower max-new-tokens or take another model"
                )
            self.forward.begin(number)
            writing[number] = self._prefixes.read(number, prompt)
            slots[number] = Slot(talk, prompt)
            self._hold(slots[number], prompt)
            slots[number].begin_turn()

    def _listen(self, slots: dict[int, Slot[Talk]], writing: dict[int, Tensor]) -> Iterator[Ended[Talk]]:
        """Read what the tools have said by now; the dialogues that end with it."""
        for number, slot in list(slots.items()):
            if slot.waiting is None or not slot.waiting.done():
                continue
            said, heard = slot.waiting.result()
            slot.waiting = None
            if said is None or slot.is_last:
                del slots[number]
                self.forward.begin(number)
                yield Ended(slot.talk, slot.tokens(), is_cut=said is not None)
                continue
            reply = self._reply(number, slot, heard)
            slot.heard.append(reply)
            self._hold(slot, reply)
            for start in range(0, len(reply), _READ_AT_ONCE):
                writing[number] = self.forward.read(number, reply[start : start + _READ_AT_ONCE])
            slot.begin_turn()

    def _reply(self, number: int, slot: Slot[Talk], heard: list[int]) -> list[int]:
        """What a dialogue reads next; cut, with a word that this was the last, where only one turn has room."""
        room = self._context - self.forward.length(number) - self._ending
        turn = slot.turns[-1]
        if len(heard) + self.chat.frame + self.settings.max_new_tokens <= room:
            return self.chat.reply(turn, heard)
        slot.is_last = True
        return self.chat.reply(turn, [*heard[: max(0, room)], *self._last])

    def _write(self, slots: dict[int, Slot[Talk]], writing: dict[int, Tensor], tools: ThreadPoolExecutor) -> None:
        """Draw a token for every dialogue that is writing, and let the model read those of unfinished turns."""
        numbers = sorted(writing)
        drawn = self._draw([slots[number] for number in numbers], torch.stack([writing[each] for each in numbers]))
        unread: dict[int, int] = {}
        for number, each in zip(numbers, drawn, strict=True):
            slot, unread[number] = slots[number], each.token
            slot.add(each)
            if self.chat.is_over(slot.turns[-1]) or len(slot.turns[-1]) == self.settings.max_new_tokens:
                slot.waiting = tools.submit(self._respond, slot.talk, list(slot.turns[-1]))
        logits = self.forward.write(unread, all_slots=not self.is_bitwise)
        writing.clear()
        writing.update({number: logits[number] for number in numbers if slots[number].waiting is None})

    def _draw(self, slots: list[Slot[Talk]], logits: Tensor) -> list[Drawn]:
        keys = [(self.version, *slot.talk.key, slot.drawn) for slot in slots]
        held = [slot.held for slot in slots if slot.held is not None]
        return draw(logits, self.settings, keys, torch.stack(held) if held else None)

    def _respond(self, talk: Talk, turn: list[int]) -> tuple[str | None, list[int]]:
        said = talk.respond(self.chat.text(turn))
        return said, self.chat.heard(said) if said is not None else []

    def _hold(self, slot: Slot[Talk], tokens: list[int]) -> None:
        if self.settings.repetition_penalty == 1:
            return
        if slot.held is None:
            slot.held = torch.zeros(self._vocabulary, dtype=torch.bool, device=self._device)
        slot.held[torch.tensor(tokens)] = True
