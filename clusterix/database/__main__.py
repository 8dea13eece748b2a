"""Start, stop or look at the checkout's own PostgreSQL: `python -m clusterix.database start`."""

import argparse
import sys
from pathlib import Path

from clusterix.database import Server, is_elsewhere

CHECKOUT = Path(__file__).resolve().parents[2]


def main(arguments: list[str], checkout: Path = CHECKOUT) -> None:
    """Perform one verb; where DATABASE_URL is set the server is somebody else's, so do nothing."""
    parser = argparse.ArgumentParser(prog="python -m clusterix.database", description=__doc__)
    parser.add_argument("verb", choices=["start", "stop", "status"])
    verb = parser.parse_args(arguments).verb
    if is_elsewhere(checkout):
        sys.stdout.write("DATABASE_URL names the server: nothing to do here.\n")
        return
    server = Server(checkout / ".data")
    if verb == "start":
        server.start()
    elif verb == "stop":
        server.stop()
    sys.stdout.write(f"{server.url()}\n" if server.answers() else "not running\n")


if __name__ == "__main__":
    main(sys.argv[1:])
