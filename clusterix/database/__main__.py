"""Start, stop or look at the checkout's own PostgreSQL: `python -m clusterix.database start`."""

import argparse
import sys
from pathlib import Path

from clusterix.database import Server, UnavailableError, is_elsewhere

CHECKOUT = Path(__file__).resolve().parents[2]


def main(arguments: list[str], checkout: Path = CHECKOUT) -> str:
    """Perform one verb and answer what there is to say."""
    parser = argparse.ArgumentParser(prog="python -m clusterix.database", description=__doc__)
    parser.add_argument("verb", choices=["start", "stop", "status"])
    verb = parser.parse_args(arguments).verb
    if is_elsewhere(checkout):
        return "DATABASE_URL names the server: nothing to do here."
    server = Server(checkout / ".data")
    if verb == "start":
        server.start()
    elif verb == "stop":
        server.stop()
    return server.url() if server.answers() else "not running"


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{main(sys.argv[1:])}\n")
    except UnavailableError as error:
        sys.exit(str(error))
