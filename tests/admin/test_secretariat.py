"""What the secretariat keeps: accounts, partners, members and vocabularies."""

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Membership, Partner, User
from initiatives.models import Theme
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import PartnerFactory, ThemeFactory, UserFactory, member, secretariat

pytestmark = pytest.mark.django_db

ADD_USER = "/admin/curation/user/add/"


def change(user: User) -> str:
    return reverse("admin:curation_user_change", args=[user.pk])


def test_it_gives_an_account_without_a_password(signed_in: SignedIn, agency: Partner) -> None:
    client = signed_in("secretariat")
    data = filled(client.get(ADD_USER), email="new@agency.example") | {
        "memberships-TOTAL_FORMS": ["1"],
        "memberships-0-partner": [str(agency.pk)],
        "memberships-0-role": ["editor"],
    }

    client.post(ADD_USER, data)

    user = User.objects.get(email="new@agency.example")
    assert not user.has_usable_password()
    assert user.memberships.get().partner == agency
    assert not user.is_superuser


def test_a_change_leaves_the_password_alone(signed_in: SignedIn) -> None:
    user = member()
    user.set_password("kept")
    user.save()
    client = signed_in("secretariat")

    client.post(change(user), filled(client.get(change(user)), first_name="Ada"))

    user.refresh_from_db()
    assert user.first_name == "Ada"
    assert user.check_password("kept")


def test_rights_are_no_field_of_an_account(signed_in: SignedIn) -> None:
    page = signed_in("operator").get(change(member()))

    fields = set(page.context["adminform"].form.fields)
    assert fields == {"email", "first_name", "last_name", "is_active"}


def test_the_account_of_an_operator_is_for_operators(signed_in: SignedIn) -> None:
    operator = UserFactory.create(is_superuser=True, email="operator@site.example")
    client = signed_in("secretariat")
    asked = {"app_label": "curation", "model_name": "membership", "field_name": "user"}

    listed = client.get("/admin/curation/user/")
    offered = client.get("/admin/autocomplete/", asked)

    assert client.get(change(operator)).status_code == 302
    assert "operator@site.example" not in listed.content.decode()
    assert "operator@site.example" not in offered.content.decode()
    assert signed_in("operator").get(change(operator)).status_code == 200


def test_accounts_are_closed_and_not_deleted(signed_in: SignedIn) -> None:
    user = member()
    address = reverse("admin:curation_user_delete", args=[user.pk])

    assert signed_in("secretariat").post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_only_the_programmes_own_partner_gets_a_secretariat(
    signed_in: SignedIn, agency: Partner
) -> None:
    membership = member(agency).memberships.get()
    client = signed_in("secretariat")
    address = reverse("admin:curation_partner_change", args=[agency.pk])

    response = client.post(
        address, filled(client.get(address), **{"memberships-0-role": "secretariat"})
    )

    assert "Only members of the programme&#x27;s own partner" in response.content.decode()
    membership.refresh_from_db()
    assert membership.role == Membership.Role.EDITOR


def test_partners_and_people_are_found_by_search(signed_in: SignedIn, agency: Partner) -> None:
    user = member(agency, email="ada@agency.example")
    client = signed_in("secretariat")
    source = {"app_label": "curation", "model_name": "membership"}

    partner = client.get(
        "/admin/autocomplete/", source | {"field_name": "partner", "term": "Skåne"}
    )
    person = client.get("/admin/autocomplete/", source | {"field_name": "user", "term": "ada@"})

    assert [row["id"] for row in partner.json()["results"]] == [str(agency.pk)]
    assert [row["id"] for row in person.json()["results"]] == [str(user.pk)]


def test_a_partner_with_entries_stays(signed_in: SignedIn) -> None:
    partner = PartnerFactory.create()
    address = reverse("admin:curation_partner_delete", args=[partner.pk])

    assert signed_in("secretariat").post(address, {"post": "yes"}).status_code == 302
    assert not Partner.objects.filter(pk=partner.pk).exists()


def test_a_member_who_left_every_partner_is_no_curator(client: Client) -> None:
    user = member()
    client.force_login(user)
    before = client.get("/admin/").status_code
    user.memberships.all().delete()

    assert (before, client.get("/admin/").status_code) == (200, 302)


def test_a_theme_gets_its_labels(signed_in: SignedIn) -> None:
    wider = ThemeFactory.create()
    client = signed_in("secretariat")
    add = reverse("admin:initiatives_theme_add")
    data = filled(
        client.get(add),
        key="cross-cluster",
        labels='{"en": "Across clusters"}',
        parent=str(wider.pk),
    )

    client.post(add, data)

    assert Theme.objects.get(key="cross-cluster").label == "Across clusters"
    assert "Across clusters" in client.get("/admin/initiatives/theme/").content.decode()


def test_a_theme_without_an_english_label_is_refused(signed_in: SignedIn) -> None:
    client = signed_in("secretariat")
    add = reverse("admin:initiatives_theme_add")
    data = filled(client.get(add), key="nur-deutsch", labels='{"de": "Quer"}')

    response = client.post(add, data)

    assert "Give an English label" in response.content.decode()


@pytest.mark.parametrize(
    "labels", ["-1", "NaN", "null", "[]", '["en"]', '"en"', "{}", '{"en": 1}', '{"en": " "}', "{"]
)
def test_labels_that_nobody_could_read_are_refused(signed_in: SignedIn, labels: str) -> None:
    theme = ThemeFactory.create(labels={"en": "Kept"})
    client = signed_in("secretariat")
    address = reverse("admin:initiatives_theme_change", args=[theme.pk])

    response = client.post(address, filled(client.get(address), labels=labels))

    assert response.status_code == 200
    theme.refresh_from_db()
    assert theme.label == "Kept"


def test_the_secretariat_reviews_for_everyone(client: Client) -> None:
    user = secretariat()

    assert user.is_secretariat
    assert user.own_partners().count() == Partner.objects.count()
