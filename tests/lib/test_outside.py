"""Looking at addresses outside: what is there, and that nothing inside is ever reached."""

import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial
from ipaddress import ip_address
from typing import Any

import pytest

from clusterix.lib.outside import Address, Look, Terms, Verdict, is_public, look
from tests.lib.sites import (
    Site,
    by_method,
    raw,
    redirect,
    serving,
    silent,
    status,
    trickling,
    trusting,
)

AGENT = "Clusterix (+http://testserver/)"
HERE = ip_address("127.0.0.1")
ANY_PORT = range(1, 65_536)
NAME = "elsewhere.example"


def is_here(address: Address) -> bool:
    """Loopback, for once, counts as public."""
    return address == HERE


def at(*addresses: str) -> Any:
    """A resolver to which every name leads to these addresses."""
    return lambda _host, _port: [ip_address(address) for address in addresses]


LOCAL = Terms(is_public=is_here, ports=ANY_PORT, seconds_for_a_step=1, seconds=2)
see = partial(look, agent=AGENT, terms=LOCAL)


def named(**terms: Any) -> Terms:
    """The terms by which a name leads to loopback."""
    usual = {"is_public": is_here, "ports": ANY_PORT, "resolve": at("127.0.0.1")}
    return Terms(**usual | {"seconds_for_a_step": 1, "seconds": 2} | terms)


@pytest.fixture
def site() -> Iterator[Site]:
    """A server without encryption."""
    with serving() as running:
        yield running


def verdicts(look_: Look) -> tuple[str, str]:
    return look_.verdict.name, look_.words


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        (200, Verdict.THERE, "It answers (200)."),
        (304, Verdict.THERE, "It answers (304)."),
        (401, Verdict.UNTOLD, "It does not answer programs (401)."),
        (403, Verdict.UNTOLD, "It does not answer programs (403)."),
        (404, Verdict.GONE, "The page is not there (404)."),
        (410, Verdict.GONE, "The page is not there (410)."),
        (429, Verdict.UNTOLD, "It does not answer programs (429)."),
        (500, Verdict.GONE, "Its server has an error (500)."),
        (599, Verdict.GONE, "Its server has an error (599)."),
        (999, Verdict.UNTOLD, "It does not answer programs (999)."),
    ],
)
def test_an_answer_says_whether_something_is_there(
    site: Site, code: int, verdict: Verdict, words: str
) -> None:
    site.pages["/"] = status(code)

    assert see(site.url()) == Look(verdict, words)


def test_it_asks_for_the_head_and_says_who_asks(site: Site) -> None:
    site.pages["/a%20b?q=%C3%A9&n=1"] = status(200)

    seen = see(site.url("/a b?q=é&n=1#part"))

    assert seen.verdict is Verdict.THERE
    assert site.asked == ["HEAD /a%20b?q=%C3%A9&n=1"]
    assert site.headers["User-Agent"] == AGENT
    assert site.headers["Host"] == f"127.0.0.1:{site.port}"
    assert not {"Cookie", "Authorization", "Referer"} & site.headers.keys()


@pytest.mark.parametrize(
    "refusal",
    [status(405), status(501), status(403), status(404), raw(b""), raw(b"\0\1\2\r\n\r\n")],
    ids=["405", "501", "403", "404", "no answer", "nonsense"],
)
def test_where_the_head_is_refused_it_asks_for_the_page(site: Site, refusal: Any) -> None:
    site.pages["/"] = by_method(HEAD=refusal, GET=status(200))

    seen = see(site.url())

    assert seen.verdict is Verdict.THERE
    assert site.asked == ["HEAD /", "GET /"]


def test_whoever_is_asked_too_often_is_not_asked_again(site: Site) -> None:
    site.pages["/"] = status(429)

    see(site.url())

    assert site.asked == ["HEAD /"]


def test_a_redirect_is_followed(site: Site) -> None:
    site.pages |= {
        "/": redirect("/é/".encode().decode("latin-1")),
        "/%C3%A9/": redirect("b"),
        "/%C3%A9/b": status(200),
    }

    seen = see(site.url())

    assert seen.verdict is Verdict.THERE
    assert site.asked == ["HEAD /", "HEAD /%C3%A9/", "HEAD /%C3%A9/b"]


@pytest.mark.parametrize(("steps", "verdict"), [(5, Verdict.THERE), (6, Verdict.GONE)])
def test_redirects_are_followed_for_five_steps(site: Site, steps: int, verdict: Verdict) -> None:
    site.pages |= {f"/{step}": redirect(f"/{step + 1}") for step in range(steps)}
    site.pages[f"/{steps}"] = status(200)

    assert see(site.url("/0")).verdict is verdict


