"""The queue of reports in the admin: whose it is, and that nobody else's partner reads in it."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Partner
from clusterix.curation.reports.forms import AnswerForm
from clusterix.curation.reports.models import Answer, Report
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PersonFactory,
    ReportFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/reports/report/"
CANARY = "kanarifagel"


@pytest.fixture
def report(agency: Partner) -> Report:
    entry = InitiativeFactory.create(title="Vanguard", owner=agency)
    found: Report = ReportFactory.create(
        entry=entry, part="facts", text=f"{CANARY} in 2013", email=f"{CANARY}@example.org"
    )
    return found


def change(report: Report) -> str:
    return reverse("admin:reports_report_change", args=[report.pk])


def answer(report: Report) -> str:
    return reverse("admin:reports_report_answer", args=[report.pk])


@pytest.mark.parametrize("role", ["editor", "publisher", "secretariat", "operator"])
def test_those_who_curate_the_entry_read_and_answer(
    signed_in: SignedIn, report: Report, role: str
) -> None:
    client = signed_in(role)

    pages = [client.get(path) for path in (LIST, change(report), answer(report), "/admin/")]

    assert [page.status_code for page in pages] == [200] * 4
    assert all(f"{CANARY} in 2013" in page.content.decode() for page in pages)
    assert "Facts" in pages[1].content.decode()
    assert f'<a href="{answer(report)}">Answer this report</a>' in pages[1].content.decode()


@pytest.mark.parametrize("role", ["editor", "secretariat"])
def test_the_address_of_the_reader_is_shown_to_nobody(
    signed_in: SignedIn, report: Report, role: str
) -> None:
    client = signed_in(role)

    pages = [client.get(path) for path in (LIST, change(report), answer(report), "/admin/")]

    assert not any(f"{CANARY}@" in page.content.decode() for page in pages)


@pytest.mark.parametrize("role", ["rival", "nobody's", "visitor"])
def test_no_other_partner_learns_of_a_report(
    signed_in: SignedIn, report: Report, role: str
) -> None:
    client = signed_in(role)
    told = {"state": "dismissed", "answer": "No.", "reply": "on"}

    pages = [
        client.get(path, follow=True)
        for path in ("/admin/", LIST, f"{LIST}?q={CANARY}", f"{LIST}?state__exact=open",
                     change(report), answer(report),
                     reverse("admin:reports_report_history", args=[report.pk]))
    ]  # fmt: skip
    sent = client.post(answer(report), told)

    report.refresh_from_db()
    assert not any(f"{CANARY} " in page.content.decode() for page in pages)
    assert sent.status_code in {302, 403, 404}
    assert report.state == Report.State.OPEN
    assert not Message.objects.exists()


def test_reports_follow_their_entry_to_another_partner(
    signed_in: SignedIn, report: Report, rival: Partner
) -> None:
    entry = report.entry
    assert isinstance(entry, Entry)
    type(entry).unscoped.filter(pk=entry.pk).update(owner=rival, state=Entry.State.ARCHIVED)

    pages = [signed_in(role).get(LIST).content.decode() for role in ("rival", "editor")]

    assert [CANARY in page for page in pages] == [True, False]


@pytest.mark.parametrize("verb", ["add", "delete", "change"])
def test_a_report_stays_as_it_was_written(signed_in: SignedIn, report: Report, verb: str) -> None:
    paths = {"add": f"{LIST}add/", "delete": f"{LIST}{report.pk}/delete/", "change": change(report)}

    response = signed_in("operator").post(paths[verb], {"text": "Changed", "post": "yes"})

    report.refresh_from_db()
    assert response.status_code == 403
    assert report.text == f"{CANARY} in 2013"


def test_an_answer_is_kept_and_sent(signed_in: SignedIn, report: Report) -> None:
    client = signed_in("editor")

    response = client.post(
        answer(report), {"state": "answered", "answer": "Corrected.", "reply": "on"}, follow=True
    )

    report.refresh_from_db()
    page = response.content.decode()
    assert "Kept. The report is off the list." in page
    assert "Answer this report" not in page
    assert (report.state, report.answer) == ("answered", "Corrected.")
    assert Message.objects.get().to == report.email


def test_without_an_address_there_is_nothing_to_send(signed_in: SignedIn, report: Report) -> None:
    Report.objects.update(email="")
    client = signed_in("editor")

    form = client.get(answer(report)).context["form"]
    client.post(answer(report), {"state": "dismissed", "answer": "It is so.", "reply": "on"})

    assert list(form.fields) == ["state", "answer"]
    assert not Message.objects.exists()


def test_an_answer_says_something(signed_in: SignedIn, report: Report) -> None:
    response = signed_in("editor").post(answer(report), {})

    report.refresh_from_db()
    assert set(response.context["form"].errors) == {"state", "answer"}
    assert report.state == Report.State.OPEN


def test_what_is_closed_is_not_answered_again(signed_in: SignedIn, report: Report) -> None:
    Report.objects.update(state="dismissed", answer="It is so.", handled_at=timezone.now())

    response = signed_in("editor").post(answer(report), {"state": "answered", "answer": "Yes."})

    report.refresh_from_db()
    assert response.status_code == 403
    assert report.answer == "It is so."


def test_a_report_that_does_not_exist_is_not_found(signed_in: SignedIn) -> None:
    assert signed_in("editor").get(f"{LIST}999/answer/").status_code == 404


def test_who_comes_second_is_told_so(
    signed_in: SignedIn, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("editor")
    given = AnswerForm.given

    def meanwhile(form: AnswerForm) -> Answer:
        Report.objects.update(state="dismissed", answer="First.", handled_at=timezone.now())
        return given(form)

    monkeypatch.setattr(AnswerForm, "given", meanwhile)
    response = client.post(answer(report), {"state": "answered", "answer": "Second."}, follow=True)

    report.refresh_from_db()
    assert "Somebody else answered it a moment before you." in response.content.decode()
    assert report.answer == "First."


def test_no_word_of_a_reader_runs(signed_in: SignedIn, agency: Partner) -> None:
    script = "<script>alert(1)</script>"
    entry = InitiativeFactory.create(title=script, owner=agency)
    report = ReportFactory.create(entry=entry, text=script)
    client = signed_in("editor")

    pages = [client.get(path) for path in (LIST, change(report), answer(report), "/admin/")]

    assert not any(script in page.content.decode() for page in pages)


def test_the_desk_counts_those_that_wait_the_longest_first(
    signed_in: SignedIn, agency: Partner
) -> None:
    for title in ("Older", "Newer"):
        ReportFactory.create(entry=InitiativeFactory.create(title=title, owner=agency))
    ReportFactory.create(state="dismissed", answer="No.", handled_at=timezone.now())
    ReportFactory.create(entry=InitiativeFactory.create(title="Rival's"))

    panels = {panel.title: panel for panel in signed_in("editor").get("/admin/").context["panels"]}

    waiting = panels["Reports from readers"]
    assert [line.label for line in waiting.lines] == ["Older", "Newer"]
    assert waiting.lines[0].kind == "initiative"
    assert waiting.lines[0].note.endswith("It began in 2013, not in 2015.")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_for_one_report_of_each_kind_and_for_three(
    client: Client, signed_in: SignedIn, agency: Partner, rows: int
) -> None:
    for factory in (InitiativeFactory, OrganisationFactory, PersonFactory, WorkshopFactory):
        for entry in factory.create_batch(rows, owner=agency):
            ReportFactory.create(entry=entry)
    ContentType.objects.get_for_models(*Entry.__subclasses__())
    editor = signed_in("editor")

    with assertNumQueries(12):
        editor.get(LIST)
