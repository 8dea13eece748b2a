"""Where somebody is signed in, and how they are signed out there."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from clusterix.curation.models import User

BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
"""What browsers call themselves. Most also name those that come later here."""

SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def device(user_agent: str) -> str:
    """A browser in words that its owner knows it by."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    if not (browser and system):
        return browser or system or gettext("Another program")
    return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def live(at: datetime) -> "QuerySet[UserSession]":
    """What was noted of sessions that still open something at that moment."""
    lasting = Session.objects.filter(expire_date__gte=at).values("session_key")
    noted: QuerySet[UserSession] = UserSession.objects.filter(session_key__in=lasting)
    return noted


def ended(at: datetime) -> "QuerySet[UserSession]":
    """What was noted of sessions that are over."""
    lasting = Session.objects.filter(expire_date__gte=at).values("session_key")
    noted: QuerySet[UserSession] = UserSession.objects.exclude(session_key__in=lasting)
    return noted


def sessions_of(user: User, at: datetime) -> "QuerySet[UserSession]":
    """Where they are signed in, the latest first."""
    return live(at).filter(user=user).order_by("-created_at", "-pk")


def end(noted: UserSession) -> None:
    """Sign out there."""
    with transaction.atomic():
        Session.objects.filter(pk=noted.session_key).delete()
        noted.delete()


def end_all(user: User, but: str = "") -> None:
    """Sign out everywhere except in the session of that key, also where nobody noted a sign-in."""
    keys = [
        session.pk
        for session in Session.objects.exclude(pk=but).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    with transaction.atomic():
        Session.objects.filter(pk__in=keys).delete()
        UserSession.objects.filter(user=user).exclude(session_key=but).delete()