def test_a_circle_of_redirects_ends(site: Site) -> None:
    site.pages["/"] = redirect("/")

    seen = see(site.url())

    assert seen == Look(Verdict.GONE, "It leads from one address to the next without end.")
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("location", "verdict"),
    [
        ("ftp://127.0.0.1/", Verdict.UNTOLD),
        ("file:///etc/passwd", Verdict.UNTOLD),
        ("gopher://127.0.0.1:6379/_FLUSHALL", Verdict.UNTOLD),
        ("http://user:secret@127.0.0.1/", Verdict.UNTOLD),
        ("http://[::1", Verdict.GONE),
        ("http://127.0.0.2/", Verdict.GONE),
        ("//127.0.0.2/", Verdict.GONE),
        ("http://[::ffff:127.0.0.1]/", Verdict.GONE),
    ],
)
def test_a_redirect_leads_nowhere_that_is_not_asked(
    site: Site, location: str, verdict: Verdict
) -> None:
    site.pages["/"] = redirect(location)

    assert see(site.url()).verdict is verdict
    assert site.asked == ["HEAD /"]


INSIDE = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:1::1", "2001:db8::1"),
    *("2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%lo"),
    *("fec0::1", "ff02::1"),
]
OUTSIDE = ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_of_the_public_internet_is_told_apart(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_of_the_public_internet_counts_as_such(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "0x7f000001", "[::1]"),
        *("[::ffff:7f00:1]", "0", "127.0.0.1.", "①②⑦.0.0.1"),
    ],
)
def test_loopback_is_not_reached_under_any_name(site: Site, host: str) -> None:
    terms = Terms(ports=ANY_PORT, seconds=2)

    seen = look(site.url(host=host), agent=AGENT, terms=terms)

    assert seen.verdict in {Verdict.GONE, Verdict.SILENT}
    assert site.asked == []


def test_by_its_usual_terms_it_does_not_reach_loopback() -> None:
    seen = look("http://127.0.0.1/", agent=AGENT)

    assert seen == Look(Verdict.GONE, "It is not an address of the public internet.")


def test_a_name_of_which_one_address_is_inside_is_refused(site: Site) -> None:
    terms = named(resolve=at("127.0.0.1", "10.0.0.1"))

    seen = look(site.url(host=NAME), agent=AGENT, terms=terms)

    assert seen.verdict is Verdict.GONE
    assert site.asked == []


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(site: Site) -> None:
    site.pages["/"] = status(200)
    answers = iter([[HERE], [ip_address("10.0.0.1")]])
    terms = named(resolve=lambda _host, _port: next(answers))

    seen = look(site.url(host=NAME), agent=AGENT, terms=terms)

    assert seen.verdict is Verdict.THERE
    assert site.headers["Host"] == f"{NAME}:{site.port}"
    assert next(answers) == [ip_address("10.0.0.1")]


def test_each_redirect_is_looked_up_anew(site: Site) -> None:
    site.pages["/"] = redirect("/inside")
    answers = iter([[HERE], [ip_address("10.0.0.1")]])
    terms = named(resolve=lambda _host, _port: next(answers))

    seen = look(site.url(host=NAME), agent=AGENT, terms=terms)

    assert seen.verdict is Verdict.GONE
    assert site.asked == ["HEAD /"]


def test_where_one_address_does_not_answer_the_next_is_tried(site: Site) -> None:
    site.pages["/"] = status(200)
    terms = named(is_public=lambda _address: True, resolve=at("127.0.0.9", "127.0.0.1"))

    seen = look(site.url(host=NAME), agent=AGENT, terms=terms)

    assert seen.verdict is Verdict.THERE


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("ftp://example.org/", ("UNTOLD", "Only web addresses are looked at.")),
        ("javascript:alert(1)", ("UNTOLD", "Only web addresses are looked at.")),
        ("", ("UNTOLD", "Only web addresses are looked at.")),
        ("http://me@example.org/", ("UNTOLD", "It holds a name or a password.")),
        ("http://:secret@example.org/", ("UNTOLD", "It holds a name or a password.")),
        ("http://example.org:22/", ("UNTOLD", "It has an unusual port.")),
        ("https://example.org:8443/", ("UNTOLD", "It has an unusual port.")),
        ("http://example.org:99999/", ("GONE", "It is no valid address.")),
        ("http://[::1", ("GONE", "It is no valid address.")),
        ("http://a..example/", ("GONE", "It is no valid address.")),
        (f"http://{'a' * 64}.example/", ("GONE", "It is no valid address.")),
        ("http:///path", ("GONE", "It is not an address of the public internet.")),
        ("http://nowhere.invalid/", ("SILENT", "There is no such host.")),
    ],
)
def test_what_is_no_address_of_a_page_is_not_asked(url: str, seen: tuple[str, str]) -> None:
    assert verdicts(look(url, agent=AGENT)) == seen


