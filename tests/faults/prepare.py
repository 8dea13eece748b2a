"""A workshop of few places on a server of its own: `python -m tests.faults.prepare PLACES FORMS`.

Prints the address of its form, the version of the text to agree to, and as many form keys.
"""

import json
import os
import sys
from datetime import timedelta

import django
import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
django.setup()

from django.utils import timezone  # noqa: E402 -- models need Django set up

from clusterix.lib.guarded_forms import new_form_key  # noqa: E402
from tests.factories import RegistrationSettingsFactory  # noqa: E402


def main(places: int, forms: int) -> None:
    """Make it, and tell how to register."""
    terms = RegistrationSettingsFactory.create(capacity=places)
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        keys = [new_form_key() for _ in range(forms)]
    path = f"/workshops/{terms.workshop.slug}/register/"
    sys.stdout.write(json.dumps({"path": path, "consent": terms.consent.version, "keys": keys}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
