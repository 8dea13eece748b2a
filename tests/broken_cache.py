"""A cache whose server is gone."""

from typing import Any

from django.core.cache.backends.dummy import DummyCache


class BrokenCache(DummyCache):
    """Fails at every use."""

    def add(self, *_args: Any, **_kwargs: Any) -> bool:
        """No answer."""
        raise ConnectionError("the cache is gone")
