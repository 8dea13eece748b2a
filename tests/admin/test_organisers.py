"""Organisers of one workshop: who gives the role, what it opens, and that it opens nothing else."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.models import Entry, Partner, User
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganiserFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    SessionFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import Organiser, Workshop

pytestmark = pytest.mark.django_db

ADD = "/admin/workshops/organiser/add/"
LIST = "/admin/workshops/organiser/"


@pytest.fixture
def workshop(agency: Partner) -> Workshop:
    made: Workshop = WorkshopFactory.create(owner=agency, title="Open days")
    return made


@pytest.fixture
def ada() -> User:
    """Somebody with an account and no partner."""
    user: User = UserFactory.create(email="ada@host.example")
    return user


@pytest.fixture
def organiser(workshop: Workshop, ada: User) -> Client:
    """A browser in which she is signed in, to whom the role was given."""
    OrganiserFactory.create(workshop=workshop, user=ada)
    client = Client()
    client.force_login(ada)
    return client


def change(row: Any) -> str:
    """Where its form is."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# Who gives and takes the role


@pytest.mark.parametrize("role", ["publisher", "secretariat"])
def test_those_who_publish_the_workshop_give_the_role(
    signed_in: SignedIn, workshop: Workshop, ada: User, role: str
) -> None:
    response = signed_in(role).post(ADD, {"workshop": workshop.pk, "email": "Ada@Host.example"})

    given = Organiser.objects.get()
    assert response["Location"] == LIST
    assert (given.workshop, given.user) == (workshop, ada)
    assert given.given_by != ada
    assert given.given_at <= timezone.now()


def test_publishers_choose_among_their_own_workshops(
    signed_in: SignedIn, workshop: Workshop, rival: Partner, ada: User
) -> None:
    client = signed_in("publisher")
    theirs = WorkshopFactory.create(owner=rival, title="Kanarifagel")

    page = client.get(ADD).content.decode()
    refused = client.post(ADD, {"workshop": theirs.pk, "email": ada.email})

    assert "Open days" in page
    assert "Kanarifagel" not in page
    assert refused.status_code == 200
    assert not Organiser.objects.exists()


@pytest.mark.parametrize("role", ["editor", "rival", "nobody's"])
def test_nobody_else_gives_it(
    signed_in: SignedIn, workshop: Workshop, ada: User, role: str
) -> None:
    signed_in(role).post(ADD, {"workshop": workshop.pk, "email": ada.email})

    assert not Organiser.objects.exists()


def test_an_organiser_gives_it_to_nobody(
    organiser: Client, workshop: Workshop, editor: User
) -> None:
    response = organiser.post(ADD, {"workshop": workshop.pk, "email": editor.email})

    assert response.status_code == 403
    assert Organiser.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"email": "ada@host.example"}, "This field is required."),
        ({"email": "no address"}, "Enter a valid email address."),
        ({}, "This field is required."),
    ],
)
def test_a_form_that_lacks_something_says_so(
    signed_in: SignedIn, workshop: Workshop, ada: User, form: dict[str, str], complaint: str
) -> None:
    page = signed_in("publisher").post(ADD, form).content.decode()

    assert complaint in page


def test_members_of_the_partner_need_no_role(
    signed_in: SignedIn, workshop: Workshop, editor: User
) -> None:
    form = {"workshop": workshop.pk, "email": editor.email}

    page = signed_in("publisher").post(ADD, form).content.decode()

    assert "They belong to the partner of this workshop." in page


def test_of_two_who_give_it_at_once_the_second_is_told(
    signed_in: SignedIn, workshop: Workshop, ada: User
) -> None:
    form = {"workshop": workshop.pk, "email": ada.email}
    signed_in("secretariat").post(ADD, form)

    page = signed_in("publisher").post(ADD, form).content.decode()

    assert "They organise this workshop already." in page
    assert Organiser.objects.count() == 1


def test_the_database_keeps_one_row_for_each(workshop: Workshop, ada: User) -> None:
    OrganiserFactory.create(workshop=workshop, user=ada)

    with pytest.raises(IntegrityError, match="organiser_unique"), transaction.atomic():
        OrganiserFactory.create(workshop=workshop, user=ada)


def test_the_list_has_those_of_ones_own_workshops(
    signed_in: SignedIn, workshop: Workshop, ada: User, rival: Partner
) -> None:
    OrganiserFactory.create(workshop=workshop, user=ada)
    OrganiserFactory.create(workshop__owner=rival, user__email="kanarifagel@rival.example")

    page = signed_in("publisher").get(LIST).content.decode()

    assert "ada@host.example" in page
    assert "kanarifagel" not in page


def test_who_loses_the_role_is_out_with_the_next_request(
    signed_in: SignedIn, organiser: Client, workshop: Workshop
) -> None:
    given = Organiser.objects.get()
    before = organiser.get(change(workshop)).status_code

    signed_in("publisher").post(reverse("admin:workshops_organiser_delete", args=[given.pk]), {
        "post": "yes",
    })  # fmt: skip

    assert before == 200
    assert "/login/" in organiser.get("/admin/")["Location"]
    assert "/login/" in organiser.get(change(workshop))["Location"]


def test_a_rival_does_not_take_it(signed_in: SignedIn, organiser: Client) -> None:
    given = Organiser.objects.get()
    address = reverse("admin:workshops_organiser_delete", args=[given.pk])

    signed_in("rival").post(address, {"post": "yes"})
    organiser.post(address, {"post": "yes"})

    assert Organiser.objects.filter(pk=given.pk).exists()


