"""What we write to people who follow a search, in the language in which they asked."""

from collections.abc import Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clusterix.mail.queue import Letter, Row, list_id, queue_mail
from initiatives.following.models import Subscription
from initiatives.following.searches import Search
from initiatives.models import Initiative

LIST = "following"
LONGEST_WORDS = 200
"""Anyone can have us write to anyone once, so there is little room for their own words."""


def our_list() -> str:
    """The name by which mail programs know these mails."""
    return list_id(LIST)


def confirm(subscription: Subscription, search: Search) -> None:
    """Somebody, we hope its owner, gave us this address: may we write to it?"""
    with override(subscription.language):
        subject = _("Please confirm: follow a search")
        queue_mail(letter(subscription, search, "following_confirm", subject))


def known(subscription: Subscription, search: Search) -> None:
    """The address follows that search already, and here is how to change it."""
    with override(subscription.language):
        subject = _("You follow this search already")
        queue_mail(letter(subscription, search, "following_known", subject))


def lost(subscription: Subscription, search: Search) -> None:
    """The search cannot be followed any more; this is the last mail about it."""
    with override(subscription.language):
        subject = _("A search you followed has ended")
        queue_mail(letter(subscription, search, "following_lost", subject))


def news(
    subscription: Subscription, search: Search, newest: Sequence[Initiative], count: int
) -> None:
    """What is new: the newest initiatives, of so many in all."""
    with override(subscription.language):
        subject = ngettext(
            "New in the catalogue: %(title)s", "%(count)d new entries in the catalogue", count
        ) % {"title": newest[0].title, "count": count}
        plain = letter(subscription, search, "following_news", subject)
        words = {**plain.words, "more": more(count - len(newest))}
        queue_mail(replace(plain, words=words, rows=[row(initiative) for initiative in newest]))


def letter(subscription: Subscription, search: Search, template: str, subject: str) -> Letter:
    """A letter about a subscription, which its reader can end from any mail program."""
    return Letter(
        to=subscription.email,
        subject=subject,
        template=template,
        words={
            "search": listed(search.words) or _("all of the catalogue"),
            "lost": listed(search.lost),
            "pace": subscription.get_pace_display(),
        },
        paths={
            "subscription_url": subscription.get_absolute_url(),
            "unsubscribe_url": subscription.unsubscribe_path,
            "search_url": search.url,
            "catalogue_url": reverse("initiatives:list"),
            "privacy_url": reverse("privacy"),
        },
        list_name=LIST,
        unsubscribe=subscription.unsubscribe_path,
    )


def row(initiative: Initiative) -> Row:
    """An initiative in a list of news."""
    return Row(initiative.title, initiative.get_absolute_url(), initiative.summary)


def listed(words: Sequence[str]) -> str:
    """Words beside each other, as far as there is room."""
    return Truncator(" · ".join(words)).chars(LONGEST_WORDS)


def more(count: int) -> str:
    """How many are new besides those named; nothing to say for none."""
    if not count:
        return ""
    return ngettext("and %(count)d more", "and %(count)d more", count) % {"count": count}
