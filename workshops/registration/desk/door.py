"""The page at the door: who comes is written down on phones, with a connection or without."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import (
    conditional_page,
    require_http_methods,
    require_POST,
    require_safe,
)

from clusterix.curation.models import User
from people.models import by_letters
from workshops.registration import attendance
from workshops.registration.attendance import Answer, Entry, Told
from workshops.registration.codes import code_for, registration_of
from workshops.registration.desk.frame import address, page, terms_for
from workshops.registration.desk.selection import found
from workshops.registration.models import CheckIn, Registration, RegistrationSettings
from workshops.registration.models.registrations import LARGEST_PARTY, RegistrationQuerySet
from workshops.registration.places import BUSY, BusyError

LARGEST_BATCH = 65_536
MOST_SHOWN = 50
KEPT = timedelta(days=1)
"""After the end of a workshop: no device keeps names for longer."""

LARGEST_NUMBER = 2**63 - 1
CAMERA = "camera=(self)"
NOBODY = UUID(int=0)
"""The device of entries made without JavaScript."""


class EntryForm(forms.Form):
    """An entry as a device sends it."""

    key = forms.UUIDField()
    registration = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER)
    kind = forms.ChoiceField(choices=CheckIn.Kind.choices)
    people = forms.IntegerField(min_value=1, max_value=LARGEST_PARTY)
    at = forms.DateTimeField(required=False)
    device = forms.UUIDField(required=False)

    def entry(self) -> Entry:
        """What was written down, once the form is valid; now and on this page unless it says."""
        told = self.cleaned_data
        return Entry(
            key=told["key"],
            registration=told["registration"],
            kind=CheckIn.Kind(told["kind"]),
            people=told["people"],
            at=told["at"] or timezone.now(),
            device=told["device"] or NOBODY,
        )


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """The page at the door, which also works as plain forms."""
    terms = terms_for(request, pk)
    if request.method == "POST":
        return written(request, terms)
    asked = request.GET.get("q", "").strip()[:200]
    response = page(
        request,
        site,
        terms,
        "desk_door",
        title=_("At the door"),
        presence=attendance.presence(terms),
        asked=asked,
        rows=sought(terms, asked)[:MOST_SHOWN] if asked else (),
        new_key=uuid4,
        words=words(),
        addresses={name: address(f"desk_door_{name}", terms) for name in ADDRESSES},
    )
    response.headers["Permissions-Policy"] = CAMERA
    return response


ADDRESSES = ("list", "presence", "entries", "worker")


def sought(terms: RegistrationSettings, asked: str) -> RegistrationQuerySet:
    """Whom that name or code may mean."""
    by_code = registration_of(asked)
    rows = attendance.expected(terms).select_related("audience")
    if by_code:
        return rows.filter(pk=by_code.pk)
    return rows.filter(found(asked)).order_by(by_letters("name"), "pk")


def written(request: HttpRequest, terms: RegistrationSettings) -> HttpResponse:
    """Keeps what a plain form says, and leads back to the names that were looked for."""
    form = EntryForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That was not understood. Please try again."))
    else:
        try:
            (told,) = attendance.record(terms, [form.entry()], user(request), timezone.now())
            messages.info(request, in_words(terms, told))
        except BusyError:
            messages.error(request, BUSY)
    asked = urlencode({"q": request.POST.get("q", "")[:200]})
    return redirect(f"{address('desk_door', terms)}?{asked}")


def user(request: HttpRequest) -> User:
    """Who is at the door."""
    return cast("User", request.user)


def in_words(terms: RegistrationSettings, told: Told) -> str:
    """What came of an entry."""
    match told.answer:
        case Answer.ALREADY if told.since:
            clock = localtime(told.since, terms.workshop.zone).strftime("%H:%M")
            return _("Was here already, on another device: since %(time)s.") % {"time": clock}
        case Answer.NOT_EXPECTED:
            return _("Has no place (%(state)s). Nothing was written down.") % {"state": told.state}
        case Answer.UNKNOWN:
            return _("Is not registered for this workshop, or was erased.")
        case _done:
            came = told.entry.kind == CheckIn.Kind.IN
            return _("Written down.") if came else _("Taken back.")


@never_cache
@require_safe
def listed(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Whom to expect, for a device that may lose its connection; it may keep it until `until`."""
    terms = terms_for(request, pk)
    rows = attendance.expected(terms).select_related("audience").order_by(by_letters("name"), "pk")
    return JsonResponse(
        {
            "now": stamp(timezone.now()),
            "until": stamp(terms.workshop.ends_at + KEPT),
            "people": [person(row) for row in rows],
        }
    )


