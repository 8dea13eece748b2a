"""What people wrote since the last load stays, and what they deleted comes back."""

from initiatives.models import Theme
from people.models import Organisation
from tests.content.conftest import Load
from tests.content.records import PARTNER, SKANE
from tests.factories import AliasFactory, OrganisationFactory, PartnerFactory


def test_what_people_changed_since_stays_and_is_told(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.update(name="Skåne, as people call it", city="Kristianstad")

    report = load(PARTNER + SKANE.replace("SE224", "SE22"))

    skane = Organisation.objects.get()
    assert (skane.name, skane.city) == ("Skåne, as people call it", "Kristianstad")
    assert skane.region_id == "SE22"
    assert [(change.given, change.kept) for change in report.changes] == [
        (("region",), ("name", "city"))
    ]


def test_what_people_changed_stays_however_often_it_is_loaded(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.update(name="Skåne, as people call it")
    load(PARTNER + SKANE)

    report = load(PARTNER + SKANE.replace("Region Skåne", "Skåne Regional Council"))

    assert Organisation.objects.get().name == "Skåne, as people call it"
    assert report.did_nothing
    assert [change.kept for change in report.changes] == [("name",)]


def test_a_file_that_agrees_with_people_has_the_word_again(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.update(name="Skåne")
    load(PARTNER + SKANE.replace("Region Skåne", "Skåne"))

    load(PARTNER + SKANE.replace("Region Skåne", "Skåne Regional Council"))

    assert Organisation.objects.get().name == "Skåne Regional Council"


def test_rows_that_people_added_stay(load: Load) -> None:
    load(PARTNER + SKANE + "    aliases: [{name: Alpha}]\n")
    AliasFactory.create(organisation=Organisation.objects.get(), name="Gamma")

    report = load(PARTNER + SKANE + "    aliases: [{name: Beta}]\n")

    assert {alias.name for alias in Organisation.objects.get().aliases.all()} == {"Alpha", "Gamma"}
    assert [change.kept for change in report.changes] == [("aliases",)]


def test_what_people_took_off_the_site_stays_off(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.get().archive(reason="It asked us to.")

    load(PARTNER + SKANE)

    assert not Organisation.objects.exists()


def test_entries_that_people_added_are_not_touched(load: Load) -> None:
    theirs = OrganisationFactory.create(key="theirs", name="Ours alone")

    load(PARTNER + SKANE)

    theirs.refresh_from_db()
    assert theirs.name == "Ours alone"
    assert theirs.history.count() == 1


def test_an_entry_that_people_added_under_the_same_key_keeps_what_it_says(load: Load) -> None:
    partner = PartnerFactory.create(slug="clusterix", name="Secretariat", is_programme=True)
    OrganisationFactory.create(
        key="skane", slug="skane", name="Added by people", kind="other", owner=partner
    )

    report = load(PARTNER + SKANE)

    skane = Organisation.objects.get()
    assert (skane.name, skane.kind, skane.region_id) == ("Added by people", "other", "SE224")
    assert [change.kept for change in report.changes] == [("name", "kind")]


def test_a_label_in_another_language_that_people_added_stays(load: Load) -> None:
    text = "themes: {growth: {labels: {en: Growth}}}"
    load(text)
    Theme.objects.update(labels={"en": "Growth", "sv": "Tillväxt"})

    load(text)

    assert Theme.objects.get().labels == {"en": "Growth", "sv": "Tillväxt"}


def test_what_people_deleted_comes_back(load: Load) -> None:
    load(PARTNER + SKANE)
    Organisation.objects.all().delete()

    load(PARTNER + SKANE)

    assert Organisation.objects.get().name == "Region Skåne"
