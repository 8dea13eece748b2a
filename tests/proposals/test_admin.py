"""Proposals in the admin: made in the entry's own form, read, decided, and out of rivals' sight."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Membership, Partner, User
from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.deciding import Decision
from clusterix.curation.proposals.models import ExpertRequest, Proposal
from clusterix.mail.models import Message
from initiatives.models import Initiative
from tests.admin.browser import filled
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    PeerReviewFactory,
    PersonFactory,
    RegionFactory,
    ThemeFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from tests.locks import wait_until_somebody_waits
from tests.proposals.conftest import browser, live, proposed

pytestmark = pytest.mark.django_db

State = Proposal.State
FACTORIES = {
    "initiatives.initiative": InitiativeFactory,
    "people.organisation": OrganisationFactory,
    "people.person": PersonFactory,
    "workshops.workshop": WorkshopFactory,
    "reviews.peerreview": PeerReviewFactory,
}
STEPS = ("change", "revise", "decide", "settle", "due", "ask", "withdraw")


def at(step: str, proposal: Proposal) -> str:
    return reverse(f"admin:proposals_proposal_{step}", args=[proposal.pk])


def form_for(entry: Entry) -> str:
    names = [entry._meta.app_label, entry._meta.model_name, entry.pk]
    return reverse("admin:proposals_proposal_propose", args=names)


def decide(client: Client, proposal: Proposal, decision: str, **said: str) -> Any:
    data = {"seen": proposal.revision, "decision": decision, "comment": ""} | said
    return client.post(at("decide", proposal), data, follow=True)


@pytest.fixture
def proposal(bridge: Initiative, editor: User) -> Proposal:
    return proposed(bridge, editor, title="Tunnels under the Sound")


def test_an_editor_is_led_from_the_entry_to_its_proposal(bridge: Initiative, editor: User) -> None:
    page = (
        browser(editor).get(reverse("admin:initiatives_initiative_change", args=[bridge.pk])).text
    )

    assert f'href="{form_for(bridge)}"' in page
    assert 'name="_save"' not in page


def test_what_was_typed_is_kept_beside_the_page(bridge: Initiative, editor: User) -> None:
    client, before = browser(editor), live(bridge)
    versions = Initiative.history.filter(id=bridge.pk).count()
    page = client.get(form_for(bridge))
    evidence = bridge.evidence.get()
    data = filled(
        page, title="Tunnels under the Sound", reason="A tunnel it is",
        themes=[str(ThemeFactory.create(labels={"en": "Digging"}).pk)],
    ) | {
        "evidence-TOTAL_FORMS": ["2"], "evidence-0-value": ["13"],
        "evidence-1-indicator": ["Firms"], "evidence-1-value": ["3"], "evidence-1-position": ["1"],
    }  # fmt: skip

    told = client.post(form_for(bridge), data, follow=True).text

    proposal = Proposal.objects.get()
    assert live(bridge) == before
    assert Initiative.history.filter(id=bridge.pk).count() == versions
    assert (proposal.author, proposal.reason) == (editor, "A tunnel it is")
    assert "Proposed. The page stays as it is until it is approved." in told
    for words in (
        "<del>Bridges across</del><ins>Tunnels under</ins>",
        "<del>Building</del><ins>Digging</ins>",
        "<ins>Indicator: Firms",
        "Value: 13",
    ):
        assert words in told
    rows = proposal.proposed["parts"]["initiatives.Evidence"]["rows"]
    assert rows[str(evidence.pk)]["value"] == "13.00"


def test_it_becomes_live_as_it_was_typed(bridge: Initiative, editor: User, publisher: User) -> None:
    client = browser(editor)
    data = filled(client.get(form_for(bridge)), title="Tunnels", reason="A tunnel it is") | {
        "evidence-TOTAL_FORMS": ["2"],
        "evidence-0-DELETE": ["on"],
        "evidence-1-indicator": ["Firms"],
        "evidence-1-value": ["3"],
        "evidence-1-position": ["1"],
    }
    client.post(form_for(bridge), data)
    proposal = Proposal.objects.get()

    told = decide(browser(publisher), proposal, "approve").text

    bridge.refresh_from_db()
    assert "Decided, and its author is told." in told
    assert bridge.title == "Tunnels"
    assert [str(row.indicator) for row in bridge.evidence.all()] == ["Firms"]


@pytest.mark.parametrize("kind", FACTORIES)
def test_every_kind_of_entry_can_be_proposed_to(agency: Partner, editor: User, kind: str) -> None:
    entry = FACTORIES[kind].create(owner=agency, language="en")
    client = browser(editor)
    data = filled(client.get(form_for(entry)), language="de", reason="It is in German")

    told = client.post(form_for(entry), data, follow=True).text

    stored = type(entry).unscoped.get(pk=entry.pk)
    assert "<del>English</del>" in told
    assert stored.language == "en"
    assert Proposal.objects.get().proposed["fields"]["language"] == "de"


def test_nothing_changed_is_nothing_proposed(bridge: Initiative, editor: User) -> None:
    client = browser(editor)
    data = filled(client.get(form_for(bridge)), reason="Just so")

    told = client.post(form_for(bridge), data, follow=True).text

    assert "Nothing was changed" in told
    assert not Proposal.objects.exists()


def test_a_proposal_needs_a_reason_and_what_was_typed_stays(
    bridge: Initiative, editor: User
) -> None:
    client = browser(editor)
    data = filled(client.get(form_for(bridge)), title="Tunnels", reason="")

    response = client.post(form_for(bridge), data)

    assert "Say why this is changed" in response.text
    assert 'value="Tunnels"' in response.text
    assert not Proposal.objects.exists()


def test_private_fields_and_the_owner_are_never_part_of_it(agency: Partner, editor: User) -> None:
    person = PersonFactory.create(owner=agency, contact_email="canary@example.org")

    data = filled(browser(editor).get(form_for(person)))

    assert not {"owner", "contact_email", "visibility"} & data.keys()


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_what_is_public_is_proposed_to(agency: Partner, editor: User, state: str) -> None:
    entry = InitiativeFactory.create(owner=agency, state=state)

    assert browser(editor).get(form_for(entry)).status_code == 404


def test_what_is_no_kind_of_entry_is_not_found(editor: User) -> None:
    address = reverse("admin:proposals_proposal_propose", args=["curation", "user", editor.pk])

    assert browser(editor).get(address).status_code == 404


def test_a_rival_finds_nothing_of_it(bridge: Initiative, proposal: Proposal, rival: User) -> None:
    client = browser(rival)

    answers = {client.post(at(step, proposal)).status_code for step in STEPS[1:]}
    answers |= {client.get(at("change", proposal)).status_code}
    answers |= {client.get(reverse("proposal_preview", args=[proposal.pk])).status_code}
    answers |= {client.get(form_for(bridge)).status_code}
    listed = client.get(reverse("admin:proposals_proposal_changelist")).text
    desk = client.get("/admin/").text

    assert answers == {404}
    assert "Tunnels" not in listed + desk
    assert "Bridges" not in listed + desk


def test_an_editor_and_its_author_do_not_decide(
    agency: Partner, bridge: Initiative, proposal: Proposal, publisher: User
) -> None:
    own = proposed(bridge, publisher, title="Mine")

    answers = [
        decide(browser(member(agency)), proposal, "approve").status_code,
        decide(browser(publisher), own, "approve").status_code,
        browser(publisher).post(at("ask", own)).status_code,
    ]

    assert answers == [403, 403, 403]


def test_a_reviewer_by_scope_reads_and_decides(bridge: Initiative, proposal: Proposal) -> None:
    partner = PartnerFactory.create(regions_reviewed=["SE"])
    reviewer = member(partner, Membership.Role.PUBLISHER)
    bridge.regions.add(RegionFactory.create(code="SE22"))
    client = browser(reviewer)

    page = client.get(at("change", proposal)).text
    desk = client.get("/admin/").text
    decide(client, proposal, "approve")

    bridge.refresh_from_db()
    assert "<del>Bridges across</del>" in page
    assert "Revise it" not in page
    assert f'href="{at("change", proposal)}"' in desk
    assert bridge.title == "Tunnels under the Sound"
    assert browser(reviewer).post(at("withdraw", proposal)).status_code == 403
    assert browser(reviewer).post(at("revise", proposal)).status_code == 403


@pytest.mark.parametrize("decision", ["send_back", "decline"])
def test_who_does_not_approve_says_why(proposal: Proposal, publisher: User, decision: str) -> None:
    told = decide(browser(publisher), proposal, decision).text

    proposal.refresh_from_db()
    assert "Say why, so that its author can do something about it." in told
    assert proposal.state == State.WAITING


def test_a_decision_on_what_was_decided_says_so(proposal: Proposal, publisher: User) -> None:
    client = browser(publisher)
    decide(client, proposal, "decline", comment="No.")

    told = decide(client, proposal, "approve").text

    assert "Somebody revised, decided or withdrew it meanwhile." in told


def test_a_proposal_is_revised_in_the_form_as_it_was_proposed(
    bridge: Initiative, proposal: Proposal, editor: User
) -> None:
    client = browser(editor)
    page = client.get(at("revise", proposal))
    data = filled(page, summary="Dark and long.", reason="And dark")

    told = client.post(at("revise", proposal), data, follow=True).text

    proposal.refresh_from_db()
    assert 'value="Tunnels under the Sound"' in page.text
    assert "Kept, and it waits for a decision." in told
    assert proposal.proposed["fields"]["title"] == "Tunnels under the Sound"
    assert proposal.proposed["fields"]["summary"] == "Dark and long."
    assert proposal.base["fields"]["title"] == "Bridges across the Sound"


@pytest.mark.django_db(transaction=True)
def test_a_form_that_comes_while_somebody_decides_is_too_late(
    proposal: Proposal, editor: User
) -> None:
    client = browser(editor)
    data = filled(client.get(at("revise", proposal)), summary="Dark.", reason="And dark")
    told: list[str] = []

    def revise() -> None:
        try:
            told.append(client.post(at("revise", proposal), data, follow=True).text)
        finally:
            connection.close()

    with transaction.atomic():
        Proposal.objects.select_for_update().get(pk=proposal.pk)
        late = Thread(target=revise)
        late.start()
        wait_until_somebody_waits()
        Proposal.objects.filter(pk=proposal.pk).update(state=State.DECLINED)
    late.join()

    proposal.refresh_from_db()
    assert "Somebody revised, decided or withdrew it meanwhile." in told[0]
    assert proposal.reason == "A tunnel it is"


def test_truths_are_told_as_yes_and_no(agency: Partner, editor: User) -> None:
    workshop = WorkshopFactory.create(owner=agency, is_example=False)
    client = browser(editor)
    data = filled(client.get(form_for(workshop)), is_example="on", reason="It is one")

    told = client.post(form_for(workshop), data, follow=True).text

    assert "<del>no</del><ins>yes</ins>" in told


def test_a_form_on_a_page_that_moved_on_is_not_taken_unseen(
    bridge: Initiative, proposal: Proposal, editor: User
) -> None:
    client = browser(editor)
    data = filled(client.get(at("revise", proposal)), summary="Dark.", reason="And dark")
    bridge.website = "https://bridge.example/"
    bridge.because("Found").save()

    told = client.post(at("revise", proposal), data).text

    proposal.refresh_from_db()
    assert "Somebody changed this entry while you had it open." in told
    assert proposal.reason == "A tunnel it is"


def test_two_who_revise_at_once_do_not_overwrite_each_other(
    agency: Partner, proposal: Proposal, editor: User
) -> None:
    first, second = browser(editor), browser(member(agency))
    forms = [filled(one.get(at("revise", proposal)), reason="Mine") for one in (first, second)]
    first.post(at("revise", proposal), forms[0] | {"summary": ["First."]})

    told = second.post(at("revise", proposal), forms[1] | {"summary": ["Second."]}).text

    proposal.refresh_from_db()
    assert "Somebody changed this entry while you had it open." in told
    assert proposal.proposed["fields"]["summary"] == "First."


def test_what_came_too_late_to_revise_says_so(
    proposal: Proposal, editor: User, publisher: User
) -> None:
    decision = Decision(proposal.revision, publisher, "No.")
    deciding.decline(proposal.pk, decision, timezone.now())

    assert browser(editor).get(at("revise", proposal)).status_code == 403


def test_a_conflict_is_shown_and_settled_before_anything_else(
    bridge: Initiative, proposal: Proposal, editor: User, publisher: User
) -> None:
    Initiative.unscoped.filter(pk=bridge.pk).update(title="Ferries across the Sound")
    client = browser(publisher)

    refused = decide(client, proposal, "approve").text
    form = browser(editor).get(at("revise", proposal), follow=True).text
    unsaid = client.post(at("settle", proposal)).text
    client.post(at("settle", proposal), {"piece0": "proposed"})

    assert "The page has moved on in what is proposed." in refused
    assert "<del>Ferries across</del><ins>Tunnels under</ins>" in refused
    assert "Settle the conflicts first." in form
    assert "This field is required." in unsaid
    assert "The page has moved on" not in client.get(at("change", proposal)).text
    proposal.refresh_from_db()
    decide(client, proposal, "approve")
    bridge.refresh_from_db()
    assert bridge.title == "Tunnels under the Sound"


def test_what_was_live_holds_where_that_is_chosen(
    bridge: Initiative, proposal: Proposal, editor: User
) -> None:
    Initiative.unscoped.filter(pk=bridge.pk).update(title="Ferries across the Sound")

    browser(editor).post(at("settle", proposal), {"piece0": "live"})

    proposal.refresh_from_db()
    assert proposal.proposed["fields"]["title"] == "Ferries across the Sound"


def test_who_neither_made_nor_decides_it_settles_nothing(
    bridge: Initiative, proposal: Proposal, publisher: User
) -> None:
    decision = Decision(proposal.revision, publisher, "No.")
    deciding.decline(proposal.pk, decision, timezone.now())
    author = User.objects.get(email="editor@agency.example")

    answer = browser(author).post(at("settle", proposal), {})

    assert answer.status_code == 403


def test_what_cannot_become_live_any_more_says_why(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    theme = ThemeFactory.create()
    proposal = proposed(bridge, editor, themes=[theme.pk])
    theme.delete()

    told = decide(browser(publisher), proposal, "approve").text
    form = browser(editor).get(at("revise", proposal), follow=True).text
    preview = browser(editor).get(reverse("proposal_preview", args=[proposal.pk])).text

    for page in (told, form, preview):
        assert "something that it needs has changed or gone since" in page


def test_the_page_as_it_would_be_is_shown_and_nothing_of_it_stays(
    bridge: Initiative, proposal: Proposal, editor: User
) -> None:
    response = browser(editor).get(reverse("proposal_preview", args=[proposal.pk]))

    assert "Tunnels under the Sound" in response.text
    assert response.headers["X-Robots-Tag"] == "noindex"
    public = Client().get(bridge.get_absolute_url()).text
    assert "Tunnels" not in public
    assert "Bridges across the Sound" in public


def test_a_day_to_decide_by_is_set_and_none_that_is_over(
    proposal: Proposal, publisher: User
) -> None:
    client = browser(publisher)

    over = client.post(at("due", proposal), {"due_on": "2016-06-21"}).text
    client.post(at("due", proposal), {"due_on": "2036-06-21"})

    proposal.refresh_from_db()
    assert "This day is over." in over
    assert str(proposal.due_on) == "2036-06-21"


def test_it_is_withdrawn_by_its_partner_once(
    proposal: Proposal, editor: User, publisher: User
) -> None:
    client = browser(editor)

    client.post(at("withdraw", proposal))
    again = client.post(at("withdraw", proposal), follow=True).text
    due = client.post(at("due", proposal), {"due_on": "2036-06-21"}, follow=True).text
    settled = browser(publisher).post(at("settle", proposal), follow=True).text

    proposal.refresh_from_db()
    assert proposal.state == State.WITHDRAWN
    assert "withdrew it meanwhile" in again
    assert "withdrew it meanwhile" in due
    assert "withdrew it meanwhile" in settled


def test_an_expert_is_asked_by_who_decides(proposal: Proposal, publisher: User) -> None:
    client = browser(publisher)

    wrong = client.post(at("ask", proposal), {"name": "Ada", "email": "ada"}).text
    told = client.post(
        at("ask", proposal), {"name": "Ada", "email": "ada@example.org"}, follow=True
    ).text
    decide(client, proposal, "decline", comment="No.")
    late = client.post(
        at("ask", proposal), {"name": "Bo", "email": "bo@example.org"}, follow=True
    ).text

    assert "Enter a valid email address." in wrong
    assert "Ada gets a link by mail, which works once." in told
    assert "withdrew it meanwhile" in late
    assert ExpertRequest.objects.get().asked_by == publisher
    assert Message.objects.filter(to="ada@example.org").count() == 1


def test_names_that_a_reader_may_not_see_are_not_told(bridge: Initiative, editor: User) -> None:
    hidden = OrganisationFactory.create(state="draft", name="Canary works", owner=bridge.owner)
    client = browser(editor)
    data = filled(client.get(form_for(bridge)), reason="One more") | {
        "involvements-TOTAL_FORMS": ["1"],
        "involvements-0-organisation": [str(hidden.pk)],
        "involvements-0-role": ["partner"],
        "involvements-0-position": ["0"],
    }
    client.post(form_for(bridge), data)
    reviewer = member(
        PartnerFactory.create(themes_reviewed=["building"]), Membership.Role.PUBLISHER
    )

    mine = client.get(at("change", Proposal.objects.get())).text
    theirs = browser(reviewer).get(at("change", Proposal.objects.get())).text

    assert "Organisation: Canary works" in mine
    assert "Canary" not in theirs
    assert "Organisation: (not shown)" in theirs


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_and_the_desk_take_the_same_queries(
    bridge: Initiative, editor: User, count: int
) -> None:
    client = browser(secretariat())
    for number in range(count):
        proposed(bridge, editor, title=f"Tunnel {number}")
    client.get("/admin/")

    with assertNumQueries(9):
        client.get(reverse("admin:proposals_proposal_changelist"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_proposal_takes_the_same_queries(
    bridge: Initiative, editor: User, publisher: User, count: int
) -> None:
    fields = dict(
        list({"title": "T", "summary": "S", "website": "https://x.example/"}.items())[:count]
    )
    proposal = proposed(bridge, editor, **fields)
    client = browser(publisher)
    client.get(at("change", proposal))

    with assertNumQueries(12):
        client.get(at("change", proposal))
