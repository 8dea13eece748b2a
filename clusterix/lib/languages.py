"""Names of languages in the active language, from CLDR."""

from babel import Locale
from django.utils.translation import get_language


def language_name(code: str) -> str:
    """The name of a language by its ISO 639 code; the code itself where none is known."""
    names = Locale.parse(get_language() or "en", sep="-").languages
    name: str = names.get(code.lower(), code)
    return name
