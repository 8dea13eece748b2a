"""The programme's own record, after some of it was merged: no load parts what people made one."""

import pytest

from people.merging.joining import merge
from people.models import Organisation
from tests.content.conftest import Load
from tests.factories import secretariat

pytestmark = pytest.mark.django_db

RECORD = """
partners:
  clusterix: {name: Secretariat, is_programme: true}
organisations:
  skane: {name: Region Skåne, kind: public-authority}
  scania: {name: Region of Scania, kind: public-authority}
initiatives:
  nextstep:
    title: NextStep
    kind: good-practice
    level: local
    summary: Helps people to found companies.
    involvements:
      - {organisation: scania, role: owner}
"""


def test_a_merge_outlives_a_load_and_what_is_new_leads_to_the_one_that_stays(load: Load) -> None:
    load(RECORD)
    kept, gone = (Organisation.objects.get(key=key) for key in ("skane", "scania"))
    merge(kept, gone, secretariat(), "The same")

    load(RECORD)
    load(RECORD.replace("nextstep:", "other:").replace("role: owner", "role: funder"))

    rows = sorted(kept.involvements.values_list("initiative__key", "role"))
    gone.refresh_from_db()
    assert rows == [("nextstep", "owner"), ("other", "funder")]
    assert gone.merged_into_id == kept.pk
