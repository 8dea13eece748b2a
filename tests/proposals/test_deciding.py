"""What becomes of proposals: live, back, declined or withdrawn, and never half of it."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clusterix.curation.models import Membership, Partner, User
from clusterix.curation.proposals import deciding, tasks
from clusterix.curation.proposals.deciding import ConflictError, Decision, TooLateError
from clusterix.curation.proposals.documents import ImpossibleError
from clusterix.curation.proposals.models import ExpertRequest, Proposal
from clusterix.mail.models import Message
from initiatives.models import Initiative, Theme
from tests.factories import PartnerFactory, RegionFactory, ThemeFactory, member, secretariat
from tests.proposals.conftest import drafted, live, proposed

pytestmark = pytest.mark.django_db

State = Proposal.State
DAY = timedelta(days=1)


def by(user: User, proposal: Proposal, comment: str = "") -> Decision:
    return Decision(proposal.revision, user, comment)


def written_to() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("to", flat=True))


def test_the_page_stays_as_it_is_until_somebody_approves(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    before = live(bridge)

    proposal = proposed(bridge, editor, title="Tunnels under the Sound", themes=[])

    assert live(bridge) == before
    deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())
    assert live(bridge) == proposal.proposed


def test_the_version_that_it_becomes_names_author_reason_and_proposal(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels under the Sound", themes=[])
    versions = Initiative.history.filter(id=bridge.pk).count()

    deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())

    newest = Initiative.history.filter(id=bridge.pk).latest("history_id")
    assert Initiative.history.filter(id=bridge.pk).count() == versions + 1
    assert newest.history_user == editor
    assert newest.history_change_reason == f"A tunnel it is (proposal {proposal.pk})"
    assert (newest.title, list(newest.themes.all())) == ("Tunnels under the Sound", [])


def test_a_long_reason_stands_alone(bridge: Initiative, editor: User, publisher: User) -> None:
    draft = drafted(bridge, "x" * 95, title="Tunnels")
    proposal = deciding.propose(bridge, editor, draft, timezone.now())

    deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())

    assert Initiative.history.filter(id=bridge.pk).latest("history_id").history_change_reason == (
        "x" * 95
    )


def test_what_others_changed_elsewhere_in_the_entry_stays(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    Initiative.unscoped.filter(pk=bridge.pk).update(summary="They are very long.")

    deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())

    bridge.refresh_from_db()
    assert (bridge.title, bridge.summary) == ("Tunnels", "They are very long.")


def test_of_two_proposals_for_the_same_field_one_wins_and_one_becomes_a_conflict(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    first, second = proposed(bridge, editor, title="One"), proposed(bridge, editor, title="Two")
    deciding.approve(first.pk, by(publisher, first), timezone.now())

    with pytest.raises(ConflictError):
        deciding.approve(second.pk, by(publisher, second), timezone.now())

    bridge.refresh_from_db()
    second.refresh_from_db()
    assert (bridge.title, second.state) == ("One", State.WAITING)


@pytest.mark.parametrize(("kept", "title"), [([("title",)], "Live"), ([], "Tunnels")])
def test_a_settled_conflict_can_be_approved(
    bridge: Initiative, editor: User, publisher: User, kept: Any, title: str
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels", summary="Dark.")
    Initiative.unscoped.filter(pk=bridge.pk).update(title="Live")

    deciding.settle(proposal.pk, publisher, kept, timezone.now())

    proposal.refresh_from_db()
    deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())
    bridge.refresh_from_db()
    assert (bridge.title, bridge.summary) == (title, "Dark.")


def test_nobody_approves_what_was_revised_since_they_read_it(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    read = by(publisher, proposal)
    deciding.revise(proposal.pk, editor, drafted(bridge, title="Canary"), timezone.now())

    for decide in deciding.DECISIONS.values():
        with pytest.raises(TooLateError):
            decide(proposal.pk, read, timezone.now())

    bridge.refresh_from_db()
    assert bridge.title == "Bridges across the Sound"


def test_what_is_not_possible_any_more_leaves_all_as_it_was(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    theme = ThemeFactory.create()
    proposal = proposed(bridge, editor, title="Tunnels", themes=[theme.pk])
    Theme.objects.filter(pk=theme.pk).delete()
    before = live(bridge)

    with pytest.raises(ImpossibleError, match="changed or gone"):
        deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())

    proposal.refresh_from_db()
    assert (live(bridge), proposal.state) == (before, State.WAITING)


BECOMES = {
    "approve": (State.APPROVED, "is live"),
    "send_back": (State.RETURNED, "are asked for"),
    "decline": (State.DECLINED, "was declined"),
}


@pytest.mark.parametrize("decision", BECOMES)
def test_its_author_hears_of_a_decision_once_with_the_comment(
    bridge: Initiative, editor: User, publisher: User, decision: str
) -> None:
    state, words = BECOMES[decision]
    proposal = proposed(bridge, editor, title="Tunnels")
    Message.objects.all().delete()

    deciding.DECISIONS[decision](
        proposal.pk, by(publisher, proposal, "Mind the depth."), timezone.now()
    )

    proposal.refresh_from_db()
    mail = Message.objects.get()
    step = proposal.steps.latest("pk")
    assert (proposal.state, mail.to, step.by) == (state, editor.email, publisher)
    assert words in mail.text
    assert "Mind the depth." in mail.text


def test_who_left_hears_of_nothing(bridge: Initiative, editor: User, publisher: User) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    Message.objects.all().delete()
    User.objects.filter(pk=editor.pk).update(is_active=False)

    deciding.decline(proposal.pk, by(publisher, proposal, "No."), timezone.now())

    assert written_to() == []


def test_a_returned_one_waits_again_once_it_is_revised(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    deciding.revise(proposal.pk, editor, drafted(bridge, title="Tubes"), timezone.now())
    proposal.refresh_from_db()
    deciding.send_back(proposal.pk, by(publisher, proposal, "Longer."), timezone.now())
    Message.objects.all().delete()

    deciding.revise(proposal.pk, editor, drafted(bridge, title="Long tubes"), timezone.now())

    proposal.refresh_from_db()
    assert (proposal.state, written_to()) == (State.WAITING, [publisher.email])
    assert list(proposal.steps.order_by("pk").values_list("kind", flat=True)) == [
        "proposed", "revised", "returned", "revised",
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["withdrawn", "archived"])
def test_what_is_over_is_not_decided_any_more(
    bridge: Initiative, editor: User, publisher: User, end: str
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    if end == "withdrawn":
        deciding.withdraw(proposal.pk, timezone.now(), editor)
    else:
        bridge.archive(reason="It is over.")
    now, draft = timezone.now(), drafted(bridge, title="Tubes")
    request = ExpertRequest(
        proposal=proposal, name="Ada", email="ada@example.org", asked_by=publisher
    )

    tries: list[Any] = [
        lambda: deciding.approve(proposal.pk, by(publisher, proposal), now),
        lambda: deciding.revise(proposal.pk, editor, draft, now),
        lambda: deciding.settle(proposal.pk, editor, [], now),
        lambda: deciding.withdraw(proposal.pk, now, editor),
        lambda: deciding.set_due(proposal.pk, now.date()),
        lambda: deciding.ask(request, now),
    ]

    for attempt in tries:
        with pytest.raises(TooLateError):
            attempt()


def test_it_comes_to_the_best_fitting_scope_before_all_others(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    country = PartnerFactory.create(regions_reviewed=["SE"])
    region = PartnerFactory.create(regions_reviewed=["SE2", "DK"], themes_reviewed=["x"])
    for partner in (country, region):
        member(partner, Membership.Role.PUBLISHER, email=f"{partner.slug}@example.org")
        member(partner)
    bridge.regions.add(RegionFactory.create(code="SE22"))

    proposed(bridge, editor, title="Tunnels")

    assert written_to() == [f"{region.slug}@example.org"]


def test_a_theme_brings_it_where_no_region_does(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    themed = PartnerFactory.create(themes_reviewed=["building"], regions_reviewed=["FI"])
    reviewer = member(themed, Membership.Role.PUBLISHER)

    proposed(bridge, editor, title="Tunnels")

    assert written_to() == [reviewer.email]


def test_it_comes_to_the_secretariat_where_nobody_else_decides(
    agency: Partner, bridge: Initiative, publisher: User
) -> None:
    office = secretariat()

    proposed(bridge, publisher, title="Tunnels")

    assert written_to() == [office.email]


def test_what_is_due_is_reminded_of_once_and_again_after_a_new_day(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    Message.objects.all().delete()
    before, due = proposal.made_at + 13 * DAY, proposal.made_at + 14 * DAY

    counts = [tasks.remind(before), tasks.remind(due), tasks.remind(due + DAY)]
    deciding.set_due(proposal.pk, (due + 3 * DAY).date())
    counts += [tasks.remind(due + DAY), tasks.remind(due + 3 * DAY)]

    assert counts == [0, 1, 0, 0, 1]
    assert written_to() == [publisher.email, publisher.email]
    assert "was to be decided by" in Message.objects.latest("pk").text


def test_the_daily_task_reminds_and_forgets(bridge: Initiative, editor: User) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    Proposal.objects.filter(pk=proposal.pk).update(due_on=timezone.localdate())
    ExpertRequest.objects.create(
        proposal=proposal, name="Ada", email="ada@example.org", asked_by=editor, secret_hash="x",
        made_at=timezone.now() - 2 * DAY, expires_at=timezone.now() - DAY,
    )  # fmt: skip

    tasks.daily(0)

    proposal.refresh_from_db()
    assert proposal.reminded_at
    assert not ExpertRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": "lost"}, "proposal_state_known"),
        ({"reason": ""}, "proposal_has_reason"),
        ({"revised_at": timezone.now() - DAY}, "proposal_revised_after_made"),
    ],
)
def test_the_database_keeps_proposals_in_order(
    bridge: Initiative, editor: User, changes: Any, name: str
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**changes)


def test_rows_are_called_what_they_say(bridge: Initiative, editor: User) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    request = ExpertRequest(proposal=proposal, name="Ada Åström")

    assert [str(proposal), str(proposal.steps.get()), str(request)] == [
        "Bridges across the Sound", "proposed", "Ada Åström",
    ]  # fmt: skip


def test_a_request_ends_after_it_began(bridge: Initiative, editor: User) -> None:
    now = timezone.now()
    row = ExpertRequest(
        proposal=proposed(bridge, editor, title="Tunnels"), name="Ada", email="ada@example.org",
        asked_by=editor, secret_hash="x", made_at=now, expires_at=now,
    )  # fmt: skip

    with pytest.raises(IntegrityError, match="ends_after_it_began"), transaction.atomic():
        row.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_two_proposals_at_once_one_meets_a_conflict(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    both = [proposed(bridge, editor, title=title) for title in ("One", "Two")]
    barrier, met = Barrier(2), []

    def approve(proposal: Proposal) -> None:
        barrier.wait()
        try:
            deciding.approve(proposal.pk, by(publisher, proposal), timezone.now())
        except ConflictError:
            met.append(proposal.pk)
        finally:
            connection.close()

    threads = [Thread(target=approve, args=[proposal]) for proposal in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = Proposal.objects.get(state=State.APPROVED)
    bridge.refresh_from_db()
    assert met == [Proposal.objects.get(state=State.WAITING).pk]
    assert bridge.title == winner.proposed["fields"]["title"]
