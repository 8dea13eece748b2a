"""Cancelling sessions and publishing versions of a programme, behind the scenes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Partner
from clusterix.mail.models import Message
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    RegistrationFactory,
    RegistrationSettingsFactory,
    ScheduleVersionFactory,
    SessionFactory,
    WorkshopFactory,
)
from workshops.models import ScheduleVersion, Session, Workshop

pytestmark = pytest.mark.django_db

SAID = "1 change of the programme is not yet announced."


@pytest.fixture
def workshop(agency: Partner) -> Workshop:
    """With one session, and nothing announced."""
    made: Workshop = WorkshopFactory.create(owner=agency, title="Cluster days")
    SessionFactory.create(workshop=made, title="Opening")
    return made


def publish_page(workshop: Workshop) -> str:
    return reverse("admin:workshops_scheduleversion_publish", args=[workshop.pk])


def workshop_page(workshop: Workshop) -> str:
    return reverse("admin:workshops_workshop_change", args=[workshop.pk])


def session_page(session: Session) -> str:
    return reverse("admin:workshops_session_change", args=[session.pk])


def publish(client: Client, workshop: Workshop, **fields: str) -> Any:
    data = {"version": Workshop.unscoped.get(pk=workshop.pk).version, "note": ""} | fields
    return client.post(publish_page(workshop), data, follow=True)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("nobody's", 302),
        ("rival", 404),
        ("editor", 403),
        ("publisher", 200),
        ("secretariat", 200),
        ("operator", 200),
    ],
)
def test_who_may_change_a_public_workshop_may_publish_its_programme(
    signed_in: SignedIn, workshop: Workshop, role: str, status: int
) -> None:
    client = signed_in(role)

    page = client.get(publish_page(workshop))
    posted = client.post(publish_page(workshop), {"version": workshop.version})

    assert (page.status_code, posted.status_code) == (status, 302 if status == 200 else status)
    assert ScheduleVersion.objects.exists() == (status == 200)


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_what_is_not_public_has_no_version(
    signed_in: SignedIn, workshop: Workshop, state: str
) -> None:
    Workshop.unscoped.update(state=state)
    client = signed_in("publisher")

    assert client.get(publish_page(workshop)).status_code == 403
    assert publish_page(workshop) not in client.get(workshop_page(workshop)).content.decode()


def test_no_workshop_no_page(signed_in: SignedIn) -> None:
    assert (
        signed_in("secretariat").get("/admin/workshops/scheduleversion/publish/7/").status_code
        == 404
    )


def test_the_first_version_says_what_it_begins(signed_in: SignedIn, workshop: Workshop) -> None:
    client = signed_in("publisher")

    page = client.get(publish_page(workshop)).content.decode()
    after = publish(client, workshop, note="See you").content.decode()

    assert "This will be the first version, with 1 session." in page
    assert "Version 1 of the programme is published. 0 mails tell of it." in after
    version = workshop.versions.get()
    assert (version.number, version.note) == (1, "See you")
    assert version.published_by is not None
    assert version.published_by.own_partners().get() == workshop.owner


def test_changes_are_shown_before_they_are_published(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    RegistrationSettingsFactory.create(workshop=workshop)
    RegistrationFactory.create(workshop=workshop)
    client = signed_in("publisher")
    publish(client, workshop)
    Session.objects.update(title="Welcome & <b>more</b>")

    before = client.get(workshop_page(workshop)).content.decode()
    page = client.get(publish_page(workshop)).content.decode()
    after = publish(client, workshop).content.decode()

    assert SAID in before
    assert "“Opening” is now called “Welcome &amp; &lt;b&gt;more&lt;/b&gt;”" in page
    assert "Version 2 of the programme is published. 1 mail tells of it." in after
    assert SAID not in after
    assert Message.objects.count() == 2


def test_where_nothing_has_changed_it_says_so(signed_in: SignedIn, workshop: Workshop) -> None:
    client = signed_in("publisher")
    publish(client, workshop)

    page = client.get(publish_page(workshop)).content.decode()
    refused = publish(client, workshop, note="Once more")

    assert "Nothing has changed since version 1." in page
    assert "Publish and tell everyone" not in page
    assert "there is nothing to announce" in refused.content.decode()
    assert "Once more" in refused.content.decode()
    assert workshop.versions.count() == 1


def test_what_changed_since_the_page_was_read_is_looked_at_first(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    client = signed_in("publisher")

    stale = publish(client, workshop, version="2020-01-01T00:00:00+00:00", note="See you")
    again = client.post(
        publish_page(workshop), {"version": workshop.version, "note": "See you"}, follow=True
    )

    assert "Somebody changed the workshop meanwhile." in stale.content.decode()
    assert f'value="{workshop.version}"' in stale.content.decode()
    assert "Version 1 of the programme is published." in again.content.decode()


def test_a_note_that_is_too_long_is_kept_and_refused(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    response = publish(signed_in("publisher"), workshop, note="x" * 501)

    assert "x" * 501 in response.content.decode()
    assert not ScheduleVersion.objects.exists()


def test_an_editor_reads_how_much_is_not_announced(signed_in: SignedIn, workshop: Workshop) -> None:
    ScheduleVersionFactory.create(workshop=workshop, snapshot={})

    page = signed_in("editor").get(workshop_page(workshop)).content.decode()

    assert SAID in page
    assert publish_page(workshop) not in page


def test_versions_are_read_by_the_partner_and_changed_by_nobody(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    version = ScheduleVersionFactory.create(workshop=workshop, note="Canary")
    listed, page = (
        reverse("admin:workshops_scheduleversion_changelist"),
        reverse("admin:workshops_scheduleversion_change", args=[version.pk]),
    )
    own, rival = signed_in("editor"), signed_in("rival")

    assert b"1 programme version" in own.get(listed).content
    assert b"Canary" in own.get(page).content
    assert b"0 programme versions" in rival.get(listed).content
    assert b"Canary" not in rival.get(page, follow=True).content
    assert own.post(page, {"note": "Other"}).status_code == 403
    assert own.get("/admin/workshops/scheduleversion/add/").status_code == 403
    assert own.get(page.replace("change", "delete")).status_code == 403


def test_what_was_announced_is_not_deleted(signed_in: SignedIn, workshop: Workshop) -> None:
    client = signed_in("publisher")
    publish(client, workshop)
    announced = workshop.sessions.get()
    new = SessionFactory.create(workshop=workshop)

    refused = client.post(
        reverse("admin:workshops_session_delete", args=[announced.pk]), {"post": "yes"}
    )
    client.post(reverse("admin:workshops_session_delete", args=[new.pk]), {"post": "yes"})

    assert refused.status_code == 403
    assert workshop.sessions.get() == announced


def test_a_session_is_cancelled_with_a_reason_and_restored(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    session = workshop.sessions.get()
    client = signed_in("publisher")
    page = session_page(session)

    client.post(
        page,
        filled(client.get(page), is_cancelled="on", cancelled_because="Strike", reason="Strike"),
    )
    session.refresh_from_db()
    cancelled = (session.is_cancelled, session.cancelled_because)
    form = filled(client.get(page), reason="It is over")
    kept = form.pop("is_cancelled")
    client.post(page, form)
    session.refresh_from_db()

    assert cancelled == (True, "Strike")
    assert kept == ["on"]
    assert (session.is_cancelled, session.cancelled_because) == (False, "")


def test_a_reason_without_the_tick_is_asked_about(signed_in: SignedIn, workshop: Workshop) -> None:
    session = workshop.sessions.get()
    client = signed_in("publisher")
    page = session_page(session)

    response = client.post(
        page, filled(client.get(page), cancelled_because="Strike", reason="Strike")
    )

    assert "Only what is cancelled has a reason for that." in response.content.decode()
    assert not Session.objects.get().is_cancelled


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_cancelled_session_frees_its_room_in_forms_too(
    signed_in: SignedIn, workshop: Workshop, is_cancelled: bool
) -> None:
    client = signed_in("publisher")
    times = {"starts_at": "2027-01-21T08:00Z", "ends_at": "2027-01-21T09:00Z", "room": "Hall"}
    Session.objects.update(**times)
    other = SessionFactory.create(workshop=workshop, title="Other")
    page = session_page(other)
    form = filled(
        client.get(page),
        starts_at_0="2027-01-21",
        starts_at_1="08:30",
        ends_at_0="2027-01-21",
        ends_at_1="09:30",
        room="Hall",
        reason="Moved",
    )

    response = client.post(page, form | ({"is_cancelled": ["on"]} if is_cancelled else {}))

    assert response.status_code == (302 if is_cancelled else 200)
    assert ("The room is taken" in response.content.decode()) != is_cancelled
