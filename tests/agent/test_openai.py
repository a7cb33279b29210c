"""`openai:URL#MODEL`: many episodes at a time through a real server, repeatable without it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from agent.policy import PolicySettings
from agent.rollout import RolloutSettings, rollout
from agent.trajectories import read_trajectories
from tests.model_server import Fault, Server, completion, meeting, serving
from webenv.cli import main
from webenv.errors import InputError, WebenvError
from webenv.protocol import render
from webenv.types import ToolCall, Turn


def play(request: dict[str, Any]) -> str:
    """Search once with the question, then answer with the seed, so that samples can be told apart."""
    said = request["messages"]
    if len(said) == 2:
        call = ToolCall(name="search", arguments={"query": said[1]["content"].rpartition("User: ")[2][:100]})
        return render(Turn(thought="Search.", call=call))
    return render(Turn(thought="Enough.", answer=str(request["seed"])))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving(play) as running:
        yield running


def settings(server: Server, samples: int = 2, **model: Any) -> RolloutSettings:
    budget = PolicySettings(max_new_tokens=64, **({"slots": 5} | model))
    return RolloutSettings(policy=f"openai:{server.base_url}#small", samples=samples, model=budget)


def test_a_rollout_survives_faults_and_is_repeated_without_the_server(
    nemo: Path, tmp_path: Path, server: Server
) -> None:
    server.faults += [
        Fault(status=429, headers={"Retry-After": "0"}),
        Fault(status=500),
        Fault(body=completion("half")[:40], missing=40),
    ]
    server.say = meeting(play)
    out = tmp_path / "out.jsonl"
    assert rollout(str(nemo), out, settings(server)) == 28
    played = list(read_trajectories(out))
    assert all([step.tool for step in each.steps] == ["search", ""] for each in played)
    assert len({each.steps[-1].action for each in played}) == 28, "every sample has a seed of its own"
    assert server.most_at_once <= 5
    asked = len(server.asked)
    again = msgspec.structs.replace(settings(server, slots=1), workers=2)
    server.say = lambda request: "not asked"
    rollout(str(nemo), tmp_path / "again.jsonl", again)
    assert (tmp_path / "again.jsonl").read_bytes() == out.read_bytes()
    assert len(server.asked) == asked
    assert CliRunner().invoke(main, ["replay", str(out)]).exit_code == 0


def test_options_reach_the_server_and_its_key_stays_out_of_the_file(
    nemo: Path, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    rollout(str(nemo), tmp_path / "out.jsonl", settings(server, samples=1, top_k=7, temperature=0.3))
    assert {key for *_, key in server.asked} == {"Bearer sk-secret"}
    assert {(r["top_k"], r["temperature"], r["top_p"], r["max_tokens"]) for _, r, _ in server.asked} == {
        (7, 0.3, 0.95, 64)
    }
    assert all("min_p" not in request for _, request, _ in server.asked)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"sk-secret" in path.read_bytes()]


def test_a_conversation_that_the_server_refuses_as_too_long_ends_its_episode(
    nemo: Path, tmp_path: Path, server: Server
) -> None:
    full = threading.Event()

    def say(request: dict[str, Any]) -> str:
        if len(request["messages"]) > 2:
            server.faults.append(Fault(status=400, body=b'{"error": "This model has a maximum context length of 10"}'))
            full.set()
        return play(request | {"messages": request["messages"][:2]})

    server.say = say
    rollout(str(nemo), tmp_path / "out.jsonl", msgspec.structs.replace(settings(server, 1, slots=1), limit=1))
    [played] = read_trajectories(tmp_path / "out.jsonl")
    assert full.is_set()
    assert (played.cut, played.reward.total, played.steps[-1].truncated) == ("context", 0, True)


def test_a_server_that_fails_stops_the_run_and_keeps_what_is_done(nemo: Path, tmp_path: Path, server: Server) -> None:
    asked = []

    def say(request: dict[str, Any]) -> str:
        asked.append(1)
        if len(asked) > 12:
            server.faults += [Fault(status=401, body=b"who are you?")] * 9
        return play(request)

    server.say = say
    with pytest.raises(WebenvError, match="status 401: who are you"):
        rollout(str(nemo), tmp_path / "out.jsonl", settings(server))
    part = tmp_path / "out.jsonl.part"
    kept = part.read_bytes().splitlines()
    assert 0 < len(kept) < 28
    server.say, server.faults[:] = play, []
    rollout(str(nemo), tmp_path / "out.jsonl", settings(server))
    assert set(kept) < set((tmp_path / "out.jsonl").read_bytes().splitlines())


@pytest.mark.parametrize("spec", ["openai:http://127.0.0.1:1/v1", "openai:#model"])
def test_a_specification_without_server_or_model(nemo: Path, tmp_path: Path, spec: str) -> None:
    with pytest.raises(InputError, match="name server and model"):
        rollout(str(nemo), tmp_path / "out.jsonl", RolloutSettings(policy=spec))
