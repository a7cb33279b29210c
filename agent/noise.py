"""Randomness that is keyed by what it is for, never drawn from a shared generator.

Two draws with the same key are equal on every machine; how often and in which order anything else was drawn does not
matter, so episodes do not depend on their neighbours, on workers or on restarts.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np


def generator(*key: str | int) -> np.random.Generator:
    """A Philox generator (counter-based, Salmon et al., SC 2011) for one purpose."""
    digest = hashlib.sha256(json.dumps(key).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))
