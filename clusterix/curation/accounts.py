"""How partners get into their accounts and out: by invitation, with mails queued like others."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.usersessions.models import UserSession
from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from clusterix.curation.models import User
from clusterix.curation.sessions import end_all
from clusterix.mail.queue import Letter, queue_mail


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """E-mail address and password; the page says below what to do without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey of one's own: it signs in without the password unless one wants it to stand by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext("A name for it")
        passwordless = self.fields["passwordless"]
        passwordless.initial = True
        passwordless.label = gettext("Sign in with it alone, without the password")
        passwordless.help_text = gettext("The device then checks your finger, face or PIN.")


class SignOutForm(forms.Form):
    """One of the sessions elsewhere, or all of them."""

    def __init__(self, *args: Any, others: "QuerySet[UserSession]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = forms.ModelChoiceField(others, required=False)


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """A new password signs out everywhere else: the old one may be known to somebody."""
        with transaction.atomic():
            super().set_password(user, password)
            end_all(user, but=context.request.session.session_key or "")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queues the one mail there is, on a lost password: with a link, or the news of no account.

        Both take the same time, so that nobody learns from the answer who has an account.
        """
        link = urlsplit(context.get("password_reset_url", "")).path
        with transaction.atomic():
            queue_mail(
                Letter(
                    to=email,
                    subject=gettext("Your password at Clusterix"),
                    template="password_reset" if link else "unknown_account",
                    words={},
                    paths={"link": link} if link else {},
                )
            )
