"""The page of all that was agreed at workshops, and of what came of it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clusterix.lib import htmx
from clusterix.lib.caching import for_everyone
from workshops.models import Outcome
from workshops.outcomes.forms import OutcomeSearch

PAGE_SIZE = 24


@require_safe
@for_everyone
def outcome_list(request: HttpRequest) -> HttpResponse:
    """What was agreed at all workshops, the latest first, with counts by state and owner."""
    today = timezone.localdate()
    outcomes = Outcome.objects.public()
    form = OutcomeSearch(request.GET)
    found = form.apply(outcomes, today).for_page().with_advice()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "outcomes": [outcome.progress(today) for outcome in page],
        "facets": form.facets(outcomes, today),
    }
    return htmx.render(request, "outcomes/list.html", context, partial="answer")
