"""Pages of the catalogue that this process made, given again for as long as the record is the same.

Only to visitors who bring nothing that tells them apart, and only what depends on nothing but the
address, the theme, the language, the day and the index (see `initiatives/index/keeper.py`).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from hashlib import blake2b
from http import HTTPStatus
from threading import Lock

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from clusterix.lib import theme
from clusterix.lib.caching import HARMLESS_COOKIES
from initiatives.index.keeper import keeper

View = Callable[[HttpRequest], HttpResponse]

MOST_PAGES = 128
LARGEST_PAGE = 1_000_000
MOST_BYTES = 64_000_000


class Pages:
    """The pages asked for last."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.made: OrderedDict[Hashable, tuple[bytes, dict[str, str]]] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> HttpResponse | None:
        """The page again, if it is remembered."""
        with self.lock:
            found = self.made.get(key)
            if found is None:
                return None
            self.made.move_to_end(key)
        content, headers = found
        return HttpResponse(content, headers=headers)

    def keep(self, key: Hashable, response: HttpResponse) -> None:
        """Remember a page, in the place of those that nobody has asked for longest."""
        response["ETag"] = f'"{blake2b(response.content, digest_size=16).hexdigest()}"'
        with self.lock:
            before, _headers = self.made.pop(key, (b"", {}))
            self.made[key] = (response.content, dict(response.items()))
            self.size += len(response.content) - len(before)
            while len(self.made) > MOST_PAGES or self.size > MOST_BYTES:
                _key, (content, _headers) = self.made.popitem(last=False)
                self.size -= len(content)

    def forget(self) -> None:
        """Begin anew."""
        with self.lock:
            self.made.clear()
            self.size = 0


pages = Pages()


def remembered(view: View) -> View:
    """Have a view's pages made once for all who may share them."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not is_for_anyone(request):
            return view(request)
        key = everything_that_matters(request)
        response = pages.get(key)
        if response is None:
            response = view(request)
            if may_be_kept(request, response):
                pages.keep(key, response)
        return response

    return wrapper


def is_for_anyone(request: HttpRequest) -> bool:
    """Whether the visitor gets what all get, and the index is one that lasts."""
    return (
        request.method == "GET"
        and request.COOKIES.keys() <= HARMLESS_COOKIES
        and "HX-Request" not in request.headers
        and settings.CATALOGUE_MAY_LAG > 0
        and not connection.in_atomic_block
    )


def everything_that_matters(request: HttpRequest) -> Hashable:
    """What a page depends on."""
    return (
        request.get_full_path(),
        theme.chosen(request),
        get_language(),
        timezone.localdate(),
        keeper.current().snapshot,
    )


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page was made without asking who somebody is."""
    return (
        response.status_code == HTTPStatus.OK
        and len(response.content) <= LARGEST_PAGE
        and not response.cookies
        and not request.session.accessed
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    )
