"""A small generated world with questions, shared by the tests of drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worlds import World, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("drift"))


@pytest.fixture(scope="session")
def snapshot(world: World) -> Path:
    return world.path
