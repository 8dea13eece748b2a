"""The links of public entries: found wherever they are, looked at politely, told when they die."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from clusterix.curation.freshness import looking, tasks
from clusterix.curation.freshness.looking import collect, look_around
from clusterix.curation.freshness.models import LOOKED_AT_EVERY, CheckedLink
from clusterix.curation.freshness.places import places
from clusterix.lib.outside import Look, Terms, Verdict
from initiatives.models import Initiative, InitiativeLink
from tests.factories import (
    CheckedLinkFactory,
    EvidenceFactory,
    InitiativeFactory,
    MaterialFactory,
    OrganisationFactory,
    OutcomeFactory,
    PersonFactory,
    TransferFactory,
)
from tests.freshness.conftest import NOW
from tests.lib.sites import Site, serving, status

pytestmark = pytest.mark.django_db

THERE = Look(Verdict.THERE, "It answers (200).")
GONE = Look(Verdict.GONE, "The page is not there (404).")
SILENT = Look(Verdict.SILENT, "It does not answer in time.")
UNTOLD = Look(Verdict.UNTOLD, "It does not answer programs (403).")


def elsewhere(_host: str, _port: int) -> list[Any]:
    """Every name leads to loopback."""
    return [ip_address("127.0.0.1")]


TERMS = Terms(
    is_public=lambda _address: True,
    resolve=elsewhere,
    ports=range(1, 65_536),
    seconds_for_a_step=1,
    seconds=2,
)


@pytest.fixture
def site() -> Iterator[Site]:
    """A server at which `/there` is, and nothing else."""
    with serving() as running:
        running.pages["/there"] = status(200)
        yield running


def link_to(url: str, **fields: Any) -> CheckedLink:
    link = CheckedLink.to(url)
    for name, value in fields.items():
        setattr(link, name, value)
    link.save()
    return link


def urls() -> set[str]:
    return set(CheckedLink.objects.values_list("url", flat=True))


def test_every_column_of_addresses_is_in_some_place() -> None:
    columns = {
        (model, field.name)
        for model in apps.get_models()
        if model._meta.app_label in {"people", "initiatives", "workshops", "reviews", "curation"}
        and not hasattr(model, "instance_type")
        for field in model._meta.get_fields()
        if isinstance(field, models.URLField)
    }

    found = [(place.model, place.column) for place in places()]

    assert len(found) == len(set(found))
    assert set(found) == columns


def test_the_links_of_public_entries_are_found_wherever_they_are() -> None:
    one = InitiativeFactory.create(website="https://site.example/initiative")
    InitiativeLink.objects.create(initiative=one, label="More", url="https://site.example/link")
    EvidenceFactory.create(initiative=one, source_url="https://site.example/evidence")
    TransferFactory.create(initiative=one, link="https://site.example/transfer")
    OrganisationFactory.create(website="https://site.example/organisation")
    MaterialFactory.create(url="https://site.example/material")
    OutcomeFactory.create(link="https://site.example/outcome")
    OutcomeFactory.create(link="https://site.example/outcome")
    OrganisationFactory.create(website="")

    new = collect()

    assert new == 7
    assert {url.rpartition("/")[2] for url in urls()} == {
        *("initiative", "link", "evidence", "transfer", "organisation", "material", "outcome")
    }
    assert set(CheckedLink.objects.values_list("host", flat=True)) == {"site.example"}


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_the_links_of_what_is_not_public_are_let_alone(state: str) -> None:
    one = InitiativeFactory.create(website="https://secret.example/", state=state)
    InitiativeLink.objects.create(initiative=one, label="More", url="https://secret.example/2")
    hidden = PersonFactory.create(visibility="withheld")
    hidden.links.create(label="Home", url="https://secret.example/3")

    collect()

    assert urls() == set()


def test_a_link_that_is_nowhere_any_more_is_forgotten() -> None:
    one = InitiativeFactory.create(website="https://site.example/")
    link_to("https://gone.example/")
    collect()
    before = urls()
    Initiative.unscoped.filter(pk=one.pk).update(website="https://new.example/")

    collect()

    assert before == {"https://site.example/"}
    assert urls() == {"https://new.example/"}


def test_what_is_no_address_has_no_host() -> None:
    assert CheckedLink.to("http://[::1").host == ""
    assert CheckedLink.to("mailto:ada@agency.example").host == ""


def test_each_night_some_are_looked_at_one_of_each_host(site: Site) -> None:
    for number in range(25):
        link_to(site.url("/there", host=f"host{number}.example"))
        link_to(site.url("/not-there", host=f"host{number}.example"))

    looked = [look_around(NOW, TERMS) for _run in range(4)]

    assert looked == [20, 20, 5, 5]
    assert len(site.asked) == 25 + 2 * 25


def test_a_run_begins_no_look_once_its_time_is_over(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SECONDS_A_RUN", 0)
    link_to(site.url("/there"))

    assert look_around(NOW, TERMS) == 0
    assert site.asked == []


def test_what_was_found_is_kept_in_words(site: Site) -> None:
    link_to(site.url("/there", host="a.example"))
    link_to(site.url("/not-there", host="b.example"))

    look_around(NOW, TERMS)

    told = CheckedLink.objects.order_by("host").values_list("answer", "failures", "failing_since")
    assert list(told) == [
        ("It answers (200).", 0, None),
        ("The page is not there (404).", 1, NOW),
    ]
    assert site.headers["User-Agent"] == "Clusterix link check (+http://testserver/about/)"


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_it_looks(site: Site) -> None:
    OrganisationFactory.create(website=site.url("/there", host="a.example"))
    OrganisationFactory.create(website=site.url("/not-there", host="b.example"))
    collect()
    open_transactions = []

    def elsewhere_noted(_host: str, _port: int) -> list[Any]:
        open_transactions.append(connection.in_atomic_block)
        return [ip_address("127.0.0.1")]

    looked = look_around(NOW, replace(TERMS, resolve=elsewhere_noted))

    assert looked == 2
    assert open_transactions == [False, False]


def test_by_its_usual_terms_nothing_inside_is_reached(site: Site) -> None:
    link_to(site.url("/there", host="127.0.0.1"))

    look_around(NOW)

    assert site.asked == []


def test_links_are_looked_at_again_after_two_weeks_and_failing_ones_on_the_next_day() -> None:
    fields = {"failing_since": NOW, "looked_at": NOW}
    CheckedLinkFactory.create(host="new")
    CheckedLinkFactory.create(host="works", looked_at=NOW)
    for failures in (1, 2, 3):
        CheckedLinkFactory.create(host=f"failed {failures}", failures=failures, **fields)

    due = {
        days: sorted(CheckedLink.objects.due(NOW + timedelta(days=days)).values_list("host"))
        for days in (0, 1, 13, 14)
    }

    doubtful = [("failed 1",), ("failed 2",)]
    assert due[0] == [("new",)]
    assert due[1] == due[13] == [*doubtful, ("new",)]
    assert due[14] == [*doubtful, ("failed 3",), ("new",), ("works",)]


def test_three_looks_on_different_days_must_fail() -> None:
    link = CheckedLinkFactory.create()
    days: list[float] = [0, 0.1, 1, 1.5, 2]

    dead = []
    for day in days:
        link.note(GONE, NOW + timedelta(days=day))
        dead.append(CheckedLink.objects.dead().exists())

    assert dead == [False, False, False, False, True]
    assert (link.failures, link.failing_since) == (3, NOW)


def test_a_look_that_tells_nothing_changes_nothing() -> None:
    link = CheckedLinkFactory.create()
    link.note(SILENT, NOW)

    link.note(UNTOLD, NOW + timedelta(days=1))

    assert (link.failures, link.failing_since) == (1, NOW)
    assert link.answer == UNTOLD.words


def test_after_a_look_that_tells_nothing_a_failure_of_the_day_counts() -> None:
    link = CheckedLinkFactory.create()
    link.note(UNTOLD, NOW)

    link.note(GONE, NOW)

    assert link.failures == 1


def test_a_link_that_works_again_is_as_new() -> None:
    link = CheckedLinkFactory.create(failures=3, told_at=NOW)

    link.note(THERE, NOW)

    assert (link.failures, link.failing_since, link.told_at) == (0, None, None)
    assert str(link) == link.url


def test_the_database_keeps_the_numbers_and_days_together() -> None:
    link = CheckedLinkFactory.create()
    link.told_at = NOW

    with pytest.raises(IntegrityError, match="link_fails_since_a_day"), transaction.atomic():
        link.save()


NOWHERE = "http://nowhere.invalid/"
OFFLINE = Terms(seconds_for_a_step=1, seconds=2)


def test_when_nothing_answers_nothing_is_believed_to_be_dead(
    caplog: pytest.LogCaptureFixture,
) -> None:
    link_to(NOWHERE)
    link_to("http://nowhere-else.invalid/", looked_at=NOW - LOOKED_AT_EVERY / 2)

    looked = look_around(NOW, OFFLINE)

    assert looked == 0
    assert "nothing answers outside" in caplog.text
    assert CheckedLink.objects.filter(failures=0).count() == 2


def test_what_worked_before_bears_out_that_another_is_silent(site: Site) -> None:
    link_to("http://127.0.0.9:9/")
    link_to(site.url("/there"), looked_at=NOW - LOOKED_AT_EVERY / 2)

    looked = look_around(NOW, TERMS)

    assert looked == 1
    assert CheckedLink.objects.get(failures=1).answer == "It cannot be reached."
    assert CheckedLink.objects.get(failures=0).looked_at != NOW


def test_without_a_network_what_was_told_by_others_is_kept_all_the_same() -> None:
    link_to("http://127.0.0.1/")
    link_to(NOWHERE)

    looked = look_around(NOW, OFFLINE)

    assert looked == 1
    assert CheckedLink.objects.get(failures=1).url == "http://127.0.0.1/"


def test_a_link_that_is_forgotten_meanwhile_is_let_go() -> None:
    looking.keep(0, GONE, NOW)

    assert not CheckedLink.objects.exists()


def test_the_worker_collects_and_looks_by_its_clock() -> None:
    InitiativeFactory.create(website="http://127.0.0.1/")

    with time_machine.travel(NOW, tick=False):
        tasks.collect(0)
        tasks.look(0)

    link = CheckedLink.objects.get()
    assert link.looked_at == NOW
    assert link.answer == "It is not an address of the public internet."
