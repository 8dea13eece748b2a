"""The pages of the registration desk, as organisers see them."""

from tests.browser.conftest import Open, fill_in_registration, sign_in
from tests.browser.looks import complaints_in_every_look

FORM = "/workshops/example-workshop/register/"
PAGES = (
    "",
    "people/",
    "add/",
    "mail/",
    "attendance/",
    "letters/",
    "letters/registration_confirmed/en/",
)


def test_the_desk_is_accessible_in_every_look(open_page: Open, desk: str) -> None:
    fill_in_registration(open_page(FORM), "somebody@desk.example")
    page = open_page(desk)
    sign_in(page, "secretariat")

    found, headings = {}, []
    for one in PAGES:
        page.goto(f"{desk}{one}")
        found[one] = complaints_in_every_look(page)
        headings.append(page.locator("h1").count())

    assert found == {one: {} for one in PAGES}
    assert headings == [1] * len(PAGES)
