"""One URL at a time, politely, with a record of whatever came of it: a response, or why there is none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar

from webenv.types import MissingReason
from webenv.web import recorded
from webenv.web.address import canonical, host
from webenv.web.live.records import LiveSettings
from webenv.web.wire.guard import NotPublic, addresses, is_public
from webenv.web.wire.recording import Recording
from webenv.web.wire.records import Exchange
from webenv.web.wire.robots import MAX_ROBOTS_REDIRECTS, Rules, rules_of

if TYPE_CHECKING:
    from ssl import SSLContext

    import httpx

MAX_CRAWL_DELAY_S = 30
"""A host that asks for a longer Crawl-delay is left alone: an agent waits meanwhile (our choice)."""
MAX_RETRY_AFTER_S = 10
"""A host that asks for a longer Retry-After is not tried again (our choice)."""

Result = TypeVar("Result")


class Fetcher:
    """Fetches what a recording does not hold."""

    def __init__(self, recording: Recording, settings: LiveSettings, is_sound: Callable[[str], bool]) -> None:
        """`is_sound` says whether a snapshot could hold the response that was recorded to a URL."""
        self._recording, self._settings, self._is_sound = recording, settings, is_sound
        self._rules: dict[str, Rules | MissingReason] = {}
        self._asked: dict[str, float] = {}
        self._until = 0.0

    def fetch(self, url: str) -> None:
        """See to it that the recording holds a response to a canonical URL, or why there is none."""
        self._until = time.monotonic() + self._settings.visit_s
        rules = self._rules_for(url)
        if self._is_settled(url):
            return  # it is that robots.txt
        if isinstance(rules, str):
            self.give_up(url, rules)
        elif rules.against(url):
            self.give_up(url, "robots")
        else:
            self._ask(url)

    def give_up(self, url: str, reason: MissingReason) -> None:
        """Record that a URL could not be read."""
        self._recording.add(
            recorded.unread_name(url), self._settings.now(), recorded.encode_reason(reason), recorded.MIME
        )

    def _is_settled(self, url: str) -> bool:
        return url in self._recording or recorded.unread_name(url) in self._recording

    def _ask(self, url: str) -> None:
        """Record the response, or why there is none that a snapshot could hold."""
        made = _run(self._insist(url))
        if not isinstance(made, Exchange):
            return self.give_up(url, made)
        self._recording.append(made)
        if not self._is_sound(url):
            self._recording.retract(url)
            self.give_up(url, "broken-answer")
        return None

    def _rules_for(self, url: str) -> Rules | MissingReason:
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._rules:
            self._rules[origin] = self._learn(f"{origin}/robots.txt")
        return self._rules[origin]

    def _learn(self, url: str) -> Rules | MissingReason:
        """The rules of a site, or why they cannot be had: then nothing may be fetched there."""
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            if not self._is_settled(url):
                self._ask(url)
            if url not in self._recording:
                return recorded.decode_reason(self._recording.response(recorded.unread_name(url)).body)
            response = self._recording.response(url)
            if not 300 <= response.status < 400:
                return rules_of(response, MAX_CRAWL_DELAY_S)
            url = canonical(response.get("Location"), url) or ""
            if not url:
                break
        return Rules()  # too many redirects: as if there were none

    async def _insist(self, url: str) -> Exchange | MissingReason:
        """The exchange, after as many tries as it takes and are allowed."""
        from webenv.web.wire.failures import RETRIED, retry_after

        for left in reversed(range(self._settings.retries + 1)):
            await self._pause(host(url))
            made = await self._try(url)
            if isinstance(made, Exchange):
                wait = retry_after(made.response.get("Retry-After"))
                if made.response.status not in RETRIED or wait > MAX_RETRY_AFTER_S or not left:
                    return made
                await asyncio.sleep(wait)
            elif made == "private-address" or time.monotonic() > self._until:
                break
        return made

    async def _pause(self, name: str) -> None:
        """Wait until the host may be asked again."""
        rules = [self._rules.get(f"{scheme}://{name}") for scheme in ("http", "https")]
        delay = max([self._settings.delay_s, *(each.delay_s for each in rules if isinstance(each, Rules))])
        since = time.monotonic() - self._asked.get(name, -delay)
        await asyncio.sleep(max(0.0, delay - since))
        self._asked[name] = time.monotonic()

    async def _try(self, url: str) -> Exchange | MissingReason:
        import httpx

        from webenv.web.wire.failures import NETWORK_ERRORS

        try:
            async with asyncio.timeout(max(0.0, min(self._settings.whole_s, self._until - time.monotonic()))):
                return await self._exchange(url)
        except NotPublic:
            return "private-address"
        except (TimeoutError, httpx.TimeoutException):
            return "timed-out"
        except (httpx.ConnectError, httpx.ProxyError, OSError, UnicodeError):
            return "no-connection"
        except (*NETWORK_ERRORS, httpx.InvalidURL):
            return "broken-answer"

    async def _exchange(self, url: str) -> Exchange:
        """The exchange with the first address of the host that can be connected to."""
        import httpx

        from webenv.web.wire.exchange import exchange

        settings, proxy = self._settings, self._settings.proxy or None
        pins = await self._pins(httpx.URL(url))
        async with httpx.AsyncHTTPTransport(proxy=proxy, verify=self._certificates) as transport:
            for pin in pins[:-1]:
                try:
                    return await exchange(transport, url, settings, settings.whole_s, pin)
                except httpx.ConnectError:
                    continue
            return await exchange(transport, url, settings, settings.whole_s, pins[-1])

    async def _pins(self, url: httpx.URL) -> list[str]:
        """The addresses to connect to; through a proxy, which resolves names itself, none."""
        allowed = self._settings.allow_private
        if not self._settings.proxy:
            return await addresses(url.host, url.port or (443 if url.scheme == "https" else 80), allowed)
        if not allowed and _is_address(url.host) and not is_public(url.host):
            raise NotPublic(url.host)
        return [""]

    @cached_property
    def _certificates(self) -> SSLContext:
        import httpx

        return httpx.create_ssl_context()


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _run(work: Coroutine[object, object, Result]) -> Result:
    """Run a coroutine to its end, also where an event loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
