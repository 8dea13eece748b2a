"""Made-up workshops that anyone can register for: `python -m bench.terms 101 5000`.

Prints what a client needs to fill in their forms, as JSON: the addresses, the version of the text
to agree to, and as many form keys as asked for, each old enough to be used.
"""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
django.setup()

from django.utils import timezone  # noqa: E402 -- models need Django set up

from clusterix.curation.models import Partner  # noqa: E402
from clusterix.lib.guarded_forms import SIGNER, new_form_key  # noqa: E402
from initiatives.synthetic import NEWEST, PREFIX  # noqa: E402
from workshops.models import Workshop  # noqa: E402
from workshops.registration.models import ConsentText, RegistrationSettings  # noqa: E402

DAY = date(2099, 6, 1)


def main(workshops: int, keys: int) -> None:
    """Make the workshops unless they are there, and tell how to register."""
    consent, _made = ConsentText.objects.get_or_create(
        version="bench", defaults={"text": "I agree to be measured."}
    )
    owner = Partner.objects.order_by("pk")[0]
    paths = [open_workshop(number, owner, consent) for number in range(workshops)]
    told = {"paths": paths, "consent": consent.version, "keys": [old_key() for _ in range(keys)]}
    sys.stdout.write(json.dumps(told))


def open_workshop(number: int, owner: Partner, consent: ConsentText) -> str:
    """The address of the form of a workshop with more places than anybody takes."""
    name = f"{PREFIX}registration-{number}"
    workshop, made = Workshop.unscoped.get_or_create(
        key=name,
        defaults={
            "slug": name,
            "owner": owner,
            "state": "published",
            "published_at": NEWEST,
            "title": f"Made-up workshop {number}",
            "starts_on": DAY,
            "ends_on": DAY,
        },
    )
    if made:
        RegistrationSettings.objects.create(
            workshop=workshop,
            opens_at=datetime(2020, 1, 1, tzinfo=UTC),
            closes_at=datetime(2099, 1, 1, tzinfo=UTC),
            capacity=1_000_000,
            consent=consent,
            contact_email="bench@clusterix.example",
        )
    return f"/workshops/{name}/register/"


def old_key() -> str:
    """A form key as if its form had been opened a minute ago."""
    key = SIGNER.unsign(new_form_key()).partition("-")[0]
    opened = timezone.now() - timedelta(minutes=1)
    return SIGNER.sign(f"{key}-{int(opened.timestamp() * 1000)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
