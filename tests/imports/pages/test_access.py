"""Who imports: members of the partner and the secretariat, as long as they are that."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Partner, User
from initiatives.models import Initiative
from tests.factories import PartnerFactory, member, secretariat
from tests.imports.pages.conftest import Send, at, browser_of, page, worked

pytestmark = pytest.mark.django_db


def test_publishers_publish_and_editors_do_not(
    browser: Client, agency: Partner, send: Send
) -> None:
    form = {"model": "initiatives.Initiative", "partner": agency.pk, "reason": "x"}
    upload = SimpleUploadedFile("table.csv", b"a,b\n1,2\n")

    refused = browser.post(
        reverse("admin:batches_importbatch_add"), {**form, "upload": upload, "publish": "on"}
    )
    by_publisher = send(publish="on", client=browser_of(member(agency, "publisher")))
    by_secretariat = send(publish="on", client=browser_of(secretariat()))

    assert "You may not publish for this partner." in refused.content.decode()
    assert by_publisher.publish
    assert by_secretariat.publish


def test_nobody_imports_for_a_partner_they_do_not_belong_to(browser: Client) -> None:
    rival = PartnerFactory.create()
    form = {"model": "initiatives.Initiative", "partner": rival.pk, "reason": "x"}
    upload = SimpleUploadedFile("table.csv", b"a,b\n1,2\n")

    answer = browser.post(reverse("admin:batches_importbatch_add"), {**form, "upload": upload})

    assert "Select a valid choice" in answer.content.decode()
    assert not ImportBatch.objects.exists()


READ = ("change", "columns", "mapping_yaml", "refused_csv", "undo")
WRITE = ("again", "mapping", "import", "discard", "columns", "undo")


def test_to_a_rival_the_import_does_not_exist(checked: Send) -> None:
    batch = checked()
    rival = browser_of(member(role="publisher"))

    read = {view: rival.get(at(batch, view)).status_code for view in READ}
    written = {view: rival.post(at(batch, view)).status_code for view in WRITE}

    assert read == dict.fromkeys(READ, 404)
    assert written == dict.fromkeys(WRITE, 404)
    assert batch.name not in page(rival, reverse("admin:batches_importbatch_changelist"))
    assert ImportBatch.objects.get().state == "checked"


def test_an_import_that_is_not_there_is_missing(browser: Client) -> None:
    assert {browser.get(at(10**9, view)).status_code for view in READ} == {404}
    assert {browser.post(at(10**9, view)).status_code for view in WRITE} == {404}


@pytest.mark.parametrize("view", ["again", "mapping", "import", "discard"])
def test_what_changes_something_is_posted(checked: Send, browser: Client, view: str) -> None:
    assert browser.get(at(checked(), view)).status_code == 405


@pytest.mark.parametrize("view", ["change", "mapping_yaml", "refused_csv"])
def test_what_is_read_is_not_posted(checked: Send, browser: Client, view: str) -> None:
    assert browser.post(at(checked(), view)).status_code == 405


def test_who_is_no_curator_is_sent_to_sign_in(checked: Send) -> None:
    batch = checked()

    answers = {Client().get(at(batch, view)).status_code for view in READ}

    assert answers == {302}


def test_the_secretariat_sees_all_imports(checked: Send) -> None:
    batch = checked()

    assert batch.name in page(
        browser_of(secretariat()), reverse("admin:batches_importbatch_changelist")
    )


@pytest.mark.parametrize("gone", ["membership", "account"])
def test_who_left_the_partner_imports_and_undoes_nothing_any_more(
    checked: Send, browser: Client, editor: User, agency: Partner, gone: str
) -> None:
    batch = checked()
    browser.post(at(batch, "import"), {"checked": batch.checked})
    if gone == "membership":
        editor.memberships.all().delete()
    else:
        User.objects.filter(pk=editor.pk).update(is_active=False)

    batch = worked(batch)

    why = "Whoever asked for this does not belong to the partner any more."
    assert (batch.state, batch.problem) == ("failed", why)
    assert not Initiative.unscoped.exists()
    ImportBatch.objects.update(state="undoing", undo_reason="x", finished_at=batch.created_at)
    batch = worked(batch)
    assert (batch.state, batch.problem) == ("done", why)
