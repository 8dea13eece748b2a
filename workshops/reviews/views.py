"""The public pages of peer reviews, and of the questions that they ask."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusterix.curation.changes import last_change
from clusterix.lib.caching import for_everyone
from initiatives.profile import Value
from workshops.reviews.forms import ReviewSearch
from workshops.reviews.models import PeerReview, QuestionSet
from workshops.reviews.reading import MOST_BESIDE, advice, by_region, chapters

PAGE_SIZE = 24
MOST_OFFERED = 60
"""So many other regions are offered to be read beside one."""


@require_safe
@for_everyone
def review_list(request: HttpRequest) -> HttpResponse:
    """All reviews, the latest first, narrowed down by question set and country."""
    form = ReviewSearch(request.GET)
    found = form.apply(PeerReview.objects.for_cards()).latest_first()
    context = {
        "form": form,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "question_sets": QuestionSet.objects.published().by_title(),
    }
    return render(request, "reviews/list.html", context)


@require_safe
@for_everyone
def review_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A review's page; a former address leads to the present one."""
    review = PeerReview.objects.for_page().filter(slug=slug).first()
    return review_page(request, review) if review else redirect(renamed(slug), permanent=True)


def renamed(slug: str) -> PeerReview:
    """The public review whose address was that slug before; else the page is not found."""
    return get_object_or_404(PeerReview.objects.once_called(slug)[:1])


def review_page(request: HttpRequest, review: PeerReview) -> HttpResponse:
    """The page of a review that `for_page()` loaded."""
    question_set = QuestionSet.objects.whole().get(pk=review.question_set_id)
    others = PeerReview.objects.asking(question_set).exclude(pk=review.pk)
    context = {
        "review": review,
        "last_change": last_change(review),
        "crumbs": crumbs(),
        "question_set": question_set,
        "chapters": chapters(question_set, [review]),
        "advice": advice(review, timezone.localdate()),
        "has_others": not review.is_previewed and others.exists(),
        "canonical": settings.SITE_URL + review.get_absolute_url(),
    }
    return render(request, "reviews/detail.html", context)


@require_safe
@for_everyone
def review_beside(request: HttpRequest, slug: str) -> HttpResponse:
    """A region beside others that answered the same questions, from A to Z: no ranking."""
    review = PeerReview.objects.for_cards().filter(slug=slug).first()
    if review is None:
        address = reverse("reviews:beside", args=[renamed(slug).slug])
        return redirect(f"{address}?{request.GET.urlencode()}".rstrip("?"), permanent=True)
    asked = request.GET.getlist("with")[:MOST_OFFERED]
    others = PeerReview.objects.asking(review.question_set).exclude(pk=review.pk).for_cards()
    found = by_region(others.filter(slug__in=asked))
    shown = by_region([review, *found[: MOST_BESIDE - 1]])
    question_set = QuestionSet.objects.whole().get(pk=review.question_set_id)
    context = {
        "review": review,
        "crumbs": [*crumbs(), Value(str(review), review.get_absolute_url())],
        "question_set": question_set,
        "reviews": shown,
        "chosen": {one.slug for one in shown},
        "offered": by_region(others.latest_first()[:MOST_OFFERED]),
        "chapters": chapters(question_set, shown) if len(shown) > 1 else [],
        "is_lacking": len(found) < len({*asked} - {review.slug}),
        "too_many": len(found) >= MOST_BESIDE,
        "most": MOST_BESIDE,
    }
    return render(request, "reviews/beside.html", context)


@require_safe
@for_everyone
def question_set(request: HttpRequest, key: str) -> HttpResponse:
    """The questions of a published set, for regions that think of a review."""
    found = get_object_or_404(QuestionSet.objects.published().whole(), key=key)
    context = {"question_set": found, "crumbs": crumbs()}
    return render(request, "reviews/questions.html", context)


def crumbs() -> list[Value]:
    """The way to all reviews."""
    return [Value(_("Peer reviews"), reverse("reviews:list"))]
