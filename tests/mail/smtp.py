"""A mail server on loopback that does as told, one behaviour a connection, then accepts."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import cast

ACCEPT, BUSY, UNKNOWN, CUT, SLOW, GONE = "accept", "451", "550", "cut after DATA", "slow", "421"


@dataclass
class Mailbox:
    """What a server heard, and how it behaves next."""

    script: list[str]
    received: list[EmailMessage] = field(default_factory=list)
    port: int = 0
    on_data: Callable[[], None] = lambda: None


class Session(StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        with suppress(ConnectionError):
            self.talk()

    def talk(self) -> None:
        mailbox = cast("Server", self.server).mailbox
        behaviour = mailbox.script.pop(0) if mailbox.script else ACCEPT
        if behaviour == SLOW:
            time.sleep(1.5)
        self.say("421 not now" if behaviour == GONE else "220 ready")
        while line := self.rfile.readline():
            verb = line.split(maxsplit=1)[0].upper().rstrip()
            if verb == b"RCPT" and behaviour in (BUSY, UNKNOWN):
                self.say(f"{behaviour} <someone@example.org> no")
            elif verb == b"DATA":
                self.say("354 go on")
                mailbox.received.append(self.read())
                mailbox.on_data()
                if behaviour == CUT:
                    return
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def read(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)


class Server(ThreadingTCPServer):
    """Listens on a free port."""

    allow_reuse_address = True
    daemon_threads = True
    mailbox: Mailbox


@contextmanager
def running(*script: str) -> Iterator[Mailbox]:
    """A server for a while."""
    with Server(("127.0.0.1", 0), Session) as server:
        server.mailbox = Mailbox(list(script), port=server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.mailbox
        finally:
            server.shutdown()
            thread.join()
