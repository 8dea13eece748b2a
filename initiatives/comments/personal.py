"""What comments hold about the experts who were invited."""

from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import (
    Done,
    Fate,
    Fields,
    Holding,
    Part,
    Purge,
    Rows,
    Subject,
    Table,
)
from initiatives.comments.handling import forget
from initiatives.comments.models import KEPT_UNANSWERED, KEPT_UNDECIDED, OPEN_FOR, Comment


def comments_of(subject: Subject) -> Rows:
    """Those that were asked for at an address."""
    return Comment.objects.filter(subject.written_in("email"))


def erase(subject: Subject, _at: datetime) -> Done:
    """Take the comments off their pages, and forget that anybody was asked."""
    found = list(comments_of(subject).order_by("pk").values_list("pk", flat=True))
    Comment.objects.filter(pk__in=found).delete()
    return {"comments.Comment": found}


COMMENTS = Holding(
    name="comments",
    title=_("If you comment on an initiative as an expert"),
    purpose=_(
        "Those who publish the initiative give your name and address to invite you (Article "
        "6(1)(f): the interest in an independent view). What you write is shown with your name, "
        "role and organisation by your consent (Article 6(1)(a)); you can take it back at any "
        "time, and the comment goes."
    ),
    retention=format_lazy(
        _(
            "a comment that is shown, as long as the initiative is in the record; an invitation "
            "without an answer, {unanswered} days; a comment that was declined, {closed} days "
            "after that; one that nobody decides about, {undecided} days"
        ),
        unanswered=(OPEN_FOR + KEPT_UNANSWERED).days,
        closed=KEPT_UNANSWERED.days,
        undecided=KEPT_UNDECIDED.days,
    ),
    tables=(
        Table(
            "comments.Comment",
            (
                Fields(
                    "email",
                    Fate.DELETED,
                    _("to invite you and to tell you what became of it; shown to no visitor"),
                ),
                Fields("name role organisation", Fate.DELETED, _("to sign what you say")),
                Fields("text", Fate.DELETED, _("what you say")),
                Fields("note", Fate.DELETED, _("why you were asked")),
                Fields(
                    "secret_hash",
                    Fate.DELETED,
                    _("to know your link again"),
                    is_told=False,
                    said=_("Trace of a link"),
                ),
            ),
            comments_of,
            parts=(
                Part(
                    "comments.CommentStep",
                    "comment",
                    (Fields("reason", Fate.DELETED, _("to know why it was shown or not")),),
                ),
            ),
        ),
    ),
    erase=erase,
    purges=(Purge(_("expert comments that were never shown"), Comment.objects.to_forget, forget),),
)

HOLDINGS = (COMMENTS,)
