"""What a table of wordings is."""

from __future__ import annotations

Wordings = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""For training, for validation, for tests."""
Table = dict[str, Wordings]
"""Wordings by what they speak of."""
