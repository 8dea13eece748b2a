"""A made-up workshop of 200 sessions in 8 rooms, always the same: `python -m bench.programme`."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
django.setup()

from django.db import transaction  # noqa: E402 -- models need Django set up

from clusterix.curation.models import Partner  # noqa: E402
from initiatives.models import Initiative  # noqa: E402
from initiatives.synthetic import NEWEST, PREFIX, Maker, Vocabulary  # noqa: E402
from people.models import Organisation, Person  # noqa: E402
from workshops.models import Contribution, Presentation, Session, Workshop  # noqa: E402

SLUG = f"{PREFIX}programme"
DAYS = [date(2026, 6, day) for day in (9, 10, 11)]
BEGINS = [time(hour) for hour in range(8, 17)]
ROOMS = [f"Room {number}" for number in range(1, 9)]
SESSIONS = 200
SPEAKERS = 150
PRESENTED = 60


def main() -> None:
    """Make it, unless it is there."""
    if not Workshop.unscoped.filter(slug=SLUG).exists():
        with transaction.atomic():
            make(Maker(1, Vocabulary([], [], [], [])), Random(1))


def make(maker: Maker, rng: Random) -> None:
    """The workshop with everything that its page shows."""
    owner = Partner.objects.order_by("pk")[0]
    workshop = Workshop.unscoped.create(
        **entry("programme", owner), title="Made-up congress", summary="To measure with.",
        starts_on=DAYS[0], ends_on=DAYS[-1],
    )  # fmt: skip
    bodies = list(Organisation.objects.order_by("pk")[:SPEAKERS])
    people = Person.unscoped.bulk_create(
        Person(
            **entry(f"speaker-{number}", owner),
            given_name=maker.name(),
            family_name=maker.name(),
        )
        for number in range(SPEAKERS)
    )
    sessions = Session.objects.bulk_create(programme(workshop, maker))
    Contribution.objects.bulk_create(
        Contribution(session=session, person=person, organisation=rng.choice(bodies))
        for session in sessions
        for person in rng.sample(people, rng.randint(1, 3))
    )
    initiatives = Initiative.objects.order_by("pk")[:PRESENTED]
    Presentation.objects.bulk_create(
        Presentation(session=session, initiative=initiative)
        for session, initiative in zip(sessions[::3], initiatives, strict=False)
    )


def programme(workshop: Workshop, maker: Maker) -> Iterator[Session]:
    """Sessions of three quarters of an hour, eight at a time, with an abstract each."""
    places = list(product(DAYS, BEGINS, ROOMS))[:SESSIONS]
    for number, (day, begin, room) in enumerate(places):
        starts_at = datetime.combine(day, begin, UTC)
        yield Session(
            workshop=workshop,
            title=maker.text("en", 6),
            abstract=maker.paragraphs("en", 1),
            room=room,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=45),
            position=number,
        )


def entry(name: str, owner: Partner) -> dict[str, object]:
    """What all entries that are made up share."""
    return {
        "key": f"{PREFIX}{name}",
        "slug": f"{PREFIX}{name}",
        "owner": owner,
        "state": "published",
        "published_at": NEWEST,
    }


if __name__ == "__main__":
    main()
