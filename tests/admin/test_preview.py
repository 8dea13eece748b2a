"""A preview is the public page of what is not public yet, for those who curate it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.models import Entry, Partner
from clusterix.previews import PAGES
from tests.admin.conftest import SignedIn
from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    MaterialFactory,
    OrganisationFactory,
    PeerReviewFactory,
    PersonFactory,
    RegistrationSettingsFactory,
    ScheduleVersionFactory,
    SessionFactory,
    WorkshopFactory,
)
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

FACTORIES = [
    OrganisationFactory,
    PersonFactory,
    InitiativeFactory,
    WorkshopFactory,
    PeerReviewFactory,
]


def preview(entry: Entry) -> str:
    return reverse("preview", args=[entry._meta.app_label, entry._meta.model_name, entry.pk])


@pytest.mark.parametrize("state", ["draft", "in_review", "published", "archived"])
@pytest.mark.parametrize("factory", FACTORIES)
def test_it_shows_the_page_and_says_that_it_is_a_preview(
    signed_in: SignedIn, agency: Partner, factory: Any, state: str
) -> None:
    entry = factory.create(owner=agency, state=state)

    response = signed_in("editor").get(preview(entry))

    assert re.search(rf"<h1[^>]*>\s*{entry}", response.content.decode())
    assert "A preview for Skåne agency." in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_it_shows_what_the_public_page_will_show(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    InvolvementFactory.create(
        initiative=entry, organisation=OrganisationFactory.create(name="Medicon Valley Alliance")
    )

    page = signed_in("editor").get(preview(entry)).content.decode()

    assert "Medicon Valley Alliance" in page


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_publishes_nothing(signed_in: SignedIn, agency: Partner, factory: Any) -> None:
    entry = factory.create(owner=agency, state=Entry.State.DRAFT)

    signed_in("secretariat").get(preview(entry))

    kept = type(entry).unscoped.get(pk=entry.pk)
    assert (kept.state, kept.published_at) == (Entry.State.DRAFT, None)
    assert signed_in("visitor").get(entry.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_rival_gets_what_a_missing_entry_gives(
    signed_in: SignedIn, agency: Partner, factory: Any
) -> None:
    entry = factory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("rival")

    theirs = client.get(preview(entry))
    entry.pk = 10**9

    assert theirs.status_code == client.get(preview(entry)).status_code == 404


def test_it_only_reads(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency)

    assert signed_in("editor").post(preview(entry)).status_code == 405


@pytest.mark.parametrize("kind", ["people/region", "curation/user", "nothing/here"])
def test_what_has_no_public_page_has_no_preview(signed_in: SignedIn, kind: str) -> None:
    assert signed_in("secretariat").get(f"/admin/{kind}/1/preview/").status_code == 404


def test_every_kind_of_entry_has_a_preview() -> None:
    assert set(PAGES) == set(Entry.__subclasses__())


def talked_of(agency: Partner, state: str) -> Workshop:
    """A workshop that begins now, with all that pages lead to from its own."""
    now = timezone.now()
    workshop: Workshop = WorkshopFactory.create(
        owner=agency, state=state, slug="malmo", starts_on=now.date() + timedelta(days=1)
    )
    RegistrationSettingsFactory.create(workshop=workshop)
    ScheduleVersionFactory.create(workshop=workshop)
    hour = timedelta(hours=1)
    on = SessionFactory.create(
        workshop=workshop, title="Canary one", starts_at=now - hour, ends_at=now + hour
    )
    SessionFactory.create(
        workshop=workshop,
        title="Canary two",
        room="Hall",
        starts_at=now + hour,
        ends_at=now + 2 * hour,
    )
    ContributionFactory.create(session=on, role="moderator")
    for session in (None, on):
        MaterialFactory.create(
            workshop=workshop,
            session=session,
            title="Canary file",
            url="",
            file="a/b.pdf",
            name="b.pdf",
            content_type="application/pdf",
            size=1,
            digest="0" * 64,
        )
    return workshop


def hanging_on(page: str) -> set[str]:
    """The addresses below the workshop's own that a page leads to."""
    return set(
        re.findall(r'(?:href|data-calendar)="(/workshops/malmo/[^"#]+|/report/[^"]+)"', page)
    )


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_the_preview_of_a_workshop_leads_to_nothing_that_does_not_answer(
    signed_in: SignedIn, agency: Partner, state: str
) -> None:
    workshop = talked_of(agency, state)

    page = signed_in("editor").get(preview(workshop)).content.decode()

    assert [page.count(words) for words in ("Canary one", "Canary two", "Canary file")] == [3, 3, 2]
    assert ("On now" in page, "Next" in page, "10 of 10 places" in page) == (True, True, True)
    assert hanging_on(page) == set()


def test_the_preview_of_a_public_workshop_leads_on(signed_in: SignedIn, agency: Partner) -> None:
    workshop = talked_of(agency, "published")
    number = workshop.materials.filter(session=None).get().reference

    page = signed_in("editor").get(preview(workshop)).content.decode()

    first, second = workshop.sessions.in_order()
    of_session = first.materials.get().reference
    assert hanging_on(page) == {
        "/report/workshop/malmo/",
        "/workshops/malmo/calendar.ics",
        "/workshops/malmo/changes/",
        f"/workshops/malmo/materials/{number}/",
        f"/workshops/malmo/materials/{of_session}/",
        "/workshops/malmo/register/",
        "/workshops/malmo/schedule.json",
        "/workshops/malmo/schedule.xml",
        f"/workshops/malmo/sessions/{first.pk}/",
        f"/workshops/malmo/sessions/{second.pk}/",
    }


def test_nothing_of_a_preview_is_kept_for_visitors(signed_in: SignedIn, agency: Partner) -> None:
    workshop = talked_of(agency, "draft")
    signed_in("editor").get(preview(workshop))
    Workshop.unscoped.update(state="published", published_at=timezone.now())

    page = signed_in("visitor").get("/workshops/malmo/").content.decode()

    assert f"/workshops/malmo/sessions/{workshop.sessions.in_order()[0].pk}/" in hanging_on(page)


def test_markdown_is_shown_as_pages_show_it(signed_in: SignedIn) -> None:
    answer = signed_in("editor").post(reverse("markdown_preview"), {"text": "**A** <b>bear</b>"})

    assert answer.content.decode() == "<p><strong>A</strong> &lt;b&gt;bear&lt;/b&gt;</p>\n"


def test_more_than_any_field_takes_is_not_made_into_a_preview(signed_in: SignedIn) -> None:
    answer = signed_in("editor").post(reverse("markdown_preview"), {"text": "x" * 50_001})

    assert (answer.status_code, answer.content) == (413, b"")
