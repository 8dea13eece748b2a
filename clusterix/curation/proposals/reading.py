"""What a proposal comes to when somebody reads it: differences, and conflicts with what is live."""

from dataclasses import dataclass

from clusterix.curation.models import User
from clusterix.curation.proposals import documents
from clusterix.curation.proposals.differences import Difference, Telling
from clusterix.curation.proposals.models import Proposal


@dataclass(frozen=True)
class Reading:
    """What is to be different, and what became of the same pieces meanwhile."""

    differences: list[Difference]
    conflicts: list[Difference]
    """Each as it is live against as it is proposed."""


def read(proposal: Proposal, user: User | None) -> Reading:
    """The proposal for somebody who decides or made it; without an account only public names."""
    base, proposed = proposal.documents
    telling = [base, proposed]
    if not proposal.is_open:
        return Reading(Telling(proposal.kind, telling, user).differences(base, proposed), [])
    live = documents.read(proposal.subject, documents.shape_of(proposed))
    words = Telling(proposal.kind, [*telling, live], user)
    conflicts = documents.merge(base, proposed, live).conflicts
    return Reading(words.differences(base, proposed), words.differences(live, proposed, conflicts))
