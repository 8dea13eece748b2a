"""What words find in the catalogue, in which order, and how it is shown."""

import numpy as np
import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry, KnownWord, Partner
from initiatives import texts
from initiatives.models import Initiative, InitiativeWords, Involvement
from people.models import Alias, Organisation
from tests.factories import (
    AliasFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

DRAFT = Entry.State.DRAFT


def found(text: str) -> list[str]:
    """The titles of what the words find, by letters."""
    pks = texts.found(text).tolist()
    return sorted(Initiative.objects.filter(pk__in=pks).values_list("title", flat=True))


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("sv", "Företagen i Örebro", ["företag", "foretag", "orebro", "ÖREBRO", "Öreb"]),
        ("de", "Häuser für den Ökostrom", ["Haus", "hauser", "oekostrom or ökostrom", "Ökost"]),
        ("hu", "Vállalkozások klaszterekben", ["klaszter", "vállalkozás", "vallalkozasok"]),
        ("fr", "Réseaux régionaux", ["réseau", "regional", "reseaux"]),
        ("cs", "Klastrové organizace", ["klastrove", "organiz"]),
        ("ro", "Rețele și clustere", ["reţele", "retele", "cluster"]),
        ("en", "Policies for SMEs/start-ups", ["policy", "sme", "start-up", "startups or start"]),
    ],
)
def test_words_find_a_title_in_its_own_language(
    language: str, title: str, words: list[str]
) -> None:
    InitiativeFactory.create(title="Another", summary="Another.")
    InitiativeFactory.create(title=title, language=language, summary="…")

    assert [found(word) for word in words] == [[title]] * len(words)


def test_every_part_of_an_entry_is_found() -> None:
    parts = ("title", "acronym", "summary", "description", "problem", "how_it_works", "resources")
    for part in parts:
        InitiativeFactory.create(**{"title": part, part: f"{part} zebra"})

    assert len(texts.found("zebra")) == len(parts)


def test_words_may_be_spread_over_title_sections_and_organisations() -> None:
    initiative = InitiativeFactory.create(title="Lighthouse", problem="Too little fish.")
    agency = OrganisationFactory.create(name="Harbour agency")
    InvolvementFactory.create(initiative=initiative, organisation=agency)

    assert found("lighthouse fish harbour") == ["Lighthouse"]
    assert found("lighthouse fish mountain") == []


def test_stop_words_are_asked_of_no_text_in_their_language() -> None:
    InitiativeFactory.create(title="Networks, bioeconomy", language="en", summary="…")
    InitiativeFactory.create(title="Networks bioeconomy", language="sv", summary="…")

    assert found("networks for the bioeconomy") == ["Networks, bioeconomy"]


def test_stop_words_alone_find_texts_that_have_them() -> None:
    InitiativeFactory.create(title="Who is who", summary="…")
    InitiativeFactory.create(title="Another", summary="…")

    assert found("who is who") == ["Who is who"]
    assert found("who") == ["Who is who"]


def test_a_former_name_finds_what_the_organisation_is_involved_in() -> None:
    alias = AliasFactory.create(name="Innovation park")
    InvolvementFactory.create(
        initiative=InitiativeFactory.create(title="Found"), organisation=alias.organisation
    )

    assert found('"innovation park"') == ["Found"]


def test_a_new_name_finds_at_once_and_the_old_one_no_longer() -> None:
    involvement = InvolvementFactory.create(
        initiative=InitiativeFactory.create(title="Found"),
        organisation=OrganisationFactory.create(name="Before", short_name="Bf"),
    )

    involvement.organisation.name = "Afterwards"
    involvement.organisation.save()

    assert found("afterwards") == ["Found"]
    assert found("before") == []
    assert found("bf found") == ["Found"]


@pytest.mark.parametrize("change", ["alias", "role", "state"])
def test_a_name_that_goes_no_longer_finds(change: str) -> None:
    alias = AliasFactory.create(name="Zebra", organisation__name="Zebra")
    InvolvementFactory.create(organisation=alias.organisation)
    assert len(texts.found("zebra")) == 1

    match change:
        case "alias":
            Alias.objects.update(name="Horse")
            Organisation.objects.update(name="Horse")
        case "role":
            Involvement.objects.all().delete()
        case _:
            Organisation.objects.update(state=DRAFT)

    assert found("zebra") == []


