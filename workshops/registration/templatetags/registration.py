"""What a page about a workshop says of registering for it."""

from django import template
from django.utils import timezone

from workshops.models import Workshop
from workshops.registration.models import RegistrationSettings

register = template.Library()


@register.simple_tag
def terms_of(workshop: Workshop) -> RegistrationSettings | None:
    """The terms of registration, if there are any; a query unless they were loaded."""
    terms: RegistrationSettings | None = getattr(workshop, "registration_settings", None)
    return terms


@register.filter
def status_now(terms: RegistrationSettings) -> RegistrationSettings.Status:
    """Whether somebody can register at this moment."""
    return terms.status(timezone.now())
