"""What is held about how curators hear of things."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from clusterix.curation.news.models import MailWish, Notice
from clusterix.curation.personal import users_of
from clusterix.lib.personal import Done, Fate, Fields, Holding, Rows, Subject, Table

NOT_PERSONAL = {"news.Notice": "path"}


def wishes_of(subject: Subject) -> Rows:
    """The wish of an account."""
    return MailWish.objects.filter(user__in=users_of(subject))


def notices_for(subject: Subject) -> Rows:
    """What an account is still to hear of."""
    return Notice.objects.filter(user__in=users_of(subject))


def erase(subject: Subject, _at: datetime) -> Done:
    """Forget both."""
    done: Done = {}
    for label, rows in (("news.MailWish", wishes_of), ("news.Notice", notices_for)):
        found = list(rows(subject).order_by("pk").values_list("pk", flat=True))
        rows(subject).delete()
        done[label] = found
    return done


NEWS = Holding(
    name="news",
    title=_("If you want to hear of reviews by mail"),
    purpose=_(
        "You are told what waits for you and what became of what you proposed, as you like "
        "(Article 6(1)(f): the interest in reviews that come to an end)."
    ),
    retention=_("your wish as long as you have an account; what is gathered, until the next day"),
    tables=(
        Table(
            "news.MailWish",
            (Fields("how", Fate.DELETED, _("to write as often as you like")),),
            wishes_of,
        ),
        Table(
            "news.Notice",
            (Fields("text", Fate.DELETED, _("to tell you once a day")),),
            notices_for,
        ),
    ),
    erase=erase,
)

HOLDINGS = (NEWS,)
