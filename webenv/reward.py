"""What an episode earns: `0.1 * format + 0.9 * answer`, both 0 or 1 (WebDancer, arXiv 2505.22648, 3.2).

*format* is 1 if every turn had the right form and could be carried out, and the last one answered. *answer*
is 1 if the rule-based judge accepts it. The judge is strict, because whatever it lets pass will be trained:
an answer that names two candidates is wrong, and so is one that goes on for long. All functions are pure.

How an answer is compared depends on the task's `answer_type`; each alias counts like the answer itself:

text    equal after Unicode NFKC, without case, punctuation, a leading article and a lead-in such as "The answer is"
number  the answer holds exactly one number, of the same value, in digits or up to twenty in words; no hedge before
        it ("more than"), and no other measure than the task's or, if that names none, the question's
date    the answer holds exactly one date, equal and of the same precision; no other digits, no hedge ("before")
code    equal without case, spaces and punctuation, but for "+", "#" and a point between digits; leading zeros kept;
        or the only word with a digit in it is
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from webenv.types import RewardBreakdown, Task, Turn

MAX_ANSWER_CHARS = 300
"""Longer answers are wrong (our choice)."""

_DROPPED = re.compile(r"['’`´]|\.(?!\d)")
_KEPT = frozenset("#%&@+^$€£¥.")
"""Signs that make another word: C and C#."""
_MINUS = re.compile(r"(?<!\S)[-−](?=\d)")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴-⁹]+")
_ARTICLE = re.compile(r"^(?:an?|the) ")
_LEAD_IN = re.compile(r"^(?:(?:so|thus|therefore|my|the|final|correct) )*answer(?: is|:)? ")

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[+\-−–])?(?P<currency>[$€£¥])?"
    r"(?P<whole>\d{1,3}(?:[,' \u00a0\u202f]\d{3})+|\d+)(?P<fraction>\.\d+)?(?![.,]?\d|\w*\d)"
    r"(?:\s?(?P<scale>hundred|thousand|million|billion|trillion)\b)?(?:\s?(?P<unit>%|per ?cent\b|[^\W\d_]+))?",
    re.IGNORECASE,
)
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-])", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:than|over|under|above|below|minus|negative|not|least|most|up to|or|nearly|almost)\s+[$€£¥]?\d", re.IGNORECASE
)
_MEASURES = frozenset(
    "second minute hour day week month year decade century mm cm m km meter metre kilometer kilometre inch foot feet "
    "ft yard mile g kg gram kilogram ton tonne lb pound ounce oz l ml liter litre gallon % k mn bn dozen time".split()
)
"""Words after a number that measure it; any other word is taken for what was counted."""
_DATE_HEDGE = re.compile(r"\b(?:before|after|not|or|until|since|between|bce?)\b|(?<!\S)[-−–]\d", re.IGNORECASE)
_TIME = re.compile(r"(?<=\d)T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?")

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
        rf"{_DAY}[ -](?:of )?{_MONTH}[ -](?:of )?{_YEAR}",
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
    accepted = (task.answer, *task.aliases)
    if task.answer_type == "number":
        return any(_same_number(each, answer, task.question) for each in accepted)
    same = {"text": _same_text, "date": _same_date, "code": _same_code}[task.answer_type]
    return any(same(each, answer) for each in accepted)


def _same_text(accepted: str, answer: str) -> bool:
    return _plain(accepted) == _plain(answer) or _plain(accepted) == _plain(_without_lead_in(answer))


def _plain(text: str) -> str:
    raised = _SUPERSCRIPT.sub(lambda match: "^" + match[0], _MINUS.sub("^minus ", text))
    folded = _DROPPED.sub("", unicodedata.normalize("NFKC", raised).casefold())
    words = "".join(letter if _is_kept(letter) else " " for letter in folded).split()
    return _ARTICLE.sub("", " ".join(words)) or text.strip().casefold()


def _is_kept(letter: str) -> bool:
    return letter.isalnum() or letter in _KEPT or unicodedata.category(letter).startswith("M")


def _without_lead_in(answer: str) -> str:
    return _LEAD_IN.sub("", _plain(answer))


def _same_number(accepted: str, answer: str, question: str) -> bool:
    wanted, given = _numbers(accepted), _numbers(answer)
    if len(wanted) != 1:
        return _same_text(accepted, answer)
    ((value, unit),) = wanted
    if {number for number, _ in given} != {value} or _HEDGE.search(answer):
        return False
    others = {other for _, other in given} - {"", unit}
    return not others if unit else not any(_measures_otherwise(other, question) for other in others)


def _measures_otherwise(unit: str, question: str) -> bool:
    """Whether a unit is a measure that the question does not ask for."""
    stem = unit.removesuffix("s")
    return (unit in _MEASURES or stem in _MEASURES) and stem not in question.casefold()


def _numbers(text: str) -> set[tuple[Fraction, str]]:
    """Every number in a text with the currency sign before it or the word after it; none if a digit is left over."""
    found = set()
    text = unicodedata.normalize("NFKC", _SUPERSCRIPT.sub(lambda match: "^" + match[0], text))
    text = _WORD.sub(lambda match: str(_WORDS.index(match[0].lower())), text)
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match["whole"]) + (match["fraction"] or "")
        value = Fraction(digits) * _SCALES.get((match["scale"] or "").casefold(), 1)
        unit = (match["currency"] or match["unit"] or "").casefold()
        unit = "%" if unit.startswith("per") else unit
        found.add((-value if match["sign"] in ("-", "−", "–") else value, unit))
    return set() if re.search(r"\d", _NUMBER.sub(" ", text)) else found


def _same_date(accepted: str, answer: str) -> bool:
    wanted = _dates(accepted)
    if len(wanted) != 1:
        return _same_text(accepted, answer)
    return _dates(answer) == wanted and not _DATE_HEDGE.search(answer)


def _dates(text: str) -> set[tuple[int, int, int]]:
    """Every date in a text as year, month, day, 0 for what is left open; none if there are other digits."""
    found = set()
    rest = _TIME.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))
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
    return wanted in (_code(answer), _code(_without_lead_in(answer))) or with_digits == {wanted}


def _code(text: str) -> str:
    folded = re.sub(r"\.(?!\d)|(?<!\d)\.", "", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if letter.isalnum() or letter in "+#.") or text.strip().casefold()
