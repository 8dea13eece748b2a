"""The site behind the nginx of `deploy/nginx.conf`, wherever nginx is at hand."""

import getpass
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.faults.site import CHECKOUT, serving

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

if NGINX is None:
    if os.environ.get("CI"):
        pytest.exit("Continuous integration needs nginx.", returncode=1)
    collect_ignore_glob = ["test_*.py"]

DEPLOYED = (CHECKOUT / "deploy" / "nginx.conf").read_text()


def configuration(folder: Path, port: int, site: int) -> str:
    """What is deployed, on other ports and without TLS; it tells how it came by each answer."""
    run_as = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    changes = [
        (r"/tmp/", f"{folder}/"),
        (r"(?m)^pid ", f"daemon off; {run_as} pid "),
        (r"(?m)^\s*ssl_.*;$", ""),
        (r"listen 8443 ssl;", ""),
        (r"listen 8080;", f"listen 127.0.0.1:{port}; add_header X-Cache $upstream_cache_status;"),
        (r"(?s)server \{\s*listen 127.0.0.1:8081;.*?\}", ""),
        (r"http://web:\d+", f"http://127.0.0.1:{site}"),
    ]
    text = DEPLOYED
    for pattern, replacement in changes:
        text = re.sub(pattern, replacement, text)
    return text


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture
def settings_of_site() -> str:
    """The settings module of the site; a test may name another."""
    return "tests.caching.settings"


@pytest.fixture
def cache(transactional_db: None, tmp_path: Path, settings_of_site: str) -> Iterator[str]:
    """The address of the cache before a site that serves what the test commits."""
    assert NGINX
    with serving("clusterix.wsgi", DJANGO_SETTINGS_MODULE=settings_of_site) as site:
        urlopen(f"http://127.0.0.1:{site.port}/healthz/", timeout=60).close()
        port = free_port()
        file = tmp_path / "nginx.conf"
        file.write_text(configuration(tmp_path, port, site.port))
        with (tmp_path / "log").open("wb") as log:
            nginx = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(file)], stderr=log)
            try:
                wait_for(port, nginx, tmp_path / "log")
                yield f"http://127.0.0.1:{port}"
            finally:
                nginx.terminate()
                nginx.wait(20)


def wait_for(port: int, nginx: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once nginx takes connections; fail with what it printed."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and nginx.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nginx did not start:\n{log.read_text()}")
