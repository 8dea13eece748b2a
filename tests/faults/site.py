"""The site's own processes, run on the data that a test committed."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection

CHECKOUT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]


def environment(**others: str) -> dict[str, str]:
    """The suite's environment, with the test database in place of the one it was made from."""
    params = connection.get_connection_params()
    place = urlencode({name: params[name] for name in ("host", "port") if params.get(name)})
    secret = f":{params['password']}" if params.get("password") else ""
    url = f"postgres://{params['user']}{secret}@/{params['dbname']}?{place}"
    return os.environ | {"DATABASE_URL": url} | others


def start(*command: str, **variables: str) -> "subprocess.Popen[bytes]":
    """Start a process of the site; the test that starts it ends it."""
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment(**variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
