"""People, organisations, regions and roles: their words, their rules and what they let be seen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

from clusterix.curation.models import Entry
from clusterix.lib.marks import Node
from clusterix.lib.partial_dates import PartialDate
from people.models import Affiliation, Alias, Organisation, Person, Region
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


def test_an_organisation_with_a_label_says_when_it_was_awarded() -> None:
    organisation = OrganisationFactory.create()
    organisation.esca_label = Organisation.EscaLabel.GOLD

    with pytest.raises(ValidationError, match="Say when the ESCA label was awarded"):
        organisation.validate_constraints()
    with pytest.raises(IntegrityError, match="organisation_label_has_date"):
        organisation.save()


def test_an_organisation_cannot_continue_itself() -> None:
    organisation = OrganisationFactory.create()
    organisation.successor = organisation

    with pytest.raises(ValidationError, match="An organisation cannot continue itself"):
        organisation.validate_constraints()
    with pytest.raises(IntegrityError, match="organisation_not_its_own_successor"):
        organisation.save()


def test_an_organisation_lists_another_name_once() -> None:
    known = AliasFactory.create(name="IWT")
    again = Alias(organisation=known.organisation, name="IWT")

    with pytest.raises(ValidationError, match="This name is listed already"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="alias_unique"):
        again.save()


def test_an_affiliation_says_something() -> None:
    empty = AffiliationFactory.build(person=PersonFactory.create(), organisation=None, role="")

    with pytest.raises(ValidationError, match="Give an organisation, a role, or both"):
        empty.validate_constraints()
    with pytest.raises(IntegrityError, match="affiliation_says_something"):
        empty.save()


def test_an_affiliation_does_not_end_before_it_starts() -> None:
    role = AffiliationFactory.create(start=PartialDate("2016"))
    role.end = PartialDate("2015")

    with pytest.raises(ValidationError, match="The end lies before the start"):
        role.full_clean()
    with pytest.raises(IntegrityError, match="affiliation_ends_after_start"):
        role.save()


@pytest.mark.parametrize(
    ("fields", "constraint", "message"),
    [
        ({"code": "s1"}, "region_code_form", "A NUTS code is a country and up to three signs."),
        ({"code": "SE1", "country": "FI"}, "region_lies_in_its_country", "is violated"),
        ({"code": "SE1", "parent": None}, "region_country_has_no_parent", "is violated"),
    ],
)
def test_a_region_keeps_to_the_classification(
    fields: dict[str, object], constraint: str, message: str
) -> None:
    given = {"version": 2024, "name": "Östra", "level": 1, "country": "SE"}
    region = Region(**{**given, "parent": RegionFactory.create(code="SE"), **fields})

    with pytest.raises(ValidationError, match=message):
        region.validate_constraints()
    with pytest.raises(IntegrityError, match=constraint):
        region.save(force_insert=True)


def test_identifiers_are_checked() -> None:
    organisation = OrganisationFactory.build(ror_id="https://ro", wikidata_id="13507")
    person = PersonFactory.build(orcid="1825-0097")

    with pytest.raises(ValidationError) as in_organisation:
        organisation.clean_fields()
    with pytest.raises(ValidationError) as in_person:
        person.clean_fields()

    assert in_organisation.value.message_dict["ror_id"] == [
        "As in 012a77v79.",
        "Ensure this value has at most 9 characters (it has 10).",
    ]
    assert in_organisation.value.message_dict["wikidata_id"] == ["As in Q506250."]
    assert in_person.value.message_dict["orcid"] == ["As in 0000-0002-1825-0097."]


def test_people_are_sorted_by_family_name_whatever_accents_and_capitals() -> None:
    for family_name in ("Zakharov", "Öberg", "van Dijk", "Ålund", "Olsson", "Émile"):
        PersonFactory.create(family_name=family_name)

    names = [person.family_name for person in Person.objects.by_name()]

    assert names == ["Ålund", "Émile", "Öberg", "Olsson", "van Dijk", "Zakharov"]


def test_organisations_are_sorted_by_name_whatever_accents_and_capitals() -> None:
    for name in ("Zlín Agency", "ecoplus", "Élan", "Ålesund Cluster", "Danube Cluster"):
        OrganisationFactory.create(name=name)

    names = [organisation.name for organisation in Organisation.objects.by_name()]

    assert names == ["Ålesund Cluster", "Danube Cluster", "ecoplus", "Élan", "Zlín Agency"]


def test_an_organisation_is_found_by_its_former_name_and_without_accents() -> None:
    vlaio = OrganisationFactory.create(name="Flanders Innovation & Entrepreneurship")
    AliasFactory.create(organisation=vlaio, name="Agentschap für Innovation Gemüse")
    OrganisationFactory.create(name="Another")

    assert list(Organisation.objects.matching("gemuse")) == [vlaio]


def test_a_person_is_found_by_name_headline_and_biography_in_that_order() -> None:
    by_biography = PersonFactory.create(biography="Wrote on bioeconomy.")
    by_headline = PersonFactory.create(headline="Bioeconomy adviser")
    by_name = PersonFactory.create(family_name="Bioeconomy")

    assert list(Person.objects.matching("bioeconomy")) == [by_name, by_headline, by_biography]


def test_organisations_lie_within_the_regions_that_contain_theirs() -> None:
    inside = OrganisationFactory.create(region=RegionFactory.create(code="SE224"))
    OrganisationFactory.create(region=RegionFactory.create(code="SE110"))
    OrganisationFactory.create(region=None)

    assert list(Organisation.objects.within("SE22")) == [inside]


def test_regions_know_what_is_around_and_within_them() -> None:
    RegionFactory.create(code="SE224")
    RegionFactory.create(code="SE110", is_retired=True)

    around = [region.code for region in Region.objects.containing("SE224")]
    within = [region.code for region in Region.objects.within("SE2").in_order()]
    current = [region.code for region in Region.objects.within("SE1").current().in_order()]

    assert around == ["SE", "SE2", "SE22", "SE224"]
    assert within == ["SE2", "SE22", "SE224"]
    assert current == ["SE1", "SE11"]


@pytest.mark.parametrize("words", ["skane", "SE224"])
def test_a_region_is_found_by_name_and_code(words: str) -> None:
    region = RegionFactory.create(code="SE224", name="Skåne län")

    assert list(Region.objects.matching(words)) == [region]


def test_a_region_goes_by_its_own_name_and_a_country_by_ours() -> None:
    region = RegionFactory.create(code="EL30", name="Attikí")

    assert str(region) == "Attikí"
    assert region.country_label == "Greece"
    assert Region.objects.get(code="EL").label == "Greece"


@pytest.mark.parametrize(
    ("city", "region", "place"),
    [
        ("Malmö", "SE224", "Malmö, Sweden"),
        ("", "SE224", "Sweden"),
        ("Malmö", None, "Malmö"),
        ("", None, ""),
    ],
)
def test_a_place_is_told_as_far_as_it_is_known(city: str, region: str | None, place: str) -> None:
    where = RegionFactory.create(code=region) if region else None
    organisation = OrganisationFactory.build(city=city, region=where)

    assert organisation.place == place


def test_an_organisation_tells_its_former_names_but_not_its_other_ones() -> None:
    organisation = OrganisationFactory.create()
    AliasFactory.create(organisation=organisation, name="IWT")
    AliasFactory.create(organisation=organisation, name="AIO")
    AliasFactory.create(organisation=organisation, name="VLAIO", kind=Alias.Kind.OTHER)

    assert Organisation.objects.for_cards().get().formerly == "formerly AIO, IWT"
    assert OrganisationFactory.create().formerly == ""


def test_only_a_public_successor_continues_an_organisation() -> None:
    alone = OrganisationFactory.create()
    continued = OrganisationFactory.create(successor=OrganisationFactory.create(name="New"))
    soon = OrganisationFactory.create(successor=OrganisationFactory.create(state="draft"))

    assert alone.continued_by is None
    assert str(continued.continued_by) == "New"
    assert soon.continued_by is None


def test_an_organisation_is_called_by_its_short_name_where_it_has_one() -> None:
    assert OrganisationFactory.build(name="Agency", short_name="AG").display_name == "AG"
    assert OrganisationFactory.build(name="Agency").display_name == "Agency"


def test_a_person_is_found_by_other_names() -> None:
    person = PersonFactory.create(given_name="Åsa", family_name="Berg")

    alias = person.also_called("Åsa Lund")

    assert str(alias) == "Åsa Lund"
    assert list(Person.objects.matching("lund")) == [person]


def test_the_mark_of_an_organisation_shows_whom_it_works_with_in_public() -> None:
    ours = InvolvementFactory.create(organisation__key="ours").initiative
    InvolvementFactory.create(initiative=ours, organisation__key="b", organisation__kind="research")
    InvolvementFactory.create(initiative=ours, organisation__key="a", organisation__kind="business")
    InvolvementFactory.create(initiative=ours, organisation__key="c", organisation__state="draft")
    hidden = InvolvementFactory.create(
        initiative__state="draft", organisation=Organisation.objects.get(key="ours")
    ).initiative
    InvolvementFactory.create(initiative=hidden, organisation__key="d")

    nodes = Organisation.objects.for_marks().get(key="ours").mark_nodes()

    assert nodes == [Node("ours", "cluster"), Node("a", "business"), Node("b", "research")]


def test_an_organisation_loaded_without_neighbours_is_alone_in_its_mark() -> None:
    organisation = OrganisationFactory.create(key="ours")

    assert organisation.mark_nodes() == [Node("ours", "cluster")]


def test_the_mark_of_a_person_shows_the_public_organisations_of_their_roles() -> None:
    person = PersonFactory.create(key="ada")
    AffiliationFactory.create(person=person, organisation__key="old", end=PartialDate("2015"))
    AffiliationFactory.create(person=person, organisation__key="new", start=PartialDate("2016"))
    AffiliationFactory.create(person=person, organisation=None, role="Independent expert")
    AffiliationFactory.create(person=person, organisation__state="draft")

    nodes = Person.objects.for_cards().get().mark_nodes()

    assert nodes == [Node("ada", "other"), Node("new", "cluster"), Node("old", "cluster")]


def test_a_person_is_introduced_by_headline_or_else_by_the_latest_public_role() -> None:
    person = PersonFactory.create()
    AffiliationFactory.create(person=person, role="Secret", organisation__state="draft")
    AffiliationFactory.create(person=person, role="Director", organisation__name="ESCA")

    assert person.byline == "Director, ESCA"
    assert PersonFactory.create(headline="Expert").byline == "Expert"
    assert PersonFactory.create().byline == ""


@pytest.mark.parametrize(
    ("state", "visibility", "name", "has_page"),
    [
        ("published", "listed", "Ada Berg", True),
        ("published", "name", "Ada Berg", False),
        ("published", "withheld", "Speaker withheld", False),
        ("draft", "listed", "Speaker withheld", False),
        ("archived", "listed", "Speaker withheld", False),
    ],
)
def test_a_programme_prints_only_names_that_are_public(
    state: str, visibility: str, name: str, has_page: bool
) -> None:
    person = PersonFactory.create(state=state, visibility=visibility, family_name="Berg")

    assert person.public_name == name
    assert person.has_page == has_page
    assert str(person) == "Ada Berg"


def test_roles_are_public_where_person_and_organisation_are() -> None:
    shown = AffiliationFactory.create()
    independent = AffiliationFactory.create(organisation=None)
    AffiliationFactory.create(organisation__state="draft")
    AffiliationFactory.create(person__state="draft")
    AffiliationFactory.create(person__visibility="name")

    assert set(Affiliation.objects.public()) == {shown, independent}


def test_roles_held_on_a_day_include_those_without_a_known_end() -> None:
    open_end = AffiliationFactory.create(start=PartialDate("2016"))
    spanning = AffiliationFactory.create(start=PartialDate("2016-06"), end=PartialDate("2016"))
    AffiliationFactory.create(start=PartialDate("2017"))
    AffiliationFactory.create(end=PartialDate("2015"))

    assert set(Affiliation.objects.at(date(2016, 6, 21))) == {open_end, spanning}


def test_the_present_roles_come_first() -> None:
    ended = AffiliationFactory.create(start=PartialDate("2010"), end=PartialDate("2012"))
    later = AffiliationFactory.create(start=PartialDate("2013"), end=PartialDate("2014"))
    present = AffiliationFactory.create(start=PartialDate("2015"))

    assert list(Affiliation.objects.latest_first()) == [present, later, ended]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2014", "2016-06", "2014 – June 2016"),
        ("2016", "2016", "2016"),
        ("2016-21", None, "from spring 2016"),
        (None, "2016", "until 2016"),
        (None, None, ""),
    ],
)
def test_a_role_says_when_it_was_held(start: str | None, end: str | None, words: str) -> None:
    role = Affiliation(start=start and PartialDate(start), end=end and PartialDate(end))

    assert role.period == words


def test_a_role_is_over_after_the_last_day_its_end_may_mean() -> None:
    role = Affiliation(end=PartialDate("2016"))

    assert not role.is_over(at=date(2016, 12, 31))
    assert role.is_over(at=date(2017, 1, 1))
    assert not Affiliation(end=None).is_over(at=date(2017, 1, 1))


def test_a_role_reads_as_role_and_organisation() -> None:
    organisation = Organisation(name="ESCA")

    assert str(Affiliation(role="Director", organisation=organisation)) == "Director, ESCA"
    assert str(Affiliation(role="Independent expert")) == "Independent expert"


def test_former_addresses_lead_to_the_entry_that_had_them_last() -> None:
    organisation = OrganisationFactory.create(slug="old")
    organisation.slug = "new"
    organisation.save()

    assert list(Organisation.objects.once_called("old")) == [organisation]
    assert list(Organisation.objects.once_called("never")) == []


@pytest.mark.parametrize("model", [Organisation, Person])
def test_the_managers_hide_what_is_not_published(model: type[Entry]) -> None:
    factory = OrganisationFactory if model is Organisation else PersonFactory
    published = factory.create()
    for state in ("draft", "in_review", "archived"):
        factory.create(state=state)

    assert list(model.objects.all()) == [published]
    assert model.unscoped.count() == 4


def test_names_stand_for_rows() -> None:
    rows: list[models.Model] = [
        OrganisationFactory.create(name="ESCA"),
        AliasFactory.create(name="VDI"),
    ]

    assert [str(row) for row in rows] == ["ESCA", "VDI"]
