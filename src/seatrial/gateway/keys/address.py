"""Where a client is: the other end of the connection, or what a trusted proxy says in `X-Forwarded-For`."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from seatrial.gateway.keys.key import Network

Address = IPv4Address | IPv6Address
HOPS = 32
"""So many entries of `X-Forwarded-For` are looked at."""


def client_address(
    headers: Sequence[tuple[bytes, bytes]], peer: str | None, trusted: Sequence[Network]
) -> Address | None:
    """The client's address; None where it cannot be told.

    Every proxy adds at the right the address that it was asked from, so the list is read from the right, and the first
    address that is no trusted proxy is the client: what stands further left, the client may have written itself.

    Args:
        headers: Of the request, names in lower case.
        peer: The other end of the connection.
        trusted: Proxies whose word is taken.
    """
    found = parse(peer or "")
    if not trusted or not within(found, trusted):
        return found
    told = b",".join(value for name, value in headers if name == b"x-forwarded-for")
    for entry in reversed(told.split(b",")[-HOPS:] if told.strip() else ()):
        found = parse(entry.decode("latin-1").strip())
        if not within(found, trusted):
            break
    return found


def within(address: Address | None, networks: Sequence[Network]) -> bool:
    """Whether an address lies in any of the networks."""
    return address is not None and any(address in network for network in networks)


@lru_cache(4096)
def parse(text: str) -> Address | None:
    """An address, with or without a port; IPv4 written as IPv6 is IPv4 again."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