def test_an_alias_taken_away_no_longer_finds() -> None:
    alias = AliasFactory.create(name="Zebra")
    InvolvementFactory.create(organisation=alias.organisation)

    alias.delete()

    assert found("zebra") == []


def test_an_involvement_that_moves_takes_the_name_along() -> None:
    involvement = InvolvementFactory.create(organisation__name="Zebra")
    other = InitiativeFactory.create(title="Other")

    Involvement.objects.filter(pk=involvement.pk).update(initiative=other)

    assert found("zebra") == ["Other"]


def test_a_change_of_many_rows_at_once_moves_all_their_words() -> None:
    for number in range(3):
        InitiativeFactory.create(title=f"Number {number}")

    Initiative.objects.update(title=Concat(Value("Zebra "), F("title")))

    assert len(texts.found("zebra")) == 3


def test_rows_that_the_database_is_given_directly_are_found() -> None:
    pk = InitiativeFactory.create(title="Before").pk

    with connection.cursor() as cursor:
        cursor.execute("UPDATE initiatives_initiative SET title = 'Zebra' WHERE id = %s", [pk])

    assert texts.found("zebra").tolist() == [pk]


def test_drafts_and_draft_organisations_are_not_found() -> None:
    InitiativeFactory.create(title="canary", state=DRAFT)
    archived = InitiativeFactory.create(title="canary")
    archived.archive(reason="over")
    rival = OrganisationFactory.create(name="canary", state=DRAFT)
    AliasFactory.create(name="canary", organisation=rival)
    InvolvementFactory.create(organisation=rival)

    assert found("canary") == []
    assert not InitiativeWords.objects.filter(initiative=archived).exists()


def test_what_becomes_public_is_found_with_all_its_names() -> None:
    draft = InitiativeFactory.create(title="Later", state=DRAFT)
    InvolvementFactory.create(initiative=draft, organisation__name="Zebra")

    draft.publish(reason="ready")

    assert found("later zebra") == ["Later"]


def test_what_is_deleted_leaves_no_words() -> None:
    InitiativeFactory.create().delete()

    assert InitiativeWords.objects.count() == 0


def test_what_is_called_so_comes_first_then_the_better_match() -> None:
    mentions = InitiativeFactory.create(title="A platform", summary="For every cluster.")
    named = InitiativeFactory.create(title="Cluster")
    longer = InitiativeFactory.create(title="Cluster of other things altogether", summary="…")

    pks = texts.found("cluster")

    assert texts.ranked("cluster", pks).tolist() == [named.pk, longer.pk, mentions.pk]


def test_equal_matches_keep_the_order_they_are_given_in() -> None:
    rows = [InitiativeFactory.create(title="Cluster").pk for _ in range(3)]
    given = np.array([rows[1], rows[0], rows[2]])

    assert texts.ranked("cluster", given).tolist() == given.tolist()


def test_among_very_many_those_with_the_words_in_the_title_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "RANKED", 2)
    in_text = [InitiativeFactory.create(title="…", summary="Cluster").pk for _ in range(3)]
    in_title = [InitiativeFactory.create(title="Cluster").pk for _ in range(3)]

    given = np.array([*in_text, *in_title])

    assert texts.ranked("cluster", given).tolist() == [*in_title, *in_text]


def test_matches_are_marked_in_title_and_summary() -> None:
    pk = InitiativeFactory.create(
        title="Företagens kluster", summary="Många företag.", language="sv"
    ).pk

    shown = texts.highlighted("foretag", [pk])

    assert shown == {
        pk: ("<mark>Företagens</mark> kluster", "Många <mark>företag</mark>."),
    }


def test_a_match_in_a_section_only_shows_a_passage_of_it() -> None:
    pk = InitiativeFactory.create(
        title="Title",
        summary="Summary.",
        problem="# Fish\n**Fish** [grow](https://example.org/) less & less.",
    ).pk

    _title, passage = texts.highlighted("fish", [pk])[pk]

    assert passage == "<mark>Fish</mark>\n<mark>Fish</mark> grow less &amp; less"


