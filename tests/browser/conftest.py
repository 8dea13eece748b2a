"""The site as `make run` serves it, and a Chromium that reports everything it dislikes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from clusterix.content.management.commands.load_demo import PASSWORD
from tests import chromium

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 240
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]
CHROMIUM = chromium.find()

if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]

Device = Literal["phone", "desktop"]
Scheme = Literal["light", "dark"]
Open = Callable[..., Page]

FASTEST_PERSON = 2_000
"""Milliseconds: forms that come back sooner are taken for a machine's."""

SIZES: dict[str, tuple[int, int]] = {"phone": (360, 780), "desktop": (1280, 900)}


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The DATABASE_URL of a database that only the running site uses."""
    server = os.environ["DATABASE_URL"]
    name = f"browser_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    place = urlsplit(server)
    yield place._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def site(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the whole site with the programme's record, started as `make run` does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("site")
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "PORT": str(port),
        "SITE_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": database,
        "CACHE_URL": "dbcache://clusterix_cache",
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
    }
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "clusterix.development"],
            cwd=CHECKOUT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(url, running, folder / "log")
            yield url
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def wait_until_ready(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    """Return once web process, database and worker are ready; fail with what they printed."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urlopen(f"{url}/readyz/", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The site did not become ready:\n{log.read_text()}")


TERMS = """
SELECT terms.id FROM registration_registrationsettings terms
JOIN workshops_workshop workshop ON workshop.id = terms.workshop_id
WHERE workshop.slug = 'example-workshop'
"""


@pytest.fixture
def desk(database: str, site: str) -> str:
    """The address of the registration desk of the example workshop."""
    with psycopg.connect(database) as connection:
        ((number,),) = connection.execute(TERMS).fetchall()
    return f"/admin/registration/registrationsettings/{number}/desk/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file of tests.

    No longer: while Playwright runs, its event loop keeps the other tests from their database.
    """
    with sync_playwright() as playwright:
        chromium_here = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium_here
        chromium_here.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page of the site on a device; afterwards nothing may have gone wrong on it.

    Wrong is whatever the console calls an error, a script that fails, and any request to
    another host.
    """
    complaints: list[str] = []
    contexts = []

    def open_it(
        path: str = "/",
        device: Device = "desktop",
        scheme: Scheme = "light",
        *,
        js: bool = True,
        zone: str = "UTC",
    ) -> Page:
        width, height = SIZES[device]
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=js,
            locale="en-GB",
            timezone_id=zone,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.extend(errors(said, page)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((site, "data:")) else complaints.append(asked.url)
            ),
        )
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def errors(said: ConsoleMessage, page: Page) -> list[str]:
    """What the console calls an error.

    Not counted: a form that comes back with its mistakes, a connection that the test took away,
    and what the test itself runs, which comes from no address.
    """
    place = said.location["url"]
    is_own_status = said.text.startswith("Failed to load") and place == page.url
    is_expected = is_own_status or "ERR_INTERNET_DISCONNECTED" in said.text
    return [said.text] if said.type == "error" and place and not is_expected else []


def show(page: Page, device: Device, scheme: Scheme) -> None:
    """Show an open page on another device, in another scheme."""
    width, height = SIZES[device]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def sign_in(page: Page, role: str) -> None:
    """Sign in with a demo account on the page that asks for it."""
    page.get_by_label("Email").fill(f"{role}@clusterix.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/**")


def fill_in_registration(page: Page, email: str, button: str = "Register") -> None:
    """Register on the open form of a workshop, as fast as a person may."""
    page.get_by_label("Name", exact=True).fill("Ada Åström")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("checkbox").check()
    page.wait_for_timeout(FASTEST_PERSON)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/thanks/*")
