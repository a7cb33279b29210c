"""Plans: what they are written as, what is refused, and how old webs map to severities."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webenv.errors import InputError
from webenv.web.drift import FAMILIES, PRESETS, read_plan

severities = st.floats(0, 1, allow_nan=False)
specs = st.dictionaries(st.sampled_from(sorted(FAMILIES)), severities, max_size=5).map(
    lambda parts: ",".join(f"{name}:{severity}" for name, severity in parts.items())
)


@given(specs, st.integers(0, 2**63 - 1), st.sampled_from(["all", "train", "test"]))
def test_a_plan_as_it_is_kept_reads_back_as_itself(spec: str, seed: int, split: str) -> None:
    plan = read_plan(spec, seed, split)
    assert read_plan(plan.text, seed, split) == plan


def test_families_presets_and_ages_mix_and_the_larger_severity_counts() -> None:
    plan = read_plan("moved:0.1, redesign:0.5,moved:0.9")
    assert dict(plan.severities) == {"labels": 0.5, "layout": 0.5, "markup": 0.5, "moved": 0.9}
    assert read_plan("").severities == read_plan("moved:0").severities == ()
    assert read_plan("ads").severities == (("ads", 1.0),)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_families(preset: str) -> None:
    assert dict(read_plan(preset).severities) == PRESETS[preset]


def test_an_age_is_the_published_rate_of_loss() -> None:
    year = dict(read_plan("age:52w").severities)
    assert year["rot"] == pytest.approx(1 - math.exp(-0.005 * 52), abs=1e-6)
    assert dict(read_plan("age:138w").severities)["rot"] == pytest.approx(0.5, abs=0.002)
    older = dict(read_plan("age:10y").severities)
    assert all(older[name] >= severity for name, severity in year.items())


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("moved:1.5", "from 0 to 1"),
        ("moved:-0.1", "from 0 to 1"),
        ("moved:nan", "from 0 to 1"),
        ("moved:", "from 0 to 1"),
        ("moovd:0.4", "did you mean moved"),
        ("2/moved:0.4", "newer webenv"),
        ("x/moved:0.4", "version"),
        ("age:soon", "such as 90d or 12mo"),
        ("moved:0.4," * 1_000, "at most"),
    ],
)
def test_what_is_no_plan_is_refused(spec: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_plan(spec)


@pytest.mark.parametrize(("seed", "split"), [(-1, "all"), (2**63, "all"), (0, "validation")])
def test_seeds_and_splits_out_of_range_are_refused(seed: int, split: str) -> None:
    with pytest.raises(InputError, match="drift"):
        read_plan("moved", seed, split)


def test_every_family_has_operators_to_train_with_and_to_test_with() -> None:
    for family in FAMILIES.values():
        assert {operator.split for operator in family.operators} == {"train", "test"}
        assert all(operator.family == family.name for operator in family.operators)
        passing = {bool(operator.attempts) for operator in family.operators}
        assert len(passing) == 1
