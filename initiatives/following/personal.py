"""What following holds about people: which address follows which search."""

from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import Done, Fate, Fields, Holding, Purge, Rows, Subject, Table
from initiatives.following import subscriptions
from initiatives.following.models import CONFIRM_WITHIN, Subscription


def subscriptions_of(subject: Subject) -> Rows:
    """The searches that an address follows, confirmed or not."""
    return Subscription.objects.filter(subject.written_in("email"))


def erase(subject: Subject, _at: datetime) -> Done:
    """Forget the address, and the mails that were written to it."""
    mine = list(subscriptions_of(subject).order_by("pk").values_list("pk", flat=True))
    subscriptions.erase(subject.email)
    return {"following.Subscription": mine}


FOLLOWERS = Holding(
    name="followers",
    title=_("If you follow a search"),
    purpose=_(
        "It serves to write to you about what is new in that search, and nothing else; the basis "
        "is your consent (Article 6(1)(a)), which you give by the link in the first mail. Nobody "
        "else sees your address, partners included."
    ),
    retention=format_lazy(
        _(
            "until you stop it by the link in any of its mails, which deletes those mails too; "
            "{days} days where you do not confirm it; no longer than your address takes mail"
        ),
        days=CONFIRM_WITHIN.days,
    ),
    tables=(
        Table(
            "following.Subscription",
            (
                Fields("email", Fate.DELETED, _("to write to you")),
                Fields(
                    "query pace",
                    Fate.DELETED,
                    _("to know of what, and how often"),
                    said=_("The search, and how often"),
                ),
                Fields("language", Fate.DELETED, _("to write to you in it")),
                Fields(
                    "asked_at confirmed_at looked_at",
                    Fate.DELETED,
                    _("as proof of your consent, and to tell you of each thing once"),
                    said=_("When you asked, confirmed and were last looked after"),
                ),
                Fields(
                    "reference",
                    Fate.DELETED,
                    _("for you to change or stop it"),
                    is_told=False,
                    said=_("The secret link in its mails"),
                ),
            ),
            subscriptions_of,
        ),
    ),
    erase=erase,
    purges=(
        Purge(
            _("followed searches that nobody confirmed in time"),
            Subscription.objects.never_confirmed,
            subscriptions.forget_unconfirmed,
        ),
        Purge(
            _("followed searches whose address takes no mail any more"),
            lambda _at: subscriptions.bounced(),
            lambda _at: subscriptions.forget_bounced(),
        ),
    ),
)

HOLDINGS = (FOLLOWERS,)
