"""Where somebody takes up an invitation, by the secret link that came by mail."""

from http import HTTPStatus
from typing import cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clusterix.curation.invitations.forms import EnrolForm
from clusterix.curation.invitations.handling import enrol, join
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import User
from clusterix.lib import limits
from clusterix.lib.secret_pages import secret, with_origin

FROM_A_CLIENT = {"most": 60, "seconds": 3_600}
"""An office may share one address; a secret of 192 bits is not guessed at any pace."""
WAIT = "3600"


@secret
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Says who invites to what; opens an account for it, or lets the one there is take it up."""
    if not limits.is_within(request, "invitation", **FROM_A_CLIENT):
        response = gone(request, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = WAIT
        return response
    invitation = Invitation.objects.open(timezone.now()).with_secret(token).first()
    if invitation is None or not invitation.is_offered():
        return gone(request)
    user = User.objects.filter(email__iexact=invitation.email).first()
    answer = known(request, invitation, user) if user else unknown(request, invitation)
    return with_origin(answer)


def gone(request: HttpRequest, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> HttpResponse:
    """The same for a link that is over and for one that never was."""
    is_pressed = status == HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "invitations/gone.html", {"is_pressed": is_pressed}, status=status)


def known(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Who has an account signs in to it and accepts; the link alone opens nobody's account."""
    is_theirs = request.user == user
    if request.method == "POST" and is_theirs:
        join(invitation, user, timezone.now())
        return redirect("admin:index")
    context = {
        "invitation": invitation,
        "is_theirs": is_theirs,
        "is_closed": not user.is_active,
    }
    status = HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
    return render(request, "invitations/join.html", context, status=status)


def unknown(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Who has none opens one, and goes on to its second factor."""
    if request.user.is_authenticated:
        context = {"invitation": invitation, "is_theirs": False}
        return render(request, "invitations/join.html", context)
    form = EnrolForm(request.POST if request.method == "POST" else None, email=invitation.email)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {"invitation": invitation, "form": form}
        return render(request, "invitations/enrol.html", context, status=status)
    user = form.account()
    is_opened = enrol(invitation, user, timezone.now())
    return signed_in(request, user) if is_opened else gone(request)


def signed_in(request: HttpRequest, user: User) -> HttpResponse:
    """Leads from the new account to its second factor."""
    login = Login(user=user, redirect_url=reverse("mfa_index"))
    return cast("HttpResponse", perform_password_login(request, {}, login))
