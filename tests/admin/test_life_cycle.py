"""From draft to archive in the admin: who takes which step, why, and on which version."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.models import Entry, Partner, User
from initiatives.models import Initiative
from tests.admin.conftest import SignedIn
from tests.factories import InitiativeFactory

pytestmark = pytest.mark.django_db

STEPS = {
    ("editor", "draft"): ["submit"],
    ("editor", "in_review"): ["send_back"],
    ("editor", "published"): [],
    ("editor", "archived"): [],
    ("publisher", "draft"): ["submit", "publish"],
    ("publisher", "in_review"): ["send_back", "publish"],
    ("publisher", "published"): ["verify", "archive"],
    ("publisher", "archived"): ["publish"],
    ("secretariat", "draft"): ["submit", "publish"],
    ("secretariat", "in_review"): ["send_back", "publish"],
    ("secretariat", "published"): ["verify", "archive"],
    ("secretariat", "archived"): ["publish"],
}
ALL = ["submit", "send_back", "publish", "verify", "archive"]
LEADS_TO = {
    "submit": "in_review",
    "send_back": "draft",
    "publish": "published",
    "verify": "published",
    "archive": "archived",
}


def step(client: Client, entry: Initiative, verb: str, **data: str) -> Any:
    address = reverse("admin:initiatives_initiative_move", args=[entry.pk])
    form = {"verb": verb, "version": entry.version, "reason": "It is time"} | data
    return client.post(address, form)


def stored(entry: Initiative) -> Initiative:
    found: Initiative = Initiative.unscoped.get(pk=entry.pk)
    return found


@pytest.mark.parametrize(("role", "state"), STEPS)
def test_the_form_offers_the_steps_of_the_role(
    signed_in: SignedIn, agency: Partner, role: str, state: str
) -> None:
    entry = InitiativeFactory.create(owner=agency, state=state)

    page = signed_in(role).get(reverse("admin:initiatives_initiative_change", args=[entry.pk]))

    offered = [verb for verb in ALL if f'name="verb" value="{verb}"' in page.content.decode()]
    assert offered == STEPS[role, state]


@pytest.mark.parametrize("verb", ALL)
@pytest.mark.parametrize(("role", "state"), STEPS)
def test_a_step_is_taken_by_whom_it_is_offered_and_by_nobody_else(
    signed_in: SignedIn, agency: Partner, role: str, state: str, verb: str
) -> None:
    entry = InitiativeFactory.create(owner=agency, state=state)
    may = verb in STEPS[role, state]

    response = step(signed_in(role), entry, verb)

    assert response.status_code == (302 if may else 403)
    assert stored(entry).state == (LEADS_TO[verb] if may else state)


@pytest.mark.parametrize("verb", [*ALL, "delete", "__class__", "save", ""])
def test_a_rival_takes_no_step(signed_in: SignedIn, agency: Partner, verb: str) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.IN_REVIEW)

    response = step(signed_in("rival"), entry, verb)

    assert response.status_code == 404
    assert stored(entry).state == Entry.State.IN_REVIEW


@pytest.mark.parametrize("verb", ["delete", "__class__", "save", ""])
def test_what_is_no_step_is_refused(signed_in: SignedIn, agency: Partner, verb: str) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.IN_REVIEW)

    response = step(signed_in("secretariat"), entry, verb)

    assert response.status_code == 403


def test_a_step_is_never_taken_by_following_a_link(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    address = reverse("admin:initiatives_initiative_move", args=[entry.pk])

    response = signed_in("publisher").get(address, {"verb": "publish", "reason": "x"})

    assert response.status_code == 405
    assert stored(entry).state == Entry.State.DRAFT


def test_publishing_keeps_reason_author_and_day_and_says_so(
    client: Client, agency: Partner, publisher: User
) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.IN_REVIEW, title="Bridges")
    client.force_login(publisher)

    response = step(client, entry, "publish", reason="Checked with the region")
    page = client.get(response["Location"])

    version = Initiative.history.filter(id=entry.pk).latest()
    assert version.history_change_reason == "Checked with the region"
    assert version.history_user == publisher
    assert stored(entry).published_at is not None
    assert "“Bridges” is now: published." in page.content.decode()


def test_one_click_says_that_an_entry_is_still_correct(
    client: Client, agency: Partner, publisher: User
) -> None:
    entry = InitiativeFactory.create(owner=agency, title="Bridges")
    client.force_login(publisher)

    response = step(client, entry, "verify", reason="")
    page = client.get(response["Location"])

    version = Initiative.history.filter(id=entry.pk).latest()
    assert version.history_change_reason == "Still correct"
    assert version.history_user == publisher
    assert stored(entry).last_verified_on == timezone.localdate()
    assert "“Bridges” is marked as checked today." in page.content.decode()
    assert 'value="verify" formnovalidate' in page.content.decode()


def test_what_was_checked_may_be_said_all_the_same(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency)

    step(signed_in("publisher"), entry, "verify", reason="Called the agency")

    assert Initiative.history.filter(id=entry.pk).latest().history_change_reason == (
        "Called the agency"
    )


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_what_is_public_is_marked_as_checked(agency: Partner, state: str) -> None:
    entry = InitiativeFactory.create(owner=agency, state=state)

    with pytest.raises(ValidationError):
        entry.verify(reason="Still correct")

    assert stored(entry).last_verified_on is None


def test_a_step_without_a_reason_asks_for_one(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)

    response = step(signed_in("editor"), entry, "submit", reason="")

    assert response.status_code == 200
    assert "Reason: This field is required." in response.content.decode()
    assert stored(entry).state == Entry.State.DRAFT


def test_a_reason_that_is_too_long_is_kept_in_the_form(
    signed_in: SignedIn, agency: Partner
) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)

    response = step(signed_in("editor"), entry, "submit", reason="why " * 30)

    assert response.status_code == 200
    assert "why why" in response.content.decode()
    assert stored(entry).state == Entry.State.DRAFT


def test_what_changed_since_it_was_read_is_not_published_unread(
    signed_in: SignedIn, agency: Partner
) -> None:
    read = InitiativeFactory.create(owner=agency, state=Entry.State.IN_REVIEW)
    stored(read).because("A late change").save()
    client = signed_in("publisher")

    refused = step(client, read, "publish")
    version = stored(read).version
    again = step(client, stored(read), "publish")

    assert "Somebody changed this entry meanwhile" in refused.content.decode()
    assert f'name="version" value="{version}"' in refused.content.decode()
    assert again.status_code == 302
    assert stored(read).state == Entry.State.PUBLISHED


def test_the_state_is_no_field_of_the_form(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)

    page = signed_in("secretariat").get(
        reverse("admin:initiatives_initiative_change", args=[entry.pk])
    )

    form = page.context["adminform"].form
    assert {"state", "published_at", "key", "created_by"} & set(form.fields) == set()
