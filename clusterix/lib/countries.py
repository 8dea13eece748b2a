"""Names of countries in the active language, from CLDR."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

AS_IN_ISO = {"EL": "GR", "UK": "GB"}
"""NUTS writes Greece and the United Kingdom in its own way."""


_ISO_LENGTH = 2
_NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language, sep="-").territories)


def country_name(code: str) -> str:
    """The name of a country by its NUTS or ISO 3166 code; the code itself where none is known."""
    territories = _territories(get_language() or "en")
    return territories.get(AS_IN_ISO.get(code, code), code)


def countries() -> list[tuple[str, str]]:
    """All countries and territories by ISO code, in the order of the active language's names."""
    names = _territories(get_language() or "en").items()
    return sorted(
        (
            (code, name)
            for code, name in names
            if len(code) == _ISO_LENGTH and code.isalpha() and code not in _NOT_COUNTRIES
        ),
        key=lambda item: item[1],
    )
