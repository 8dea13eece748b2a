"""Where curators say how they want to hear of things."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clusterix.curation.news.forms import MailWishForm
from clusterix.curation.news.models import MailWish
from clusterix.curation.scoped import curator


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Mails at once, gathered, or none."""
    user = curator(request)
    how = MailWish.objects.filter(user=user).values_list("how", flat=True).first()
    wish = MailWish(user=user, how=how or MailWish.How.AT_ONCE)
    form = MailWishForm(request.POST or None, instance=wish)
    if form.is_valid():
        MailWish.objects.update_or_create(user=user, defaults={"how": form.cleaned_data["how"]})
        messages.success(request, _("Kept."))
        return redirect("news:wishes")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "account/mails.html", {"form": form}, status=status)
