"""Web servers on loopback that behave as told, with or without a certificate."""

import datetime
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Page = Callable[["Handler"], None]


@dataclass
class Site:
    """What is at a server's paths, and what it was asked."""

    port: int
    scheme: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    closing: Event = field(default_factory=Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"{self.scheme}://{host}:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    """Answers by the site's pages."""

    site: Site

    def answer(self) -> None:
        """Whatever is at the path."""
        self.site.asked.append(f"{self.command} {self.path}")
        self.site.headers = dict(self.headers.items())
        with suppress(ConnectionError, ssl.SSLError):
            self.site.pages.get(self.path, status(404))(self)

    do_HEAD = do_GET = answer  # noqa: N815 (names of the standard library)

    def log_message(self, *_what: object) -> None:
        """Nothing."""


def status(code: int, **headers: str) -> Page:
    """An answer of nothing but its head."""

    def page(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()

    return page


def by_method(**pages: Page) -> Page:
    """One answer to HEAD, another to GET."""
    return lambda handler: pages[handler.command](handler)


def redirect(url: str, code: int = 302) -> Page:
    """Leads elsewhere."""
    return status(code, Location=url)


def raw(content: bytes) -> Page:
    """Whatever these bytes are."""

    def page(handler: Handler) -> None:
        handler.wfile.write(content)

    return page


def trickling(content: bytes, after: bytes = b"") -> Page:
    """The same bytes again and again, a few hundredths of a second apart."""

    def page(handler: Handler) -> None:
        handler.wfile.write(after)
        while not handler.site.closing.wait(0.03):
            handler.wfile.write(content)
            handler.wfile.flush()

    return page


def silent(handler: Handler) -> None:
    """Nothing, for as long as the server runs."""
    handler.site.closing.wait(30)


class Server(ThreadingHTTPServer):
    """A server whose complaints are of no interest."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever looks goes away when it has seen enough."""


@contextmanager
def serving(certified_for: str = "") -> Iterator[Site]:
    """A server for a while; encrypted where it is certified for a name."""
    handler = type("OwnHandler", (Handler,), {})
    with Server(("127.0.0.1", 0), handler) as server:
        if certified_for:
            server.socket = encrypting(certified_for).wrap_socket(server.socket, server_side=True)
        site = Site(server.server_address[1], "https" if certified_for else "http")
        handler.site = site  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            server.shutdown()
            thread.join()


def encrypting(name: str) -> ssl.SSLContext:
    """A server's side of the encryption, with a certificate for that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        file.write_bytes(b"".join(certificate(name)))
        context.load_cert_chain(file)
    return context


def trusting(name: str) -> ssl.SSLContext:
    """A visitor's side, who trusts the certificate for that name, and no other."""
    return ssl.create_default_context(cadata=certificate(name)[0].decode())


@cache
def certificate(name: str) -> tuple[bytes, bytes]:
    """A certificate for that name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    unlocked = serialization.NoEncryption()
    return made.public_bytes(pem), key.private_bytes(pem, pkcs8, unlocked)
