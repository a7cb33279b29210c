"""Fixtures of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.harbours import build_harbours


@pytest.fixture(scope="session")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of harbours and ferries."""
    return build_harbours(tmp_path_factory.mktemp("harbours"))
