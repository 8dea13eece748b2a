"""What curation holds about those who curate: their accounts, and what they did."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import KnownWord, Membership, Partner, User
from clusterix.curation.sessions import ended
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
    day,
    every_row,
    mentioning,
    strike_out,
)

LOG_KEPT = timedelta(days=365)
"""How long the admin remembers who did what; the history of entries has it for good."""
LOG_TEXTS = ("object_repr", "change_message")
REASON = "history_change_reason"
VERSIONS_BY = "history_user"

NOT_PERSONAL = {
    "curation.Partner": "name slug regions_reviewed themes_reviewed",
    "admin.LogEntry": "object_id",
    "auth.Permission": "name codename",
    "auth.Group": "name",
    "contenttypes.ContentType": "app_label model",
}


def users_of(subject: Subject) -> Rows:
    """The account that signs in with an address, or once did."""
    addresses = EmailAddress.objects.filter(subject.written_in("email")).values("user")
    return User.objects.filter(subject.written_in("email")) | User.objects.filter(pk__in=addresses)


def names_of(subject: Subject) -> Iterable[str]:
    """The names of the account."""
    return [user.get_full_name() for user in users_of(subject)]


def sessions_of(subject: Subject) -> Rows:
    """Where they are signed in, and where their address was typed to do so."""
    users = {str(pk) for pk in users_of(subject).values_list("pk", flat=True)}
    typed = re.compile(subject.pattern, re.IGNORECASE)
    found = [
        session.pk
        for session in Session.objects.iterator()
        if (data := session.get_decoded())
        and (data.get(SESSION_KEY) in users or typed.search(repr(data)))
    ]
    return Session.objects.filter(pk__in=found)


def log_of(subject: Subject) -> Rows:
    """What the admin remembers of them: what they did, and what was done to their account."""
    users = users_of(subject)
    about = {"content_type__app_label": "curation", "content_type__model": "user"}
    keys = [str(pk) for pk in users.values_list("pk", flat=True)]
    return LogEntry.objects.filter(user__in=users) | LogEntry.objects.filter(
        **about, object_id__in=keys
    )


def erase(subject: Subject, _at: datetime) -> Done:
    """Close the account for good and forget whose it was.

    Where entries or their history refer to it, a nameless one stays in its place.
    """
    with transaction.atomic():
        users = list(users_of(subject).select_for_update().order_by("pk"))
        keys = [user.pk for user in users]
        sessions = [session.pk for session in sessions_of(subject)]
        Session.objects.filter(pk__in=sessions).delete()
        entries = strike_out(_naming(subject), LOG_TEXTS, subject.name_pattern)
        for user in users:
            if any(rows.exists() for rows in traces([user])):
                make_nameless(user)
            else:
                user.delete()
    return {"curation.User": keys, "sessions.Session": sessions, "admin.LogEntry": entries}


def _naming(subject: Subject) -> Rows:
    """The lines of the admin's log that may name them: a name alone counts for accounts only."""
    kinds = ContentType.objects.get_for_models(User, Partner, Membership).values()
    mentions = mentioning(LogEntry.objects.all(), LOG_TEXTS, subject)
    return LogEntry.objects.filter(
        models.Q(content_type__in=kinds) | models.Q(pk__in=mentions.values("pk"))
    )


def make_nameless(user: User) -> None:
    """Nobody signs in with it, and it says nothing of whose it was."""
    user.email = f"erased-{token_hex(8)}@erased.invalid"
    user.first_name = user.last_name = ""
    user.set_unusable_password()
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login, user.date_joined = None, day(user.date_joined)
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    for rows in (
        user.memberships.all(),
        EmailAddress.objects.filter(user=user),
        Authenticator.objects.filter(user=user),
        UserSession.objects.filter(user=user),
    ):
        rows.delete()


def references() -> Iterator[Any]:
    """The columns in which what outlives an account says whose doing it was."""
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            outlives = relation.on_delete is not models.CASCADE
            if outlives or relation.related_model is LogEntry:
                yield relation.field


def traces(users: Any) -> Iterator[Rows]:
    """The rows that say that something was their doing, from each column in turn."""
    for column in references():
        yield every_row(column.model).filter(**{f"{column.name}__in": users})


def forget_sessions(at: datetime) -> int:
    """Delete what is left of having been signed in; how many sessions that were."""
    return expired(at).delete()[0]


def expired(at: datetime) -> Rows:
    """The sessions that open nothing any more."""
    return Session.objects.filter(expire_date__lt=at)


def forget_places(at: datetime) -> int:
    """Delete where sessions that are over were begun; how many those were."""
    return ended(at).delete()[0]


def forget_log(at: datetime) -> int:
    """Delete what the admin need not remember any longer; how many lines that were."""
    return old_log(at).delete()[0]


def old_log(at: datetime) -> Rows:
    """The lines of the admin's log whose time is over."""
    return LogEntry.objects.filter(action_time__lt=at - LOG_KEPT)


def erase_reasons(subject: Subject, _at: datetime) -> Done:
    """Strike an address out of the reasons that curators gave for their changes."""
    done: Done = {}
    for column in references():
        if column.name == VERSIONS_BY:
            found = mentioning(column.model.objects.all(), [REASON], subject)
            done[column.model._meta.label] = strike_out(found, [REASON], subject.pattern)
    return done


def words_of(subject: Subject) -> Rows:
    """The words of public texts that are the address, or hold it."""
    return mentioning(KnownWord.objects.all(), ["shown", "plain"], subject)


