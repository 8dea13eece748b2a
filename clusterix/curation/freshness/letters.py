"""The mails to those who answer for a partner's entries."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clusterix.curation.freshness.answering import token_for
from clusterix.curation.freshness.models import Ask
from clusterix.curation.freshness.places import Found
from clusterix.curation.models import Membership, Partner, User
from clusterix.mail.queue import Letter, Row, queue_mails

LINKS_LISTED = 30
ANSWERING = (Membership.Role.PUBLISHER, Membership.Role.SECRETARIAT)


def answering_for(partner: Partner) -> list[User]:
    """Those who publish for the partner; where nobody does, the secretariat."""
    users = User.objects.filter(is_active=True).order_by("pk").distinct()
    own = users.filter(memberships__partner=partner, memberships__role__in=ANSWERING)
    secretariat = users.filter(memberships__role=Membership.Role.SECRETARIAT)
    return list(own) or list(secretariat)


def ask(
    users: Sequence[User], partner: Partner, asked: Sequence[tuple[Ask, Any]], more: int
) -> None:
    """Write to each which entries to look at, with links that are theirs alone."""
    with override(settings.LANGUAGE_CODE):
        queue_mails([question(user, partner, asked, more) for user in users])


def question(user: User, partner: Partner, asked: Sequence[tuple[Ask, Any]], more: int) -> Letter:
    """The mail to one of them."""
    subject = ngettext(
        "Still correct? %(count)s entry of %(partner)s",
        "Still correct? %(count)s entries of %(partner)s",
        len(asked),
    )
    others = ngettext(
        "%(count)s more is as old. We ask about it in a later letter.",
        "%(count)s more are as old. We ask about them in later letters.",
        more,
    )
    return Letter(
        to=user.email,
        subject=subject % {"count": len(asked), "partner": partner},
        template="still_correct",
        words={"partner": partner.name, "more": others % {"count": more} if more else ""},
        paths={"desk_url": reverse("admin:index")},
        rows=[
            row(entry, reverse("freshness:answer", args=[token_for(a, user)])) for a, entry in asked
        ],
    )


def row(entry: Any, path: str) -> Row:
    """An entry in the list, and when somebody last looked at it."""
    kind = capfirst(str(entry._meta.verbose_name))
    checked = date_format(entry.checked_on, "j F Y")
    note = _("%(kind)s, last checked on %(day)s") % {"kind": kind, "day": checked}
    return Row(text=str(entry), path=path, note=note)


def tell(users: Sequence[User], partner: Partner, found: Sequence[Found]) -> None:
    """Write to each which links do not lead anywhere any more."""
    with override(settings.LANGUAGE_CODE):
        queue_mails([dead_links(user, partner, found) for user in users])


def dead_links(user: User, partner: Partner, found: Sequence[Found]) -> Letter:
    """The mail to one of them."""
    count = len(found)
    subject = ngettext(
        "%(count)s dead link in entries of %(partner)s",
        "%(count)s dead links in entries of %(partner)s",
        count,
    )
    more = max(count - LINKS_LISTED, 0)
    others = ngettext("%(count)s more is on your desk.", "%(count)s more are on your desk.", more)
    return Letter(
        to=user.email,
        subject=subject % {"count": count, "partner": partner},
        template="dead_links",
        words={"partner": partner.name, "more": others % {"count": more} if more else ""},
        paths={"desk_url": reverse("admin:index")},
        rows=[dead_link(one) for one in found[:LINKS_LISTED]],
    )


def dead_link(found: Found) -> Row:
    """A link in the list, by the entry that it is in: its own address is never one to follow."""
    note = f"{found.link.url}\n{found.link.answer}"
    return Row(text=str(found.entry), path=found.path, note=note)
