"""Countries and regions as people write them: by name in any of our languages, or by code."""

from collections.abc import Iterator

from babel import Locale
from django.conf import settings

from clusterix.curation.imports.words import folded
from clusterix.lib.countries import AS_IN_ISO
from people.models import Region

ALSO_CALLED = {
    "CZ": ["Czech Republic"],
    "MK": ["Macedonia"],
    "NL": ["Holland", "The Netherlands"],
    "SK": ["Slovak Republic"],
    "TR": ["Turkey"],
    "UK": ["Great Britain"],
}


class Places:
    """The regions of Europe by all their names and codes, read once."""

    def __init__(self) -> None:
        self.codes: dict[str, str | None] = {}
        self.heirs: dict[str, str | None] = {}
        regions = Region.objects.order_by("is_retired", "level", "code")
        for code, name, level, is_retired, heir in regions.values_list(
            "code", "name", "level", "is_retired", "successor"
        ):
            if is_retired:
                self.heirs[code] = heir
            elif level == Region.Level.COUNTRY:
                for word in country_words(code):
                    self.codes[folded(word)] = code
            else:
                self._add(name, code)
            self.codes[folded(code)] = code

    def _add(self, name: str, code: str) -> None:
        """A name that regions in different places share names none of them."""
        other = self.codes.setdefault(folded(name), code)
        if other and other != code and not code.startswith(other):
            self.codes[folded(name)] = None

    def find(self, text: str) -> str | None:
        """The code of a region in use; None for one that is not known or not the only one."""
        code = self.codes.get(folded(text))
        return self.heirs.get(code, code) if code else None


def country_words(code: str) -> Iterator[str]:
    """What a country is called and abbreviated."""
    iso = AS_IN_ISO.get(code, code)
    yield iso
    yield from ALSO_CALLED.get(code, ())
    for language, _label in settings.CONTENT_LANGUAGES:
        yield Locale.parse(language).territories.get(iso, iso)
