"""Thoughts: what the last turn gave, what is known and open, and what to do now."""

from __future__ import annotations

from collections.abc import Iterator

from agent import observations
from agent.teacher import reading
from agent.teacher.grammar import Key, thoughts
from agent.teacher.notes import Notes
from agent.teacher.plan import Kind, Move
from webenv.web.world.dice import Dice

ANSWERING = ("answer", "snippet", "guess", "hedge")
"""Moves that end an episode."""
_KNOWN, _ITEMS = 3, 12
"""Facts and entries that a thought lists (our choice)."""
_INVENTED = 3_000
"""Numbers that a teacher makes up are smaller (our choice)."""


def values_of(notes: Notes, move: Move, hit: observations.Hit | None) -> dict[str, str]:
    """What a thought and the words of a call may be made of: all of it was asked, read or done before."""
    fact = notes.facts[-1] if notes.facts else None
    answer = notes.written_answer if notes.has_read(notes.written_answer) else ""
    keys = [fact.key for fact in notes.facts if fact.key]
    return {
        "question": notes.question,
        "focus": notes.focus,
        "topic": notes.topic,
        "wanted": notes.wanted,
        "target": notes.target(move.call),
        "key": fact.key if fact else "",
        "quote": fact.quote if fact else "",
        "clip": reading.clip(fact.quote, fact.key) if fact else "",
        "known": ", then ".join(keys[-_KNOWN:]) if len(keys) > 1 else "",
        "title": observations.page_title(notes.last),
        "page": notes.way_title,
        "hit": hit.title if hit else "",
        "answer": answer if move.kind in ("answer", "hedge") else "",
        "items": _items(notes) if move.kind == "answer" else "",
        "proofs": "; ".join(fact.quote for fact in notes.facts[-_KNOWN:]) if move.kind == "answer" else "",
    }


def think(notes: Notes, kind: str, values: dict[str, str], key: Key, is_long: bool) -> str:
    """The thought of a turn of a kind; a long one weighs more and sums up at times."""
    step, dice = len(notes.steps), Dice(*key, "thought", len(notes.steps))
    if kind == "recall":
        values = values | {"number": str(1_000 + dice.below(_INVENTED))}
    rules = [*_look_back(notes), *_weigh(kind, step, dice, is_long), f"do {kind}"]
    written = (thoughts().write(rule, values, key, step) for rule in rules)
    return " ".join(text[0].upper() + text[1:] for text in written if text)


def _look_back(notes: Notes) -> list[str]:
    """Rules for what the last turn gave."""
    if not notes.steps:
        return ["begin"]
    call, kind = notes.calls[-1], notes.moves[-1].kind
    if call is None:
        return ["after error"]
    if call.name == "search":
        return [_after_search(notes, kind)]
    if call.name == "find":
        return ["after find" if " stands in " in notes.last[:400] else "after find nothing"]
    if kind in ("stray", "compare", "misclick") and "goal" not in call.arguments:
        return [_after_straying(notes, kind)]
    said = "after read" if kind == "oracle" else "after review"
    return [said if notes.fact_of_last().quote else f"{said} nothing"]


def _after_search(notes: Notes, kind: Kind) -> str:
    fact = notes.facts[-1] if notes.facts else None
    if kind == "again":
        return "after again"
    if kind == "oracle":
        return "after search"
    if kind in ("cross", "recall") and fact and fact.key:
        return "after cross" if fact.key in notes.last else "after cross nothing"
    return "after poor"


def _after_straying(notes: Notes, kind: Kind) -> str:
    if not observations.page_title(notes.last):
        return "after dead end"
    fact = notes.facts[-1] if notes.facts else None
    if kind == "compare" and fact and fact.key:
        return "after compare" if fact.key in notes.last else "after compare nothing"
    return "after stray near" if notes.wanted and notes.wanted in notes.last else "after stray"


def _weigh(kind: str, step: int, dice: Dice, is_long: bool) -> Iterator[str]:
    """Rules for what stands between looking back and going on."""
    if step == 0:
        yield from ("hypothesis", "outline") if is_long else ("outline",) if dice.chance(50) else ()
        return
    if is_long and dice.chance(45):
        yield "sum up"
    if dice.chance(75 if is_long else 40) and kind not in ANSWERING:
        yield "gap"
    if is_long and dice.chance(60):
        yield "method"
    if is_long and dice.chance(50) and kind not in ANSWERING:
        yield "options"


def _items(notes: Notes) -> str:
    """The entries of a list that the evidence counts, as far as they were read."""
    listed = [item for item in notes.task.evidence if item.relation.endswith(", listed") and item.text in notes.seen]
    return ", ".join(reading.plain(item.text) for item in listed[:_ITEMS]) if len(listed) > 1 else ""
