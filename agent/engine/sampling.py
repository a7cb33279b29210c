"""The next token: the logits of a model, cut down and weighed as asked, and noise keyed by what it is for.

A token is drawn by inverting the distribution function at a number between 0 and 1 that is a hash of (seed, version
of the policy, task, sample, position): no generator is shared, so nothing drawn elsewhere matters. The order is that of
transformers: repetition penalty, temperature, top-k, top-p, min-p.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from agent.policy import Sampling

Key = tuple[str | int, ...]
"""What a draw is for."""

_NUCLEUS = 256
"""Most probable tokens in which a nucleus is looked for before all are sorted (our choice)."""


class Drawn(NamedTuple):
    """One drawn token."""

    token: int
    logprob: float
    """Log probability at the temperature, nothing cut off: what a trainer computes again."""


def uniform(key: Key) -> float:
    """A number from 0 up to 1, without 1: 53 bits of BLAKE2b over the key (RFC 7693)."""
    digest = hashlib.blake2b(json.dumps(key).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53


def draw(logits: Tensor, sampling: Sampling, keys: Sequence[Key], held: Tensor | None = None) -> list[Drawn]:
    """A token for each row.

    Args:
        logits: `[R, V]`, float32.
        sampling: How to draw.
        keys: What each of the R draws is for.
        held: `[R, V]`, bool: tokens that each dialogue holds already; wanted with a repetition penalty only.
    """
    if held is not None and sampling.repetition_penalty != 1:
        penalty = sampling.repetition_penalty
        logits = torch.where(held, torch.where(logits > 0, logits / penalty, logits * penalty), logits)
    if not sampling.temperature:
        tokens = logits.argmax(-1)
    else:
        logits = logits / sampling.temperature
        tokens = _sample(logits, sampling, keys)
    chosen = torch.log_softmax(logits, -1).gather(-1, tokens[:, None])[:, 0]
    return [Drawn(token, logprob) for token, logprob in zip(tokens.tolist(), chosen.tolist(), strict=True)]


def _sample(logits: Tensor, sampling: Sampling, keys: Sequence[Key]) -> Tensor:
    noise = torch.tensor([uniform(key) for key in keys], dtype=torch.float64, device=logits.device)[:, None]
    weights = torch.softmax(logits, -1, dtype=torch.float64)
    if sampling.top_p == 1 and not sampling.top_k and not sampling.min_p:
        return _invert(weights, noise)
    candidates, order = _most_probable(weights, sampling)
    before = candidates.cumsum(-1) - candidates
    dropped = (before >= sampling.top_p) | (candidates < sampling.min_p * candidates[:, :1])
    dropped[:, 0] = False
    return order.gather(-1, _invert(candidates.masked_fill(dropped, 0.0), noise)[:, None])[:, 0]


def _most_probable(weights: Tensor, sampling: Sampling) -> tuple[Tensor, Tensor]:
    """Weights and tokens, the most probable first, as many as can matter; top-p is a part of what top-k leaves."""
    size = weights.shape[-1]
    if sampling.top_k:
        found = weights.topk(min(sampling.top_k, size))
        return found.values / found.values.sum(-1, keepdim=True), found.indices
    found = weights.topk(min(_NUCLEUS, size))
    if (found.values.sum(-1) < sampling.top_p).any():
        found = weights.topk(size)
    return found.values, found.indices


def _invert(weights: Tensor, noise: Tensor) -> Tensor:
    """The place at which the sum of weights passes `noise` of the whole."""
    sums = weights.cumsum(-1)
    places = torch.searchsorted(sums, noise * sums[:, -1:], right=True)[:, 0]
    return places.clamp(max=weights.shape[-1] - 1)
