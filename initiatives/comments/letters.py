"""The mails about comments: to the expert, and to whoever invited."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusterix.curation.reports.letters import curators
from clusterix.mail.queue import Letter, queue_mail
from initiatives.comments.models import Comment


def invite(comment: Comment, secret: str) -> None:
    """Ask the expert, with the link that is theirs alone."""
    words = {
        "inviter": str(comment.invited_by or ""),
        "note": comment.note,
        "until": date_format(comment.expires_at, "j F Y"),
    }
    paths = {"link": reverse("comments:write", args=[secret]), "page_url": page(comment)}
    with override(settings.LANGUAGE_CODE):
        to_expert(comment, _("Your view of “%(entry)s”"), "comment_invitation", words, paths)


def shown(comment: Comment) -> None:
    """Tell the expert that the comment stands on the page."""
    paths = {"page_url": f"{page(comment)}#comments", "privacy_url": reverse("privacy")}
    with override(settings.LANGUAGE_CODE):
        to_expert(comment, _("Your comment is shown: %(entry)s"), "comment_shown", {}, paths)


def declined(comment: Comment, word: str) -> None:
    """Tell the expert that it will not be shown, and why."""
    with override(settings.LANGUAGE_CODE):
        to_expert(
            comment,
            _("Your comment on “%(entry)s”"),
            "comment_declined",
            {"word": word, "text": comment.text},
            {"page_url": page(comment)},
        )


def arrived(comment: Comment) -> None:
    """Tell whoever invited that it is there; where they are gone, those who curate the entry.

    The mail does not say who the expert is: the place to read that can be erased.
    """
    inviter = comment.invited_by
    to = [inviter] if inviter and inviter.is_active else curators(comment.initiative.owner)
    with override(settings.LANGUAGE_CODE):
        for user in to:
            queue_mail(
                Letter(
                    to=user.email,
                    subject=_("An expert commented: %(entry)s") % {"entry": comment.initiative},
                    template="comment_arrived",
                    words={"entry": str(comment.initiative)},
                    paths={
                        "comment_url": reverse("admin:comments_comment_change", args=[comment.pk]),
                    },
                )
            )


def to_expert(
    comment: Comment,
    subject: str,
    template: str,
    words: Mapping[str, str],
    paths: Mapping[str, str],
) -> None:
    """Write to the expert about the initiative."""
    entry = str(comment.initiative)
    queue_mail(
        Letter(
            to=comment.email,
            subject=subject % {"entry": entry},
            template=template,
            words={"entry": entry, **words},
            paths=paths,
        )
    )


def page(comment: Comment) -> str:
    """The page of the initiative."""
    return comment.initiative.get_absolute_url()
