"""Looking whether something is there at an address that anybody may have typed.

An address must not lead to what this machine alone can reach. So each host is resolved once, all
its addresses must be public, and the connection goes to one of those that were checked, whatever
the name leads to a moment later; the same again at each redirect. Nothing is sent but HEAD, or GET
where that is refused, and of the answer no more is read than its head.
"""

import socket
import ssl
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from time import monotonic
from urllib.parse import urljoin, urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext

Address = IPv4Address | IPv6Address

MOST_REDIRECTS = 5
MOST_ADDRESSES = 3
"""How many of a host's addresses are tried."""
PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)
NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
LAST_SERVER_ERROR = 599

NOT_PUBLIC_4 = [
    IPv4Network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
"""IPv4 of special use, by the registry of IANA: private, shared, local, for examples, multicast."""
PUBLIC_6 = IPv6Network("2000::/3")
"""The only part of IPv6 that is given out; others embed IPv4 or stay within a network."""
NOT_PUBLIC_6 = [
    IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
"""Within that: tunnels that embed IPv4 (Teredo, 6to4), protocols, examples."""


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a host; OSError or UnicodeError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(each) for each in dict.fromkeys(str(where[0]) for *_rest, where in found)]


@cache
def usual_trust() -> ssl.SSLContext:
    """Certificates as browsers on this machine trust them."""
    return ssl.create_default_context()


class Verdict(Enum):
    """What a look says of an address."""

    THERE = "there"
    GONE = "gone"
    SILENT = "silent"
    """Nothing answers, which can be our own network's fault."""
    UNTOLD = "untold"
    """It was not looked at, or keeps itself from programs."""


@dataclass(frozen=True)
class Look:
    """What was found at an address, and in words."""

    verdict: Verdict
    words: str


@dataclass(frozen=True)
class Terms:
    """What a look goes by; it takes other terms than these to look at a server of one's own."""

    is_public: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], Sequence[Address]] = resolve
    ports: Container[int] = frozenset(PORTS.values())
    trust: Callable[[], ssl.SSLContext] = usual_trust
    seconds_for_a_step: float = 5
    seconds: float = 10


USUAL = Terms()


class EndError(Exception):
    """The look ends here, with what it found."""

    def __init__(self, verdict: Verdict, words: str) -> None:
        super().__init__(words)
        self.look = Look(verdict, words)


@dataclass(frozen=True)
class Target:
    """Where a request goes: a host by name, and those of its addresses that may be tried."""

    is_encrypted: bool
    host: str
    port: int
    path: str
    addresses: Sequence[Address]


@dataclass(frozen=True)
class Reply:
    """What matters of an answer."""

    status: int
    location: str


def look(url: str, *, agent: str, terms: Terms = USUAL) -> Look:
    """Whether something is there; it takes no longer than the terms say, and resolving names."""
    until = monotonic() + terms.seconds
    try:
        for _step in range(MOST_REDIRECTS + 1):
            reply = ask(target_of(url, terms), agent, terms, until)
            if not reply.location:
                return judged(reply.status)
            url = urljoin(url, reply.location)
    except EndError as end:
        return end.look
    except (OSError, HTTPException, ValueError) as error:
        # What is cut at the end of the time fails in many ways.
        return failed(error if monotonic() < until else TimeoutError())
    return Look(Verdict.GONE, gettext("It leads from one address to the next without end."))


