"""What a *group*, the episodes of one task under one policy, is worth: trained on, or not, and why.

The choice looks at the answer scores, never at the shaped reward: with R = 0.1 format + 0.9 answer, a group of wrong
answers of mixed form has rewards that differ, and training on it destroys a policy (notes in NeMo-RL #2431).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from webenv.types import Record, Trajectory

Rule = Literal["paper", "band", "dupo"]
Verdict = Literal["kept", "all wrong", "all right", "out of band"]


class DynamicSampling(Record):
    """Which groups are trained on, and what takes the place of the others (`[sampling]` of an experiment)."""

    rule: Rule = "paper"
    """`paper` keeps 0 < right < G (DAPO, equation 8); `band` keeps what lies inside `low` and `high`; `dupo` keeps as
    `paper` does and fills up with copies of what it kept instead of new rollouts (WebSailor, arXiv 2507.02592)."""
    low: Annotated[float, Meta(ge=0, le=1)] = 0.2
    high: Annotated[float, Meta(ge=0, le=1)] = 0.8
    most_draws: Annotated[float, Meta(ge=1)] = 4.0
    """Groups that are drawn for each one that is wanted, at most (our choice); then a smaller batch is trained on."""
    leave_one_out: bool = False
    """Advantage R - mean of the others, without division by the deviation (Tongyi, arXiv 2510.24701)."""
    overlong_tokens: Annotated[int, Meta(ge=0)] = 0
    """Tokens of its own after which an episode's reward begins to fall (DAPO, equation 13); 0 is never."""
    overlong_cache: Annotated[int, Meta(ge=1)] = 256
    """Over how many tokens it falls by 1 (our choice)."""
    mask_truncated: bool = False
    """Episodes that were cut by a budget give no loss (DAPO, overlong filtering)."""


def verdict(scores: Sequence[float], sampling: DynamicSampling) -> Verdict:
    """Whether a group with these answer scores (0 or 1) is trained on."""
    mean = sum(scores) / len(scores)
    if mean == 0 or (sampling.rule == "band" and max(scores) < sampling.low):
        return "all wrong"
    if mean == 1:
        return "all right"
    if sampling.rule == "band" and not sampling.low < mean < sampling.high:
        return "out of band"
    return "kept"


def written(played: Trajectory) -> int:
    """Tokens that the policy wrote itself."""
    assert played.tokens
    return sum(map(len, played.tokens.turns))


def reward(played: Trajectory, sampling: DynamicSampling) -> float:
    """The reward that advantages are made of: that of the environment, less what an overlong episode loses."""
    over = written(played) - sampling.overlong_tokens
    lost = min(1.0, max(0.0, over / sampling.overlong_cache)) if sampling.overlong_tokens else 0.0
    return played.reward.total - lost


def is_truncated(played: Trajectory) -> bool:
    """Whether a budget ended it: of turns, of characters, or of the model's room. The environment says so."""
    return played.steps[-1].truncated
