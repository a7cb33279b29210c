"""Language models behind an OpenAI-compatible URL. A *completion* is what a model says next: asked once, then kept.

Each answer is kept on disk under the digest of its request, so that a run is repeated without the model, and the first
answer to a request stays its answer. What a server or a network does wrong is tried again, a few times and ever more
slowly; then it raises, for a fault of the machine must never become something that a model said. The key, if the
server wants one, is the environment variable OPENAI_API_KEY; it goes into no file and no message.
"""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b, sha256
from pathlib import Path

import msgspec

from webenv.completions.keeping import keep, read
from webenv.completions.posting import Failure, post
from webenv.completions.records import Completion, Message, Request
from webenv.errors import InputError, WebenvError
from webenv.types import Record

__all__ = ["Completion", "Completions", "Message", "Request", "cache_folder"]

MAX_WAIT_S = 60.0
"""Longest pause before another try, whatever the server asks for, in seconds (our choice)."""
_ASKED_AHEAD = 2
"""Requests taken for each one that is under way (our choice)."""


class Completions(Record):
    """One model of one server, for example `http://127.0.0.1:8000/v1`. May be used from several threads."""

    base_url: str
    model: str
    cache_dir: Path
    timeout_s: float = 300.0
    """Longest wait for one answer (our choice)."""
    tries: int = 6
    """Tries for one answer (our choice)."""
    first_wait_s: float = 0.5
    """About how long to wait before the second try; each later wait is twice as long (our choice)."""

    def ask(
        self,
        messages: Sequence[Message],
        *,
        temperature: float = 0.0,
        max_tokens: int | None = None,
        stop: Sequence[str] = (),
        seed: int | None = None,
    ) -> Completion:
        """What the model says next.

        Raises:
            WebenvError: the server cannot be reached, goes on failing, or does not speak the API.
        """
        asked = Request(
            messages=tuple(messages), temperature=temperature, max_tokens=max_tokens, stop=tuple(stop), seed=seed
        )
        return self.answer(asked)

    def ask_all(self, requests: Iterable[Request], parallel: int = 4) -> Generator[Completion, None, None]:
        """The answers in the order of the requests, `parallel` of them asked for at a time.

        Raises:
            WebenvError: as `ask`; the answers that came are kept on disk.
        """
        pool = ThreadPoolExecutor(parallel)
        waiting: deque[Future[Completion]] = deque()
        try:
            for request in requests:
                waiting.append(pool.submit(self.answer, request))
                if len(waiting) >= parallel * _ASKED_AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def answer(self, request: Request) -> Completion:
        """The answer to a request; raises as `ask`."""
        body = msgspec.json.encode({"model": self.model, **msgspec.to_builtins(request)})
        kept = self.cache_dir / f"{sha256(body).hexdigest()}.json"
        return read(kept) or keep(kept, self._insist(body))

    def _insist(self, body: bytes) -> Completion:
        """The server's answer, after as many tries as it takes and are allowed."""
        url, key = self._url(), _key()
        for attempt in range(1, self.tries + 1):
            try:
                return post(url, key, body, self.timeout_s)
            except Failure as error:
                failure = error
            if not failure.passing or attempt == self.tries:
                break
            time.sleep(min(MAX_WAIT_S, max(failure.wait_s, self._pause(body, attempt))))
        tried = f"{attempt} tries" if attempt > 1 else "1 try"
        reason = failure.reason.replace(key, "…") if key else failure.reason
        raise WebenvError(
            f"{url}: model {self.model!r} gave no answer in {tried}: {reason}; check the server, the model's name and "
            f"OPENAI_API_KEY, then run this again: answers so far are kept in {self.cache_dir}"
        )

    def _pause(self, body: bytes, attempt: int) -> float:
        """Twice as long each time, and half as much to spare: not all who wait come back together."""
        drawn = int.from_bytes(blake2b(body, digest_size=8, salt=attempt.to_bytes(16)).digest()) / (1 << 64)
        return self.first_wait_s * 2.0 ** (attempt - 1) * (0.75 + drawn / 2)

    def _url(self) -> str:
        """Where to ask; an address that holds a key is refused, for addresses stand in messages."""
        if not re.fullmatch(r"https?://[^\s/?#@\\]+(/[^\s?#@]*)?", self.base_url):
            raise InputError("the model's server: not an address such as http://127.0.0.1:8000/v1, without ?, # and @")
        return f"{self.base_url.rstrip('/')}/chat/completions"


def cache_folder() -> Path:
    """Where answers are kept unless a caller says otherwise: `webenv/completions` of the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "webenv" / "completions"


def _key() -> str:
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise InputError("OPENAI_API_KEY: holds a character that no key has; set it again")
    return key
