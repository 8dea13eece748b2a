"""The page of what curators did lately."""

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from clusterix.curation.activity.forms import ActivityForm
from clusterix.curation.activity.reading import Place, activity
from clusterix.curation.scoped import curator


@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """What was done with the entries of one's partners; for the secretariat, with all."""
    user = curator(request)
    form = ActivityForm(request.GET, user=user)
    after = Place.read(request.GET.get("after", ""))
    asked = form.asked
    older = request.GET.copy()
    found = activity(user, form.kinds, asked.get("partner"), asked.get("by"), after)
    older["after"] = str(found.older)
    context = {
        **site.each_context(request),
        "title": gettext("Activity"),
        "form": form,
        "activity": found,
        "older": older.urlencode(),
        "is_first": after is None,
    }
    return render(request, "admin/activity.html", context)
