"""How often one client may ask for something that costs, or writes to somebody."""

import time

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

log = structlog.stdlib.get_logger("clusterix.limits")


def is_within(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Whether the client asked no more often than that in this stretch of time; it counts."""
    return is_within_for(request.META.get("REMOTE_ADDR", ""), what, most=most, seconds=seconds)


def is_within_for(whom: str, what: str, *, most: int, seconds: int) -> bool:
    """The same for anything else that is asked for by many: an e-mail address, say, or a page.

    Shared by all processes through the cache. Without its cache the site serves everyone: a limit
    protects it, but registering must not depend on it.
    """
    stretch = int(time.time()) // seconds
    key = salted_hmac("limit", f"{what} {whom} {stretch}").hexdigest()
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) <= most
    except Exception:
        log.exception("cache failed", limit=what)
        return True
