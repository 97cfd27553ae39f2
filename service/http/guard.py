"""Refuse addresses inside private networks where it cannot be talked round: at the socket.

A name proves nothing (it may resolve to anything, and to something else a moment later) and aiohttp asks no resolver
about literal addresses. So the address is judged when the socket to it is made, after every redirect and every lookup,
in whatever spelling it came: `localhost`, `0x7f.1`, `[::ffff:127.0.0.1]`. What is checked by spelling here (scheme,
port, user names) only makes the refusal earlier and its sentence clearer.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from yarl import URL

from service.errors import NotAWebAddress

#: The ports of the public web; everything else behind an address is somebody's database.
WEB_PORTS = frozenset({80, 443})

#: All IPv6 unicast ever handed out for the public internet lies here (IANA's registry of global unicast addresses).
_PUBLIC_V6 = IPv6Network("2000::/3")
#: Here the last 32 bits are an IPv4 address, reached through a translator (RFC 6052); IPv6-only servers need it.
_TRANSLATED_V4 = IPv6Network("64:ff9b::/96")

#: What aiohttp hands a socket factory: family, type, protocol, canonical name, socket address.
AddressInfo = tuple[Any, Any, Any, Any, Any]


class RefusedSocketError(OSError):
    """The address is not one we open a socket to.

    One sentence for all addresses of a host: aiohttp keeps an error's class only where all attempts said the same.
    """

    def __init__(self) -> None:
        super().__init__("refused: not a public address on a web port")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is out on the public internet, also when read as the IPv4 address it carries."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv4Address):
        return True
    carried = _carried(address)
    return is_public(carried) if carried is not None else address in _PUBLIC_V6


def public_socket(info: AddressInfo) -> socket.socket:
    """Make the socket to a public address on port 80 or 443; raise RefusedSocketError for any other."""
    address, port = _destination(info)
    if not is_public(address) or port not in WEB_PORTS:
        raise RefusedSocketError
    return socket.socket(family=info[0], type=info[1], proto=info[2])


def loopback_socket(info: AddressInfo) -> socket.socket:
    """Make the socket to this machine itself, on any port; raise RefusedSocketError for any other address."""
    address, _ = _destination(info)
    if not _is_loopback(address):
        raise RefusedSocketError
    return socket.socket(family=info[0], type=info[1], proto=info[2])


def names_loopback(url: str | URL) -> bool:
    """Tell whether a URL plainly names this machine: `localhost`, 127.0.0.0/8 or ::1, and no cleverer spelling."""
    try:
        host = URL(url).host or ""
        return host == "localhost" or _is_loopback(ip_address(host))
    except ValueError:
        return False


def web_address(url: str | URL, *, https_only: bool, loopback: bool) -> URL:
    """Read a URL we are asked to call.

    Args:
        url: absolute, http or https.
        https_only: refuse plain http.
        loopback: the URL names loopback and may: any port will do.

    Raises:
        NotAWebAddress: another scheme or port, no host, a user name or password inside, or not a URL at all.
    """
    try:
        read = URL(url)
        port = read.port
    except (ValueError, TypeError):
        raise NotAWebAddress("It cannot be read as a URL.") from None
    if read.scheme not in {"http", "https"} or not read.host:
        raise NotAWebAddress("It must begin with https:// or http:// and name a host.")
    if https_only and read.scheme != "https":
        raise NotAWebAddress(f"{read.host}: it must begin with https://.")
    if read.user is not None or read.password is not None:
        raise NotAWebAddress(f"{read.host}: it must not carry a user name or password.")
    if port not in WEB_PORTS and not loopback:
        raise NotAWebAddress(f"{read.host}: only ports 80 and 443 are called, not {port}.")
    return read


def _destination(info: AddressInfo) -> tuple[IPv4Address | IPv6Address, int]:
    """Return the address, IPv4 where it is IPv4 in disguise, and the port a socket would lead to."""
    if info[0] not in {socket.AF_INET, socket.AF_INET6}:
        raise RefusedSocketError
    address = ip_address(info[4][0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address, int(info[4][1])


def _is_loopback(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address an IPv6 address stands for; None when it is an IPv6 address and nothing else."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _TRANSLATED_V4:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
