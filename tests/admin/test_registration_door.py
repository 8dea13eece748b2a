"""The page at the door: who reaches it, what devices are told, and what they may send."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Partner
from tests.admin.conftest import SignedIn
from tests.factories import (
    AudienceCategoryFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import attendance, places
from workshops.registration.codes import code_for
from workshops.registration.models import CheckIn, Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

SHOWING = ("desk_door", "desk_door_list", "desk_door_presence", "desk_door_worker")
ROLES = {
    "editor": 200,
    "publisher": 200,
    "secretariat": 200,
    "operator": 200,
    "rival": 404,
    "nobody's": 302,
    "visitor": 302,
}

Address = Callable[..., str]


@pytest.fixture
def terms(agency: Partner) -> RegistrationSettings:
    made = RegistrationSettingsFactory.create(workshop=WorkshopFactory.create(owner=agency))
    return RegistrationSettings.objects.get(pk=made.pk)


@pytest.fixture
def ada(terms: RegistrationSettings) -> Registration:
    audience = AudienceCategoryFactory.create(labels={"en": "Cluster"})
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop, name="Ada Åström", organisation="Skåne", audience=audience
    )
    return row


@pytest.fixture
def address(terms: RegistrationSettings) -> Address:
    def where(view: str = "desk_door") -> str:
        return reverse(f"admin:registration_registrationsettings_{view}", args=[terms.pk])

    return where


def entry(row: Registration, **fields: object) -> dict[str, object]:
    usual = {
        "key": str(uuid4()),
        "registration": row.pk,
        "kind": "in",
        "people": 1,
        "at": timezone.now().isoformat(),
        "device": str(UUID(int=1)),
    }
    return usual | fields


def post(client: Client, address: str, body: object) -> Any:
    return client.post(address, body, content_type="application/json")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("view", SHOWING)
def test_the_door_opens_for_those_who_see_the_workshop_behind_the_scenes(
    signed_in: SignedIn, address: Address, ada: Registration, view: str, role: str
) -> None:
    response = signed_in(role).get(address(view))

    assert response.status_code == ROLES[role]
    assert ("Ada" in response.text) == (ROLES[role] == 200 and view == "desk_door_list")


@pytest.mark.parametrize("role", ROLES)
def test_only_they_write_anything_down(
    signed_in: SignedIn, address: Address, ada: Registration, role: str
) -> None:
    response = post(signed_in(role), address("desk_door_entries"), {"entries": [entry(ada)]})

    assert response.status_code == ROLES[role]
    assert CheckIn.objects.exists() == (ROLES[role] == 200)


def test_a_rival_writes_nothing_by_the_plain_form_either(
    signed_in: SignedIn, address: Address, ada: Registration
) -> None:
    response = signed_in("rival").post(address(), entry(ada))

    assert response.status_code == 404
    assert not CheckIn.objects.exists()


def test_each_address_takes_its_own_method(signed_in: SignedIn, address: Address) -> None:
    editor = signed_in("editor")

    posted = [editor.post(address(view)).status_code for view in SHOWING[1:]]
    got = editor.get(address("desk_door_entries")).status_code

    assert (posted, got) == ([405, 405, 405], 405)


@pytest.mark.parametrize("rows", [1, 3])
def test_devices_take_as_many_queries_for_many_rows_as_for_one(
    signed_in: SignedIn, terms: RegistrationSettings, address: Address, rows: int
) -> None:
    RegistrationFactory.create_batch(rows, workshop=terms.workshop, name="Bo")
    editor = signed_in("editor")

    with assertNumQueries(5):
        editor.get(address("desk_door_list"))
    with assertNumQueries(6):
        editor.get(address("desk_door_presence"))
    with assertNumQueries(8):
        editor.get(address(), {"q": "bo"})


def test_a_device_gets_whom_to_expect_and_until_when_it_may_keep_that(
    signed_in: SignedIn, address: Address, terms: RegistrationSettings, ada: Registration
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, state="waiting", name="Zephyrine")
    RegistrationFactory.create(name="Zephyrine")

    response = signed_in("editor").get(address("desk_door_list"))

    told = response.json()
    assert told["people"] == [
        {
            "number": ada.pk,
            "code": code_for(ada),
            "name": "Ada Åström",
            "organisation": "Skåne",
            "category": "Cluster",
            "size": 1,
        }
    ]
    assert told["until"] == round(terms.workshop.ends_at.timestamp() * 1000) + 86_400_000
    assert "no-store" in response["Cache-Control"]


def test_a_device_that_asks_again_is_told_only_of_changes(
    signed_in: SignedIn, address: Address, ada: Registration
) -> None:
    editor = signed_in("editor")
    first = editor.get(address("desk_door_presence"))
    tag = {"if-none-match": first["ETag"]}

    same = editor.get(address("desk_door_presence"), headers=tag)
    post(editor, address("desk_door_entries"), {"entries": [entry(ada)]})
    changed = editor.get(address("desk_door_presence"), headers=tag)

    assert first.json() == {"here": {}, "expected": 1, "arrived": 0}
    assert (same.status_code, changed.status_code) == (304, 200)
    assert changed.json()["here"][str(ada.pk)][0] == 1
    assert changed.json()["arrived"] == 1


def test_what_was_written_down_without_a_connection_is_kept_and_answered(
    signed_in: SignedIn, address: Address, terms: RegistrationSettings, ada: Registration
) -> None:
    waiting = RegistrationFactory.create(workshop=terms.workshop, state="waiting")
    sent = [
        entry(ada),
        entry(ada, device=str(UUID(int=2))),
        entry(waiting),
        entry(ada, registration=10**15),
    ]

    response = post(signed_in("editor"), address("desk_door_entries"), {"entries": sent})

    answers = response.json()["answers"]
    assert [one["key"] for one in answers] == [one["key"] for one in sent]
    assert [one["answer"] for one in answers] == ["done", "already", "not-expected", "unknown"]
    assert answers[0]["words"] == ""
    assert answers[1]["words"].startswith("Was here already, on another device: since ")
    assert answers[2]["words"] == "Has no place (on the waiting list). Nothing was written down."
    assert answers[3]["words"] == "Is not registered for this workshop, or was erased."


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("no", "This is not JSON."),
        ("[" * 50_000, "This is not JSON."),
        ("[]", "Send a list of entries."),
        ('{"entries": {}}', "Send a list of entries."),
        ('{"entries": [1]}', "Send a list of entries."),
        ('{"entries": [{}]}', "Something is wrong with an entry: key, registration, kind, people."),
        (json.dumps({"entries": [{}] * 201}), "Too much at once."),
        (json.dumps({"entries": ["x" * 65_536]}), "Too much at once."),
    ],
    ids=["text", "depth", "list", "object", "number", "empty", "many", "long"],
)
def test_what_is_no_list_of_entries_is_refused_with_the_reason(
    signed_in: SignedIn, address: Address, body: str, words: str
) -> None:
    response = post(signed_in("editor"), address("desk_door_entries"), body)

    assert (response.status_code, response.json()) == (400, {"error": words})


def test_a_form_in_place_of_entries_is_refused_alike(signed_in: SignedIn, address: Address) -> None:
    client = signed_in("editor")

    response = client.post(address("desk_door_entries"), {"entries": "[]"})

    assert (response.status_code, response.json()) == (400, {"error": "This is not JSON."})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "x"),
        ("registration", 0),
        ("registration", 10**40),
        ("registration", [1]),
        ("kind", "sideways"),
        ("people", 51),
        ("people", 1.5),
        ("at", "yesterday"),
        ("at", 5),
        ("at", [1]),
        ("at", {"a": 1}),
        ("device", {"a": 1}),
    ],
    ids=[
        "key",
        "zero",
        "huge",
        "list",
        "kind",
        "people",
        "half",
        "at",
        "at-number",
        "at-list",
        "at-object",
        "device",
    ],
)
def test_an_entry_with_something_wrong_is_refused_and_none_is_kept(
    signed_in: SignedIn, address: Address, ada: Registration, field: str, value: object
) -> None:
    sent = {"entries": [entry(ada), entry(ada, **{field: value})]}

    response = post(signed_in("editor"), address("desk_door_entries"), sent)

    words = f"Something is wrong with an entry: {field}."
    assert (response.status_code, response.json()) == (400, {"error": words})
    assert not CheckIn.objects.exists()


def test_an_entry_without_time_and_device_is_of_this_moment(
    signed_in: SignedIn, address: Address, ada: Registration
) -> None:
    sent = {"entries": [entry(ada, at=None, device=None)]}

    response = post(signed_in("editor"), address("desk_door_entries"), sent)

    written = CheckIn.objects.get()
    assert response.json()["answers"][0]["answer"] == "done"
    assert (written.device, written.at <= written.received_at) == (UUID(int=0), True)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others hold the places for longer than anybody waits."""

    def record(*_args: object) -> None:
        raise places.BusyError

    monkeypatch.setattr(attendance, "record", record)


