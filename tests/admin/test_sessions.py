"""Sessions have a form of their own; a change to one is a change to its workshop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Entry, Partner, User
from people.models import Person
from tests.admin.browser import Page, filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    ContributionFactory,
    OrganisationFactory,
    PersonFactory,
    SessionFactory,
    WorkshopFactory,
)
from workshops.models import Material, Session, Workshop

pytestmark = pytest.mark.django_db

ADD = "/admin/workshops/session/add/"


def change(session: Session) -> str:
    return reverse("admin:workshops_session_change", args=[session.pk])


def reasons(workshop: Workshop) -> list[str | None]:
    told = workshop.history.order_by("history_id")
    return list(told.values_list("history_change_reason", flat=True))


def session_of(owner: Partner, state: str = "published", **fields: object) -> Session:
    workshop = WorkshopFactory.create(owner=owner, state=state)
    session: Session = SessionFactory.create(workshop=workshop, **fields)
    return session


def with_material(page: Page) -> dict[str, list[str]]:
    return filled(page, reason="Slides came in") | {
        "materials-TOTAL_FORMS": ["1"],
        "materials-0-kind": ["slides"],
        "materials-0-title": ["Slides"],
        "materials-0-url": ["https://example.org/slides"],
        "materials-0-position": ["0"],
    }


def test_a_session_goes_into_a_workshop_one_may_change(
    client: Client, agency: Partner, editor: User
) -> None:
    workshop = WorkshopFactory.create(owner=agency, state=Entry.State.DRAFT)
    client.force_login(editor)

    form = filled(client.get(ADD), workshop=str(workshop.pk), title="Opening", track="Policy")
    client.post(ADD, form)

    session = workshop.sessions.get()
    assert (session.title, session.track) == ("Opening", "Policy")
    assert workshop.history.latest().history_user == editor
    assert len(reasons(workshop)) == 2


def test_an_editor_adds_nothing_to_a_public_workshop(signed_in: SignedIn, agency: Partner) -> None:
    workshop = WorkshopFactory.create(owner=agency)
    client = signed_in("editor")

    response = client.post(ADD, filled(client.get(ADD), workshop=str(workshop.pk), title="Extra"))

    assert response.status_code == 200
    assert not Session.objects.exists()


def test_to_a_public_workshop_a_session_is_added_with_a_reason(
    signed_in: SignedIn, agency: Partner
) -> None:
    workshop = WorkshopFactory.create(owner=agency)
    client = signed_in("publisher")
    data = filled(client.get(ADD), workshop=str(workshop.pk), title="Extra")

    without = client.post(ADD, data)
    with_reason = client.post(ADD, data | {"reason": ["A speaker more"]})

    assert "Say why this is changed" in without.content.decode()
    assert with_reason.status_code == 302
    assert reasons(workshop) == [None, "A speaker more"]


def test_without_a_workshop_it_asks_for_one(signed_in: SignedIn) -> None:
    client = signed_in("publisher")

    response = client.post(ADD, filled(client.get(ADD), title="Lost"))

    assert response.status_code == 200
    assert not Session.objects.exists()


def test_a_change_is_a_version_of_the_workshop(signed_in: SignedIn, agency: Partner) -> None:
    session = session_of(agency)
    client = signed_in("publisher")
    data = filled(client.get(change(session)), title="Moved", reason="The train was late")

    client.post(change(session), data)

    session.refresh_from_db()
    assert session.title == "Moved"
    assert reasons(session.workshop) == [None, "The train was late"]


def test_a_session_stays_in_its_workshop(signed_in: SignedIn, agency: Partner) -> None:
    session = session_of(agency)
    other = WorkshopFactory.create(owner=agency)
    client = signed_in("publisher")
    data = filled(client.get(change(session)), workshop=str(other.pk), reason="Elsewhere")

    client.post(change(session), data)

    session.refresh_from_db()
    assert session.workshop != other


def test_who_saves_over_a_later_change_of_the_programme_is_told(
    signed_in: SignedIn, agency: Partner
) -> None:
    session = session_of(agency)
    client = signed_in("publisher")
    opened = client.get(change(session))
    Workshop.objects.get().because("Meanwhile").save()

    response = client.post(change(session), filled(opened, title="Mine", reason="Typed before"))

    assert "Somebody changed this entry while you had it open" in response.content.decode()
    assert "Typed before" in response.content.decode()


def test_two_sessions_cannot_have_one_room_at_a_time(signed_in: SignedIn, agency: Partner) -> None:
    times = {"starts_at": "2026-06-21T09:00Z", "ends_at": "2026-06-21T10:00Z"}
    session = session_of(agency, room="A", **times)
    other = SessionFactory.create(workshop=session.workshop, room="B", **times)
    client = signed_in("publisher")

    response = client.post(
        change(other), filled(client.get(change(other)), room="A", reason="Smaller")
    )

    assert "The room is taken by another session at that time." in response.content.decode()


def test_material_of_a_session_is_its_workshops_too(signed_in: SignedIn, agency: Partner) -> None:
    session = session_of(agency)
    client = signed_in("publisher")

    client.post(change(session), with_material(client.get(change(session))))

    material = Material.objects.get()
    assert (material.session, material.workshop) == (session, session.workshop)


def test_who_speaks_is_saved_with_the_session(signed_in: SignedIn, agency: Partner) -> None:
    session = session_of(agency)
    person, organisation = PersonFactory.create(), OrganisationFactory.create()
    client = signed_in("publisher")
    data = filled(client.get(change(session)), reason="The speaker agreed") | {
        "contributions-TOTAL_FORMS": ["1"],
        "contributions-0-person": [str(person.pk)],
        "contributions-0-organisation": [str(organisation.pk)],
        "contributions-0-role": ["speaker"],
        "contributions-0-position": ["0"],
    }

    client.post(change(session), data)

    spoken = session.contributions.get()
    assert (spoken.person, spoken.organisation) == (person, organisation)


def test_material_of_a_session_is_not_in_the_form_of_the_workshop(
    signed_in: SignedIn, agency: Partner
) -> None:
    session = session_of(agency)
    Material.objects.create(
        workshop=session.workshop,
        session=session,
        kind="slides",
        title="Of the session",
        url="https://example.org/",
    )
    address = reverse("admin:workshops_workshop_change", args=[session.workshop.pk])

    assert "Of the session" not in signed_in("publisher").get(address).content.decode()
    assert "Of the session" in signed_in("publisher").get(change(session)).content.decode()


def test_a_session_taken_out_is_told_in_the_workshops_history(
    signed_in: SignedIn, agency: Partner
) -> None:
    session = session_of(agency, title="Panel")
    address = reverse("admin:workshops_session_delete", args=[session.pk])

    response = signed_in("publisher").post(address, {"post": "yes"})

    assert response.status_code == 302
    assert not Session.objects.exists()
    assert reasons(session.workshop) == [None, "Deleted: Panel"]


def test_its_history_is_that_of_its_workshop(signed_in: SignedIn, agency: Partner) -> None:
    session = session_of(agency)
    address = reverse("admin:workshops_session_history", args=[session.pk])

    own = signed_in("editor").get(address)
    theirs = signed_in("rival").get(address)

    assert own["Location"] == reverse(
        "admin:workshops_workshop_history", args=[session.workshop.pk]
    )
    assert theirs.status_code == 404


def test_a_session_is_found_by_its_workshop(signed_in: SignedIn, agency: Partner) -> None:
    session = session_of(agency)

    page = signed_in("editor").get("/admin/workshops/session/", {"q": session.workshop.title})

    assert page.context["cl"].result_count == 1


def morning(hour: int) -> dict[str, Any]:
    """An hour of a morning in Malmö."""
    start = datetime(2026, 6, 25, hour, tzinfo=UTC)
    return {"starts_at": start, "ends_at": start + timedelta(hours=1)}


def joined_by(person: Person, page: Page, **changes: str) -> dict[str, list[str]]:
    """A form of a session to which a person is added."""
    return filled(page, reason="A speaker", **changes) | {
        "contributions-TOTAL_FORMS": ["1"],
        "contributions-0-person": [str(person.pk)],
        "contributions-0-role": ["speaker"],
        "contributions-0-position": ["0"],
    }


def test_who_is_expected_elsewhere_at_that_time_is_told_before_it_is_saved(
    signed_in: SignedIn, agency: Partner
) -> None:
    elsewhere = session_of(agency, title="Panel", **morning(8))
    elsewhere.workshop.time_zone = "Europe/Stockholm"
    elsewhere.workshop.save()
    person = ContributionFactory.create(session=elsewhere).person
    session = session_of(agency, **morning(8))
    client = signed_in("publisher")
    data = joined_by(person, client.get(change(session)))

    told = client.post(change(session), data)
    kept = session.contributions.count()
    client.post(change(session), data | {"despite_clashes": ["on"]})

    assert (
        f"{person} takes part in “Panel” ({elsewhere.workshop}) then, 10:00–11:00."
        in told.content.decode()
    )
    assert kept == 0
    assert session.contributions.get().person == person


@pytest.mark.parametrize("times", [morning(9), {}], ids=["next hour", "unknown"])
def test_who_is_free_at_that_time_is_added_without_a_word(
    signed_in: SignedIn, agency: Partner, times: dict[str, Any]
) -> None:
    person = ContributionFactory.create(session=session_of(agency, **morning(8))).person
    session = session_of(agency, **times)
    client = signed_in("publisher")

    client.post(change(session), joined_by(person, client.get(change(session))))

    assert session.contributions.get().person == person


def test_a_draft_of_others_tells_nothing_of_who_is_expected_there(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    secret = session_of(rival, "draft", title="Canary", **morning(8))
    person = ContributionFactory.create(session=secret).person
    session = session_of(agency, **morning(8))
    client = signed_in("publisher")

    client.post(change(session), joined_by(person, client.get(change(session))))

    assert session.contributions.get().person == person


def test_a_clash_is_over_when_the_person_is_taken_out(signed_in: SignedIn, agency: Partner) -> None:
    person = ContributionFactory.create(session=session_of(agency, **morning(8))).person
    session = session_of(agency, **morning(8))
    ContributionFactory.create(session=session, person=person)
    client = signed_in("publisher")
    page = client.get(change(session))

    client.post(change(session), filled(page, reason="Gone") | {"contributions-0-DELETE": ["on"]})

    assert not session.contributions.exists()
