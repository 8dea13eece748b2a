"""Each type of page, on both devices and in both schemes, accessible and whole."""

import gzip
import re
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import (
    Device,
    Open,
    Scheme,
    fill_in_registration,
    show,
    sign_in,
)

PUBLIC = {
    "home": "/",
    "catalogue": "/initiatives/",
    "catalogue as it stood": "/initiatives/?as_of=2016-06-21&status=running&status=upcoming",
    "catalogue as a table": "/initiatives/?view=table",
    "catalogue without results": "/initiatives/?q=zeppelin",
    "initiative": "/initiatives/vanguard-initiative/",
    "workshops": "/workshops/",
    "workshop of 2016": "/workshops/open-workshop-malmo-2016/",
    "example workshop": "/workshops/example-workshop/",
    "registration": "/workshops/example-workshop/register/",
    "organisations": "/organisations/",
    "organisation": "/organisations/region-skane/",
    "people": "/people/",
    "person": "/people/lucia-seel/",
    "region": "/regions/SE224/",
    "search": "/search/?q=sk%C3%A5ne",
    "about": "/about/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "sign-in": "/accounts/login/",
}
ADMIN = {
    "desk": "/admin/",
    "list": "/admin/initiatives/initiative/",
    "form": "/admin/initiatives/initiative/add/",
    "programme": "/admin/workshops/session/",
    "account": "/accounts/2fa/",
}
LARGEST_FIRST_VIEW = 60_000

LOOKS: list[tuple[Device, Scheme]] = [
    ("phone", "light"),
    ("phone", "dark"),
    ("desktop", "light"),
    ("desktop", "dark"),
]


def complaints(page: Page) -> list[str]:
    """What is wrong with a page as it is shown: what axe finds, and what sticks out sideways."""
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    wrong = [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wrong if sideways <= 0 else [*wrong, f"{sideways} px stick out sideways"]


def complaints_in_every_look(page: Page) -> dict[str, list[str]]:
    """The same, on phone and desktop, in light and dark, where there are any."""
    page.wait_for_load_state()
    page.evaluate(Axe().axe_script)
    found = {}
    for device, scheme in LOOKS:
        show(page, device, scheme)
        found[f"{device}, {scheme}"] = complaints(page)
    return {look: wrong for look, wrong in found.items() if wrong}


@pytest.mark.parametrize("path", PUBLIC.values(), ids=PUBLIC)
def test_a_public_page_is_accessible_in_every_look(path: str, open_page: Open) -> None:
    page = open_page(path)

    found = complaints_in_every_look(page)

    assert found == {}
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", ADMIN.values(), ids=ADMIN)
def test_an_admin_page_is_accessible_in_every_look(path: str, open_page: Open) -> None:
    page = open_page("/accounts/login/")
    sign_in(page, "publisher")
    page.goto(path)

    found = complaints_in_every_look(page)

    assert found == {}


@pytest.mark.parametrize("path", ["/", "/initiatives/", "/workshops/open-workshop-malmo-2016/"])
def test_the_first_view_stays_within_60_kilobytes(path: str, open_page: Open, site: str) -> None:
    page = open_page(path)
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")

    bodies = [urlopen(address, timeout=10).read() for address in [f"{site}{path}", *loaded]]

    assert sum(len(gzip.compress(body)) for body in bodies) < LARGEST_FIRST_VIEW


def test_the_pages_of_an_entry_are_accessible_behind_the_scenes(open_page: Open) -> None:
    page = open_page("/accounts/login/")
    sign_in(page, "publisher")
    page.goto("/admin/initiatives/initiative/")
    page.get_by_role("link", name="Sony Mobile NextStep").click()
    form = complaints_in_every_look(page)
    page.get_by_role("link", name="History").click()
    history = complaints_in_every_look(page)
    page.go_back()
    page.get_by_role("link", name="Preview").click()

    preview = complaints_in_every_look(page)

    assert (form, history, preview) == ({}, {}, {})


def test_the_pages_of_a_registration_are_accessible(open_page: Open) -> None:
    page = open_page("/workshops/example-workshop/register/")
    fill_in_registration(page, "pages@example.org")
    thanks = complaints_in_every_look(page)
    page.goto("/outbox/")
    outbox = complaints_in_every_look(page)
    page.get_by_role("article").filter(has_text="pages@example.org").get_by_role(
        "link", name=re.compile("registrations")
    ).first.click()
    found = {}
    for name in ("Change", "Cancel registration"):
        found["detail"] = complaints_in_every_look(page)
        page.get_by_role("link", name=name, exact=True).click()
        found[name] = complaints_in_every_look(page)
        page.go_back()

    assert (thanks, outbox) == ({}, {})
    assert found == {"detail": {}, "Change": {}, "Cancel registration": {}}
