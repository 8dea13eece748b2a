"""What will go wrong with a workshop's terms of registration, said before it does."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.registration.models import Registration, RegistrationSettings, State


def warnings(terms: RegistrationSettings, at: datetime) -> Iterator[str]:
    """Sentences for the organiser, as things stand at that moment."""
    registrations = Registration.objects.filter(workshop=terms.workshop_id)
    waiting = registrations.in_line().count()
    starts = terms.workshop.starts_at
    if terms.opens_at >= starts:
        yield _("Registration opens when the workshop has begun.")
    if at < starts < at + terms.time_to_answer and (waiting or terms.has_waiting_list):
        yield _(
            "An offer would stand for longer than there is time: people have to answer before "
            "the workshop begins."
        )
    if waiting and terms.status(at) == terms.Status.CLOSED:
        yield _counted(
            "Registration is closed, and %(count)d registration waits for a place. It is offered "
            "one when somebody cancels before the workshop begins.",
            "Registration is closed, and %(count)d registrations wait for a place. They are "
            "offered one when somebody cancels before the workshop begins.",
            waiting,
        )
    elif waiting and not terms.has_waiting_list:
        yield _counted(
            "%(count)d registration waits though there is no waiting list any more. It is still "
            "offered a place that is free.",
            "%(count)d registrations wait though there is no waiting list any more. They are "
            "still offered places that are free.",
            waiting,
        )
    if too_many := _never_fitting(terms):
        yield _counted(
            "%(count)d group that waits is larger than there will ever be places for it.",
            "%(count)d groups that wait are larger than there will ever be places for them.",
            too_many,
        )
    yield from _of_others(terms)


def _of_others(terms: RegistrationSettings) -> Iterator[str]:
    """Sentences that no clock changes."""
    registrations = Registration.objects.filter(workshop=terms.workshop_id)
    if undecided := registrations.filter(state=State.PENDING).count():
        yield _counted(
            "%(count)d registration waits for your approval.",
            "%(count)d registrations wait for your approval.",
            undecided,
        )
    for quota in terms.quotas.select_related("audience"):
        if terms.capacity is not None and quota.places > terms.capacity:
            yield _("The limit for “%(category)s” is above all places and so limits nobody.") % {
                "category": quota.audience
            }


def _counted(one: str, many: str, count: int) -> str:
    return ngettext(one, many, count) % {"count": count}


def _never_fitting(terms: RegistrationSettings) -> int:
    """How many who wait are more people than all places, or all of their category."""
    quotas = dict(terms.quotas.values_list("audience", "places"))
    line = Registration.objects.filter(workshop=terms.workshop_id).in_line()
    return sum(
        people > min(terms.capacity or people, quotas.get(category, people))
        for people, category in line.values_list("party_size", "audience")
    )
