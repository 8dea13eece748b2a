"""The catalogue's answers once more, in plain queries: what the index has to agree with."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Coalesce

from clusterix.curation.models import Entry
from clusterix.lib.partial_dates import Earliest, Latest, PartialDate
from initiatives.models import Initiative, InitiativeQuerySet, Involvement, Theme
from people.models import Region

Answers = Mapping[str, Any]

ORDERS: dict[str, Callable[[InitiativeQuerySet], InitiativeQuerySet]] = {
    "title": InitiativeQuerySet.by_title,
    "title-desc": lambda rows: rows.by_title().reverse(),
    "newest": InitiativeQuerySet.newest_first,
    "oldest": InitiativeQuerySet.oldest_first,
    "published": InitiativeQuerySet.last_added_first,
    "first-published": lambda rows: rows.last_added_first().reverse(),
}


def fitting(answers: Answers, day: date, leave_out: str = "") -> InitiativeQuerySet:
    """Those that meet each answer but one."""
    rows = Initiative.objects.all()
    for question, answer in answers.items():
        if question != leave_out and answer:
            met = Initiative.objects.filter(pk__in=meeting(question, answer, day).values("pk"))
            rows = rows.filter(pk__in=met.values("pk"))
    return rows


def meeting(question: str, answer: Any, day: date) -> InitiativeQuerySet:
    """Those that meet one answer."""
    if question == "status":
        return Initiative.objects.in_status(*answer, at=day)
    if question == "proof":
        return Initiative.objects.proven(*answer)
    if question in {"from", "to"}:
        return under_way(**{question: PartialDate(answer)})
    return Initiative.objects.filter(conditions(question, answer))


def conditions(question: str, answer: list[str]) -> Q:
    """The condition that an answer to one of the plain facets makes."""
    return {
        "level": lambda: Q(level__in=answer),
        "kind": lambda: Q(kind__in=answer),
        "theme": lambda: Q(themes__in=with_narrower(answer)),
        "ecosystem": lambda: Q(ecosystems__key__in=answer),
        "target": lambda: Q(target_groups__key__in=answer),
        "country": lambda: Q(regions__country__in=answer),
        "region": lambda: Q(regions__in=within(answer)),
        "organisation": lambda: Q(
            pk__in=Involvement.objects.filter(
                organisation__slug__in=answer, organisation__state=Entry.State.PUBLISHED
            ).values("initiative")
        ),
    }[question]()


def under_way(**ends: PartialDate) -> InitiativeQuerySet:
    """Those that may have been under way between the two ends of a time."""
    rows = Initiative.objects.annotate(
        first=Coalesce("start_earliest", Earliest("end")),
        last=Case(
            When(open_ended=True, start__isnull=False, then=Value(date.max)),
            default=Coalesce("end_latest", Latest("start")),
        ),
    )
    if "from" in ends:
        rows = rows.filter(last__gte=ends["from"].earliest)
    return rows.filter(first__lte=ends["to"].latest) if "to" in ends else rows


def with_narrower(keys: list[str]) -> set[int]:
    """The themes of those keys and all that lie within them."""
    found = set(Theme.objects.filter(key__in=keys).values_list("pk", flat=True))
    while narrower := set(
        Theme.objects.filter(parent__in=found).exclude(pk__in=found).values_list("pk", flat=True)
    ):
        found |= narrower
    return found


def within(codes: list[str]) -> set[str]:
    """The regions of those codes and all that lie in them; what is retired counts as its heir."""
    regions = {region.code: region for region in Region.objects.all()}

    def present(code: str | None) -> str | None:
        while code and regions[code].successor_id:
            code = regions[code].successor_id
        return code

    def around(code: str | None) -> set[str]:
        code = present(code)
        return {code, *around(regions[code].parent_id)} if code else set()

    wanted = {present(code) for code in codes}
    return {code for code in regions if around(code) & wanted}


def ordered(answers: Answers, day: date, sort: str) -> list[int]:
    """The primary keys of those that fit, in an order."""
    return list(ORDERS[sort](fitting(answers, day)).values_list("pk", flat=True))


def counts(answers: Answers, day: date, question: str, values: list[str]) -> dict[str, int]:
    """How many each value of a facet would give, its own choice ignored; no zeros."""
    others = set(fitting(answers, day, leave_out=question).values_list("pk", flat=True))
    found = {
        value: len(others & set(meeting(question, [value], day).values_list("pk", flat=True)))
        for value in values
    }
    return {value: count for value, count in found.items() if count}
