"""How the tests read the pages of workshops, and what fills them."""

from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PresentationFactory,
    RecommendationFactory,
    SessionFactory,
)
from workshops.models import Host, Material, Workshop, WorkshopSource


def words(page: str) -> str:
    """A page with its white space made even."""
    return " ".join(page.split())


def fill(workshop: Workshop, rows: int) -> None:
    """So many rows of everything that the pages show."""
    for _ in range(rows):
        Host.objects.create(workshop=workshop, organisation=OrganisationFactory.create())
        session = SessionFactory.create(workshop=workshop)
        for _ in range(rows):
            ContributionFactory.create(session=session, organisation=OrganisationFactory.create())
            initiative = PresentationFactory.create(session=session).initiative
            InvolvementFactory.create(initiative=initiative)
        for of_session in (None, session):
            Material.objects.create(
                workshop=workshop,
                session=of_session,
                kind="slides",
                title="Slides",
                url="https://example.org/",
            )
        outcome = OutcomeFactory.create(
            workshop=workshop,
            organisation=OrganisationFactory.create(),
            initiative=InitiativeFactory.create(),
        )
        OutcomeStepFactory.create(outcome=outcome)
        RecommendationFactory.create().outcomes.add(outcome)
        WorkshopSource.objects.create(workshop=workshop, title="Press release")
