"""Which addresses of the network may be connected to: those of the public web, unless told otherwise.

A page can name any host, and the owner of a name can let it resolve to any address, another one each time. So the name
is resolved once, what it resolves to is looked at, and the connection goes to that very address.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

MAX_ADDRESSES = 4
"""Addresses of one host that are tried (our choice)."""
_NAT64 = ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """A host has no address on the public web."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public web: not private, loopback, link-local, multicast or reserved."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(parsed)
    return parsed.is_global and not parsed.is_multicast if inner is None else is_public(str(inner))


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does (RFC 4291, 3056, 4380, 6052)."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour


async def addresses(name: str, port: int, allow_private: bool) -> list[str]:
    """The addresses that a host may be reached at, in the order of the resolver.

    Raises:
        NotPublic: it has none that is allowed.
        OSError: the name cannot be resolved.
    """
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    every = dict.fromkeys(str(place[0]) for *_, place in found)
    allowed = [address for address in every if allow_private or is_public(address)]
    if not allowed:
        raise NotPublic(f"{name} has no address on the public web")
    return allowed[:MAX_ADDRESSES]
