"""Which operators act on a target: one draw for each (seed, operator, version, target, attempt), whatever else happens.

An operator acts where its draw is below its rate times the severity. So a lower severity acts on a subset of what a
higher one acts on, severity 0 on nothing, and no order of visits matters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from webenv.web.drift.draws import RANGE, Draws
from webenv.web.drift.families import FAMILIES
from webenv.web.drift.operator import Family, Operator
from webenv.web.drift.plan import Plan
from webenv.web.world.dice import Dice

_REMEMBERED = 65_536


class Choice:
    """The decisions of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._severity = dict(plan.severities)
        self.families = tuple(family for family in FAMILIES.values() if family.name in self._severity)
        self.operators = {family.name: self._of_split(family) for family in self.families}
        operators = [each for family in self.families for each in self.operators[family.name]]
        self._draws = {each.name: Draws("drift", plan.seed, each.name, each.version) for each in operators}
        self._rates = {each.name: each.rate * self._severity[each.family] for each in operators}
        self._editing = [each for each in self.families if any(one.edit for one in each.operators)]
        self._searching = [
            each for each in self.families if any(one.results or one.copies or one.bm25 for one in each.operators)
        ]
        self.of_page = lru_cache(maxsize=_REMEMBERED)(self._of_page)
        self.of_search = lru_cache(maxsize=_REMEMBERED)(self._of_search)

    def _of_split(self, family: Family) -> tuple[Operator, ...]:
        return tuple(each for each in family.operators if self.plan.split in ("all", each.split))

    def dice(self, operator: Operator, *target: str | int) -> Dice:
        """The dice of what an operator does to a target."""
        return Dice("drift", self.plan.seed, operator.name, operator.version, *target)

    def _draw(self, operator: Operator, target: tuple[str | int, ...]) -> float:
        return self._draws[operator.name](repr(target)) / RANGE

    def is_chosen(self, operator: Operator, *target: str | int) -> bool:
        """Whether an operator that acts by itself acts on a target."""
        return self._draw(operator, target) < self._rates[operator.name]

    def of_hits(self, operator: Operator, *target: str | int) -> Callable[[str], bool]:
        """Says of each URL among the hits of a search whether an operator acts on it."""
        draws, rate = self._draws[operator.name].after(f"{repr(target)[:-1]}, "), self._rates[operator.name] * RANGE
        return lambda url: draws(f"{url!r})") < rate

    def acting(self, family: Family, *target: str | int) -> tuple[Operator, ...]:
        """The operators of a family that act on a target."""
        operators = self.operators[family.name]
        if not family.alternative:
            return tuple(each for each in operators if self.is_chosen(each, *target))
        if not operators:
            return ()
        lowest, place = min((self._draw(each, target), place) for place, each in enumerate(operators))
        below = 1 - (1 - self._severity[family.name]) ** (1 / len(operators))  # of the lowest of so many draws
        return (operators[place],) if lowest < below else ()

    def _of_page(self, url: str, attempt: int) -> tuple[Operator, ...]:
        """Everything that edits an answer for a URL."""
        acting: list[Operator] = []
        for family in self._editing:
            passing = max(each.attempts for each in family.operators)
            if not passing or attempt <= passing:
                acting += self.acting(family, url, attempt) if passing else self.acting(family, url)
        return tuple(each for each in acting if each.edit)

    def _of_search(self, query: str, year: int) -> tuple[Operator, ...]:
        """Everything that changes the hits of a search; the year is 0 if none was asked for."""
        acting = [each for family in self._searching for each in self.acting(family, query, year)]
        engines = [each for each in acting if each.bm25]
        engine = min(engines, key=lambda each: self._draw(each, (query, year)), default=None)
        return tuple(each for each in acting if each.results or each.copies or each is engine)
