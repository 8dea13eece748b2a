"""Erasing somebody ends the account; one that entries refer to stays, without a name."""

import json
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session

from clusterix.curation.models import Membership, User
from clusterix.lib.personal import STRUCK_OUT
from initiatives.models import Initiative
from tests.factories import MembershipFactory, UserFactory
from tests.privacy.conftest import Run
from tests.privacy.people import EMAIL, NAME, Planted

pytestmark = pytest.mark.django_db


def test_an_account_that_entries_refer_to_stays_without_a_name(planted: Planted, run: Run) -> None:
    user = planted.user
    user.groups.add(Group.objects.create(name="Some"))
    user.user_permissions.add(Permission.objects.order_by("pk")[0])

    run("erase_person", EMAIL)

    user = User.objects.get(pk=user.pk)
    assert re.fullmatch(r"erased-[0-9a-f]{16}@erased\.invalid", user.email)
    assert (user.get_full_name(), user.has_usable_password(), user.last_login) == ("", False, None)
    assert (user.is_active, user.is_staff, user.is_superuser) == (False, False, False)
    assert [user.groups.count(), user.user_permissions.count()] == [0, 0]
    assert not Membership.objects.filter(user=user).exists()
    assert Initiative.unscoped.filter(created_by=user).count() == 1
    assert Initiative.history.filter(history_user=user).count() == 1


def test_an_account_that_nothing_refers_to_goes(run: Run) -> None:
    user = MembershipFactory.create(user__email=EMAIL).user

    said = run("erase_person", EMAIL)

    assert said == "Users: 1 erased\n"
    assert not User.objects.filter(pk=user.pk).exists()


def test_an_account_is_found_by_the_address_it_once_had(planted: Planted, run: Run) -> None:
    User.objects.filter(pk=planted.user.pk).update(email="new@example.org")

    run("erase_person", EMAIL)

    assert not User.objects.filter(email="new@example.org").exists()


def test_others_stay_signed_in(planted: Planted, client: Any, run: Run) -> None:
    client.force_login(UserFactory.create())

    run("erase_person", EMAIL)

    assert Session.objects.count() == 1


def test_the_admins_log_keeps_what_was_done_to_whom_else(planted: Planted, run: Run) -> None:
    entry = LogEntry.objects.get()
    others = LogEntry.objects.create(
        user=UserFactory.create(), content_type=entry.content_type, object_id="0",
        object_repr="Bo Berg", action_flag=2, change_message="[]",
    )  # fmt: skip

    run("erase_person", EMAIL)

    entry.refresh_from_db()
    others.refresh_from_db()
    assert (entry.object_repr, NAME in entry.change_message) == (STRUCK_OUT, False)
    assert json.loads(entry.change_message)[0]["added"]["object"] == f"{STRUCK_OUT}, Agency"
    assert others.object_repr == "Bo Berg"
