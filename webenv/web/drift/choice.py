"""Which operators act on a target: one draw for each (seed, operator, version, target, attempt), whatever else happens.

An operator acts where its draw is below its rate times the severity. So a lower severity acts on a subset of what a
higher one acts on, severity 0 on nothing, and no order of visits matters.
"""

from __future__ import annotations

from functools import lru_cache

from webenv.web.drift.families import FAMILIES
from webenv.web.drift.operator import Family, Operator
from webenv.web.drift.plan import Plan
from webenv.web.world.dice import Dice

_ONE = 1 << 32


class Choice:
    """The decisions of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._severity = dict(plan.severities)
        self.families = tuple(family for family in FAMILIES.values() if family.name in self._severity)
        self.operators = {family.name: self._of_split(family) for family in self.families}
        self.of_page = lru_cache(maxsize=65_536)(self._of_page)

    def _of_split(self, family: Family) -> tuple[Operator, ...]:
        return tuple(each for each in family.operators if self.plan.split in ("all", each.split))

    def dice(self, operator: Operator, *target: str | int) -> Dice:
        """The dice of what an operator does to a target."""
        return Dice("drift", self.plan.seed, operator.name, operator.version, *target)

    def _draw(self, operator: Operator, target: tuple[str | int, ...]) -> float:
        return self.dice(operator, "whether", *target).below(_ONE) / _ONE

    def is_chosen(self, operator: Operator, *target: str | int) -> bool:
        """Whether an operator that acts by itself acts on a target."""
        return self._draw(operator, target) < operator.rate * self._severity[operator.family]

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
        """Everything that acts on an answer for a URL, but for moves."""
        acting: list[Operator] = []
        for family in self.families:
            passing = any(each.attempts for each in family.operators)
            if passing and attempt > max(each.attempts for each in family.operators):
                continue
            target = (url, attempt) if passing else (url,)
            acting += [each for each in self.acting(family, *target) if each.edit]
        return tuple(acting)
