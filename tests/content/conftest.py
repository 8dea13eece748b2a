"""What the tests of content files share."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from clusterix.content import loading
from clusterix.content.loading import Report
from clusterix.content.models import Loaded
from people.models import Region
from people.regions import fingerprint
from tests.factories import RegionFactory

TODAY = date(2026, 5, 4)

Load = Callable[..., Report]


@pytest.fixture
def load(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Loads a text as the file `record.yaml`, into a database that has Skåne for a classification.

    The loader remembers which classification it loaded, so it does not load Europe here.
    """
    RegionFactory.create(code="SE224")
    known = {"fingerprint": fingerprint(), "count": Region.objects.count()}
    Loaded.objects.create(kind="regions", key="nuts", digests=known)
    monkeypatch.chdir(tmp_path)

    def load_text(text: str, today: date = TODAY) -> Report:
        file = Path("record.yaml")
        file.write_text(text, encoding="utf-8")
        return loading.load([file], today=today)

    return load_text
