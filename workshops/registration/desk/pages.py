"""The pages of the organiser's desk, in the admin below the terms of a workshop's registration."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clusterix.curation.scoped import curator
from people.models import by_letters
from workshops.registration import places
from workshops.registration.attendance import presence, with_presence
from workshops.registration.desk import badges as cards
from workshops.registration.desk import certificates as papers
from workshops.registration.desk import charts, counts, door, exporting, mailing, wording
from workshops.registration.desk.entering import EntryForm
from workshops.registration.desk.frame import address, page, terms_for
from workshops.registration.desk.paper import pdf_file
from workshops.registration.desk.selection import ASKED, SelectionForm, asked_for
from workshops.registration.desk.wording import WordingForm
from workshops.registration.letters import OURS
from workshops.registration.misgivings import warnings
from workshops.registration.models import (
    LetterKind,
    Registration,
    RegistrationSettings,
    State,
    WrittenLetter,
)
from workshops.registration.models.letters import WORDED
from workshops.registration.models.registrations import RegistrationQuerySet
from workshops.registration.models.states import ACCEPTED
from workshops.registration.places import Answer, Outcome
from workshops.registration.refusals import sentence

ON_A_PAGE = 100
MAILS_SHOWN = 20

EXPECTED = (*ACCEPTED, State.NO_SHOW)
"""Whom the list at the door has."""


def desk_urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of the desk, each open to those who come into the admin."""
    pages: dict[str, tuple[str, Callable[..., HttpResponseBase]]] = {
        "desk": ("", desk),
        "desk_people": ("people/", people),
        "desk_add": ("add/", add),
        "desk_mail": ("mail/", mail),
        "desk_letters": ("letters/", letters),
        "desk_letter": ("letters/<slug:kind>/<slug:language>/", letter),
        "desk_export": ("export.<slug:form>", export),
        "desk_badges": ("badges.pdf", badges),
        "desk_attendance": ("attendance/", attendance),
        "desk_certificates": ("certificates.pdf", certificates),
        "desk_certificate": ("certificates/<int:number>.pdf", certificate),
        "desk_door": ("door/", door.door),
        "desk_door_list": ("door/list.json", door.listed),
        "desk_door_presence": ("door/presence.json", door.present),
        "desk_door_entries": ("door/entries/", door.entries),
        "desk_door_worker": ("door/worker.js", door.worker),
    }
    return [
        path(
            f"<int:pk>/desk/{route}",
            site.admin_view(view),
            {"site": site},
            name=f"registration_registrationsettings_{name}",
        )
        for name, (route, view) in pages.items()
    ]


