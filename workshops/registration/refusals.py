"""Why somebody cannot have places, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.registration.places import Answer, Outcome


def sentence(outcome: Outcome) -> str:
    """Why it cannot be as asked, and what can."""
    left = (outcome.terms and outcome.terms.places_left) or 0
    largest = outcome.terms.largest_party if outcome.terms else 1
    return {
        Answer.FORM_USED: _(
            "This form was sent before, with other details. Send it again if you want to register "
            "somebody else; to change a registration, use the link in its mail."
        ),
        Answer.PARTY_TOO_LARGE: ngettext(
            "A registration is for %(count)d person.",
            "A registration is for %(count)d people at most.",
            largest,
        )
        % {"count": largest},
        Answer.NOT_ENOUGH_PLACES: ngettext(
            "Only %(count)d place is left.", "Only %(count)d places are left.", left
        )
        % {"count": left},
        Answer.FULL: _("No place is left for more people."),
        Answer.CATEGORY_FULL: _("The places for people of this category are taken."),
    }.get(outcome.answer, _("Registration is closed: you can bring fewer people, but not more."))
