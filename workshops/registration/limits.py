"""How often one client may ask for something that costs, or writes to somebody."""

import time

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

log = structlog.stdlib.get_logger("clusterix.registration")


def is_within(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Whether the client asked no more than that often in this stretch of time; it counts as asked.

    Shared by all processes through the cache. Without its cache the site serves everyone: a limit
    protects it, but registering must not depend on it.
    """
    client = request.META.get("REMOTE_ADDR", "")
    stretch = int(time.time()) // seconds
    key = salted_hmac("limit", f"{what} {client} {stretch}").hexdigest()
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) <= most
    except Exception:
        log.exception("cache failed", limit=what)
        return True
