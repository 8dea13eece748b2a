"""What the pages of lower apps tell of peer reviews."""

from django import template

from people.models import Region
from workshops.models import Workshop
from workshops.reviews.models import PeerReview, PeerReviewQuerySet

register = template.Library()

MOST = 12
"""So many reviews are told of on the page of something else."""


@register.simple_tag
def reviews_in(region: Region) -> PeerReviewQuerySet:
    """The last reviews of a region and of those in it."""
    return PeerReview.objects.within(region.code).for_cards().latest_first()[:MOST]


@register.simple_tag
def reviews_at(workshop: Workshop) -> PeerReviewQuerySet:
    """The reviews that were held at a workshop."""
    return PeerReview.objects.filter(workshop=workshop).for_cards().latest_first()[:MOST]
