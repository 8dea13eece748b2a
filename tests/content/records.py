"""Records as a content file has them, and why others are refused."""

import pytest

from clusterix.content.loading import RefusedError
from tests.content.conftest import Load

PARTNER = """
partners:
  clusterix: {name: Secretariat, is_programme: true}
"""
SKANE = """
organisations:
  skane:
    name: Region Skåne
    kind: public-authority
    region: SE224
"""
NEXTSTEP = """
initiatives:
  nextstep:
    title: NextStep
    kind: good-practice
    level: local
    summary: Helps people to found companies.
"""
MEETING = """
workshops:
  meeting:
    title: Partner meeting
    summary: Partners meet.
    starts_on: in 60 days
    ends_on: day 2
    time_zone: Europe/Stockholm
    sessions:
      - {title: Opening, starts_at: day 1 09:30, ends_at: day 1 10:00, room: Hall}
      - {title: Visit, kind: study-visit, day: day 2}
"""


def mistakes(load: Load, text: str) -> list[tuple[int, str]]:
    """The lines and reasons for which a text is refused."""
    with pytest.raises(RefusedError) as refused:
        load(text)
    return [(mistake.line, mistake.reason) for mistake in refused.value.mistakes]