# What it opens


@pytest.mark.parametrize("state", [state.value for state in Entry.State])
def test_an_organiser_changes_the_workshop_and_not_whose_it_is(
    organiser: Client, workshop: Workshop, rival: Partner, state: str
) -> None:
    Workshop.unscoped.filter(pk=workshop.pk).update(state=state, published_at=timezone.now())
    page = organiser.get(change(workshop))

    organiser.post(
        change(workshop),
        filled(page, title="Opener days", reason="Better so", owner=str(rival.pk)),
    )

    workshop.refresh_from_db()
    assert (workshop.title, workshop.state) == ("Opener days", state)
    assert workshop.owner != rival


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("draft", "submit"),
        ("draft", "publish"),
        ("in_review", "publish"),
        ("in_review", "send_back"),
        ("published", "archive"),
        ("published", "verify"),
        ("archived", "publish"),
    ],
)
def test_an_organiser_takes_no_step(
    organiser: Client, workshop: Workshop, state: str, verb: str
) -> None:
    Workshop.unscoped.filter(pk=workshop.pk).update(state=state)
    workshop.refresh_from_db()
    address = reverse("admin:workshops_workshop_move", args=[workshop.pk])

    response = organiser.post(
        address, {"verb": verb, "reason": "I can", "version": workshop.version}
    )

    workshop.refresh_from_db()
    assert response.status_code == 403
    assert workshop.state == state


def test_an_organiser_deletes_no_draft(organiser: Client, workshop: Workshop) -> None:
    Workshop.unscoped.filter(pk=workshop.pk).update(state=Entry.State.DRAFT)
    address = reverse("admin:workshops_workshop_delete", args=[workshop.pk])

    response = organiser.post(address, {"post": "yes"})

    assert response.status_code == 403
    assert Workshop.unscoped.filter(pk=workshop.pk).exists()


def test_sessions_go_into_that_workshop_alone(organiser: Client, workshop: Workshop) -> None:
    beside = WorkshopFactory.create(owner=workshop.owner)
    page = organiser.get("/admin/workshops/session/add/")
    form = filled(page, title="Welcome", reason="Asked for")

    organiser.post("/admin/workshops/session/add/", form | {"workshop": [str(beside.pk)]})
    organiser.post("/admin/workshops/session/add/", form | {"workshop": [str(workshop.pk)]})

    assert [row.title for row in workshop.sessions.all()] == ["Welcome"]
    assert not beside.sessions.exists()


def test_the_desk_lists_and_start_page_show_that_workshop_alone(
    organiser: Client, workshop: Workshop
) -> None:
    kept = {"owner": workshop.owner}
    other = WorkshopFactory.create(title="Kanarifagel", **kept)
    draft = InitiativeFactory.create(title="Kanarifagel draft", state="draft", **kept)
    for each in (workshop, other):
        terms = RegistrationSettingsFactory.create(workshop=each)
        name = "Kanarifagel" if each == other else "Bo Berg"
        RegistrationFactory.create(workshop=each, name=name)
        SessionFactory.create(workshop=each, title=f"Session of {each}")
    mine = workshop.registration_settings
    lists = [
        *("/admin/", "/admin/ageing/", "/admin/workshops/workshop/", "/admin/workshops/session/"),
        *("/admin/registration/registration/", "/admin/registration/registrationsettings/"),
        "/admin/initiatives/initiative/",
        "/admin/workshops/workshop/many/",
        reverse("admin:registration_registrationsettings_desk", args=[mine.pk]),
        reverse("admin:registration_registrationsettings_desk_people", args=[mine.pk]),
    ]

    pages = {at: organiser.get(at) for at in lists}
    hidden = [
        organiser.get(at).status_code
        for at in (
            change(draft),
            change(other),
            reverse("admin:registration_registrationsettings_desk", args=[terms.pk]),
            reverse("admin:registration_registrationsettings_desk_export", args=[terms.pk, "csv"]),
            reverse("preview", args=["workshops", "workshop", other.pk]),
        )
    ]

    assert {page.status_code for page in pages.values()} == {200}
    assert [at for at, page in pages.items() if "Kanarifagel" in page.content.decode()] == []
    desk = pages["/admin/"].content.decode()
    assert "Open days" in desk
    assert "Begin one from the lists below" not in desk
    assert "Bo Berg" in pages[lists[-1]].content.decode()
    assert hidden == [302, 302, 404, 404, 404]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/workshops/workshop/add/",
        "/admin/initiatives/initiative/add/",
        "/admin/batches/importbatch/add/",
    ],
)
def test_an_organiser_begins_no_entry(organiser: Client, address: str) -> None:
    assert organiser.get(address).status_code == 403
    assert organiser.post(address).status_code == 403


@pytest.mark.parametrize("others", [0, 2])
def test_the_list_of_workshops_takes_as_many_queries_for_three_as_for_one(
    organiser: Client, ada: User, others: int, django_assert_num_queries: Any
) -> None:
    for _other in range(others):
        OrganiserFactory.create(user=ada)

    with django_assert_num_queries(10):
        organiser.get("/admin/workshops/workshop/")


def test_the_row_names_nobody_in_the_admins_log(workshop: Workshop, ada: User) -> None:
    assert str(OrganiserFactory.create(workshop=workshop, user=ada)) == "organiser, Open days"
