import time_machine
from django.test import RequestFactory

from clusterix.lib.limits import is_within


def ask(client: str = "192.0.2.1", what: str = "register") -> bool:
    request = RequestFactory().post("/", REMOTE_ADDR=client)
    return is_within(request, what, most=2, seconds=60)


def test_a_client_may_ask_so_often_in_a_stretch_of_time() -> None:
    with time_machine.travel(6_000_000, tick=False) as clock:
        answers = [ask() for _ in range(3)]
        clock.shift(60)

        assert [*answers, ask()] == [True, True, False, True]


def test_each_client_and_each_purpose_counts_for_itself() -> None:
    with time_machine.travel(7_000_000, tick=False):
        for _ in range(3):
            ask()

        assert (ask("192.0.2.2"), ask(what="lost link"), ask()) == (True, True, False)
