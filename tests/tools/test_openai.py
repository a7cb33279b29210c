"""A model that summarises, behind a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tools.openai import OpenAISummariser
from tools.session import Session
from tools.summary import ExtractiveSummariser, Summary
from tools.visit import Visit
from webenv.errors import WebenvError
from webenv.types import Page

PARK = "http://parks.example/howard"


class Server(ThreadingHTTPServer):
    """Speaks the chat completions API: always says `content`, with `status`, and keeps what it was asked."""

    content = json.dumps({"rational": "r", "evidence": "ZIP {goal} 34689", "summary": "It is 34689."})
    status = 200
    body: bytes | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, request, self.headers["Authorization"]))
        reply = {
            "id": "1",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": self.server.content}}],
        }
        body = self.server.body or json.dumps(reply).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def page(session: Session) -> Page:
    page = session.open(PARK)
    assert isinstance(page, Page)
    return page


def test_the_model_is_asked_once(server: Server, page: Page, tmp_path: Path) -> None:
    summariser = OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path / "answers")
    expected = Summary(evidence="ZIP {goal} 34689", summary="It is 34689.")
    assert summariser.summarise(page, "the {text} ZIP") == expected
    assert summariser.summarise(page, "the {text} ZIP") == expected
    ((path, request, key),) = server.asked
    assert path == "/v1/chat/completions"
    assert (request["model"], request["temperature"], key) == ("small", 0, None)
    prompt = request["messages"][0]["content"]
    assert "the {text} ZIP" in prompt
    assert page.text in prompt
    assert [file.suffix for file in (tmp_path / "answers").iterdir()] == [".txt"]


def test_another_goal_is_another_question(server: Server, page: Page, tmp_path: Path) -> None:
    summariser = OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path)
    summariser.summarise(page, "ZIP")
    summariser.summarise(page, "city")
    assert len(server.asked) == 2


def test_an_answer_in_the_cache_needs_no_server(server: Server, page: Page, tmp_path: Path) -> None:
    answered = OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path).summarise(page, "ZIP")
    offline = OpenAISummariser(base_url="http://127.0.0.1:9/v1", model="small", cache_dir=tmp_path)
    assert offline.summarise(page, "ZIP") == answered


def test_the_key_comes_from_the_environment(
    server: Server, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path).summarise(page, "ZIP")
    assert server.asked[0][2] == "Bearer secret"
    assert not any("secret" in file.read_text() for file in tmp_path.iterdir())


def test_a_markdown_fence_is_taken_off(server: Server, page: Page, tmp_path: Path) -> None:
    server.content = '```json\n{"rational": "", "evidence": "e", "summary": "s"}\n```'
    summariser = OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path)
    assert summariser.summarise(page, "ZIP") == Summary(evidence="e", summary="s")


@pytest.mark.parametrize("content", ["I cannot say.", "{", '{"evidence": 1, "summary": "s"}', "[" * 100_000])
def test_an_answer_that_cannot_be_read_falls_back(server: Server, page: Page, tmp_path: Path, content: str) -> None:
    server.content = content
    summariser = OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path)
    assert summariser.summarise(page, "ZIP") == ExtractiveSummariser().summarise(page, "ZIP")


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (200, b"<html>"), (200, b'{"choices": []}')])
def test_a_server_that_fails_raises_and_nothing_is_kept(
    server: Server, session: Session, tmp_path: Path, status: int, body: bytes
) -> None:
    server.status, server.body = status, body
    session.summariser = OpenAISummariser(base_url=server.base_url, model="small", cache_dir=tmp_path / "answers")
    with pytest.raises(WebenvError, match=r"chat/completions: summariser 'small' failed: .*start the server"):
        Visit(url=PARK, goal="ZIP").run(session)
    assert not (tmp_path / "answers").exists()


def test_a_server_that_is_down_raises(page: Page, tmp_path: Path) -> None:
    summariser = OpenAISummariser(base_url="http://127.0.0.1:9/v1", model="small", cache_dir=tmp_path)
    with pytest.raises(WebenvError, match="ConnectError"):
        summariser.summarise(page, "ZIP")