@pytest.mark.usefixtures("busy")
def test_a_device_whose_turn_does_not_come_is_asked_to_come_again(
    signed_in: SignedIn, address: Address, ada: Registration
) -> None:
    editor = signed_in("editor")

    response = post(editor, address("desk_door_entries"), {"entries": [entry(ada)]})
    page = editor.post(address(), entry(ada, q=""), follow=True)

    assert response.status_code == 503
    assert response.json() == {"error": str(places.BUSY)}
    assert str(places.BUSY) in page.text


def test_without_javascript_people_are_found_let_in_and_taken_back(
    signed_in: SignedIn, address: Address, terms: RegistrationSettings, ada: Registration
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, name="Zephyrine")
    editor = signed_in("editor")

    found = editor.get(address(), {"q": "astrom"}).text
    let_in = editor.post(address(), entry(ada, at="", device="", q="astrom"), follow=True)
    taken_back = editor.post(
        address(), entry(ada, at="", device="", kind="out", q="astrom"), follow=True
    )

    assert "Check in: Ada Åström" in found
    assert "Zephyrine" not in found
    assert let_in.redirect_chain == [(f"{address()}?q=astrom", 302)]
    assert "Written down." in let_in.text
    assert "Undo: Ada Åström" in let_in.text
    assert "1 of 2" in let_in.text
    assert "Taken back." in taken_back.text
    assert "0 of 2" in taken_back.text


