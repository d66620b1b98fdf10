"""A name that a trusted proxy gives in a header: which header, and who is believed.

    UGATUZI_USER_HEADER    the header, X-Forwarded-User for instance
    UGATUZI_TRUSTED_PROXY  the addresses or networks of the proxy, with commas between them
    UGATUZI_PROXY_SECRET   a secret that the proxy sends along in X-Ugatuzi-Proxy

At least one of the last two must be set, and what is set must hold: anybody may send a header.
Names and the secret are sent in UTF-8.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.errors import PlannerError
from planner.people import LONGEST

HEADER, PROXIES, SECRET = "UGATUZI_USER_HEADER", "UGATUZI_TRUSTED_PROXY", "UGATUZI_PROXY_SECRET"
SECRET_HEADER = "X-Ugatuzi-Proxy"  # noqa: S105 - the name of a header
LEAST_SECRET = 16
_AROUND = " \t"  # the only blanks that may stand around the value of a header
_JOINS = ","  # between the values of a header that came several times
_TOKEN = re.compile(r"[A-Za-z0-9-]+", re.ASCII)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is believed: the header with the name, its networks, and its secret."""

    header: str
    networks: tuple[Network, ...]
    secret: str

    def name(self, values: Sequence[str], secrets: Sequence[str], peer: str | None) -> str | None:
        """The name that is believed; None where there is none.

        Args:
            values: Every value of the header that came, its bytes handed on as Latin-1. More than
                one is none, also where a proxy in front has joined them.
            secrets: Every value of `SECRET_HEADER`, handed on in the same way.
            peer: The address that the connection came from.
        """
        if self.networks and not self._is_within(peer):
            return None
        if self.secret and not (len(secrets) == 1 and _same(_read(secrets[0]), self.secret)):
            return None
        name = _read(values[0]).strip(_AROUND) if len(values) == 1 else ""
        can_be_a_name = 0 < len(name) <= LONGEST and name.isprintable() and _JOINS not in name
        return name if can_be_a_name else None

    def _is_within(self, peer: str | None) -> bool:
        try:
            address: Address = ipaddress.ip_address(peer or "")
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self.networks)


def proxy() -> Proxy | None:
    """The proxy that is set up; None where none is.

    Raises:
        PlannerError: What is set up would let anybody be anybody, or cannot be read.
    """
    header = os.environ.get(HEADER, "").strip()
    if not header:
        return None
    if _TOKEN.fullmatch(header) is None or header.casefold() == SECRET_HEADER.casefold():
        raise PlannerError(f"{HEADER}: found {header!r}; expected the name of a header.")
    secret = os.environ.get(SECRET, "").strip()
    networks = tuple(_network(each) for each in os.environ.get(PROXIES, "").split(",") if each)
    if secret and len(secret) < LEAST_SECRET:
        message = f"{SECRET}: found {len(secret)} characters; expected {LEAST_SECRET} or more."
        raise PlannerError(message)
    if not secret and not networks:
        message = (
            f"{HEADER} is set, but not who may send it, so anybody could be anybody. Set "
            f"{PROXIES} to the address of the proxy, or {SECRET}, or both."
        )
        raise PlannerError(message)
    return Proxy(header, networks, secret)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        message = f"{PROXIES}: found {text.strip()!r}; expected addresses or networks, as 10.0.0.5."
        raise PlannerError(message) from None


def _read(value: str) -> str:
    """What a header's bytes, handed on as Latin-1, say in UTF-8; nothing where they say nothing."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return ""


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())
