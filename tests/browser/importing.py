"""An import as somebody makes it on the pages of the admin."""

from pathlib import Path

from playwright.sync_api import Page, expect

PATIENCE = 90_000
"""Milliseconds that the worker may take for a step, whatever else the machine does."""


def send(page: Page, name: str, content: bytes) -> None:
    """Send a table, and wait until it was read."""
    page.goto("/admin/batches/importbatch/add/")
    page.get_by_label("File").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_label("Reason").fill("The list of the year")
    page.get_by_role("button", name="Send the file").click()
    page.get_by_role("link", name="Say what its columns are").click(timeout=PATIENCE)


def check(page: Page, before: str) -> None:
    """Have the columns as they are proposed tried out."""
    page.get_by_label("Before each key").fill(before)
    page.get_by_label("Kind of every row").select_option("platform")
    page.get_by_label("Level of every row").select_option("local")
    page.get_by_role("button", name="Check what would become of it").click()
    expect(page.get_by_text("This is what would become of it")).to_be_visible(timeout=PATIENCE)


def count(page: Page, outcome: str) -> str:
    """How many rows had that outcome."""
    return page.locator(".counts__one", has_text=outcome).locator("dd").inner_text()


def refused_rows(page: Page, folder: Path) -> str:
    """The file of the rows that were refused, as text."""
    with page.expect_download() as download:
        page.get_by_role("link", name="The refused rows as a file").click()
    file = folder / "refused.csv"
    download.value.save_as(file)
    return file.read_text(encoding="utf-8-sig")