def erase_words(subject: Subject, _at: datetime) -> Done:
    """Have search offer the address to nobody."""
    found = list(words_of(subject).order_by("pk").values_list("pk", flat=True))
    KnownWord.objects.filter(pk__in=found).delete()
    return {"curation.KnownWord": found}


def changes() -> Iterator[Table]:
    """The tables in which something can be somebody's doing; versions say why and when."""
    for column in references():
        if column.name == VERSIONS_BY:
            reason = Fields(
                REASON, Fate.STRUCK_OUT, _("to tell others why"), said=_("Reason of a change")
            )
            yield Table(
                column.model._meta.label,
                (reason,),
                done_by(column),
                columns=("pk", "history_date", "history_type", REASON),
            )
        elif column.model is not LogEntry and not hasattr(column.model, VERSIONS_BY):
            yield Table(column.model._meta.label, (), done_by(column), columns=("pk", column.name))


def done_by(column: Any) -> Callable[[Subject], Rows]:
    """Which rows of the column's table say that something was somebody's doing."""

    def rows(subject: Subject) -> Rows:
        return every_row(column.model).filter(**{f"{column.name}__in": users_of(subject)})

    return rows


ACCOUNTS = Holding(
    name="accounts",
    title=_("If you curate for a partner"),
    purpose=_(
        "Your account lets you sign in and work on the entries of your partner (Article 6(1)(f): "
        "the interest in a record whose changes can be accounted for)."
    ),
    retention=format_lazy(
        _(
            "as long as you have an account; what the admin notes of each step, {days} days; "
            "sessions, with where you signed in, until they end: two weeks at most"
        ),
        days=LOG_KEPT.days,
    ),
    tables=(
        Table(
            "curation.User",
            (
                Fields("email", Fate.REPLACED, _("to sign in, and to write to you")),
                Fields("first_name last_name", Fate.EMPTIED, _("for others to know you by")),
                Fields("password", Fate.REPLACED, _("kept in a one-way form"), is_told=False),
                Fields("last_login", Fate.EMPTIED, _("to find accounts that nobody uses")),
                Fields("date_joined", Fate.COARSENED, _("to know since when you curate")),
                Fields(
                    "id",
                    Fate.KEPT,
                    _("to know what you changed"),
                    said=_("Number"),
                    because=_("entries and their history refer to the account, now nobody's"),
                ),
            ),
            users_of,
            parts=(
                Part(
                    "curation.Membership",
                    "user",
                    (Fields("partner role", Fate.DELETED, _("what you may do")),),
                ),
                Part(
                    "account.EmailAddress",
                    "user",
                    (Fields("email", Fate.DELETED, _("to sign in, and to write to you")),),
                ),
                Part(
                    "account.EmailConfirmation",
                    "email_address__user",
                    (
                        Fields(
                            "key",
                            Fate.DELETED,
                            _("to confirm an address"),
                            is_told=False,
                            said=_("Key of a link"),
                        ),
                    ),
                ),
                Part(
                    "mfa.Authenticator",
                    "user",
                    (
                        Fields(
                            "data",
                            Fate.DELETED,
                            _("your second factor"),
                            is_told=False,
                            said=_(
                                "A secret shared with your device, the public keys of passkeys, "
                                "and recovery codes"
                            ),
                        ),
                    ),
                ),
                Part(
                    "usersessions.UserSession",
                    "user",
                    (
                        Fields(
                            "ip user_agent",
                            Fate.DELETED,
                            _("for you to see where you are signed in"),
                            said=_("Address and browser that you signed in from"),
                        ),
                        Fields(
                            "session_key data",
                            Fate.DELETED,
                            _("to sign you out there"),
                            is_told=False,
                            said=_("Session"),
                        ),
                    ),
                ),
            ),
        ),
        Table(
            "sessions.Session",
            (
                Fields(
                    "session_key session_data",
                    Fate.DELETED,
                    _("to keep you signed in"),
                    is_told=False,
                    said=_("Session"),
                ),
            ),
            sessions_of,
        ),
        Table(
            "admin.LogEntry",
            (
                Fields(
                    "object_repr change_message",
                    Fate.STRUCK_OUT,
                    _("to know who did what in the admin"),
                    is_told=False,
                    said=_("What was changed, and its name at that time"),
                ),
            ),
            log_of,
        ),
    ),
    erase=erase,
    names=names_of,
    purges=(
        Purge(_("sessions that have ended"), expired, forget_sessions),
        Purge(_("where sessions that have ended were begun"), ended, forget_places),
        Purge(_("lines of the admin’s log"), old_log, forget_log),
    ),
)

CHANGES = Holding(
    name="changes",
    title=_("What you changed"),
    purpose=_("The history of an entry says who changed what and why, so that others can judge."),
    retention=_("as long as the entry; without your name once your account is erased"),
    tables=tuple(changes()),
    erase=erase_reasons,
)

WORDS = Holding(
    name="words",
    title=_("If a public text has your address"),
    purpose=_("Search offers the words of public texts to those who mistype them."),
    retention=_("as long as the record; an address is taken out where its owner asks for it"),
    tables=(
        Table(
            "curation.KnownWord",
            (Fields("shown plain", Fate.DELETED, said=_("Single words")),),
            words_of,
        ),
    ),
    erase=erase_words,
)

HOLDINGS = (CHANGES, ACCOUNTS, WORDS)
