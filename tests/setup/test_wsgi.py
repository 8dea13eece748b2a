"""What a WSGI server such as gunicorn loads."""

from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

import pytest

from clusterix.wsgi import application


@pytest.mark.django_db
def test_the_application_answers_a_server() -> None:
    environment: dict[str, object] = {}
    setup_testing_defaults(environment)
    environment |= {"PATH_INFO": "/healthz/", "HTTP_HOST": "testserver"}
    statuses: list[str] = []

    def start(status: str, *_rest: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return bytearray().extend

    body = b"".join(application(environment, start))

    assert (statuses, body) == (["200 OK"], b'{"process": "ok"}')
