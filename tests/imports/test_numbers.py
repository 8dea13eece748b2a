"""Numbers as they are written in Europe and elsewhere."""

from decimal import Decimal

import pytest

from clusterix.curation.imports.mappings import Rule
from clusterix.curation.imports.values import RefusedValueError, understood
from initiatives.models import Initiative

BUDGET = Initiative._meta.get_field("budget")
NUMBERS = {
    "1200": "1200",
    "1200,5": "1200.5",
    "1 200,50": "1200.50",
    "1’200.50": "1200.50",
    "1.200,50": "1200.50",
    "1.234.567": "1234567",
    "1.234.567,89": "1234567.89",
    "1,200.50": "1200.50",
    "1,234,567": "1234567",
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read_however_its_thousands_are_divided(text: str) -> None:
    assert understood(BUDGET, text, Rule()) == (Decimal(NUMBERS[text]), "")


@pytest.mark.parametrize("text", ["1,234", "1.234", "1.2.3", "1,2,3", "12.34,5"])
def test_a_number_that_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(RefusedValueError):
        understood(BUDGET, text, Rule())
