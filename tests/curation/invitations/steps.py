"""What those do who invite, and those who are invited."""

import re
from typing import Any

from django.test import Client

from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Partner, User
from clusterix.lib.secret_links import hashed
from clusterix.mail.models import Message
from tests.admin.browser import filled
from tests.factories import InvitationFactory

ADD = "/admin/invitations/invitation/add/"
LIST = "/admin/invitations/invitation/"
SECRET = "only the mail knows"
HERE = "/accounts/invitation/only%20the%20mail%20knows/"
ACCOUNT = {
    "first_name": "Ada",
    "last_name": "Åström",
    "password1": "a long way to Malmö",
    "password2": "a long way to Malmö",
}


def invited(partner: Partner, **fields: Any) -> Invitation:
    row: Invitation = InvitationFactory.create(
        partner=partner, email="Ada@agency.example", secret_hash=hashed(SECRET), **fields
    )
    return row


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, email: str = "ada@agency.example", role: str = "editor") -> Any:
    return client.post(ADD, filled(client.get(ADD), email=email, role=role))


def link_in(mail: Message) -> str:
    found = re.search(r"http://testserver(/accounts/invitation/\S+)", mail.text)
    assert found
    return found[1]
