"""What the tests of imports share."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clusterix.curation.imports.results import Report
from clusterix.curation.imports.running import run
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Partner
from initiatives.imports import InitiativeKind
from tests.factories import PartnerFactory, RegionFactory

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAPPING = """
key: {column: id, prefix: x-}
fields:
  title: name
  kind: {constant: good-practice}
  level: {column: reach, default: regional}
  summary: {column: text, too_long: sentences}
"""
PLAIN = MAPPING.replace("{column: reach, default: regional}", "{constant: regional}")
"""The same for tables that do not say how far an initiative reaches."""

Import = Callable[..., Report]


@pytest.fixture
def partner(db: None) -> Partner:
    """The partner that imports, in a Europe of Austria, Greece, Sweden and the United Kingdom."""
    for code in ("AT", "EL", "SE", "UK"):
        RegionFactory.create(code=code)
    found: Partner = PartnerFactory.create(slug="agency")
    return found


@pytest.fixture
def imported(partner: Partner, tmp_path: Path) -> Import:
    """Imports a table of initiatives, given as a text, for the partner."""

    def import_text(text: str, mapping: str = MAPPING, **wishes: Any) -> Report:
        table, rules = tmp_path / "table.csv", tmp_path / "mapping.yaml"
        table.write_text(text, encoding="utf-8")
        rules.write_text(mapping, encoding="utf-8")
        order: dict[str, Any] = {"partner": partner, "reason": "Imported", "at": NOW, **wishes}
        return run(table, InitiativeKind, Order(**order), rules)

    return import_text


def said(report: Report) -> list[str]:
    """The report in words."""
    return [line for result in report.results for line in result.lines(whole=True)]
