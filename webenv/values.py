"""Reading values in answers: one quantity with its unit, dates, and the words around them. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

_SUPERSCRIPT = re.compile("[⁰¹²³⁴-⁹]+")
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))
_LEAD_IN = re.compile(r"^(?:(?:so|thus|therefore|my|the|final|correct) )*answer(?: is)?:? ")

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[+-])?(?P<currency>[$€£¥])?(?P<whole>\d{1,3}(?:[,' ]\d{3}){1,99}|\d{1,300})"
    r"(?P<fraction>\.\d{1,300})?"
    r"(?![.,]?\d|\w*\d)(?: ?(?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    r"(?: ?(?P<unit>%|per ?cent\b|[^\W\d_]+))?"
)
_PARTS = ("sign", "whole", "fraction", "scale")
"""The groups of a number that make its value."""
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_UNITS = {
    name: names[0]
    for names in map(
        str.split,
        (
            "second seconds sec secs s", "minute minutes min mins", "hour hours hr hrs h", "day days d",
            "week weeks wk wks", "month months", "year years yr yrs",
            "millimetre millimetres millimeter millimeters mm",
            "centimetre centimetres centimeter centimeters cm", "metre metres meter meters m",
            "kilometre kilometres kilometer kilometers km kms", "inch inches", "foot feet ft", "yard yards yd",
            "mile miles mi", "gram grams gramme grammes g", "kilogram kilograms kilo kilos kg", "ton tons",
            "tonne tonnes t", "pound pounds lb lbs", "ounce ounces oz", "litre litres liter liters l",
            "percent % per", "dollar dollars $ usd", "euro euros € eur", "yen ¥ jpy", "sterling £ gbp",
        ),
    )
    for name in names
}  # fmt: skip
"""Spellings of a unit to the one it counts as."""
EMPTY = frozenset(
    "a about all altogether approximately are around exactly had has have in is it of roughly the there they total "
    "was were".split()
)
"""Words around a number that add nothing to it."""
HEDGES = frozenset(
    "above after almost and at bc bce before below between either fewer half least less maybe minus more most nearly "
    "negative neither no nor not or over perhaps since than under until up".split()
)
"""Words that make another answer of it."""
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


def tidy(text: str) -> str:
    """Compatible characters alike, without case, one space between words, plain hyphens; x² is not x2."""
    raised = _SUPERSCRIPT.sub(lambda match: "^" + match[0], text)
    return " ".join(unicodedata.normalize("NFKC", raised).translate(_HYPHENS).casefold().split())


def without_lead_in(text: str) -> str:
    """A tidy text without a start such as "the answer is"."""
    return _LEAD_IN.sub("", tidy(text))


def words(text: str) -> list[str]:
    """The words of a text, and the signs that are units."""
    return re.findall(r"[^\W_]+|[%$€£¥]", tidy(text))


def unit_of(word: str) -> str:
    """The unit that a word spells; another word stands for itself."""
    return _UNITS.get(word, word)


def quantity(text: str, named: set[str]) -> tuple[Fraction, str] | None:
    """The one number in a text and its unit, if nothing else stands there but words without weight or named ones."""
    plain = re.sub(r"[*`\"“”]", "", without_lead_in(text)).strip(" .!")
    small = [word for word in words(plain) if word not in EMPTY and (word not in named or word in _SMALL)]
    if len(small) == 1 and small[0] in _SMALL:
        return Fraction(_SMALL.index(small[0])), ""
    plain = re.sub(r"\b(?:minus|negative) (?=\d)", "-", plain)
    numbers = list(_NUMBER.finditer(plain))
    if len(numbers) != 1:
        return None
    (match,) = numbers
    around = plain[: match.start()] + " " + plain[match.end() :]
    if set(words(around)) - EMPTY - named or re.search(r"[^\w\s.,:;()!?'-]", around):
        return None
    unit = match["currency"] or match["unit"] or ""
    return _value(*match.group(*_PARTS)), unit_of(unit.replace("per cent", "%"))


def numbers_in(text: str) -> set[Fraction]:
    """The values of all numbers in a text, whatever stands around them."""
    return {_value(*parts) for parts in {match.group(*_PARTS) for match in _NUMBER.finditer(tidy(text))}}


def _value(sign: str | None, whole: str, fraction: str | None, scale: str | None) -> Fraction:
    value = Fraction(re.sub(r"\D", "", whole) + (fraction or "")) * (_SCALES[scale] if scale else 1)
    return -value if sign == "-" else value


Date = tuple[int, int, int]
"""Year, month, day, 0 for what is left open."""


def dates(text: str) -> set[Date]:
    """Every date in a text; none if there are other digits."""
    found, rest = _cut_out_dates(text)
    return set() if re.search(r"\d", rest) else found


def dates_in(text: str) -> set[Date]:
    """Every date in a text, whatever stands around them."""
    return _cut_out_dates(text)[0]


def _cut_out_dates(text: str) -> tuple[set[Date], str]:
    found: set[Date] = set()
    rest = _TIME.sub("", " ".join(unicodedata.normalize("NFKC", text).translate(_HYPHENS).split()))
    for form in _DATES:
        for match in form.finditer(rest):
            parts = match.groupdict("0")
            found.add((int(parts["year"]), _month(parts.get("month", "0")), int(parts.get("day", "0"))))
        rest = form.sub(" ", rest)
    return found, rest


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1
