"""Training under drift: each group of rollouts meets the web as it might have become.

The episodes of one group meet the same web, so that what tells them apart is what the policy did (domain randomization,
Tobin et al., arXiv 1703.06907, over `webenv.web.drift` plans).
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from webenv.errors import InputError
from webenv.types import EnvSettings, Record
from webenv.web.drift.plan import Split, read_plan
from webenv.web.world.dice import Dice


class DriftDistribution(Record):
    """Which webs are met (`[drift]` of an experiment); without plans it is always the one of `[env]`."""

    among: tuple[str, ...] = ()
    """Plans, such as `moved:0.4,ads:0.2`, each met as often as any other; the empty one is the web as it was."""
    seeds: Annotated[int, Meta(ge=1, le=1_000_000)] = 4
    """Drift seeds that are met, from 0: the more there are, the more pages must be made anew (our choice)."""
    split: Split = "train"
    """Operators that act; those of `test` are held out by default."""

    def check(self, env: EnvSettings) -> None:
        """Raises `InputError` if a plan cannot be read, or the environment has a drift of its own."""
        if self.among and env.drift:
            raise InputError("env.drift and drift.among both say what has changed; leave one of them out")
        for plan in self.among:
            read_plan(plan, 0, self.split)

    def drawn(self, env: EnvSettings, *key: str | int) -> EnvSettings:
        """The settings of the environment of a group, which `key` names."""
        if not self.among:
            return env
        dice = Dice("drift", *key)
        plan = read_plan(dice.pick(self.among), dice.below(self.seeds), self.split)
        return msgspec.structs.replace(env, **plan.settings)
