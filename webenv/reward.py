"""What an episode earns: `0.1 * format + 0.9 * answer`, both 0 or 1 (WebDancer, arXiv 2505.22648, 3.2).

*format* is 1 if every turn had the right form and could be carried out, and the last one answered. *answer*
is 1 if the rule-based judge accepts it. The judge is strict, because whatever it lets pass will be trained:
an answer that names two candidates is wrong, and so is one that goes on for long. All functions are pure.

How an answer is compared depends on the task's `answer_type`; each alias counts like the answer itself:

text    equal after Unicode NFKC, without case, punctuation, articles and a lead-in such as "The answer is"
number  the answer holds exactly one number, it has the same value, and no other unit than the task's
date    the answer holds exactly one date, equal and of the same precision; no other digits
code    equal without case and punctuation, leading zeros kept; or the only word with a digit in it is
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from webenv.types import RewardBreakdown, Task, Turn

MAX_ANSWER_CHARS = 300
"""Longer answers are wrong (our choice)."""

_DROPPED = re.compile(r"['’`´]|\.(?!\d)")
_PUNCTUATION = re.compile(r"[^\w#%&@+$€£¥.]+|(?<!\d)\.")
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_LEAD_IN = re.compile(r"^(?:(?:so|thus|therefore|my|final|correct) )*answer(?: is|:)? ")

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[+\-−])?(?P<currency>[$€£¥])?"
    r"(?P<whole>\d{1,3}(?:[,' \u00a0\u202f]\d{3})+|\d+)(?P<fraction>\.\d+)?(?![.,]?\d|\w*\d)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion)\b)?(?:\s?(?P<unit>%|per ?cent\b|[^\W\d_]+))?",
    re.IGNORECASE,
)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?,?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?,?"
_YEAR = r"(?P<year>\d{4})"
_DATES = [
    re.compile(rf"\b(?:{form})\b", re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        rf"{_DAY} (?:of )?{_MONTH} (?:of )?{_YEAR}",
        rf"{_MONTH} {_DAY} {_YEAR}",
        rf"{_MONTH} (?:of )?{_YEAR}",
        _YEAR,
    )
]
"""Spellings of dates, the most precise first. `06/07/2018` is none of them: it has two readings."""


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
    same = _RULES[task.answer_type]
    return any(same(accepted, answer) for accepted in (task.answer, *task.aliases))


def _same_text(accepted: str, answer: str) -> bool:
    given = _plain(answer)
    return _plain(accepted) in (given, _LEAD_IN.sub("", given))


def _plain(text: str) -> str:
    folded = _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())
    words = _ARTICLE.sub(" ", _PUNCTUATION.sub(" ", folded)).split()
    return " ".join(words) or text.strip().casefold()


def _same_number(accepted: str, answer: str) -> bool:
    wanted, given = _numbers(accepted), _numbers(answer)
    if len(wanted) != 1:
        return _same_text(accepted, answer)
    ((value, unit),) = wanted
    return {number for number, _ in given} == {value} and (not unit or {other for _, other in given} <= {"", unit})


def _numbers(text: str) -> set[tuple[Decimal, str]]:
    """Every number in a text, in English notation, with the currency sign before it or the word after it."""
    found = set()
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        digits = re.sub(r"\D", "", match["whole"]) + (match["fraction"] or "")
        value = Decimal(digits) * _SCALES.get((match["scale"] or "").casefold(), 1)
        unit = (match["currency"] or match["unit"] or "").casefold()
        unit = "%" if unit.startswith("per") else unit
        found.add((-value if match["sign"] in ("-", "−") else value, unit))
    return found


def _same_date(accepted: str, answer: str) -> bool:
    wanted = _dates(accepted)
    return _dates(answer) == wanted if len(wanted) == 1 else _same_text(accepted, answer)


def _dates(text: str) -> set[tuple[int, int, int]]:
    """Every date in a text as year, month, day, 0 for what is left open; none if there are other digits."""
    found = set()
    rest = unicodedata.normalize("NFKC", text)
    for form in _DATES:
        for match in form.finditer(rest):
            parts = match.groupdict("0")
            found.add((int(parts["year"]), _month(parts.get("month", "0")), int(parts.get("day", "0"))))
        rest = form.sub(" ", rest)
    return set() if re.search(r"\d", rest) else found


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1


def _same_code(accepted: str, answer: str) -> bool:
    wanted = _code(accepted)
    with_digits = {_code(word) for word in answer.split() if re.search(r"\d", word)}
    return wanted == _code(_LEAD_IN.sub("", _plain(answer))) or with_digits == {wanted}


def _code(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


_RULES = {"text": _same_text, "number": _same_number, "date": _same_date, "code": _same_code}
