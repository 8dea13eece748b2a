"""How often one client may ask the interface for programs."""

import math
import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from clusterix.lib import limits

A_MINUTE = 60


class ClientThrottle(BaseThrottle):
    """So many requests a minute from one address; without the cache everyone is served."""

    what = "api"

    def allow_request(self, request: Request, _view: Any) -> bool:
        """Whether the client is within its limit; 0 means that there is none."""
        most = self.most()
        return not most or limits.is_within(
            request._request,  # noqa: SLF001 (how Django REST framework names the request it wraps)
            self.what,
            most=most,
            seconds=A_MINUTE,
        )

    def most(self) -> int:
        """How many requests a minute."""
        most: int = settings.API_REQUESTS_A_MINUTE
        return most

    def wait(self) -> float:
        """Seconds until the next minute begins to count."""
        return math.ceil(A_MINUTE - time.time() % A_MINUTE)


class BulkThrottle(ClientThrottle):
    """Fewer for what takes everything along at once."""

    what = "api bulk"

    def most(self) -> int:
        """One for every sixty ordinary ones, one at least; none where none is set."""
        return math.ceil(super().most() / 60)
