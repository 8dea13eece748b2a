"""Looking after the links of public entries, as far as that goes without a transaction.

Each run is short and looks at one link of each host, so that nobody is asked twice in a row, and so
that the worker can end when it is told to. What was found is kept link by link.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from time import monotonic

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from clusterix.curation.freshness.models import CheckedLink
from clusterix.curation.freshness.places import places
from clusterix.lib.outside import USUAL, Look, Terms, Verdict, look

AT_ONCE = 1_000
LINKS_A_RUN = 20
SECONDS_A_RUN = 10
"""No look is begun later than that."""
WITNESSES = 2

Looks = Sequence[tuple[CheckedLink, Look]]

log = structlog.stdlib.get_logger("clusterix.freshness")


def collect() -> int:
    """Take note of links that are new in public entries, and forget those that are in none."""
    known, used = set(CheckedLink.objects.values_list("url", flat=True)), set(urls())
    for some in parted(used - known):
        CheckedLink.objects.bulk_create(map(CheckedLink.to, some), ignore_conflicts=True)
    for some in parted(known - used):
        CheckedLink.objects.filter(url__in=some).delete()
    log.info("links collected", new=len(used - known), gone=len(known - used))
    return len(used - known)


def urls() -> Iterator[str]:
    """All addresses in public entries."""
    for place in places():
        yield from place.rows().values_list(place.column, flat=True).distinct().iterator()


def parted(found: set[str]) -> Iterator[list[str]]:
    """As many of them at a time as a statement takes."""
    rest = iter(sorted(found))
    while some := list(islice(rest, AT_ONCE)):
        yield some


def look_around(at: datetime, terms: Terms = USUAL) -> int:
    """Look at the next few links; of how many it was kept what was found."""
    with override(settings.LANGUAGE_CODE):
        looks = list(seen(CheckedLink.objects.due(at).one_a_host()[:LINKS_A_RUN], terms))
        is_online = any_there(looks) or any_there(list(seen(witnesses(looks), terms)))
    believed = [
        (link, one) for link, one in looks if is_online or one.verdict is not Verdict.SILENT
    ]
    if len(believed) < len(looks):
        log.warning("nothing answers outside", links=len(looks))
    for link, one in believed:
        keep(link.pk, one, at)
    return len(believed)


def seen(links: Iterable[CheckedLink], terms: Terms) -> Iterator[tuple[CheckedLink, Look]]:
    """What is at these links, one after the other, while there is time."""
    agent = f"Clusterix link check (+{settings.SITE_URL}{reverse('about')})"
    until = monotonic() + SECONDS_A_RUN
    for link in links:
        if monotonic() < until:
            yield link, look(link.url, agent=agent, terms=terms)


def any_there(looks: Looks) -> bool:
    """Something was there, so the network is not what fails."""
    return any(one.verdict is Verdict.THERE for _link, one in looks)


def witnesses(looks: Looks) -> Sequence[CheckedLink]:
    """Where something answered before, if there is anything that it would have to bear out."""
    if all(one.verdict is not Verdict.SILENT for _link, one in looks):
        return []
    others = CheckedLink.objects.working().exclude(pk__in=[link.pk for link, _one in looks])
    return list(others.order_by("?")[:WITNESSES])


def keep(pk: int, found: Look, at: datetime) -> None:
    """Keep what was found at a link, if it is still there."""
    with transaction.atomic():
        link = CheckedLink.objects.select_for_update().filter(pk=pk).first()
        if link:
            link.note(found, at)
