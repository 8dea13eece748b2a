"""A curator with proposals to decide: `python -m bench.curator 100`.

Prints what a client needs to work in the admin, as JSON: the cookie of somebody who is signed in,
and where each proposal is decided, with the revision that was seen.
"""

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402 -- models need Django set up
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from clusterix.curation.models import User  # noqa: E402
from clusterix.curation.proposals import deciding, documents  # noqa: E402
from clusterix.curation.proposals.documents import Draft, Shape  # noqa: E402
from initiatives.models import Initiative  # noqa: E402
from initiatives.synthetic import PREFIX  # noqa: E402

SHAPE = Shape(("title", "summary", "themes"), {})
REASON = "To be measured"


def main(number: int) -> None:
    """Make the curator and the proposals, and tell how to get at them."""
    decides = curator("bench-decides@clusterix.example")
    author = curator("bench-proposes@clusterix.example")
    entries = Initiative.objects.filter(key__startswith=PREFIX).order_by("pk")[:number]
    told = {"cookie": cookie(decides), "decisions": [proposed(one, author) for one in entries]}
    sys.stdout.write(json.dumps(told))


def curator(email: str) -> User:
    """An operator with a second factor."""
    user, _made = User.objects.get_or_create(email=email, defaults={"is_superuser": True})
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {}}
    )
    return user


def cookie(user: User) -> str:
    """The cookie of a browser in which that user is signed in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def proposed(entry: Initiative, author: User) -> tuple[str, str]:
    """A proposal to change two fields of an entry: where it is decided, and its revision."""
    base = documents.read(entry, SHAPE)
    now = timezone.now()
    changes: dict[Any, Any] = {
        ("summary",): f"Changed at {now:%H:%M:%S.%f}.",
        ("title",): f"{entry.title[:90]} ♦",
    }
    draft = Draft(base, documents.changed(base, changes), REASON)
    proposal = deciding.propose(entry, author, draft, now)
    return f"/admin/proposals/proposal/{proposal.pk}/decide/", str(proposal.revision)


if __name__ == "__main__":
    main(int(sys.argv[1]))
