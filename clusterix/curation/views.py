"""Pages of one's own account that allauth does not have."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clusterix.curation.accounts import SignOutForm
from clusterix.curation.scoped import curator
from clusterix.curation.sessions import device, end, end_all, sessions_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; signs out there, or everywhere else."""
    user, here = curator(request), request.session.session_key or ""
    noted = sessions_of(user, timezone.now())
    if request.method == "POST":
        form = SignOutForm(request.POST, others=noted.exclude(session_key=here))
        if not form.is_valid():
            messages.info(request, _("That session had ended before."))
        elif one := form.cleaned_data["session"]:
            end(one)
            messages.success(request, _("You are signed out there."))
        else:
            end_all(user, but=here)
            messages.success(request, _("You are signed out everywhere else."))
        return redirect("account_sessions")
    told = [(each, device(each.user_agent), each.session_key == here) for each in noted]
    return render(request, "account/sessions.html", {"sessions": told})
