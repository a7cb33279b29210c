"""One generated world and questions over it, shared by the tests of synthesis."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.training.harbours import build_harbours
from training.synthesis.proof import Prover
from webenv.cli import main
from webenv.types import Task
from webenv.web.snapshot import Snapshot
from webenv.web.tasks import read_tasks
from webenv.web.world import Graph, read_world

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs `webenv` in this process."""
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    out = tmp_path_factory.mktemp("world") / "world"
    assert run("generate-world", "--seed", 1, "--pages", 2_000, "--out", out).exit_code == 0
    return out


@pytest.fixture(scope="session")
def files(world: Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Task files: plain and obfuscated CRAWLQA, easy questions, and E2HQA."""
    folder = tmp_path_factory.mktemp("tasks")
    names = {name: folder / f"{name}.jsonl" for name in ("crawlqa", "obfuscated", "easy", "e2hqa")}
    for said in (
        run("synthesize", "crawlqa", world, "--count", 200, "--out", names["crawlqa"]),
        run("synthesize", "crawlqa", world, "--count", 100, "--obfuscate", "--out", names["obfuscated"]),
        run("synthesize", "crawlqa", world, "--easy", "--count", 60, "--out", names["easy"]),
        run("synthesize", "e2hqa", world, "--tasks", names["easy"], "--obfuscate", "--out", names["e2hqa"]),
    ):
        assert said.exit_code == 0, said.output
    return names


@pytest.fixture(scope="session")
def graph(world: Path) -> Graph:
    found = read_world(Snapshot.open(world))
    assert found
    return found


@pytest.fixture(scope="session")
def prover(world: Path, graph: Graph) -> Prover:
    return Prover(Snapshot.open(world), graph)


@pytest.fixture(scope="session")
def crawlqa(files: dict[str, Path]) -> list[Task]:
    return read_tasks(files["crawlqa"])


@pytest.fixture(scope="session")
def easy(files: dict[str, Path]) -> list[Task]:
    return read_tasks(files["easy"])


@pytest.fixture(scope="session")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of a site of harbours and ferries, which no generator of ours has made."""
    return build_harbours(tmp_path_factory.mktemp("harbours"))
