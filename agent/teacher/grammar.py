"""Sentences from rules, so that no two thoughts read alike; the rules stand in `thoughts.md`.

A rule is a heading, its alternatives are list items. In an alternative `{name}` stands for a value or, if there is no
value of that name, for another rule; `[a|b]` is one of a and b. An alternative that lacks a value is passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files

from webenv.web.world.dice import Dice

Key = tuple[str | int, ...]
"""What draws are keyed by: one episode of one teacher."""

_SLOT = re.compile(r"\{([a-z. ]+)\}")
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


class Grammar:
    """The rules of one file."""

    def __init__(self, text: str) -> None:
        self.digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._rules: dict[str, list[str]] = {}
        for line in text.splitlines():
            if line.startswith("## "):
                name = line[3:].strip()
                self._rules[name] = []
            elif line.startswith("- "):
                self._rules[name].append(line[2:].strip())

    def write(self, rule: str, values: Mapping[str, str], key: Key, step: int) -> str:
        """A text of a rule; empty if every alternative lacks a value.

        Alternatives come in an order that `key` draws, one place further with each step, so that an episode repeats
        none before it has used them all.
        """
        order = Dice(*key, rule).shuffled(self._rules[rule])
        start = step % len(order)
        for alternative in (*order[start:], *order[:start]):
            text = self._fill(alternative, values, key, step)
            if text is not None:
                return text
        return ""

    def words(self) -> Iterator[str]:
        """Every word that stands in a rule."""
        for alternatives in self._rules.values():
            for alternative in alternatives:
                yield from re.findall(r"\w+", _SLOT.sub(" ", alternative))

    def _fill(self, alternative: str, values: Mapping[str, str], key: Key, step: int) -> str | None:
        dice = Dice(*key, alternative, step)
        chosen = _CHOICE.sub(lambda match: dice.pick(match[1].split("|")), alternative)
        filled = {name: self._value(name, values, key, step) for name in _SLOT.findall(chosen)}
        return _SLOT.sub(lambda match: filled[match[1]], chosen) if all(filled.values()) else None

    def _value(self, name: str, values: Mapping[str, str], key: Key, step: int) -> str:
        return values.get(name, "") or (self.write(name, values, key, step) if name in self._rules else "")


@lru_cache(maxsize=1)
def thoughts() -> Grammar:
    """The rules of the teachers' thoughts."""
    return Grammar(files("agent.teacher").joinpath("thoughts.md").read_text(encoding="utf-8"))
