"""How partners get into their accounts: by invitation, with mails queued like all others."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext

from clusterix.mail.queue import Letter, queue_mail


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """E-mail address and password; the page says below what to do without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

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