def target_of(url: str, terms: Terms) -> Target:
    """Where to ask; EndError where that is not asked, ValueError or OSError where it is nowhere."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise EndError(Verdict.UNTOLD, gettext("Only web addresses are looked at."))
    if parts.username is not None or parts.password is not None:
        raise EndError(Verdict.UNTOLD, gettext("It holds a name or a password."))
    port = parts.port or PORTS[parts.scheme]
    if port not in terms.ports:
        raise EndError(Verdict.UNTOLD, gettext("It has an unusual port."))
    host = (parts.hostname or "").rstrip(".").encode("idna").decode()
    addresses = list(terms.resolve(host, port)) if host else []
    if not addresses or not all(map(terms.is_public, addresses)):
        raise EndError(Verdict.GONE, gettext("It is not an address of the public internet."))
    path = iri_to_uri(parts.path or "/") + (f"?{iri_to_uri(parts.query)}" if parts.query else "")
    is_encrypted = parts.scheme == "https"
    return Target(is_encrypted, host, port, path, addresses[:MOST_ADDRESSES])


def ask(target: Target, agent: str, terms: Terms, until: float) -> Reply:
    """What a server answers; it is asked anew by GET where it does not take HEAD."""
    try:
        reply = send("HEAD", target, agent, terms, until)
    except (ConnectionError, HTTPException):
        reply = None
    is_final = reply and (reply.status < HTTPStatus.BAD_REQUEST or reply.status == TOO_MANY)
    return reply if reply and is_final else send("GET", target, agent, terms, until)


def send(method: str, target: Target, agent: str, terms: Terms, until: float) -> Reply:
    """Ask once, and read the head of the answer."""
    connection = Pinned(target, terms, until)
    # Each byte that trickles in starts the socket's own time anew.
    watch = Timer(connection.left(), connection.cut)
    watch.daemon = True
    watch.start()
    try:
        headers = {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}
        connection.request(method, target.path, headers=headers)
        answer = connection.getresponse()
        # Cut off, a head looks complete.
        connection.left()
        location = answer.getheader("Location", "") if answer.status in REDIRECTS else ""
        return Reply(answer.status, location.encode("latin-1").decode(errors="replace"))
    finally:
        watch.cancel()
        connection.close()


class Pinned(HTTPConnection):
    """A connection to an address that was checked; the host is a name in the request only."""

    def __init__(self, target: Target, terms: Terms, until: float) -> None:
        self.default_port = PORTS["https" if target.is_encrypted else "http"]
        super().__init__(target.host, target.port)
        self.target, self.terms, self.until = target, terms, until

    def left(self) -> float:
        """The seconds that are left; TimeoutError where there are none."""
        seconds = self.until - monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def connect(self) -> None:
        """Take the first address that answers; the certificate must be that of the name."""
        self.sock = self._opened()
        if self.target.is_encrypted:
            self.sock = self.terms.trust().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
        # Until here there was nothing to cut.
        self.left()
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()

    def _opened(self) -> socket.socket:
        *some, last = self.target.addresses
        for address in some:
            with suppress(OSError):
                return self._opened_to(address)
        return self._opened_to(last)

    def _opened_to(self, address: Address) -> socket.socket:
        seconds = min(self.left(), self.terms.seconds_for_a_step)
        return socket.create_connection((str(address), self.port), seconds)

    def cut(self) -> None:
        """End whatever it waits for."""
        with suppress(OSError):
            # An encrypted socket's own method is not for other threads.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def judged(status: int) -> Look:
    """What an answer's status says."""
    numbered = {"status": status}
    if status < HTTPStatus.BAD_REQUEST:
        return Look(Verdict.THERE, gettext("It answers (%(status)s).") % numbered)
    if status in NOT_THERE:
        return Look(Verdict.GONE, gettext("The page is not there (%(status)s).") % numbered)
    if HTTPStatus.INTERNAL_SERVER_ERROR <= status <= LAST_SERVER_ERROR:
        return Look(Verdict.GONE, gettext("Its server has an error (%(status)s).") % numbered)
    return Look(Verdict.UNTOLD, gettext("It does not answer programs (%(status)s).") % numbered)


def failed(error: Exception) -> Look:
    """What an error says, as far as it helps whoever typed the address."""
    if isinstance(error, socket.gaierror):
        return Look(Verdict.SILENT, gettext("There is no such host."))
    if isinstance(error, TimeoutError):
        return Look(Verdict.SILENT, gettext("It does not answer in time."))
    if isinstance(error, ssl.SSLError):
        return Look(Verdict.SILENT, gettext("Its encryption or certificate is not in order."))
    if isinstance(error, ValueError):
        return Look(Verdict.GONE, gettext("It is no valid address."))
    return Look(Verdict.SILENT, gettext("It cannot be reached."))
