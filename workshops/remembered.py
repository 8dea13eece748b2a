"""Pages of workshops that this process made, given again while nothing at all is written.

Only to visitors who bring nothing that tells them apart. A page depends on a dozen tables; that
PostgreSQL sees the same transactions as before says that none of them changed.
"""

from collections.abc import Callable, Hashable
from functools import wraps

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from clusterix.lib import theme
from initiatives.remembered import is_for_anyone, may_be_kept, pages

View = Callable[..., HttpResponse]


def remembered(view: View) -> View:
    """Have a view's pages made once for all who may share them."""

    @wraps(view)
    def wrapper(request: HttpRequest, slug: str) -> HttpResponse:
        if not is_for_anyone(request):
            return view(request, slug)
        key = everything_that_matters(request)
        response = pages.get(key)
        if response is None:
            response = view(request, slug)
            if may_be_kept(request, response):
                pages.keep(key, response)
        return response

    return wrapper


def everything_that_matters(request: HttpRequest) -> Hashable:
    """What a page depends on; what is on changes with the minute."""
    minute = timezone.now().replace(second=0, microsecond=0)
    address = request.get_full_path()
    return address, theme.chosen(request), get_language(), minute, what_is_committed()


def what_is_committed() -> str:
    """Which transactions PostgreSQL sees: another text as soon as anything is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        snapshot: str = cursor.fetchone()[0]
    return snapshot
