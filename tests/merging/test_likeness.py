"""Which entries look like the same one."""

from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from clusterix.curation.models import User
from people.merging.apart import tell_apart
from people.merging.joining import merge
from people.merging.likeness import beside, compare_all
from people.merging.models import Pair
from people.merging.tasks import compare
from tests.factories import AliasFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def pairs() -> list[tuple[int, int, list[str]]]:
    """What the list holds."""
    compare_all()
    return [(pair.one_id, pair.other_id, pair.marks) for pair in Pair.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("one", "other", "marks"),
    [
        ({"name": "Skåne Food Cluster"}, {"name": "Food-Cluster SKANE"}, ["name"]),
        ({"name": "Cluster of Ålesund", "short_name": "CoÅ"}, {"name": "COA"}, ["name"]),
        ({"name": "A", "ror_id": "012a77v79"}, {"name": "Z", "ror_id": "012a77v79"}, ["ror"]),
        ({"name": "A", "wikidata_id": "Q1"}, {"name": "Z", "wikidata_id": "Q1"}, ["wikidata"]),
        (
            {"name": "A", "website": "https://www.esca.example/about"},
            {"name": "Z", "website": "http://ESCA.example"},
            ["website"],
        ),
        (
            {"name": "Same name", "ror_id": "012a77v79"},
            {"name": "Same name", "ror_id": "012a77v79"},
            ["name", "ror"],
        ),
    ],
)
def test_organisations_that_share_a_name_a_site_or_a_number_look_alike(
    one: dict[str, Any], other: dict[str, Any], marks: list[str]
) -> None:
    first, second = OrganisationFactory.create(**one), OrganisationFactory.create(**other)

    assert pairs() == [(first.pk, second.pk, marks)]
    assert [(found.pk, found.marks) for found in beside(first)] == [(second.pk, marks)]
    assert [found.pk for found in beside(second)] == [first.pk]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Food cluster"}, {"name": "Metal network"}),
        ({"name": "VDI"}, {"name": "VDE"}),
        ({"name": "A", "website": "https://a.example/"}, {"name": "Z", "website": ""}),
        ({"name": "A"}, {"name": "Z"}),
    ],
)
def test_others_do_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    first = OrganisationFactory.create(**one)
    OrganisationFactory.create(**other)

    assert pairs() == []
    assert beside(first) == []


def test_a_portal_that_many_share_says_nothing() -> None:
    for name in ("Alpha", "Bravo", "Charly", "Delta", "Echo"):
        OrganisationFactory.create(name=name, website=f"https://portal.example/{name}")

    assert pairs() == []


def test_a_former_name_counts() -> None:
    one = OrganisationFactory.create(name="Vlaio")
    AliasFactory.create(organisation=one, name="Agentschap Ondernemen")
    other = OrganisationFactory.create(name="Agentschap ondernemen")

    assert pairs() == [(one.pk, other.pk, ["name"])]


def test_people_look_alike_by_their_names_in_any_order_and_by_their_orcid() -> None:
    one = PersonFactory.create(given_name="Gerd", family_name="Meier zu Köcker")
    other = PersonFactory.create(given_name="Meier zu Kocker", family_name="Gerd")
    orcid = "0000-0002-1825-0097"
    third, fourth = (PersonFactory.create(given_name=n, family_name=n, orcid=orcid) for n in "xy")
    third.also_called("Quite another")

    assert pairs() == [(one.pk, other.pk, ["name"]), (third.pk, fourth.pk, ["orcid"])]


def test_what_was_told_apart_stays_so_and_what_looks_alike_no_more_goes() -> None:
    user: User | None = None
    one, other = (OrganisationFactory.create(name="Equal") for _ in range(2))
    third = OrganisationFactory.create(name="Egual")
    compare_all()
    tell_apart(other, one, user, timezone.now())
    third.name = "Quite different"
    third.save()

    compare_all()

    assert [(p.one_id, p.other_id, bool(p.apart_at)) for p in Pair.objects.all()] == [
        (one.pk, other.pk, True)
    ]


def test_what_was_merged_is_no_duplicate(user: User) -> None:
    one, other = (OrganisationFactory.create(name="Equal") for _ in range(2))
    compare_all()

    merge(one, other, user, "The same")

    assert pairs() == []
    assert beside(one) == []


def test_the_worker_looks_for_them() -> None:
    one, other = (OrganisationFactory.create(name="Equal") for _ in range(2))

    compare(0)

    assert Pair.objects.likely().of(one).get().other == other
    assert not ProcrastinateJob.objects.exists()
