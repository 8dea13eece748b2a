from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

from clusterix.curation.models import Entry
from clusterix.lib.marks import Node
from initiatives.models import (
    Ecosystem,
    Evidence,
    Initiative,
    InitiativeLink,
    InitiativeSource,
    Involvement,
    Lesson,
    Precondition,
    Relation,
    TargetGroup,
    Theme,
    Transfer,
)
from people.models import Organisation
from tests.factories import (
    EcosystemFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
    TransferFactory,
)

pytestmark = pytest.mark.django_db

DRAFT = Entry.State.DRAFT


def refusals(row: Model) -> list[str]:
    """What a person is told of a row that cannot be."""
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return refusal.value.messages


IMPOSSIBLE = [
    ({"start": "2016-07", "end": "2016-06"}, "The end lies before the start."),
    ({"open_ended": True, "end": "2016"}, "It has an end date, so its end is not open."),
    (
        {"budget": Decimal(5)},
        "Give budget and currency together, the currency as three capital letters.",
    ),
    (
        {"currency": "EUR"},
        "Give budget and currency together, the currency as three capital letters.",
    ),
    (
        {"budget": Decimal(5), "currency": "eur"},
        "Give budget and currency together, the currency as three capital letters.",
    ),
]


@pytest.mark.parametrize(("fields", "message"), IMPOSSIBLE)
def test_an_impossible_initiative_is_explained(fields: dict[str, Any], message: str) -> None:
    initiative = InitiativeFactory.create()
    for name, value in fields.items():
        setattr(initiative, name, value)

    assert refusals(initiative) == [message]


@pytest.mark.parametrize(("fields", "_message"), IMPOSSIBLE)
def test_an_impossible_initiative_cannot_be_stored(fields: dict[str, Any], _message: str) -> None:
    with pytest.raises(IntegrityError):
        InitiativeFactory.create(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"start": "2016", "end": "2016-06"},
        {"budget": Decimal(0), "currency": "SEK"},
        {"start": "2013", "open_ended": True},
    ],
)
def test_a_possible_initiative_is_accepted(fields: dict[str, Any]) -> None:
    initiative = InitiativeFactory.create(**fields)

    initiative.full_clean()

    assert Initiative.objects.get() == initiative


