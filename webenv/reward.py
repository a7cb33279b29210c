"""What an episode earns: `0.1 * format + 0.9 * answer`, both 0 or 1 (WebDancer, arXiv 2505.22648, 3.2).

*format* is 1 if every turn had the right form and could be carried out, and the last one answered. *answer*
is 1 if the rule-based judge accepts it. The judge is strict, because whatever it lets pass will be trained:
an answer that names two candidates is wrong, and so is one that goes on for long. All functions are pure.

How an answer is compared depends on the task's `answer_type`; each alias counts like the answer itself:

text    equal after Unicode NFKC, without case, punctuation, a leading article and a lead-in such as "The answer is"
number  the answer is one number of the same value, in digits or up to twenty in words, with at most a unit, words of
        the question and a few that add nothing ("about", "there are"); a unit is the task's or, if that names none,
        one that the question names
date    the answer holds exactly one date, equal and of the same precision; no other digits, no hedge ("before")
code    equal without case, spaces and punctuation, but for "+", "#" and a point between digits; leading zeros kept;
        or the only word with a digit in it is, without a hedge ("not")

An answer that is the accepted one to the letter is always right.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from webenv.types import RewardBreakdown, Task, Turn
from webenv.values import EMPTY, HEDGES, dates, quantity, tidy, unit_of, without_lead_in, words

MAX_ANSWER_CHARS = 300
"""Longer answers are wrong (our choice)."""

_DROPPED = re.compile(r"['’`´]|\.(?!\d)")
_KEPT = frozenset("#%&@+^$€£¥.")
"""Signs that make another word: C and C#."""
_MINUS = re.compile(r"(?<!\S)[-−–](?=\d)")
_ARTICLE = re.compile(r"^(?:an?|the) ")


def score(task: Task, turns: Sequence[Turn]) -> RewardBreakdown:
    """The reward of an episode from all its turns.

    An episode that was truncated earns nothing: without an answer the output as a whole has not the right
    form (our choice; the paper does not say).
    """
    answer = turns[-1].answer if turns else None
    if answer is None:
        return RewardBreakdown(format=0.0, answer=0.0, total=0.0)
    formed = float(all(turn.well_formed and turn.invalid is None for turn in turns))
    right = float(judge(task, answer))
    return RewardBreakdown(format=formed, answer=right, total=0.1 * formed + 0.9 * right)


def judge(task: Task, answer: str) -> bool:
    """Whether an answer is right, by the rule of the task's `answer_type`."""
    if len(answer) > MAX_ANSWER_CHARS:
        return False
    accepted = (task.answer, *task.aliases)
    if answer.strip() in {each.strip() for each in accepted}:
        return True
    if task.answer_type == "number":
        return any(_same_number(each, answer, " ".join((task.question, *accepted))) for each in accepted)
    same = {"text": _same_text, "date": _same_date, "code": _same_code}[task.answer_type]
    return any(same(each, answer) for each in accepted)


def normalise(task: Task, answer: str) -> str:
    """What answers have in common that say the same: for votes. It looks at the question, never at the right answer."""
    if len(answer) > MAX_ANSWER_CHARS:
        return "long:" + hashlib.sha256(answer.encode("utf-8", "replace")).hexdigest()
    asked = set(words(task.question))
    if task.answer_type == "number" and (said := quantity(answer, asked - HEDGES)):
        value, unit = said
        return f"number:{value} {'' if unit in map(unit_of, asked) else unit}".rstrip()
    if task.answer_type == "date" and len(found := dates(answer)) == 1 and not _changed(answer):
        return "date:" + "-".join(map(str, found.pop()))
    bare = without_lead_in(answer)
    if task.answer_type == "code":
        telling = [word for word in bare.split() if set(words(word)) - EMPTY - asked or word in HEDGES]
        return "code:" + _code(" ".join(telling) or bare)
    return "text:" + plain(bare)


def _same_text(accepted: str, answer: str) -> bool:
    return plain(accepted) in (plain(answer), plain(without_lead_in(answer)))


def plain(text: str) -> str:
    """A text as texts are compared: without case, punctuation and a leading article, one space between words."""
    folded = _DROPPED.sub("", tidy(_MINUS.sub("^minus ", text)))
    words = "".join(letter if _is_kept(letter) else " " for letter in folded).split()
    return _ARTICLE.sub("", " ".join(words)) or text.strip().casefold()


def _is_kept(letter: str) -> bool:
    return letter.isalnum() or letter in _KEPT or unicodedata.category(letter).startswith("M")


def _hedged(accepted: str, answer: str) -> bool:
    return bool(HEDGES & set(words(answer)) - set(words(accepted)))


def _changed(answer: str, accepted: str = "") -> bool:
    """Whether something around a date makes another one of it."""
    return _hedged(accepted, answer) or bool(_MINUS.search(answer))


def _same_number(accepted: str, answer: str, context: str) -> bool:
    named = set(words(context)) - HEDGES
    wanted, given = quantity(accepted, named), quantity(answer, named)
    if wanted is None:
        return _same_text(accepted, answer)
    if given is None or given[0] != wanted[0]:
        return False
    unit = given[1]
    if wanted[1] or not unit:
        return unit in ("", wanted[1])
    return unit in named or unit in map(unit_of, named)


def _same_date(accepted: str, answer: str) -> bool:
    wanted = dates(accepted)
    if len(wanted) != 1:
        return _same_text(accepted, answer)
    return dates(answer) == wanted and not _changed(answer, accepted)


def _same_code(accepted: str, answer: str) -> bool:
    wanted = _code(accepted)
    if wanted in (_code(answer), _code(without_lead_in(answer))):
        return True
    with_digits = {_code(word) for word in answer.split() if re.search(r"\d", word)}
    return with_digits == {wanted} and not _hedged(accepted, answer)


def _code(text: str) -> str:
    folded = re.sub(r"\.(?!\d)|(?<!\d)\.", "", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if letter.isalnum() or letter in "+#.") or text.strip().casefold()
