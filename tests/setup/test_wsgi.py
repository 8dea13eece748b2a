"""What a WSGI server such as gunicorn loads."""

from wsgiref.util import setup_testing_defaults

from clusterix.wsgi import application


def test_the_application_answers_a_server() -> None:
    environment: dict[str, object] = {}
    setup_testing_defaults(environment)
    environment |= {"PATH_INFO": "/healthz/", "HTTP_HOST": "testserver"}
    statuses: list[str] = []

    body = b"".join(application(environment, lambda status, _headers, *_: statuses.append(status)))

    assert (statuses, body) == (["200 OK"], b'{"process": "ok"}')
