"""Who may come in: a token for the first request, a cookie after it, and names that are ours."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from memory.errors import UserInputError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
USUAL_PORTS = {"http": 80, "https": 443}
AT_HOME = ("same-origin", "none")
"""What `Sec-Fetch-Site` says of requests that no other page began."""


@dataclass(frozen=True, slots=True)
class Door:
    """Judges requests by their headers. `token` opens it once; `session` is the cookie's value."""

    port: int
    names: frozenset[str]
    """Host names and addresses under which browsers may call, lower case."""
    any_address: bool = False
    """Whether every literal address is good too: one cannot be made to lead elsewhere by DNS."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def cookie(self) -> str:
        """Its cookie's name; cookies are shared by all ports of a machine, so it tells the port."""
        return f"passdown-{self.port}"

    def refusal(self, headers: Mapping[str, str], *, socket: bool) -> str:
        """Why a request is refused whoever sends it, or nothing.

        The host has to be one of ours (DNS rebinding). An origin, which browsers tell of every
        web socket, has to be this very server; and no other page may have begun the request.
        """
        host = _place(f"//{headers.get('Host', '')}")
        if host is None or not self._is_ours(host):
            return "this server does not answer to that name; --name adds one"
        origin = headers.get("Origin")
        if origin is None and socket:
            return "the request does not say which page it comes from"
        if origin is not None and not _same(_place(origin), host):
            return "the request comes from another page"
        site = headers.get("Sec-Fetch-Site", "none")
        if site not in AT_HOME and headers.get("Sec-Fetch-Mode") != "navigate":
            return "the request comes from another page"
        return ""

    def opens(self, token: str) -> bool:
        """Whether this is the token, in constant time."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def knows(self, session: str | None) -> bool:
        """Whether this is the cookie that the token was exchanged for, in constant time."""
        return hmac.compare_digest((session or "").encode(), self.session.encode())

    def _is_ours(self, host: SplitResult) -> bool:
        name = (host.hostname or "").rstrip(".")
        if host.username is not None or host.path or host.query or host.fragment:
            return False
        if name in self.names:
            return True
        return self.any_address and is_address(name)


def names_of(host: str, more: tuple[str, ...], own_name: str) -> tuple[frozenset[str], bool]:
    """Names that a server bound to `host` answers to, and whether any literal address does."""
    given = {name.strip().lower().rstrip(".") for name in (host, *more)}
    everywhere = is_address(host) and ipaddress.ip_address(host).is_unspecified
    if everywhere:
        given.add(own_name.lower())
    if everywhere or is_loopback(host):
        given.update(LOOPBACK)
    return frozenset(given), everywhere


def is_address(name: str) -> bool:
    """Whether it is a literal address of IPv4 or IPv6."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def check_host(host: str, *, expose: bool) -> None:
    """Raise `UserInputError` for an address that others reach, unless one said so."""
    if not is_loopback(host) and not expose:
        raise UserInputError(
            f"{host!r} can be reached from other machines, and whoever has the link acts as you; "
            "add --expose if that is what you want"
        )


def _place(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        found = parts.hostname and (parts.port or True)
    except ValueError:
        return None
    return parts if found else None


def _same(origin: SplitResult | None, host: SplitResult) -> bool:
    """Whether an origin is this host at this port, over http or over a proxy's https."""
    if origin is None or origin.scheme not in USUAL_PORTS or origin.path:
        return False
    usual = USUAL_PORTS[origin.scheme]
    return (origin.hostname, origin.port or usual) == (host.hostname, host.port or usual)
