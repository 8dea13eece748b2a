"""Everything that is held about an address, in one file, and nothing of anybody else."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailConfirmation
from django.contrib.sessions.models import Session
from django.core.management.base import CommandError
from django.utils import timezone

from clusterix.lib.personal import Subject
from clusterix.mail.models import Message
from clusterix.privacy.asking import model_of, part_rows
from clusterix.privacy.exporting import title_of, value_of
from clusterix.privacy.registry import HOLDINGS
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, RegistrationSettingsFactory, SubscriptionFactory
from tests.privacy.conftest import Run
from tests.privacy.people import EMAIL, NAME, RIVALS, WORDS, WRITTEN, Planted, plant_job, register
from tests.privacy.test_subject import HOSTILE
from workshops.registration.models import RegistrationSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def everywhere(planted: Planted) -> Planted:
    """Her address is also where nobody should have put it."""
    RegistrationSettingsFactory.create(contact_email=EMAIL)
    plant_job(EMAIL)
    return planted


def held(copy: dict[str, Any]) -> dict[str, dict[str, int]]:
    """How many rows of which kind a copy has."""
    return {
        part["what"]: {title: len(rows) for title, rows in part["records"].items()}
        for part in copy["held"]
    }


def values() -> Iterator[Any]:
    """What is in the fields that are told, by the registry."""
    person = Subject.of(EMAIL)
    for holding in HOLDINGS:
        for table in holding.tables:
            rows = list(table.rows(person))
            yield from _told(table, rows, table.columns)
            for part in table.parts:
                yield from _told(part, list(part_rows(part, [row.pk for row in rows])), ())


def _told(table: Any, rows: list[Any], columns: tuple[str, ...]) -> Iterator[Any]:
    names = [name for group in table.fields if group.is_told for name in group.names]
    for row in rows:
        yield from (value_of(row, name) for name in names if not columns or name in columns)


def test_a_copy_has_all_that_the_registry_names(everywhere: Planted, run: Run) -> None:
    copy = json.loads(run("export_person", WRITTEN))

    text = json.dumps(copy)
    planted = list(values())
    assert (copy["address"], copy["held"][0]["what"]) == (EMAIL, "If you register for a workshop")
    assert len(planted) > 100
    assert [value for value in planted if json.dumps(value)[1:-1] not in text] == []
    assert [word for word in (NAME, *WORDS.values()) if json.dumps(word)[1:-1] not in text] == []


def test_each_kind_is_there_with_what_belongs_to_it(everywhere: Planted, run: Run) -> None:
    copy = json.loads(run("export_person", EMAIL))

    assert held(copy) == {
        "If you register for a workshop": {"Registrations": 2},
        "If you organise a workshop": {"Registration settings": 1},
        "If you follow a search": {"Subscriptions": 1},
        "If you report an error": {"Reports from readers": 1},
        "If a partner invites you": {"Invitations": 2},
        "If you spoke at a workshop": {"Contributions": 1},
        "If you run a workshop for a partner": {"Organisers": 2},
        "If there were two records of you": {"Merges": 1},
        "If the record has a page about you": {"People": 1, "Historical people": 3},
        "What you changed": {"Historical initiatives": 1, "People": 1, "Initiatives": 1},
        "If you curate for a partner": {"Users": 1, "Sessions": 1, "Log entries": 1},
        "Mails to you": {"Mails": 1},
        "Queued work": {"Procrastinate jobs": 1},
    }


def test_a_registration_comes_with_its_events_and_a_mail_with_its_files(
    planted: Planted, run: Run
) -> None:
    copy = json.loads(run("export_person", EMAIL))

    by_title = {title: rows for part in copy["held"] for title, rows in part["records"].items()}
    registration, mail = by_title["Registrations"][0], by_title["Mails"][0]
    assert registration["Name"] == NAME
    assert registration["State"] == "confirmed"
    assert registration["Country"] == "Sweden"
    assert registration["Registered"] == planted.coming.created_at.isoformat()
    assert [event["What"] for event in registration["Events"]] == ["registered"]
    assert [file["Name"] for file in mail["Attachments"]] == ["workshop.ics"]
    assert mail["Attachments"][0]["Content"].endswith(" bytes")


def test_what_opens_something_is_not_handed_out(everywhere: Planted, run: Run) -> None:
    text = run("export_person", EMAIL)

    everywhere.user.refresh_from_db()
    secrets = [
        everywhere.coming.reference,
        str(everywhere.coming.idempotency_key),
        everywhere.past.fingerprint,
        everywhere.user.password,
        EmailConfirmation.objects.get().key,
        Session.objects.get().session_key,
        Session.objects.get().session_data,
        "zephyr secret",
    ]
    assert [secret for secret in secrets if secret in text.replace("/registrations/", "")] == [
        everywhere.coming.reference  # in the mail that she has herself
    ]


def test_words_of_others_that_name_the_address_are_pointed_at(run: Run) -> None:
    entry = InitiativeFactory.create(description=f"Ask {EMAIL}", summary=f"Or <{EMAIL.upper()}>")
    InitiativeFactory.create(description=f"Ask a{EMAIL}")

    copy = json.loads(run("export_person", EMAIL))

    assert held(copy) == {"If a public text has your address": {"Known words": 1}}
    assert [found for found in copy["mentioned"] if "Word" not in found["table"]] == [
        {
            "table": label,
            "number": str(number),
            "columns": ["summary", "description"],
        }
        for label, number in (
            ("initiatives.HistoricalInitiative", Initiative.history.get(id=entry.pk).pk),
            ("initiatives.Initiative", entry.pk),
        )
    ]


def test_an_address_that_is_like_it_is_somebody_else(planted: Planted, run: Run) -> None:
    for number, rival in enumerate(RIVALS):
        register(rival, f"Rival {number}")
        SubscriptionFactory.create(email=rival)

    text = run("export_person", EMAIL)

    assert [rival for rival in RIVALS if f'"{rival}' in text or f" {rival}" in text] == []
    assert "Rival" not in text
    assert held(json.loads(text))["If you follow a search"] == {"Subscriptions": 1}


def test_nothing_held_is_a_failure_that_says_so(planted: Planted, run: Run) -> None:
    with pytest.raises(CommandError, match=r"^Nothing is held about that address\.$"):
        run("export_person", "nobody@example.org")


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
@pytest.mark.parametrize("written", HOSTILE)
def test_what_is_no_address_is_refused(command: str, written: str, run: Run) -> None:
    with pytest.raises(CommandError, match=r"^That is no e-mail address\.") as refusal:
        run(command, written)

    assert len(str(refusal.value)) < 100


def test_a_file_is_new_and_for_its_owner_alone(planted: Planted, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy.json"

    told = run("export_person", EMAIL, "--output", str(file))

    assert told == f"Written to {file}. Delete it once it was handed over.\n"
    assert json.loads(file.read_text("utf-8"))["address"] == EMAIL
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match=r"^The file cannot be written"):
        run("export_person", EMAIL, "--output", str(file))


@pytest.mark.parametrize("name", [".", "no/such/folder/copy.json", "co\x00py.json", "x" * 10_000])
def test_where_no_file_can_be_nothing_is_written(
    planted: Planted, run: Run, tmp_path: Path, name: str
) -> None:
    with pytest.raises(CommandError, match=r"^The file cannot be written"):
        run("export_person", EMAIL, "--output", f"{tmp_path}/{name}")

    assert list(tmp_path.iterdir()) == []


def test_tables_are_called_what_the_admin_calls_them() -> None:
    registrations = HOLDINGS[0].tables[0]

    assert title_of(registrations) == "Registrations"
    assert model_of(registrations)._meta.label == "registration.Registration"


def test_moments_are_told_in_full(run: Run) -> None:
    at = timezone.now() - timedelta(days=3)
    SubscriptionFactory.create(email=EMAIL, asked_at=at, confirmed_at=None, looked_at=None)

    copy = json.loads(run("export_person", EMAIL))

    row = copy["held"][0]["records"]["Subscriptions"][0]
    assert (row["Asked at"], row["Confirmed at"]) == (at.isoformat(), None)
    assert not Message.objects.exists()
    assert not RegistrationSettings.objects.exists()
