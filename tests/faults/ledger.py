"""What clients were told, form by form, to be compared with what the database holds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

TAKEN, REFUSED = 303, 409
DEFINITE = {TAKEN, REFUSED}
NO_ANSWER = 0
PATIENCE = 0.05
COOKIE = 32 * "x"


@dataclass
class Ledger:
    """The last answer to each address, and how often there was none or only a request to wait."""

    told: dict[str, int] = field(default_factory=dict)
    repeats: int = 0

    @property
    def taken(self) -> set[str]:
        """Who was told that the registration is kept."""
        return {email for email, status in self.told.items() if status == TAKEN}

    @property
    def undecided(self) -> dict[str, int]:
        """Who never got an answer that means something."""
        return {email: status for email, status in self.told.items() if status not in DEFINITE}


def insist(ask: Callable[[], int], until: float) -> tuple[int, int]:
    """Send the same form until the answer means something; the answer, and how often again."""
    status, repeats = ask(), 0
    while status not in DEFINITE and time.monotonic() < until:
        time.sleep(PATIENCE)
        status, repeats = ask(), repeats + 1
    return status, repeats


def send(port: int, path: str, fields: dict[str, str], client: str = "192.0.2.1") -> int:
    """The status of the answer to a form; `NO_ANSWER` where the server went away."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={COOKIE}",
        "X-Forwarded-For": client,
    }
    server = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        server.request("POST", path, urlencode(fields | {"csrfmiddlewaretoken": COOKIE}), headers)
        return server.getresponse().status
    except (OSError, HTTPException):
        return NO_ANSWER
    finally:
        server.close()