@pytest.mark.parametrize("fields", [{"state": "odd"}, {"published_at": None}])
def test_the_life_of_an_initiative_is_kept_by_the_database(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        InitiativeFactory.create(**fields)


def test_no_link_may_run_a_script() -> None:
    initiative = InitiativeFactory.build(
        owner=InitiativeFactory.create().owner, website="javascript:alert(1)"
    )

    assert refusals(initiative) == ["Enter a valid URL."]


def test_an_organisation_has_a_role_once() -> None:
    held = InvolvementFactory.create()
    again = Involvement(initiative=held.initiative, organisation=held.organisation, role=held.role)

    assert refusals(again) == ["This organisation has this role already."]
    with pytest.raises(IntegrityError):
        again.save()


def test_a_relation_is_listed_once() -> None:
    first, second = InitiativeFactory.create_batch(2)
    first.relations.create(kind=Relation.Kind.PART_OF, related=second)
    again = Relation(initiative=first, kind=Relation.Kind.PART_OF, related=second)

    assert refusals(again) == ["This relation is listed already."]
    with pytest.raises(IntegrityError):
        again.save()


def test_nothing_relates_to_itself() -> None:
    alone = InitiativeFactory.create()
    loop = Relation(initiative=alone, kind=Relation.Kind.SUCCEEDS, related=alone)

    assert refusals(loop) == ["An initiative cannot relate to itself."]
    with pytest.raises(IntegrityError):
        loop.save()


def test_a_transfer_names_who_takes_it_over() -> None:
    nobody = Transfer(initiative=InitiativeFactory.create(), stage=Transfer.Stage.ADOPTED)

    assert refusals(nobody) == ["Say which region or organisation takes it over."]
    with pytest.raises(IntegrityError):
        nobody.save()


@pytest.mark.parametrize("vocabulary", [Theme, Ecosystem, TargetGroup])
def test_a_term_has_an_english_label(vocabulary: type[Theme | Ecosystem | TargetGroup]) -> None:
    term = vocabulary(key="joint-investment", labels={"de": "Gemeinsam investieren"})

    assert refusals(term) == ["Give an English label: {“en”: “…”}."]
    with pytest.raises(IntegrityError):
        term.save()


def test_rows_go_by_what_they_say() -> None:
    initiative = InitiativeFactory.build(title="Vanguard Initiative")
    region = RegionFactory.build(code="SE", name="Sverige")
    agency = OrganisationFactory.build(name="Region Skåne")
    rows: list[Model] = [
        initiative,
        Involvement(organisation=agency, role=Involvement.Role.OWNER),
        Relation(kind=Relation.Kind.PART_OF, related=initiative),
        Evidence(indicator="Pilots"),
        Precondition(text="A mandate"),
        Transfer(region=region, stage=Transfer.Stage.ADOPTED),
        Transfer(organisation=agency, region=region, stage=Transfer.Stage.DROPPED),
        Lesson(text="Begin early"),
        InitiativeSource(title="Report"),
        InitiativeLink(label="Guide"),
        ThemeFactory.build(labels={"en": "Joint investment"}),
    ]

    assert [str(row) for row in rows] == [
        "Vanguard Initiative",
        "Region Skåne (owner)",
        "is part of Vanguard Initiative",
        "Pilots",
        "A mandate",
        "Sweden: adopted",
        "Region Skåne: dropped",
        "Begin early",
        "Report",
        "Guide",
        "Joint investment",
    ]


@pytest.mark.parametrize(
    ("kind", "inverse"),
    [
        (Relation.Kind.PART_OF, "includes"),
        (Relation.Kind.SUCCEEDS, "was continued by"),
        (Relation.Kind.INSPIRED_BY, "inspired"),
    ],
)
def test_a_relation_can_be_read_from_the_other_side(kind: Relation.Kind, inverse: str) -> None:
    assert Relation(kind=kind).inverse_label == inverse


def test_a_theme_includes_what_lies_within_it() -> None:
    wide = ThemeFactory.create(key="wide")
    narrow = ThemeFactory.create(key="narrow", parent=wide)
    narrowest = ThemeFactory.create(key="narrowest", parent=narrow)

    narrower = Theme.with_narrower(Theme.objects.in_order())

    assert narrower == {
        "wide": {wide.pk, narrow.pk, narrowest.pk},
        "narrow": {narrow.pk, narrowest.pk},
        "narrowest": {narrowest.pk},
    }


def test_themes_that_lie_within_each_other_come_to_an_end() -> None:
    hen = ThemeFactory.create(key="hen")
    egg = ThemeFactory.create(key="egg", parent=hen)
    hen.parent = egg
    hen.save()

    narrower = Theme.with_narrower(Theme.objects.in_order())

    assert narrower == {"hen": {hen.pk, egg.pk}, "egg": {hen.pk, egg.pk}}


def test_the_leading_organisations_come_first() -> None:
    initiative = InitiativeFactory.create()
    partner, owner, second = (
        OrganisationFactory.create(
            key=key, name=f"The {key}", short_name=key.title(), kind=Organisation.Kind.EU_BODY
        )
        for key in ("partner", "owner", "second")
    )
    draft = OrganisationFactory.create(state=DRAFT)
    for organisation, role, position in [
        (partner, Involvement.Role.PARTNER, 0),
        (second, Involvement.Role.OWNER, 2),
        (owner, Involvement.Role.OWNER, 1),
        (owner, Involvement.Role.FUNDER, 0),
        (draft, Involvement.Role.OWNER, 0),
    ]:
        InvolvementFactory.create(
            initiative=initiative, organisation=organisation, role=role, position=position
        )

    nodes, byline = initiative.mark_nodes(), initiative.byline

    assert byline == "Owner, Second"
    assert nodes == [
        Node("owner", "eu-body", 6),
        Node("second", "eu-body", 6),
        Node("partner", "eu-body", 4),
    ]


def test_an_initiative_of_nobody_known_has_no_byline() -> None:
    assert InitiativeFactory.create().byline == ""


def test_an_adopter_that_is_not_public_is_not_named() -> None:
    region = RegionFactory.create(code="SE")
    draft = OrganisationFactory.create(state=DRAFT)
    agency = OrganisationFactory.create()

    adopters = [
        Transfer(organisation=agency, region=region).adopter,
        Transfer(organisation=draft, region=region).adopter,
        Transfer(organisation=draft).adopter,
    ]

    assert adopters == [agency, region, None]


def test_transfers_are_public_where_both_sides_are() -> None:
    shown = TransferFactory.create()
    TransferFactory.create(organisation=OrganisationFactory.create(state=DRAFT))
    TransferFactory.create(initiative=InitiativeFactory.create(state=DRAFT))

    assert Transfer.objects.public().get() == shown


def test_transfers_have_an_order_in_time() -> None:
    later = TransferFactory.create(date="2018")
    unknown = TransferFactory.create()
    earlier = TransferFactory.create(date="2016-06")

    orders = [
        list(Transfer.objects.earliest_first()),
        list(Transfer.objects.latest_first()),
    ]

    assert orders == [[earlier, later, unknown], [later, earlier, unknown]]


def test_transfers_are_found_in_the_regions_around_them() -> None:
    shown = TransferFactory.create(region=RegionFactory.create(code="SE2"))
    TransferFactory.create(region=RegionFactory.create(code="BE"))

    assert Transfer.objects.within("SE").get() == shown


def test_involvements_are_public_where_both_sides_are() -> None:
    shown = InvolvementFactory.create()
    InvolvementFactory.create(organisation=OrganisationFactory.create(state=DRAFT))
    InvolvementFactory.create(initiative=InitiativeFactory.create(state=DRAFT))

    assert Involvement.objects.public().get() == shown


def test_relations_are_public_where_both_sides_are() -> None:
    first, second, draft = (
        InitiativeFactory.create(),
        InitiativeFactory.create(),
        InitiativeFactory.create(state=DRAFT),
    )
    shown = Relation.objects.create(initiative=first, kind=Relation.Kind.SUCCEEDS, related=second)
    Relation.objects.create(initiative=first, kind=Relation.Kind.SUCCEEDS, related=draft)
    Relation.objects.create(initiative=draft, kind=Relation.Kind.SUCCEEDS, related=second)

    assert Relation.objects.public().get() == shown


def test_evidence_and_adoption_elsewhere_can_be_asked_for() -> None:
    measured = EvidenceFactory.create().initiative
    adopted = TransferFactory.create().initiative
    TransferFactory.create(stage=Transfer.Stage.PLANNING)
    TransferFactory.create(organisation=OrganisationFactory.create(state=DRAFT))

    selections = [
        list(Initiative.objects.with_evidence()),
        list(Initiative.objects.adopted_elsewhere()),
    ]

    assert selections == [[measured], [adopted]]


def test_initiatives_are_found_by_place() -> None:
    skane, flanders = InitiativeFactory.create_batch(2)
    skane.regions.add(RegionFactory.create(code="SE22"), RegionFactory.create(code="SE23"))
    flanders.regions.add(RegionFactory.create(code="BE2"))
    entries = Initiative.objects.all()

    assert list(entries.in_country("SE")) == [skane]
    assert list(entries.in_country("SE", "BE").order_by("pk")) == [skane, flanders]
    assert list(entries.within("SE2")) == [skane]
    assert entries.counts_by_country() == {"SE": 1, "BE": 1}


def test_initiatives_are_found_by_theme() -> None:
    theme = ThemeFactory.create()
    found = InitiativeFactory.create()
    found.themes.add(theme)
    InitiativeFactory.create().themes.add(ThemeFactory.create())

    assert list(Initiative.objects.on_themes({theme.pk})) == [found]


def test_words_find_an_initiative_by_its_texts_and_its_organisations() -> None:
    by_title = InitiativeFactory.create(title="Cross-Cluster Support Programme")
    by_summary = InitiativeFactory.create(summary="Helps every cross-cluster project.")
    by_organisation = InvolvementFactory.create(
        organisation=OrganisationFactory.create(name="Cross-cluster agency")
    ).initiative
    InvolvementFactory.create(
        organisation=OrganisationFactory.create(name="Cross-cluster rival", state=DRAFT)
    )

    found = Initiative.objects.matching("cross-cluster")

    assert list(found) == [by_title, by_summary, by_organisation]


def test_titles_are_ordered_as_a_reader_expects() -> None:
    titles = ["Ångström", "eHealth", "Zeta", "Alpha"]
    for title in titles:
        InitiativeFactory.create(title=title)

    ordered = [row.title for row in Initiative.objects.by_title()]

    assert ordered == ["Alpha", "Ångström", "eHealth", "Zeta"]


def test_orders_in_time_put_the_unknown_last() -> None:
    older = InitiativeFactory.create(start="2013")
    unknown = InitiativeFactory.create()
    newer = InitiativeFactory.create(start="2016-06")

    orders = [
        list(Initiative.objects.newest_first()),
        list(Initiative.objects.last_added_first()),
    ]

    assert orders == [[newer, older, unknown], [newer, unknown, older]]


def test_the_newest_practices_are_good_practices() -> None:
    first, last = (InitiativeFactory.create(kind=Initiative.Kind.GOOD_PRACTICE) for _ in range(2))
    InitiativeFactory.create()
    InitiativeFactory.create(kind=Initiative.Kind.GOOD_PRACTICE, state=DRAFT)

    assert list(Initiative.objects.newest_practices()) == [last, first]


def test_terms_come_in_the_order_of_their_vocabulary() -> None:
    later = EcosystemFactory.create(position=2)
    sooner = EcosystemFactory.create(position=1)
    TargetGroupFactory.create()

    assert list(Ecosystem.objects.in_order()) == [sooner, later]


def test_what_is_called_just_what_was_asked_for_comes_first() -> None:
    longer = InitiativeFactory.create(title="European Observatory of European Clusters")
    exact = InitiativeFactory.create(title="European Cluster Observatory")

    found = list(Initiative.objects.matching("european cluster observatory"))

    assert found == [exact, longer]
