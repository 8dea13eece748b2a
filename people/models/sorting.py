"""How names are put in order."""

from django.contrib.postgres.lookups import Unaccent
from django.db.models import F
from django.db.models.functions import Lower


def by_letters(field: str) -> Lower:
    """Sorts a column by its letters, accents and capitals ignored, in any database's collation."""
    return Lower(Unaccent(F(field)))