def test_a_match_in_an_organisation_only_shows_title_and_summary() -> None:
    involvement = InvolvementFactory.create(
        initiative__title="Title", initiative__summary="Summary.", organisation__name="Fish"
    )

    shown = texts.highlighted("fish", [involvement.initiative_id])

    assert shown == {involvement.initiative_id: ("Title", "Summary.")}


def test_nothing_in_a_text_becomes_markup() -> None:
    hostile = "<script>alert(1)</script> \ue000fish\ue001 \ue002b> <mark> & fish"
    pk = InitiativeFactory.create(title=hostile, summary="…").pk

    title, _summary = texts.highlighted("fish", [pk])[pk]

    assert title == (
        "&lt;script&gt;alert(1)&lt;/script&gt; <mark>fish</mark> b&gt; &lt;mark&gt; &amp; "
        "<mark>fish</mark>"
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_marking_takes_one_query_and_one_more_for_passages(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pks = [InitiativeFactory.create(title="…", problem="Fish").pk for _ in range(rows)]

    with django_assert_num_queries(2):
        texts.highlighted("fish", pks)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lighthuose", "lighthouse"),
        ("Lihgthouse networks", "lighthouse networks"),
        ('"lighthuose" -fish', '"lighthouse" -fish'),
        ("skaen", "skåne"),
        ("zebar", "zebra"),
    ],
)
def test_a_mistyped_word_is_taken_for_the_nearest_known_one(typed: str, meant: str) -> None:
    InitiativeFactory.create(title="Lighthouse networks in Skåne", summary="…")
    InvolvementFactory.create(organisation__name="Zebra")

    assert texts.nearest(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "xylophone", "lighthouse", "lighthouse skane", "lighthuose x"]
)
def test_no_word_is_offered_where_none_is_near_or_finds_more(typed: str) -> None:
    InitiativeFactory.create(title="Lighthouse", summary="…")
    InitiativeFactory.create(title="Skåne", summary="…")

    assert texts.nearest(typed) is None


def test_no_word_is_offered_that_only_texts_have_which_are_not_public() -> None:
    InitiativeFactory.create(title="canary", state=DRAFT)
    OrganisationFactory.create(name="canary", state=DRAFT)
    PersonFactory.create(family_name="canary", visibility="name")
    former = InitiativeFactory.create(title="canaries")
    former.archive(reason="over")

    assert texts.nearest("canray") is None
    assert texts.nearest("canareis") is None
    assert set(KnownWord.objects.filter(plain__startswith="canar").values_list("shown")) == {
        ("canaries",)
    }


def test_a_word_is_remembered_once() -> None:
    InitiativeFactory.create(title="Zebra")
    InitiativeFactory.create(title="Zebra zebra")

    assert KnownWord.objects.filter(shown="zebra").count() == 1


def test_words_are_named_by_their_initiative() -> None:
    initiative = InitiativeFactory.create()

    assert str(initiative.words) == str(initiative.pk)
    assert str(KnownWord(shown="zebra")) == "zebra"


def test_a_phrase_of_words_that_very_many_have_is_looked_for_in_titles_only() -> None:
    initiative = InitiativeFactory.create(title="Smart cities", summary="…")
    others = Partner.objects.create(name="Others", slug="others")
    Initiative.unscoped.bulk_create(
        InitiativeFactory.build(
            key=f"many-{number}",
            slug=f"many-{number}",
            owner=others,
            title=f"Number {number}",
            summary="Smart cities.",
        )
        for number in range(5_000)
    )

    assert texts.found('"smart cities"').tolist() == [initiative.pk]
    assert len(texts.found("smart cities")) == 5_001


def test_the_rows_of_words_lie_close_together_whoever_wrote_them_last() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE initiatives_initiativewords")
        rows = InitiativeFactory.create_batch(
            40, description=" ".join(f"zebra{number}" for number in range(100))
        )
        for row in rows:
            InvolvementFactory.create(initiative=row)
        Organisation.objects.update(name="Horse")

        cursor.execute("SELECT pg_relation_size('initiatives_initiativewords') / 8192")

        assert cursor.fetchone()[0] <= 3
