"""Tells curators what happened, in the transaction in which it does."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clusterix.curation.models import Entry, User
from clusterix.curation.news.models import LONGEST_TEXT, MailWish, Notice
from clusterix.curation.news.routing import routed
from clusterix.mail.queue import Letter, Row, queue_mails


def tell(users: Iterable[User], row: Row, at: datetime) -> None:
    """Write to each at once, gather it for their daily mail, or leave it to their desk."""
    users = list(users)
    wishes = dict(MailWish.objects.filter(user__in=users).values_list("user", "how"))
    how = {user: wishes.get(user.pk, MailWish.How.AT_ONCE) for user in users}
    queue_mails([_letter(user, [row]) for user in users if how[user] == MailWish.How.AT_ONCE])
    Notice.objects.bulk_create(
        Notice(user=user, text=_gathered(row), path=row.path, at=at)
        for user in users
        if how[user] == MailWish.How.DAILY
    )


def tell_submitted(entries: Sequence[Entry], by: User, at: datetime) -> None:
    """Tell those who review them that entries wait: each person once, however many those are.

    They are of one kind.
    """
    waiting = defaultdict[User, list[Entry]](list)
    for entry, users in routed(entries, but=by.pk):
        for user in users:
            waiting[user].append(entry)
    with override(settings.LANGUAGE_CODE):
        for user, theirs in waiting.items():
            tell([user], _row(theirs), at)


def _row(entries: Sequence[Entry]) -> Row:
    first, more = entries[0], len(entries) - 1
    names = f"admin:{first._meta.app_label}_{first._meta.model_name}"
    if not more:
        text = _("“%(entry)s” waits for your review.") % {"entry": first}
        return Row(text, reverse(f"{names}_change", args=[first.pk]))
    text = ngettext(
        "“%(entry)s” and %(count)s other wait for your review.",
        "“%(entry)s” and %(count)s others wait for your review.",
        more,
    ) % {"entry": first, "count": more}
    return Row(text, f"{reverse(f'{names}_changelist')}?state__exact=in_review")


def write_daily(at: datetime) -> int:
    """One mail to each who wants what happened gathered; how many those were."""
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        notices = list(
            Notice.objects.filter(at__lte=at)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("user")
            .order_by("user", "at", "pk")
        )
        letters = [
            _letter(user, [Row(notice.text, notice.path) for notice in theirs])
            for user, theirs in groupby(notices, lambda notice: notice.user)
            if user.is_active
        ]
        queue_mails(letters)
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    return len(letters)


def _letter(user: User, rows: Sequence[Row]) -> Letter:
    count = len(rows)
    several = ngettext("%(count)s thing about reviews", "%(count)s things about reviews", count)
    return Letter(
        to=user.email,
        subject=rows[0].text if count == 1 else several % {"count": count},
        template="review_news",
        words={},
        rows=rows,
        paths={"desk": reverse("admin:index"), "wishes": reverse("news:wishes")},
    )


def _gathered(row: Row) -> str:
    text = f"{row.text} {row.note}".strip()
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