def person(row: Registration) -> dict[str, object]:
    """What a device knows of somebody."""
    return {
        "number": row.pk,
        "code": code_for(row),
        "name": row.name,
        "organisation": row.organisation,
        "category": row.audience.label if row.audience else "",
        "size": row.party_size,
    }


PRESENCE = ("pk", "present", "since")


def stamp(at: datetime) -> int:
    """A moment as JavaScript counts it: milliseconds since 1970."""
    return round(at.timestamp() * 1_000)


@cache_control(private=True, no_cache=True)
@conditional_page
@require_safe
def present(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Who is there, by number: how many people, and since when; asked every few seconds."""
    terms = terms_for(request, pk)
    rows = attendance.expected(terms).order_by("pk").values_list(*PRESENCE)
    counted = attendance.presence(terms)
    here = {number: [people, stamp(since)] for number, people, since in rows if people}
    return JsonResponse({"here": here, "expected": counted.expected, "arrived": counted.arrived})


@never_cache
@require_POST
def entries(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Keeps what a device wrote down, also while it had no connection."""
    terms = terms_for(request, pk)
    try:
        batch = entries_in(request)
    except ValidationError as error:
        return JsonResponse({"error": error.messages[0]}, status=HTTPStatus.BAD_REQUEST)
    try:
        told = attendance.record(terms, batch, user(request), timezone.now())
    except BusyError:
        return JsonResponse({"error": str(BUSY)}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"answers": [answer(terms, one) for one in told]})


def entries_in(request: HttpRequest) -> list[Entry]:
    """The entries that a device sends; ValidationError where they are not such."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BATCH:
        raise ValidationError(_("Too much at once."))
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException) as error:
        raise ValidationError(_("This is not JSON.")) from error
    batch = sent.get("entries") if isinstance(sent, dict) else None
    if not isinstance(batch, list) or not all(isinstance(one, dict) for one in batch):
        raise ValidationError(_("Send a list of entries."))
    if len(batch) > attendance.MOST_AT_ONCE:
        raise ValidationError(_("Too much at once."))
    return [entry(one) for one in batch]


def entry(told: Mapping[str, Any]) -> Entry:
    """One entry; ValidationError, which names its fields, where something is wrong with it."""
    form = EntryForm({name: as_text(value) for name, value in told.items()})
    if form.is_valid():
        return form.entry()
    wrong = ", ".join(form.errors)
    raise ValidationError(
        _("Something is wrong with an entry: %(fields)s."), params={"fields": wrong}
    )


def as_text(value: object) -> str:
    """A value of JSON as a form takes it; what is no text or number becomes what is never valid."""
    if value is None:
        return ""
    return str(value) if isinstance(value, str | int) else "?"


def answer(terms: RegistrationSettings, told: Told) -> dict[str, str]:
    """What a device is told of an entry; what is to be shown to somebody has words."""
    is_plain = told.answer in (Answer.DONE, Answer.REPEATED)
    return {
        "key": str(told.entry.key),
        "answer": told.answer,
        "words": "" if is_plain else in_words(terms, told),
    }


@cache_control(private=True, no_cache=True)
@require_safe
def worker(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """The service worker of a door: it keeps the page for when there is no connection."""
    terms_for(request, pk)
    return render(
        request, "check_in/worker.js", {"name": f"door-{pk}"}, content_type="text/javascript"
    )


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "checkIn": _("Check in"),
        "undo": _("Undo"),
        "since": _("here since {time}"),
        "partly": _("{count} of {size} here since {time}"),
        "of": _("{here} of {expected}"),
        "people": _("{count} people"),
        "howMany": _("How many of {name}’s group came"),
        "isIn": _("{name} is in."),
        "isOut": _("{name}: taken back."),
        "already": _("{name} is here already, since {time}."),
        "strange": _("This code belongs to nobody who is expected here."),
        "online": _("Connected"),
        "offline": _("No connection: everything is kept on this device."),
        "waiting": _("{count} not sent yet"),
        "signedOut": _("You are signed out. What is not sent yet is kept: sign in again."),
        "nobody": _("Nobody is called so."),
        "more": _("{count} more: type more of the name."),
        "noCamera": _("The camera cannot be used. Type the name, or the code below the picture."),
        "finished": _("This device keeps nothing any more."),
        "unsent": _("{count} entries were not sent yet. Wait for a connection first."),
        "ok": _("Understood"),
    }
