from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.feedgenerator import rfc3339_date
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.xml_text import xml_text
from initiatives.feed import Feed, add
from initiatives.models import Initiative, Theme
from tests.factories import InitiativeFactory, PartnerFactory, ThemeFactory, member

pytestmark = pytest.mark.django_db

ATOM = {"": "http://www.w3.org/2005/Atom"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Read = Callable[..., ElementTree.Element]


@pytest.fixture
def feed(client: Client) -> Read:
    """The feed of a selection."""

    def read(query: str = "") -> ElementTree.Element:
        response = client.get(f"/initiatives/feed.atom{query}")
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        return ElementTree.fromstring(response.content)

    return read


def text(element: ElementTree.Element, path: str) -> str | None:
    """What stands in a part of it."""
    return element.findtext(path, namespaces=ATOM)


def links(element: ElementTree.Element) -> dict[str | None, str | None]:
    """Where it leads, by the kind of link."""
    return {link.get("rel"): link.get("href") for link in element.findall("link", ATOM)}


def titles(element: ElementTree.Element) -> list[str | None]:
    """The entries in their order."""
    return [text(entry, "title") for entry in element.findall("entry", ATOM)]


def test_an_entry_says_what_was_published_by_whom_and_when(feed: Read) -> None:
    initiative = InitiativeFactory.create(
        key="vanguard",
        slug="vanguard-initiative",
        title="Growth & <jobs>",
        summary="Regions & their <clusters>.",
        language="de",
        owner=PartnerFactory.create(name="Skåne agency"),
        published_at=datetime(2026, 11, 1, 12, 30, tzinfo=UTC),
    )
    initiative.themes.add(ThemeFactory.create(key="smart", labels={"en": "Smart & green"}))

    (entry,) = feed().findall("entry", ATOM)

    category = entry.find("category", ATOM)
    summary = entry.find("summary", ATOM)
    assert category is not None
    assert summary is not None
    assert text(entry, "id") == "tag:testserver,2026:initiative/vanguard"
    assert text(entry, "title") == "Growth & <jobs>"
    assert (summary.get("type"), summary.text) == ("html", "Regions &amp; their &lt;clusters&gt;.")
    assert text(entry, "author/name") == "Skåne agency"
    assert text(entry, "published") == "2026-11-01T12:30:00+00:00"
    assert text(entry, "updated") == rfc3339_date(initiative.updated_at)
    assert category.attrib == {"term": "smart", "label": "Smart & green"}
    assert entry.get(XML_LANG) == "de"
    assert links(entry) == {"alternate": "http://testserver/initiatives/vanguard-initiative/"}


def test_the_name_of_an_entry_outlives_its_address(feed: Read) -> None:
    initiative = InitiativeFactory.create(slug="before")
    before = text(feed(), "entry/id")

    initiative.slug = "after"
    initiative.because("A better address").save()

    assert text(feed(), "entry/id") == before


def test_the_last_published_stand_first_and_fifty_are_enough(
    feed: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("initiatives.feed.MOST_ENTRIES", 2)
    for day, title in ((2, "second"), (1, "first"), (3, "third")):
        InitiativeFactory.create(title=title, published_at=datetime(2026, 1, day, tzinfo=UTC))

    assert titles(feed("?sort=title")) == ["third", "second"]


def test_a_feed_says_its_filters_in_words_and_where_it_is(feed: Read) -> None:
    InitiativeFactory.create(title="Harbour", level="local")
    InitiativeFactory.create(title="Elsewhere", level="national")

    root = feed("?level=local&q=harbour&level=lunar&page=3&sort=newest")

    query = "?level=local&level=lunar&q=harbour"
    assert titles(root) == ["Harbour"]
    assert text(root, "title") == "Initiatives: “harbour” · Local – Clusterix"
    assert text(root, "id") == f"tag:testserver,2026:initiatives{query}"
    assert text(root, "author/name") == "Clusterix"
    assert text(root, "rights") == "EUPL-1.2"
    assert root.get(XML_LANG) == "en"
    assert links(root) == {
        "alternate": f"http://testserver/initiatives/{query}",
        "self": f"http://testserver/initiatives/feed.atom{query}",
    }


def test_an_empty_feed_is_whole_and_stays_the_same(feed: Read) -> None:
    root = feed("?q=nothing")

    assert titles(root) == []
    assert text(root, "updated") == "2026-01-01T00:00:00+00:00"


def test_a_reader_that_has_it_all_is_told_so(client: Client) -> None:
    initiative = InitiativeFactory.create(title="Before")
    first = client.get("/initiatives/feed.atom")
    known = {"if-none-match": first["ETag"]}

    same = client.get("/initiatives/feed.atom", headers=known)
    Initiative.objects.filter(pk=initiative.pk).update(title="After")
    changed = client.get("/initiatives/feed.atom", headers=known)

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1"


def test_what_changes_beside_an_entry_is_a_change_too(client: Client) -> None:
    theme = ThemeFactory.create(labels={"en": "Before"})
    InitiativeFactory.create().themes.add(theme)
    known = {"if-none-match": client.get("/initiatives/feed.atom")["ETag"]}

    Theme.objects.update(labels={"en": "After"})

    assert client.get("/initiatives/feed.atom", headers=known).status_code == 200


def test_drafts_are_in_no_feed(client: Client) -> None:
    draft = InitiativeFactory.create(title="Zephyrine", state="draft")
    client.force_login(member(draft.owner))

    response = client.get("/initiatives/feed.atom")

    assert "Zephyrine" not in response.content.decode()


def test_what_ceases_to_be_public_while_it_is_written_is_left_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = InitiativeFactory.create(title="Seen")
    gone = InitiativeFactory.create(title="Gone", state="archived")
    monkeypatch.setattr("initiatives.selection.Selection.ids", [gone.pk, seen.pk])

    root = ElementTree.fromstring(client.get("/initiatives/feed.atom").content)

    assert titles(root) == ["Seen"]


def test_a_feed_is_only_read(client: Client) -> None:
    assert client.post("/initiatives/feed.atom").status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_a_feed_costs_the_same_queries_however_many_are_in_it(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        InitiativeFactory.create().themes.add(ThemeFactory.create())

    with django_assert_num_queries(3):
        client.get("/initiatives/feed.atom")


@settings(max_examples=100)
@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_breaks_a_feed(title: str, summary: str, label: str) -> None:
    owner = PartnerFactory.build(name=title)
    initiative = InitiativeFactory.build(pk=1, title=title, summary=summary, owner=owner)
    initiative._prefetched_objects_cache = {"themes": [Theme(key="x", labels={"en": label})]}
    initiative.updated_at = initiative.published_at
    atom = Feed(title=xml_text(title), link="http://testserver/", description="")

    add(atom, initiative)

    root = ElementTree.fromstring(atom.writeString("utf-8"))
    assert text(root, "entry/title") == xml_text(title).replace("\r\n", "\n").replace("\r", "\n")


def test_no_query_breaks_a_feed(feed: Read) -> None:
    root = feed("?q=%01%0B%C2%85%EF%BF%BE%3C%26")

    assert "<&" in (text(root, "title") or "")
