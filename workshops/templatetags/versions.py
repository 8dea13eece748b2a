"""What a programme says of its last published version."""

from django import template

from workshops.models import ScheduleVersion, Session
from workshops.versions.facts import Kind

register = template.Library()

SAID_ELSEWHERE = {Kind.CANCELLED, Kind.REMOVED}
"""What a session's own line says anyway, or cannot say any more."""


@register.filter
def news_of(version: ScheduleVersion | None, session: Session) -> list[Kind]:
    """What became of a session with that version, as far as its line does not say so itself."""
    if version is None or session.is_cancelled:
        return []
    kinds = map(Kind, version.kinds.get(str(session.guid), []))
    return [kind for kind in kinds if kind not in SAID_ELSEWHERE]