def selected(
    request: HttpRequest, terms: RegistrationSettings, usual: Sequence[State] = tuple(State)
) -> RegistrationQuerySet | None:
    """The registrations that a query asks for, the usual ones without any; None if it is wrong."""
    form = SelectionForm(request.GET, terms=terms)
    if not form.is_valid():
        return None
    rows = form.rows().select_related("audience", "workshop__region")
    is_asked = any(name in request.GET for name in ASKED)
    return rows if is_asked else rows.filter(state__in=usual)


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Says what is wrong with a query for a file."""
    reason = reason or _("The selection was not understood. Choose again on the desk.")
    return render(request, "refused.html", {"reason": reason}, status=HTTPStatus.BAD_REQUEST)


@require_safe
def desk(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """How registration for a workshop goes, and what an organiser can do about it."""
    terms, now = terms_for(request, pk), timezone.now()
    counted, days = counts.groups(terms.workshop), charts.days(terms.workshop)
    return page(
        request,
        site,
        terms,
        "desk",
        title=gettext_lazy("Registration desk"),
        status=terms.status(now),
        words=counts.in_words(terms, counted),
        presence=presence(terms),
        states=counts.by_state(counted),
        categories=counts.by_category(counted),
        countries=counts.by_country(counted),
        days=days,
        picture=charts.picture(days, terms.capacity, now) if days else "",
        warnings=list(warnings(terms, now)),
        mails=terms.workshop.bulk_mails.newest_first()[:MAILS_SHOWN],
        came_back=WrittenLetter.objects.about(terms.workshop_id).came_back().count(),
    )


@require_safe
def people(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Who registered, narrowed down, to be ticked for a mail or a file."""
    terms = terms_for(request, pk)
    form = SelectionForm(request.GET, terms=terms)
    rows = form.rows() if form.is_valid() else Registration.objects.none()
    listed = Paginator(rows.select_related("audience").newest_first(), ON_A_PAGE)
    return page(
        request,
        site,
        terms,
        "desk_people",
        title=gettext_lazy("Who registered"),
        form=form,
        listed=listed.get_page(request.GET.get("page")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """The form by which an organiser registers somebody."""
    terms = terms_for(request, pk)
    form = EntryForm(request.POST if request.method == "POST" else None, terms=terms)
    if request.method == "POST" and form.is_valid() and entered(request, terms, form):
        return redirect(address("desk_people", terms))
    title = gettext_lazy("Register somebody")
    return page(request, site, terms, "desk_add", title=title, form=form)


def entered(request: HttpRequest, terms: RegistrationSettings, form: EntryForm) -> bool:
    """Whether somebody is registered now; what stands in the way is said in the form."""
    try:
        outcome = places.enter(terms.workshop, form.application(), timezone.now())
    except places.BusyError:
        form.add_error(None, places.BUSY)
        return False
    if outcome.answer in (Answer.KEPT, Answer.REPEATED):
        told = ENTERED.get(outcome.state, _("Registered as things stand now."))
        messages.success(request, str(told))
        return True
    if outcome.answer == Answer.FORM_USED:
        form.renew()
    form.add_error(None, why_not(outcome))
    return False


ENTERED: dict[State | None, str | Promise] = {
    State.CONFIRMED: gettext_lazy("Registered; a mail confirms it to them."),
    State.WAITING: gettext_lazy("No place is left: they wait for one now, and a mail says so."),
}


def why_not(outcome: Outcome) -> str:
    """Why somebody could not be registered, as an organiser needs to know it."""
    if outcome.answer == Answer.ALREADY_REGISTERED:
        return _("Somebody is registered with this address already: look for it on the list.")
    if outcome.answer == Answer.NO_REGISTRATION:
        return _("The workshop is not public, so nobody can register for it yet.")
    if outcome.answer == Answer.CLOSED:
        return _("The workshop is over.")
    return sentence(outcome)


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """A mail to many: written, looked at, then sent."""
    terms, shown = terms_for(request, pk), None
    form = mail_form(request, terms)
    if request.method == "POST" and form.is_valid():
        sent = mailing.send(form, curator(request), timezone.now()) if is_sent(request) else None
        if sent:
            tell(request, sent)
            return redirect(address("desk", terms))
        shown = mailing.mailing(form, timezone.now())
        form.keep_all_but(looked_at=shown.fingerprint)
    return page(
        request,
        site,
        terms,
        "desk_mail",
        title=gettext_lazy("Write to many"),
        form=form,
        picked=len(form["pick"].value() or ()),
        mailing=shown,
        has_changed=shown is not None and is_sent(request),
    )


def mail_form(request: HttpRequest, terms: RegistrationSettings) -> mailing.MailForm:
    """As it was sent, or to those the query asks for, or else to those who come."""
    if request.method == "POST":
        return mailing.MailForm(request.POST, terms=terms)
    asked = asked_for(request.GET)
    usual = {} if any(asked.values()) else {"state": list(mailing.USUAL)}
    return mailing.MailForm(terms=terms, initial=asked | usual)


def is_sent(request: HttpRequest) -> bool:
    """The button was the one that sends, not the one that shows."""
    return "send" in request.POST


def tell(request: HttpRequest, sent: mailing.Sent) -> None:
    """How many are written to, or that they were before."""
    count = sent.mail.recipients
    words = {"count": count, "subject": sent.mail.subject}
    if sent.is_new:
        told = ngettext(
            "“%(subject)s” goes to %(count)d address.",
            "“%(subject)s” goes to %(count)d addresses.",
            count,
        )
        messages.success(request, told % words)
    else:
        told = _("“%(subject)s” was sent already; nobody gets it twice.")
        messages.warning(request, told % words)


@require_safe
def letters(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """The letters about registrations, each with whose words it opens with."""
    terms = terms_for(request, pk)
    sorts = list(wording.overview(terms))
    return page(request, site, terms, "desk_letters", title=gettext_lazy("Letters"), sorts=sorts)


@require_http_methods(["GET", "HEAD", "POST"])
def letter(
    request: HttpRequest, pk: int, kind: str, language: str, site: AdminSite
) -> HttpResponseBase:
    """The organiser's words for a letter, looked at before they are kept."""
    terms = terms_for(request, pk)
    if kind not in WORDED or language not in dict(settings.LANGUAGES):
        raise Http404
    row = wording.text_for(terms, LetterKind(kind), language)
    form = WordingForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and is_worded(request, form):
        return redirect(request.path)
    return letter_page(request, site, terms, form)


def is_worded(request: HttpRequest, form: WordingForm) -> bool:
    """Whether the words were kept or ours taken back; what stands in the way is in the form."""
    is_valid, goes_back = form.is_valid(), "ours" in request.POST
    if goes_back:
        is_done = wording.go_back(form)
    elif is_valid and "save" in request.POST:
        is_done = wording.save(form, curator(request))
    else:
        return False
    if is_done:
        told = _("It opens with our words again.") if goes_back else _("It is sent like this now.")
        messages.success(request, told)
    else:
        form.add_error(None, str(wording.STALE))
    return is_done


def letter_page(
    request: HttpRequest, site: AdminSite, terms: RegistrationSettings, form: WordingForm
) -> HttpResponseBase:
    """The form, and the letter as it would arrive; our words beside it."""
    row, now = form.instance, timezone.now()
    is_shown = not form.is_bound or not form.errors.keys() - {"__all__"}
    look = wording.look(form.chosen, row, form.wording, now) if is_shown else None
    ours = wording.look(form.chosen if is_shown else None, row, OURS, now)
    shown = page(
        request,
        site,
        terms,
        "desk_letter",
        title=capfirst(row.get_kind_display()),
        form=form,
        row=row,
        look=look,
        ours=ours,
    )
    return csp_update({"style-src": [ours.style]})(lambda _request: shown)(request)


@require_safe
def export(request: HttpRequest, pk: int, form: str, site: AdminSite) -> HttpResponseBase:
    """The registrations that the query asks for, as a file that is sent while it is written."""
    terms = terms_for(request, pk)
    if form not in exporting.FORMS:
        raise Http404
    rows = selected(request, terms)
    if rows is None:
        return refused(request)
    content_type, write = exporting.FORMS[form]
    name = f"registrations-{terms.workshop.slug}-{timezone.localdate()}.{form}"
    response = StreamingHttpResponse(content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if request.method != "HEAD":
        response.streaming_content = write(exporting.Taken(terms, rows))
    return response


@require_safe
def badges(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Badges of those who come, or of those the query asks for."""
    terms = terms_for(request, pk)
    rows = selected(request, terms, ACCEPTED)
    if rows is None:
        return refused(request)
    if rows.places() > cards.MOST:
        return refused(request, _("A file has 1,000 badges at most: take them in parts."))
    named = rows.order_by(by_letters("name"), "pk")
    content = cards.sheet(terms.workshop, cards.badges(named))
    return pdf_file(content, f"badges-{terms.workshop.slug}.pdf")


@require_safe
def attendance(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """The list at the door: whom to expect, to be ticked on paper."""
    terms = terms_for(request, pk)
    rows = selected(request, terms, EXPECTED)
    if rows is None:
        return refused(request)
    named = with_presence(rows).order_by(by_letters("name"), "pk")
    return page(
        request,
        site,
        terms,
        "desk_attendance",
        title=gettext_lazy("Attendance list"),
        subtitle=f"{terms} · {terms.workshop.dates}",
        rows=named,
    )


@require_safe
def certificates(request: HttpRequest, pk: int, site: AdminSite) -> HttpResponse:
    """Certificates of all who were there, in one file."""
    terms = terms_for(request, pk)
    rows = selected(request, terms)
    if rows is None:
        return refused(request)
    attended = rows.filter(state=State.ATTENDED).order_by(by_letters("name"), "pk")
    if attended.count() > papers.MOST:
        return refused(request, _("A file has 2,000 certificates at most: take them in parts."))
    if not attended:
        return refused(request, _("Nobody is marked as having attended yet."))
    content = papers.certificates(attended, papers.organiser(terms.workshop))
    return pdf_file(content, f"certificates-{terms.workshop.slug}.pdf")


@require_safe
def certificate(request: HttpRequest, pk: int, number: int, site: AdminSite) -> HttpResponse:
    """The certificate of one who was there."""
    terms = terms_for(request, pk)
    rows = Registration.objects.for_page().filter(workshop=terms.workshop, state=State.ATTENDED)
    content = papers.certificates(
        [get_object_or_404(rows, pk=number)], papers.organiser(terms.workshop)
    )
    return pdf_file(content, f"certificate-{number}.pdf")
