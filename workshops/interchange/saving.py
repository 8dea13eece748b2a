"""Saves what an import plans: sessions, who takes part, and what there is to read."""

from collections.abc import Sequence

from clusterix.curation.imports.results import Outcome
from workshops.interchange.people import People
from workshops.interchange.plans import Plan
from workshops.interchange.results import Result
from workshops.models import Contribution, Material, Session, Workshop


class Writer:
    """Writes plans for one workshop, within a transaction that the caller holds."""

    def __init__(self, workshop: Workshop, reason: str) -> None:
        self.workshop = workshop
        self.reason = reason

    def write(self, plans: Sequence[Plan]) -> dict[int, Result]:
        """What became of each, by the identity of its item in memory."""
        names = (person.name for plan in plans for person in plan.event.people)
        people = People(names, self.workshop.owner, self.reason)
        moving = [plan.session.pk for plan in plans if plan.moves]
        Session.objects.filter(pk__in=moving).update(starts_at=None, ends_at=None)
        return {id(plan.item): self._write(plan, people) for plan in plans}

    def _write(self, plan: Plan, people: People) -> Result:
        for name, value in plan.values.items():
            setattr(plan.session, name, value)
        if plan.values:
            plan.session.save()
        changed = [
            *plan.values,
            *(["people"] if self._add_people(plan, people) else []),
            *(["materials"] if self._add_materials(plan) else []),
        ]
        if plan.is_new:
            outcome, changed = Outcome.CREATED, []
        else:
            outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        return Result(plan.item.label, outcome, tuple(changed), tuple(plan.item.remarks))

    def _add_people(self, plan: Plan, people: People) -> bool:
        """Add whoever does not take part yet; nobody is taken away."""
        rows = [] if plan.is_new else list(plan.session.contributions.all())
        present = {row.person.name for row in rows}
        new = [person.name for person in plan.event.people if person.name not in present]
        found = [people.called(name, plan.item.remarks.append) for name in new]
        added = Contribution.objects.bulk_create(
            Contribution(session=plan.session, person=person, position=position)
            for position, person in enumerate(filter(None, found), start=len(rows))
        )
        return bool(added)

    def _add_materials(self, plan: Plan) -> bool:
        """Add what is not there yet; nothing is taken away."""
        rows = [] if plan.is_new else list(plan.session.materials.all())
        present = {row.url for row in rows}
        told = {link.url: link for link in (*plan.event.attachments, *plan.event.links)}
        added = Material.objects.bulk_create(
            Material(
                workshop=self.workshop,
                session=plan.session,
                kind=link.kind,
                title=link.title,
                url=link.url,
                position=position,
            )
            for position, link in enumerate(
                (link for url, link in told.items() if url not in present), start=len(rows)
            )
        )
        return bool(added)