def test_a_group_can_be_let_in_in_part_by_the_plain_form(
    signed_in: SignedIn, address: Address, terms: RegistrationSettings
) -> None:
    group = RegistrationFactory.create(workshop=terms.workshop, name="Group", party_size=3)
    editor = signed_in("editor")

    page = editor.get(address(), {"q": "group"}).text
    editor.post(address(), entry(group, people=2, at="", device=""))

    assert 'value="3" min="1" max="3"' in page
    assert attendance.presence(terms).arrived == 2


def test_a_code_finds_its_registration_and_nobody_else(
    signed_in: SignedIn, address: Address, ada: Registration
) -> None:
    other = RegistrationFactory.create()
    editor = signed_in("editor")

    found, nobody = (editor.get(address(), {"q": code_for(row)}).text for row in (ada, other))

    assert "Check in: Ada Åström" in found
    assert "Check in" not in nobody.split("data-people")[1].split("</ul>")[0]


def test_a_plain_form_with_something_wrong_says_so(
    signed_in: SignedIn, address: Address, ada: Registration
) -> None:
    response = signed_in("editor").post(address(), entry(ada, people=0), follow=True)

    assert "That was not understood." in response.text
    assert not CheckIn.objects.exists()


def test_only_the_door_may_use_the_camera(signed_in: SignedIn, address: Address) -> None:
    editor = signed_in("editor")

    door, desk = (editor.get(address(view)) for view in ("desk_door", "desk"))

    assert door["Permissions-Policy"] == "camera=(self)"
    assert "camera=()" in desk["Permissions-Policy"]


def test_a_door_has_a_worker_of_its_own(
    signed_in: SignedIn, address: Address, terms: RegistrationSettings
) -> None:
    response = signed_in("editor").get(address("desk_door_worker"))

    assert response["Content-Type"] == "text/javascript"
    assert f'"door\\u002D{terms.pk}"' in response.text
