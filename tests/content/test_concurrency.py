"""Loads that run at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from clusterix.content import loading
from clusterix.content.loading import Report
from clusterix.content.models import Loaded
from clusterix.curation.models import Partner
from people.regions import fingerprint
from tests.content.conftest import TODAY

TOGETHER = 4


@pytest.mark.django_db(transaction=True)
def test_of_loads_at_the_same_time_one_writes_and_the_others_find_it_done(tmp_path: Path) -> None:
    file = tmp_path / "record.yaml"
    file.write_text("partners: {one: {name: One}, two: {name: Two}}", encoding="utf-8")
    known = {"fingerprint": fingerprint(), "count": 0}
    Loaded.objects.create(kind="regions", key="nuts", digests=known)
    start = Barrier(TOGETHER)

    def load(_turn: int) -> Report:
        try:
            start.wait()
            return loading.load([file], today=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as threads:
        reports = list(threads.map(load, range(TOGETHER)))

    assert sorted(report.did_nothing for report in reports) == [False, True, True, True]
    assert Partner.objects.count() == 2