def test_a_host_whose_name_is_written_in_other_letters_is_asked_by_its_own(site: Site) -> None:
    site.pages["/"] = status(200)

    look(site.url(host="bücher.example"), agent=AGENT, terms=named())

    assert site.headers["Host"] == f"xn--bcher-kva.example:{site.port}"


def test_where_no_server_is_it_cannot_be_reached() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]

        seen = see(f"http://127.0.0.1:{port}/")

    assert seen == Look(Verdict.SILENT, "It cannot be reached.")


ENDLESS = {
    "nothing": silent,
    "a head without end": trickling(b"X-More: and more\r\n", after=b"HTTP/1.1 200 OK\r\n"),
    "a line without end": trickling(b"x"),
    "no end once the page is asked for": by_method(HEAD=status(405), GET=trickling(b"x")),
    "go on, go on": trickling(b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("page", ENDLESS)
def test_it_waits_for_no_longer_than_it_was_told(site: Site, page: str) -> None:
    site.pages["/"] = ENDLESS[page]
    began = time.monotonic()

    seen = see(site.url())

    assert seen == Look(Verdict.SILENT, "It does not answer in time.")
    assert time.monotonic() - began < 10


def test_encrypted_it_waits_no_longer_either() -> None:
    with serving(certified_for=NAME) as site:
        site.pages["/"] = by_method(HEAD=status(405), GET=trickling(b"x"))
        began = time.monotonic()

        seen = look(site.url(host=NAME), agent=AGENT, terms=named(trust=lambda: trusting(NAME)))

    assert seen == Look(Verdict.SILENT, "It does not answer in time.")
    assert time.monotonic() - began < 10


def test_a_body_without_end_is_not_read(site: Site) -> None:
    def endless(handler: Any) -> None:
        status(200)(handler)
        trickling(b"more " * 1_000)(handler)

    site.pages["/"] = by_method(HEAD=status(405), GET=endless)

    seen = see(site.url())

    assert seen.verdict is Verdict.THERE


def test_a_head_that_is_too_large_is_not_read(site: Site) -> None:
    site.pages["/"] = raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n")

    assert see(site.url()) == Look(Verdict.SILENT, "It cannot be reached.")


def test_all_steps_together_have_one_time(site: Site) -> None:
    def slow(handler: Any) -> None:
        time.sleep(0.5)
        redirect("/")(handler)

    site.pages["/"] = slow

    assert see(site.url()) == Look(Verdict.SILENT, "It does not answer in time.")
    assert len(site.asked) < 6


def test_encrypted_it_names_the_host_and_checks_its_certificate() -> None:
    with serving(certified_for=NAME) as site:
        site.pages["/"] = status(200)
        terms = named(trust=lambda: trusting(NAME))

        seen = look(site.url(host=NAME), agent=AGENT, terms=terms)

    assert seen.verdict is Verdict.THERE
    assert site.headers["Host"] == f"{NAME}:{site.port}"


@pytest.mark.parametrize(
    ("host", "trusted"),
    [("other.example", NAME), ("127.0.0.1", NAME), (NAME, "")],
    ids=["another name", "no name", "nobody's word"],
)
def test_a_certificate_that_is_not_in_order_is_said(host: str, trusted: str) -> None:
    with serving(certified_for=NAME) as site:
        site.pages["/"] = status(200)
        terms = named(trust=lambda: trusting(trusted)) if trusted else named()

        seen = look(site.url(host=host), agent=AGENT, terms=terms)

    assert seen == Look(Verdict.SILENT, "Its encryption or certificate is not in order.")
    assert site.asked == []


def test_a_server_without_encryption_is_no_encrypted_one(site: Site) -> None:
    seen = see(site.url().replace("http:", "https:"))

    assert seen.verdict is Verdict.SILENT


def test_a_greeting_that_never_ends_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        began = time.monotonic()

        seen = see(f"https://127.0.0.1:{port}/")

    assert seen == Look(Verdict.SILENT, "It does not answer in time.")
    assert time.monotonic() - began < 10


def test_it_trusts_whom_the_machine_trusts() -> None:
    trust = Terms().trust()

    assert trust.verify_mode == ssl.CERT_REQUIRED
    assert trust.check_hostname
    assert Terms().trust() is trust
