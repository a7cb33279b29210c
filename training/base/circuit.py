"""The *copying circuit*: first weights with which a model copies what followed the last two tokens when they stood
together before.

Models learn to copy late and suddenly, when two kinds of attention heads have found each other: those that look at the
tokens before, and those that look for tokens that came after what is read now (induction heads, Olsson et al., arXiv
2209.11895). Here both are written into the first two layers before training begins. The first layer knows positions
(RoPE), the second does not (NoPE), so that it finds a name at any distance. Names share syllables, so one token says
too little about what comes next; two say nearly always enough.

A vector is divided among four jobs: one dimension is the same for all tokens, most hold the token itself (a random
direction of length 1), and two small parts are empty in the embeddings. From the first dimension the first layer makes
queries and keys that meet at a distance of one and of two; it writes a shadow of the token before into one part, and of
the one before that into the other. The second layer looks for a token whose two shadows are the token read now and the
one before it, and adds that token.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

_CONSTANT = 0.5
"""Of the embedding, whose other dimensions have length 1 together (our choice, as are the next)."""
_BEFORE, _EARLIER = 40, 24
"""Dimensions of the two shadows; together those of one head, which matches both."""
_LOOK_BACK, _MATCH, _MATCH_EARLIER, _COPY = 1.5, 1.3, 0.5, 4.0
"""How sharply the first layer looks back, and the second matches each shadow; how loudly it says what it found."""
_QUIET = 0.1
"""What is left of everything else."""


@torch.no_grad()
def install(model: Any, random: torch.Generator) -> None:
    """Write the circuit into a new model, whose first layer has RoPE and whose second has none.

    The model needs heads of 64 dimensions, and two or more of them.
    """
    width = model.config.hidden_size
    own = width - 1 - _BEFORE - _EARLIER
    _embed(model.model.embed_tokens.weight, own, random)
    for layer in model.model.layers:
        layer.mlp.down_proj.weight.mul_(_QUIET)
        layer.self_attn.o_proj.weight.mul_(_QUIET)
    turned = torch.linalg.qr(torch.randn(own, own, generator=random))[0]
    before, earlier = (turned[:size] * math.sqrt(own / size) for size in (_BEFORE, _EARLIER))
    first, second = (layer.self_attn for layer in model.model.layers[:2])
    theta = model.config.rope_parameters["rope_theta"]
    _look_back(first, 0, 1, theta, before, 1 + own)
    _look_back(first, 1, 2, theta, earlier, 1 + own + _BEFORE)
    _match(second, before)


def parts(model: Any) -> list[Tensor]:
    """The weights that make up the circuit."""
    first, second = model.model.layers[:2]
    return [model.model.embed_tokens.weight, *first.self_attn.parameters(), *second.self_attn.parameters()]


def _embed(weight: Tensor, own: int, random: torch.Generator) -> None:
    weight.zero_()
    directions = torch.randn(len(weight), own, generator=random)
    weight[:, 1 : 1 + own] = directions / directions.norm(dim=1, keepdim=True)
    weight[:, 0] = _CONSTANT


def _look_back(attention: Any, head: int, distance: int, theta: float, shadow: Tensor, place: int) -> None:
    """A head whose queries and keys are the same for all tokens, so many positions apart (RoPE), and what it writes.

    `shadow [size, own]` makes of a token what stands from dimension `place` of the vector on.
    """
    size, (parts, own) = attention.head_dim, shadow.shape
    turn = distance * theta ** (-torch.arange(0, size, 2) / size)
    query, key, value, out = _of_head(attention, head)
    query.zero_()[: size // 2, 0] = _LOOK_BACK
    key.zero_()[: size // 2, 0] = _LOOK_BACK * turn.cos()
    key[size // 2 :, 0] = _LOOK_BACK * turn.sin()
    value.zero_()[:parts, 1 : 1 + own] = shadow
    out.zero_()[place : place + parts, :parts] = torch.eye(parts) / _norm(len(out), 1)


def _match(attention: Any, before: Tensor) -> None:
    """Heads that find the token whose shadows are this token and the one before, and hand on a part of it each."""
    own, size = before.shape[1], attention.head_dim
    shadows = slice(1 + own, 1 + own + _BEFORE)
    for head, start in enumerate(range(0, own, size)):
        query, key, value, out = _of_head(attention, head)
        query.zero_()[:_BEFORE, 1 : 1 + own] = _MATCH * before
        query[_BEFORE:, shadows] = _MATCH_EARLIER * math.sqrt(_BEFORE / _EARLIER) * torch.eye(_EARLIER, _BEFORE)
        key.zero_()[:, 1 + own :] = _MATCH * torch.eye(size)
        handed = min(size, own - start)
        held = slice(1 + start, 1 + start + handed)
        value.zero_()[:handed, held] = torch.eye(handed)
        out.zero_()[held, :handed] = torch.eye(handed) * _COPY / _norm(len(out), 3)


def _of_head(attention: Any, head: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The weights of a head: query, key and value `[size, width]`, and output `[width, size]`."""
    rows = slice(head * attention.head_dim, (head + 1) * attention.head_dim)
    projections = attention.q_proj, attention.k_proj, attention.v_proj
    query, key, value = (each.weight[rows] for each in projections)
    return query, key, value, attention.o_proj.weight[:, rows]


def _norm(width: int, vectors: int) -> float:
    """What RMSNorm multiplies a sum of so many vectors of length 1 and the constant by."""
    return math.sqrt(width / (vectors + _CONSTANT**2))
