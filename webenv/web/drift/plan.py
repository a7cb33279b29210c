"""A *plan*: which families change a web, how much, by which seed, and with which of their operators.

A plan is written as parts with commas between, each a family or a preset with a severity from 0 to 1, or an age:

    moved:0.4,ads:0.2        two families
    redesign                 a preset at full severity; redesign:0.5 is half of each of its severities
    age:12mo                 what a web goes through in that time: 90d, 6w, 12mo, 2y
    1/moved:0.4              the same, with the version of the grammar and of the presets; plans are kept like this

Where a family comes twice the larger severity counts.
"""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import Literal

import msgspec

from webenv.errors import InputError
from webenv.types import EnvSettings, Record
from webenv.web.drift.families import FAMILIES

VERSION = 1
"""Of plans. Raised when the same words would mean something else."""
Split = Literal["all", "train", "test"]
MAX_SPEC_CHARS = 2_000
"""Longest plan (our choice)."""

PRESETS: dict[str, dict[str, float]] = {
    "minor": {"markup": 0.5, "labels": 0.5, "layout": 0.3},
    "redesign": {"markup": 1.0, "layout": 1.0, "labels": 1.0, "moved": 0.5},
    "unreliable": {"flaky": 0.5, "rot": 0.2, "moved": 0.3},
    "noisy": {"ads": 0.6, "ranking": 0.6, "notices": 0.6},
    "hostile": {"misinformation": 0.5, "injection": 0.5, "stale": 0.5, "notices": 0.5},
    "everything": dict.fromkeys(sorted(FAMILIES), 0.5),
}
"""Severities that go together (our choice)."""

LOST_A_WEEK = 0.005
"""Links that die each week (Fetterly et al. 2003; half of them in 138 weeks. Pew 2024: 8 % within a year or less)."""
MOVED_A_WEEK = 0.005
"""Pages that get another address each week (our choice: as many as die)."""
REDESIGNED_A_WEEK = math.log(2) / 130
"""Sites that get another look each week (our choice: half of them in two and a half years)."""
DOWN = 0.062
"""Tries that fail at any time: 49.2 % of pages answered all of 11 weekly tries (Fetterly et al. 2003)."""
_WEEKS = {"d": 1 / 7, "w": 1.0, "mo": 365.25 / 12 / 7, "y": 365.25 / 7}
_AGE = re.compile(r"(\d{1,5})(d|w|mo|y)")


class Plan(Record):
    """What changes."""

    severities: tuple[tuple[str, float], ...]
    """Families with severities above 0, in alphabetical order."""
    seed: int = 0
    split: Split = "all"

    @property
    def text(self) -> str:
        """As it is kept: presets and ages resolved."""
        parts = ",".join(f"{name}:{severity:g}" for name, severity in self.severities)
        return f"{VERSION}/{parts}" if parts else ""

    @property
    def settings(self) -> dict[str, str | int]:
        """The fields of `types.EnvSettings` that say it; none if nothing changes."""
        if not self.severities:
            return {}
        return {"drift": self.text, "drift_seed": self.seed, "drift_split": self.split}


def read_plan(spec: str, seed: int = 0, split: str = "all") -> Plan:
    """The plan that is written as `spec`.

    Raises:
        InputError: there is no such family or preset, a severity is not from 0 to 1, or a newer version wrote it.
    """
    if split not in ("all", "train", "test"):
        raise InputError(f"drift split {split!r} is not known; use all, train or test")
    if not 0 <= seed < 1 << 63:
        raise InputError(f"drift seed {seed}: expected a number from 0 to 2**63 - 1")
    if len(spec) > MAX_SPEC_CHARS:
        raise InputError(f"drift plan of {len(spec):,} characters; at most {MAX_SPEC_CHARS:,} are read")
    severities: dict[str, float] = {}
    for part in _parts(spec):
        for name, severity in _read_part(part).items():
            severities[name] = max(severity, severities.get(name, 0.0))
    kept = tuple(sorted((name, severity) for name, severity in severities.items() if severity))
    return Plan(severities=kept, seed=seed, split="all" if split == "all" else "train" if split == "train" else "test")


def _parts(spec: str) -> list[str]:
    version, slash, rest = spec.strip().rpartition("/")
    if slash and version != str(VERSION):
        newer = version.isdecimal() and int(version) > VERSION
        advice = "a newer webenv wrote it; update webenv" if newer else f"this webenv reads version {VERSION}"
        raise InputError(f"drift plan {spec[:100]!r} is of version {version[:20]!r}: {advice}")
    return [part.strip() for part in rest.split(",") if part.strip()]


def _read_part(part: str) -> dict[str, float]:
    name, colon, said = part.partition(":")
    if name == "age":
        return aged(said)
    severity = _severity(part, said) if colon else 1.0
    if name in FAMILIES:
        return {name: severity}
    if name in PRESETS:
        return {family: round(most * severity, 6) for family, most in PRESETS[name].items()}
    near = get_close_matches(name, [*FAMILIES, *PRESETS], 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise InputError(
        f"there is no drift {name[:50]!r}{hint}. "
        f"Families: {', '.join(FAMILIES)}. Presets: {', '.join(PRESETS)}. Ages: age:12mo"
    )


def _severity(part: str, said: str) -> float:
    try:
        severity = float(said)
    except ValueError:
        severity = math.nan
    if not 0 <= severity <= 1:
        raise InputError(f"drift {part[:100]!r}: a severity is a number from 0 to 1, such as 0.4")
    return float(f"{severity:.6g}")


def aged(age: str) -> dict[str, float]:
    """The severities of a web that is older by `age`, such as 12mo.

    Raises:
        InputError: it is not an age.
    """
    found = _AGE.fullmatch(age.strip())
    if not found:
        raise InputError(f"drift age {age[:50]!r}: expected a number and d, w, mo or y, such as 90d or 12mo")
    weeks = int(found[1]) * _WEEKS[found[2]]
    rates = {
        "rot": LOST_A_WEEK, "moved": MOVED_A_WEEK,
        "markup": REDESIGNED_A_WEEK, "layout": REDESIGNED_A_WEEK, "labels": REDESIGNED_A_WEEK,
    }  # fmt: skip
    severities = {name: float(f"{1 - math.exp(-rate * weeks):.6f}") for name, rate in rates.items()}
    return severities | {"flaky": DOWN}


def with_age(spec: str, age: str) -> str:
    """A plan and an age, either of them perhaps empty, as one plan."""
    return ",".join(filter(None, (spec.strip(), f"age:{age}" if age else "")))


def as_recorded(settings: EnvSettings) -> EnvSettings:
    """The settings as an environment records them: presets and ages resolved, nothing said of drift that is none.

    Raises:
        InputError: the plan cannot be read.
    """
    plan = read_plan(settings.drift or "", settings.drift_seed or 0, settings.drift_split or "all")
    nothing = dict.fromkeys(("drift", "drift_seed", "drift_split"), msgspec.UNSET)
    return msgspec.structs.replace(settings, **(nothing | plan.settings))
