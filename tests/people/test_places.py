"""Countries and regions by the names that people write."""

import pytest

from people.imports import place
from people.models import Region
from people.places import Places
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> Places:
    for code in ("EL", "UK", "CZ", "NL"):
        RegionFactory.create(code=code)
    RegionFactory.create(code="SE2", name="Södra Sverige")
    RegionFactory.create(code="SE22", name="Södra Sverige")
    RegionFactory.create(code="SE224", name="Skåne län")
    RegionFactory.create(code="DE1", name="Limburg")
    RegionFactory.create(code="BE2", name="Limburg")
    heir = RegionFactory.create(code="NL3A", name="Noord-Holland")
    Region.objects.create(
        code="NL99", version=2021, name="Vroeger", level=2, parent_id="NL3", country="NL",
        is_retired=True, successor=heir,
    )  # fmt: skip
    return Places()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Greece", "EL"),
        ("gr", "EL"),
        ("EL", "EL"),
        ("Griechenland", "EL"),
        ("Řecko", "EL"),
        ("GB", "UK"),
        ("United Kingdom", "UK"),
        ("Great Britain", "UK"),
        ("Czech Republic", "CZ"),
        ("the netherlands", "NL"),
        ("SE224", "SE224"),
        ("Skane lan", "SE224"),
        ("Södra Sverige", "SE2"),
        ("NL99", "NL3A"),
        ("Limburg", None),
        ("Vroeger", None),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_places_are_found_by_name_or_code(places: Places, text: str, code: str | None) -> None:
    assert places.find(text) == code


def test_a_former_code_is_told_of(places: Places) -> None:
    assert place(places, "nl99") == ("NL3A", "This code is no longer in use; now it is NL3A.")
    assert place(places, "NL3A") == ("NL3A", "")
