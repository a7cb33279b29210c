"""A model that summarises, behind a real server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model_server import Fault, Server, serving
from tools.openai import OpenAISummariser
from tools.session import Session
from tools.summary import ExtractiveSummariser, Summary
from tools.visit import Visit
from webenv.completions import Completions
from webenv.errors import WebenvError
from webenv.types import Page

PARK = "http://parks.example/howard"


CONTENT = json.dumps({"rational": "r", "evidence": "ZIP {goal} 34689", "summary": "It is 34689."})


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(lambda request: CONTENT) as running:
        yield running


def summariser(server: Server, cache_dir: Path, tries: int = 2) -> OpenAISummariser:
    model = Completions(base_url=server.base_url, model="small", cache_dir=cache_dir, tries=tries, first_wait_s=0.01)
    return OpenAISummariser(completions=model)


@pytest.fixture
def page(session: Session) -> Page:
    page = session.open(PARK)
    assert isinstance(page, Page)
    return page


def test_the_model_is_asked_once(server: Server, page: Page, tmp_path: Path) -> None:
    asking = summariser(server, tmp_path)
    expected = Summary(evidence="ZIP {goal} 34689", summary="It is 34689.")
    assert asking.summarise(page, "the {text} ZIP") == expected
    assert asking.summarise(page, "the {text} ZIP") == expected
    ((_, request, _),) = server.asked
    assert (request["model"], request["temperature"]) == ("small", 0)
    prompt = request["messages"][0]["content"]
    assert "the {text} ZIP" in prompt
    assert page.text in prompt


def test_another_goal_is_another_question(server: Server, page: Page, tmp_path: Path) -> None:
    asking = summariser(server, tmp_path)
    asking.summarise(page, "ZIP")
    asking.summarise(page, "city")
    assert len(server.asked) == 2


def test_a_markdown_fence_is_taken_off(server: Server, page: Page, tmp_path: Path) -> None:
    server.say = lambda request: '```json\n{"rational": "", "evidence": "e", "summary": "s"}\n```'
    assert summariser(server, tmp_path).summarise(page, "ZIP") == Summary(evidence="e", summary="s")


@pytest.mark.parametrize("content", ["I cannot say.", "{", '{"evidence": 1, "summary": "s"}', "[" * 100_000])
def test_an_answer_that_cannot_be_read_falls_back(server: Server, page: Page, tmp_path: Path, content: str) -> None:
    server.say = lambda request: content
    assert summariser(server, tmp_path).summarise(page, "ZIP") == ExtractiveSummariser().summarise(page, "ZIP")


def test_a_server_that_fails_raises_and_is_never_shown(server: Server, session: Session, tmp_path: Path) -> None:
    server.faults = [Fault(status=500)] * 2
    session.summariser = summariser(server, tmp_path)
    with pytest.raises(WebenvError, match="model 'small' gave no answer in 2 tries: status 500"):
        Visit(url=PARK, goal="ZIP").run(session)
    assert "It is 34689." in Visit(url=PARK, goal="ZIP").run(session)
