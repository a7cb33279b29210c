"""A model behind a real server on this machine: asked once, whatever goes wrong on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Timer
from typing import Any

import pytest

from tests.model_server import Fault, Server, completion, serving
from webenv.completions import Completion, Completions, Request
from webenv.errors import InputError, WebenvError

HELLO = [{"role": "user", "content": "hello"}]


def echo(request: dict[str, Any]) -> str:
    return f"You said {request['messages'][-1]['content']}."


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(echo) as running:
        yield running


@pytest.fixture
def model(server: Server, tmp_path: Path) -> Completions:
    return Completions(
        base_url=server.base_url,
        model="small",
        cache_dir=tmp_path / "answers",
        timeout_s=30,
        tries=3,
        first_wait_s=0.01,
    )


def requests(count: int) -> list[Request]:
    return [Request(messages=({"role": "user", "content": str(number)},)) for number in range(count)]


def test_a_request_is_asked_once_and_answered_without_the_server_ever_after(server: Server, model: Completions) -> None:
    expected = Completion(text="You said hello.", finish_reason="stop", tokens=7)
    options: dict[str, Any] = {"temperature": 0.7, "max_tokens": 20, "stop": ["\n\n"], "seed": 3}
    assert model.ask(HELLO, **options) == model.ask(HELLO, **options) == expected
    [(path, request, key)] = server.asked
    assert (path, key) == ("/v1/chat/completions", None)
    assert request == {"model": "small", "messages": HELLO, **options}
    offline = Completions(base_url="http://127.0.0.1:9/v1", model="small", cache_dir=model.cache_dir)
    assert offline.ask(HELLO, **options) == expected


def test_every_part_of_a_request_makes_it_another(server: Server, model: Completions) -> None:
    for options in ({}, {"seed": 1}, {"seed": 2}, {"temperature": 0.5}, {"stop": ["x"]}, {"max_tokens": 1}):
        model.ask(HELLO, **options)  # type: ignore[arg-type]
    assert len(server.asked) == len(list(model.cache_dir.iterdir())) == 6


def test_what_is_left_out_is_left_to_the_server(server: Server, model: Completions) -> None:
    list(model.ask_all(requests(1)))
    assert server.asked[0][1].keys() == {"model", "messages"}


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault(status=status) for status in (429, 500, 502, 503, 504)),
        Fault(status=429, headers={"Retry-After": "0"}),
        Fault(status=503, headers={"Retry-After": "Thu, 99 Foo"}),
        Fault(body=completion("half")[:30], missing=50),
        Fault(body=completion("half")[:30]),
        Fault(body=b"<html>bad gateway</html>"),
        Fault(body=b"\xff\xfe"),
        Fault(body=b'{"id":' + b"[" * 100_000),
    ],
    ids=lambda fault: f"{fault.status} {fault.body[:8]!r}",
)
def test_what_may_pass_is_tried_again(server: Server, model: Completions, fault: Fault) -> None:
    server.faults = [fault, fault]
    assert model.ask(HELLO).text == "You said hello."
    assert len(server.asked) == 3


def test_a_slow_answer_is_given_up_and_tried_again(server: Server, model: Completions) -> None:
    server.faults = [Fault(body=completion("drip"), slow_s=0.2)]
    hasty = Completions(base_url=model.base_url, model="small", cache_dir=model.cache_dir, timeout_s=0.5)
    assert hasty.ask(HELLO).text == "You said hello."


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "1"},
        {"Retry-After": "Tue, 04 Jun 2024 10:00:01 GMT", "Date": "Tue, 04 Jun 2024 10:00:00 GMT"},
    ],
)
def test_the_pause_that_the_server_asks_for(server: Server, model: Completions, headers: dict[str, str]) -> None:
    server.faults = [Fault(status=429, headers=headers)] * 1_000
    timer = Timer(0.8, server.faults.clear)
    timer.start()
    assert model.ask(HELLO).text == "You said hello."
    timer.join()


@pytest.mark.parametrize(
    ("fault", "tried", "reason"),
    [
        (Fault(status=500, body=b"out\nof memory"), "3 tries", "status 500: out of memory"),
        (Fault(status=401, body=b"no such key"), "1 try", "status 401: no such key"),
        (Fault(status=302, headers={"Location": "http://127.0.0.1:9/"}), "1 try", "status 302"),
        (Fault(body=b'{"choices": []}'), "1 try", "not a chat completion"),
        (Fault(body=b'{"choices": [{"message": {"content": 1}}]}'), "1 try", "not a chat completion"),
        (Fault(body=b" " * ((16 << 20) + 1)), "1 try", "more than 16,777,216 bytes"),
        (Fault(body=completion("half")[:30], missing=50), "3 tries", "RemoteProtocolError"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_stays_wrong_raises_and_leaves_nothing(
    server: Server, model: Completions, fault: Fault, tried: str, reason: str
) -> None:
    server.faults = [fault] * 3
    with pytest.raises(WebenvError) as raised:
        model.ask(HELLO)
    for part in (f"{server.base_url}/chat/completions: model 'small' gave no answer", tried, reason, "run this again"):
        assert part in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not model.cache_dir.exists()


def test_a_server_that_is_down_raises(tmp_path: Path) -> None:
    nobody = Completions(base_url="http://127.0.0.1:9/v1", model="m", cache_dir=tmp_path, tries=2, first_wait_s=0.01)
    with pytest.raises(WebenvError, match="in 2 tries: ConnectError"):
        nobody.ask(HELLO)


def test_the_key_goes_to_the_server_and_nowhere_else(
    server: Server, model: Completions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " sk-secret\n")
    server.faults = [Fault(status=401, body=b"the key sk-secret is not known")]
    with pytest.raises(WebenvError, match="the key … is not known") as raised:
        model.ask(HELLO)
    assert "secret" not in repr(raised.value.__context__) + repr(raised.value)
    model.ask(HELLO)
    assert [key for *_, key in server.asked] == ["Bearer sk-secret"] * 2
    assert not any("secret" in file.read_text() for file in model.cache_dir.iterdir())
    monkeypatch.setenv("OPENAI_API_KEY", "two\nlines")
    with pytest.raises(InputError, match="OPENAI_API_KEY: holds a character") as refused:
        model.ask([{"role": "user", "content": "other"}])
    assert "lines" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "127.0.0.1", "ftp://a/v1", "http://me:secret@host/v1", "http://a/v1?key=secret"])
def test_an_address_that_is_none_or_holds_a_key_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="the model's server: not an address") as raised:
        Completions(base_url=url, model="m", cache_dir=tmp_path).ask(HELLO)
    assert "secret" not in str(raised.value)


def test_many_are_asked_at_a_time_and_answered_in_order(server: Server, model: Completions) -> None:
    together = Barrier(5)

    def say(request: dict[str, Any]) -> str:
        together.wait(timeout=20)
        return echo(request)

    server.faults, server.say = [Fault(status=503)] * 2, say
    answers = [answer.text for answer in model.ask_all(requests(20), parallel=5)]
    assert answers == [f"You said {number}." for number in range(20)]
    assert len(server.asked) == 22
    assert server.most_at_once == 5
    assert [answer.text for answer in model.ask_all(requests(20), parallel=1)] == answers
    assert len(server.asked) == 22


def test_a_failure_among_many_keeps_the_answers_before_it(server: Server, model: Completions) -> None:
    answers = model.ask_all(requests(40), parallel=1)
    assert next(answers).text == "You said 0."
    server.faults = [Fault(status=400)]
    with pytest.raises(WebenvError, match="status 400"):
        list(answers)
    assert len(server.asked) < 10
    assert [answer.text for answer in model.ask_all(requests(3))] == [f"You said {number}." for number in range(3)]


def test_the_first_answer_to_a_request_stays(server: Server, model: Completions) -> None:
    numbers = iter(range(100))
    server.say = lambda request: str(next(numbers))
    assert len({answer.text for answer in model.ask_all(requests(1) * 30, parallel=8)}) == 1


@pytest.mark.parametrize("damage", [b"", b"{", b'{"text": 1}', b"\xff"])
def test_a_kept_answer_that_was_damaged_is_asked_for_again(server: Server, model: Completions, damage: bytes) -> None:
    model.ask(HELLO)
    [file] = model.cache_dir.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert model.ask(HELLO).text == "You said hello."
    assert [each.read_bytes() for each in model.cache_dir.iterdir()] == [whole]


def test_processes_agree_on_the_names_of_answers(server: Server, model: Completions) -> None:
    model.ask(HELLO)
    program = (
        "import sys; from pathlib import Path; from webenv.completions import Completions;"
        "print(Completions(base_url='http://127.0.0.1:9', model='small', cache_dir=Path(sys.argv[1]))"
        ".ask([{'role': 'user', 'content': 'hello'}]).text, 'torch' in sys.modules, 'httpx' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(model.cache_dir)]
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONHASHSEED": "5"})
    assert ended.stdout == "You said hello. False False\n", ended.stderr
