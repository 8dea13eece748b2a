"""Users, partners and entries: what always holds, and the steps of an entry's life."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import override

from clusterix.curation.models import (
    Entry,
    Membership,
    Partner,
    User,
    entry_kind,
)
from initiatives.models import Initiative, InitiativeLink, InitiativeSource, Theme
from people.models import Organisation, Person
from tests.factories import (
    InitiativeFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    ThemeFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

FACTORIES = [OrganisationFactory, PersonFactory, InitiativeFactory, WorkshopFactory]


def test_a_user_is_made_with_a_password_or_without() -> None:
    with_one = User.objects.create_user("Ada@Agency.Example", "a long way")
    without = User.objects.create_user("bo@agency.example")

    assert with_one.email == "Ada@agency.example"
    assert with_one.check_password("a long way")
    assert not without.has_usable_password()
    assert not with_one.is_superuser


def test_an_operator_may_do_everything() -> None:
    operator = User.objects.create_superuser("ops@site.example", "a long way")

    assert operator.is_superuser
    assert operator.is_secretariat


def test_a_user_is_called_by_name_or_else_by_address() -> None:
    named = UserFactory.build(first_name="Ada", last_name="Andersson")
    unnamed = UserFactory.build(email="bo@agency.example")

    assert (str(named), str(unnamed)) == ("Ada Andersson", "bo@agency.example")


def test_two_users_never_share_an_address_however_written() -> None:
    UserFactory.create(email="ada@agency.example")
    twin = UserFactory.build(email="ADA@agency.example")

    with pytest.raises(ValidationError, match="Somebody with this e-mail address exists already"):
        twin.validate_constraints()
    with pytest.raises(IntegrityError, match="user_email_unique"):
        twin.save()


def test_one_partner_is_the_programmes_own() -> None:
    PartnerFactory.create(is_programme=True)
    second = PartnerFactory.build(is_programme=True)

    with pytest.raises(ValidationError, match=r"Another partner is the programme's own already"):
        second.validate_constraints()
    with pytest.raises(IntegrityError, match="partner_one_programme"):
        second.save()


def test_a_user_has_one_role_with_a_partner() -> None:
    first = MembershipFactory.create()
    second = Membership(partner=first.partner, user=first.user, role="publisher")

    with pytest.raises(ValidationError, match="This user is a member of this partner already"):
        second.validate_constraints()
    with pytest.raises(IntegrityError, match="membership_unique"):
        second.save()


def test_a_role_is_one_of_the_three() -> None:
    with pytest.raises(IntegrityError, match="membership_role_known"):
        MembershipFactory.create(role="owner")


def test_a_membership_and_a_partner_say_what_they_are() -> None:
    user = UserFactory.create(first_name="Ada")
    membership = MembershipFactory.create(user=user, partner=PartnerFactory.create(name="Skåne"))

    assert str(membership) == "Ada, Skåne (editor)"
    assert str(membership.partner) == "Skåne"


@pytest.mark.parametrize(("is_programme", "fits"), [(True, True), (False, False)])
def test_a_secretariat_belongs_to_the_programmes_partner(is_programme: bool, fits: bool) -> None:
    partner = PartnerFactory.create(is_programme=is_programme)
    membership = MembershipFactory.build(
        user=UserFactory.create(), partner=partner, role=Membership.Role.SECRETARIAT
    )

    if fits:
        membership.clean()
    else:
        with pytest.raises(
            ValidationError, match=r"programme's own partner can be its secretariat"
        ):
            membership.clean()


def test_a_membership_without_a_partner_is_refused_for_that_alone() -> None:
    Membership(role=Membership.Role.SECRETARIAT).clean()


@pytest.mark.parametrize("factory", FACTORIES)
def test_an_entry_is_in_one_of_the_four_states(factory: Any) -> None:
    with pytest.raises(IntegrityError, match="state_known"):
        factory.create(state="lost")


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_published_entry_has_its_day(factory: Any) -> None:
    with pytest.raises(IntegrityError, match="published_has_date"):
        factory.create(published_at=None)


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("field", ["key", "slug"])
def test_names_are_unique_among_drafts_too(factory: Any, field: str) -> None:
    factory.create(state=Entry.State.DRAFT, **{field: "same"})
    second = factory.build(owner=PartnerFactory.create(), **{field: "same"})

    with pytest.raises(ValidationError, match="This is taken by another entry"):
        second.clean()
    with pytest.raises(IntegrityError, match=field):
        second.save()


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_who_does_not_ask_for_more_sees_only_what_is_public(factory: Any, state: str) -> None:
    hidden = factory.create(state=state)
    kind = type(hidden)

    assert not kind.objects.exists()
    assert not kind.unscoped.public().exists()
    assert not hidden.is_public
    assert kind.unscoped.get() == hidden


@pytest.mark.parametrize("kind", [Organisation, Person, Initiative, Workshop])
def test_every_kind_of_entry_has_a_history(kind: type[Entry]) -> None:
    assert kind.history.count() == 0


MOVES = {
    "submit": (["draft"], "in_review"),
    "send_back": (["in_review"], "draft"),
    "publish": (["draft", "in_review", "archived"], "published"),
    "archive": (["published"], "archived"),
}


@pytest.mark.parametrize("state", [state.value for state in Entry.State])
@pytest.mark.parametrize("verb", MOVES)
def test_a_step_leads_on_from_where_it_may_begin(verb: str, state: str) -> None:
    entry = PersonFactory.create(state=state)
    begins, ends = MOVES[verb]

    if state in begins:
        getattr(entry, verb)(reason="Because")
    else:
        with pytest.raises(ValidationError, match="cannot become"):
            getattr(entry, verb)(reason="Because")

    kept = Person.unscoped.get()
    assert kept.state == (ends if state in begins else state)


def test_a_step_keeps_its_reason() -> None:
    entry = PersonFactory.create(state=Entry.State.DRAFT)

    entry.submit(reason="Ready for other eyes")

    assert entry.history.latest().history_change_reason == "Ready for other eyes"


def test_the_first_publication_gives_the_day_and_later_ones_keep_it() -> None:
    first = datetime(2016, 6, 21, tzinfo=UTC)
    entry = PersonFactory.create(state=Entry.State.DRAFT)

    entry.publish(reason="At last", at=first)
    entry.archive(reason="A pause")
    entry.publish(reason="Back again")

    assert Person.objects.get().published_at == first


def test_a_version_tells_a_later_state_from_an_earlier() -> None:
    entry = PersonFactory.create()
    before = entry.version

    entry.save()

    assert Person.objects.get().version == entry.version != before


def test_a_former_address_finds_the_entry() -> None:
    entry = PersonFactory.create(slug="ada-lovelace")
    entry.slug = "ada-byron"
    entry.save()

    assert list(Person.objects.once_called("ada-lovelace")) == [entry]
    assert list(Person.objects.once_called("never")) == []


@pytest.mark.parametrize(
    ("fields", "needs_care"),
    [
        ({}, False),
        ({"headline": ""}, True),
        ({"last_verified_on": None}, True),
        ({"last_verified_on": date(2024, 1, 1)}, True),
        ({"last_verified_on": date(2024, 1, 2)}, False),
        ({"last_verified_on": None, "published_at": datetime(2026, 1, 2, tzinfo=UTC)}, False),
    ],
)
def test_care_is_needed_by_what_lacks_something_or_was_long_not_checked(
    fields: dict[str, object], needs_care: bool
) -> None:
    whole = {
        "headline": "Manager",
        "last_verified_on": date(2026, 1, 1),
        "published_at": datetime(2020, 1, 1, tzinfo=UTC),
    }
    PersonFactory.create(**whole | fields)

    found = Person.objects.needing_care(["headline"], at=date(2026, 1, 1))

    assert found.exists() == needs_care


@pytest.mark.parametrize(
    ("factory", "holds"),
    [
        (InitiativeFactory, timedelta(days=365)),
        (OrganisationFactory, timedelta(days=730)),
        (PersonFactory, timedelta(days=730)),
        (WorkshopFactory, timedelta(days=365)),
    ],
    ids=["initiative", "organisation", "person", "workshop"],
)
def test_how_long_a_check_holds_depends_on_the_kind(factory: Any, holds: timedelta) -> None:
    checked = datetime(2024, 5, 1, 12, tzinfo=UTC)
    entry = factory.create(published_at=checked)
    last_day = checked.date() + holds

    stale = [type(entry).objects.stale(at=last_day + timedelta(days=late)) for late in (0, 1)]

    assert [list(found) for found in stale] == [[], [entry]]


def test_a_workshop_that_is_over_does_not_go_stale() -> None:
    WorkshopFactory.create(
        starts_on=date(2016, 6, 20), published_at=datetime(2016, 5, 1, tzinfo=UTC)
    )

    assert not Workshop.objects.stale(at=date(2026, 1, 1)).exists()


def test_an_empty_date_is_missing_as_an_empty_text_is() -> None:
    entry = PersonFactory.create(headline="Manager")
    today = timezone.localdate()

    lacking = Person.objects.needing_care(["last_verified_on"], at=today)

    assert list(lacking) == [entry]
    assert entry.missing(["headline", "biography", "last_verified_on"]) == {
        "biography": "biography",
        "last_verified_on": "last verified",
    }


def test_a_link_knows_whether_it_leads_to_an_entry() -> None:
    kind, region = (Organisation._meta.get_field(name) for name in ("successor", "region"))

    assert entry_kind(kind) is Organisation  # type: ignore[arg-type]
    assert entry_kind(region) is None  # type: ignore[arg-type]


def test_a_term_speaks_the_readers_language_or_else_english() -> None:
    theme = ThemeFactory.build(labels={"en": "Across clusters", "de": "Quer durch Cluster"})

    with override("de"):
        assert str(theme) == "Quer durch Cluster"
    with override("fr"):
        assert theme.label == "Across clusters"


def test_terms_come_in_the_order_of_their_vocabulary() -> None:
    last = ThemeFactory.create(position=2)
    first = ThemeFactory.create(position=1, key="b")
    also_first = ThemeFactory.create(position=1, key="a")

    assert list(Theme.objects.in_order()) == [also_first, first, last]


def test_a_term_has_an_english_label() -> None:
    with pytest.raises(IntegrityError, match="has_english_label"):
        ThemeFactory.create(labels={"de": "Quer"})


def test_sources_and_links_are_called_by_their_titles() -> None:
    assert str(InitiativeSource(title="Final report")) == "Final report"
    assert str(InitiativeLink(label="Programme")) == "Programme"


def test_a_partner_with_entries_cannot_be_deleted() -> None:
    partner: Partner = PersonFactory.create().owner

    with pytest.raises(IntegrityError):
        partner.delete()
