from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clusterix.curation.models import Partner
from initiatives.models import Initiative, Involvement
from initiatives.synthetic import PREFIX
from people.models import Organisation
from tests.factories import (
    EcosystemFactory,
    InitiativeFactory,
    InvolvementFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def vocabulary() -> None:
    """A little to tag entries with."""
    for code in ("SE", "SE22", "AT", "AT12"):
        RegionFactory.create(code=code)
    for factory in (ThemeFactory, EcosystemFactory, TargetGroupFactory):
        factory.create_batch(3)


def generate(size: int, seed: int = 1) -> str:
    """Run the command; what it says."""
    said = StringIO()
    call_command("generate_catalogue", size=size, seed=seed, stdout=said)
    return said.getvalue().strip()


def made() -> list[tuple[object, ...]]:
    """What was made up, as people would see it."""
    rows = Initiative.objects.filter(key__startswith=PREFIX).order_by("key")
    return [
        (
            *(row.title, row.summary, row.description, str(row.start), str(row.end), row.kind),
            *(region.code for region in row.regions.order_by("code")),
            *(theme.key for theme in row.themes.in_order()),
            *(f"{one.organisation.name} {one.role}" for one in row.public_involvements),
            *(f"{one.indicator} {one.value}" for one in row.evidence.order_by("position")),
            *(one.stage for one in row.transfers.order_by("pk")),
        )
        for row in rows.for_page()
    ]


@pytest.mark.usefixtures("vocabulary")
def test_the_same_seed_makes_the_same_catalogue() -> None:
    generate(60, seed=1)
    first = made()
    generate(60, seed=2)
    other = made()

    said = generate(60, seed=1)

    assert said == "60 made-up initiatives are in the catalogue."
    assert made() == first != other
    assert len(first) == len(other) == 60


@pytest.mark.usefixtures("vocabulary")
def test_a_made_up_catalogue_is_as_varied_as_a_real_one() -> None:
    generate(300)

    rows = Initiative.objects.all()
    assert set(rows.values_list("kind", flat=True)) == set(Initiative.Kind.values)
    assert set(rows.values_list("level", flat=True)) == set(Initiative.Level.values)
    assert {len(row.start.text) if row.start else 0 for row in rows} == {0, 4, 7, 10}
    assert rows.filter(themes=None).exists()
    assert rows.adopted_elsewhere().exists()
    assert rows.with_evidence().exists()
    assert rows.matching("cluster").count() > 100
    for row in rows:
        row.full_clean(exclude=["owner"])


@pytest.mark.usefixtures("vocabulary")
def test_what_is_made_up_can_be_taken_away_and_nothing_else(client: Client) -> None:
    real = InvolvementFactory.create(initiative=InitiativeFactory.create(title="Vanguard"))
    generate(30)
    page = client.get(f"/initiatives/{PREFIX}initiative-0000003/")

    said = generate(0)

    assert page.status_code == 200
    assert said == "0 made-up initiatives are in the catalogue."
    assert list(Initiative.unscoped.all()) == [real.initiative]
    assert list(Organisation.unscoped.all()) == [real.organisation]
    assert list(Involvement.objects.all()) == [real]
    assert not Partner.objects.filter(name="Made-up catalogue").exists()


def test_a_catalogue_without_themes_is_still_one() -> None:
    RegionFactory.create(code="SE22")

    generate(5)

    assert len(made()) == 5


@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize("size", [-1, 2_000_001])
def test_there_is_a_largest_catalogue(size: int) -> None:
    with pytest.raises(CommandError, match="The size lies between 0 and 2,000,000"):
        generate(size)


def test_regions_have_to_be_there() -> None:
    with pytest.raises(CommandError, match="run load_content first"):
        generate(1)
