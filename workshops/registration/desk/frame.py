"""What all pages of a desk share: whose it is, where they are, and the frame around them."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from clusterix.curation.scoped import curator
from workshops.models import Workshop
from workshops.registration.models import RegistrationSettings


def address(view: str, terms: RegistrationSettings) -> str:
    """Where that page of a desk is."""
    return reverse(f"admin:registration_registrationsettings_{view}", args=[terms.pk])


def terms_for(request: HttpRequest, pk: int) -> RegistrationSettings:
    """The terms of a workshop that the user sees behind the scenes."""
    workshops = curator(request).partner_entries(Workshop)
    terms = RegistrationSettings.objects.for_form().filter(workshop__in=workshops)
    return get_object_or_404(terms, pk=pk)


def page(
    request: HttpRequest,
    site: AdminSite,
    terms: RegistrationSettings,
    view: str,
    **context: object,
) -> HttpResponse:
    """A page of the desk, from the template that is called as its view."""
    frame: dict[str, Any] = {
        **site.each_context(request),
        "opts": RegistrationSettings._meta,
        "original": terms,
        "subtitle": str(terms),
        "workshop": terms.workshop,
        **context,
    }
    return TemplateResponse(request, f"admin/registration/{view}.html", frame)
