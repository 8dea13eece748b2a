"""Who may merge, and a publisher of everything."""

import pytest

from clusterix.curation.models import User
from tests.factories import secretariat


@pytest.fixture
def user() -> User:
    return secretariat()
