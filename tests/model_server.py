"""A server on 127.0.0.1 that speaks the chat completions API, and goes wrong as it is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Lock, Thread
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """An answer that is not a completion."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = {}  # noqa: RUF012
    missing: int = 0
    """Bytes that are promised and not sent."""
    slow_s: float = 0.0
    """Pause between the bytes of the body."""


class Server(ThreadingHTTPServer):
    """Says what `say` makes of a request, after the faults that were ordered, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, say: Callable[[dict[str, Any]], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.say, self.faults, self.lock = say, list[Fault](), Lock()
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []
        """Path, request and key."""
        self.at_once = self.most_at_once = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        server = self.server
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.lock:
            server.asked.append((self.path, request, self.headers["Authorization"] or self.headers["X-API-KEY"]))
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
            fault = server.faults.pop(0) if server.faults else None
        fault = fault or Fault(body=completion(server.say(request)))
        with server.lock:
            server.at_once -= 1
        self._answer(fault)

    def _answer(self, fault: Fault) -> None:
        self.send_response_only(fault.status)
        self.send_header("Content-Length", str(len(fault.body) + fault.missing))
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for byte in fault.body if fault.slow_s else ():
                self.wfile.write(bytes([byte]))
                time.sleep(fault.slow_s)
            self.wfile.write(b"" if fault.slow_s else fault.body)
        except OSError:
            pass  # who asked has gone away

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def completion(content: str, finish_reason: str = "stop", tokens: int = 7) -> bytes:
    """The body of an answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish_reason}
    return json.dumps({"id": "1", "choices": [choice], "usage": {"completion_tokens": tokens}}).encode()


def meeting(say: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    """Answers as `say` does, but the first request only when a second one has come: they are asked at the same time."""
    both, asked = Barrier(2, timeout=60), iter(range(2))

    def wait(request: dict[str, Any]) -> str:
        if next(asked, None) is not None:
            both.wait()
        return say(request)

    return wait


@contextmanager
def serving(say: Callable[[dict[str, Any]], str]) -> Iterator[Server]:
    """A running server."""
    with Server(say) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
