"""The *copying circuit*: first weights with which a model copies what follows the last occurrence of a token.

Models learn to copy late and suddenly, when two kinds of attention heads have found each other: one that looks at the
token before, and one that looks for tokens that came after what is read now (induction heads, Olsson et al., arXiv
2209.11895). Here both are written into the first two layers before training begins. The first layer knows positions
(RoPE), the second does not (NoPE), so that it finds a name at any distance.

Embeddings are random directions of equal length and one dimension that is the same for all tokens. From that dimension
the first layer makes queries and keys that meet at a distance of one; it adds the token before, turned by `previous`.
The second layer looks for a token whose turned predecessor is the token read now, and adds that token.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

_CONSTANT = 0.5
"""Of the embedding, whose other dimensions have length 1 together (our choice, as are the next)."""
_LOOK_BACK, _MATCH, _COPY = 2.0, 2.2, 4.0
"""How sharply the first layer looks back, and the second matches; how loudly it says what it found."""
_QUIET = 0.1
"""What is left of everything else."""


@torch.no_grad()
def install(model: Any, random: torch.Generator) -> None:
    """Write the circuit into a new model, whose first layer has RoPE and whose second has none."""
    width, first, second = model.config.hidden_size, model.model.layers[0], model.model.layers[1]
    _embed(model.model.embed_tokens.weight, random)
    for layer in model.model.layers:
        layer.mlp.down_proj.weight.mul_(_QUIET)
        layer.self_attn.o_proj.weight.mul_(_QUIET)
    previous, value, key = (_turn(width, random) for _ in range(3))
    _look_back(first.self_attn, width, model.config.rope_parameters["rope_theta"])
    first.self_attn.v_proj.weight.copy_(value)
    first.self_attn.o_proj.weight.copy_(previous @ value.T / _scale(width, 0))
    second.self_attn.q_proj.weight.copy_(_MATCH * key)
    second.self_attn.k_proj.weight.copy_(_MATCH * key @ previous.T)
    second.self_attn.v_proj.weight.copy_(value)
    second.self_attn.o_proj.weight.copy_(_COPY * value.T / _scale(width, 1))


def parts(model: Any) -> list[Tensor]:
    """The weights that make up the circuit."""
    first, second = model.model.layers[:2]
    return [model.model.embed_tokens.weight, *first.self_attn.parameters(), *second.self_attn.parameters()]


def _embed(weight: Tensor, random: torch.Generator) -> None:
    weight.copy_(torch.randn(weight.shape, generator=random))
    weight[:, 0] = 0
    weight.div_(weight.norm(dim=1, keepdim=True))
    weight[:, 0] = _CONSTANT


def _look_back(attention: Any, width: int, theta: float) -> None:
    """Queries and keys of every head that are the same for all tokens, a turn of one position apart (RoPE)."""
    size = attention.head_dim
    turn = theta ** (-torch.arange(0, size, 2) / size)
    query, key = torch.zeros(size, width), torch.zeros(size, width)
    query[: size // 2, 0] = _LOOK_BACK
    key[: size // 2, 0], key[size // 2 :, 0] = turn.cos(), turn.sin()
    attention.q_proj.weight.copy_(query.repeat(width // size, 1))
    attention.k_proj.weight.copy_(key.repeat(width // size, 1))


def _turn(width: int, random: torch.Generator) -> Tensor:
    """A random rotation `[width, width]`."""
    turn: Tensor = torch.linalg.qr(torch.randn(width, width, generator=random))[0]
    return turn


def _scale(width: int, parts: int) -> float:
    """What RMSNorm multiplies the sum of an embedding and as many more vectors of its length by."""
    return math.sqrt(width / ((1 + _CONSTANT**2) * (1 + parts)))
