"""What is wrong with a page, on both devices and in both schemes."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Device, Scheme, show

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
