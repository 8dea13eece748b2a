"""The network around an organisation, an initiative or a theme: as a picture and in words."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from initiatives.models import Initiative, Involvement
from people.models import Organisation
from tests.factories import (
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    ThemeFactory,
)
from tests.initiatives.pages import between, links, plain

pytestmark = pytest.mark.django_db


def around(query: str) -> str:
    """The page of the network around what the query names."""
    response = Client().get(f"/network/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def drawn(html: str) -> dict[str, str]:
    """The links of the picture, by what they say."""
    picture = between(html, '<svg class="network"', "</svg>")
    found = re.findall(
        r'<a class="network__node [^"]*" href="([^"]*)" aria-label="([^"]*)"', picture
    )
    return {label: url for url, label in found}


def words(html: str) -> dict[str, list[str]]:
    """The same in words: what is said of each."""
    rows = re.findall(
        r"<dt>(.*?)</dt>(.*?)</div>", between(html, '<dl class="network-words"', "</dl>"), re.DOTALL
    )
    return {
        plain(term): [plain(said) for said in re.findall(r"<dd>(.*?)</dd>", told)]
        for term, told in rows
    }


def initiative(title: str, **roles: Organisation) -> Initiative:
    """A public initiative in which these organisations have these roles."""
    made: Initiative = InitiativeFactory.create(title=title, slug=title.lower())
    for role, organisation in roles.items():
        InvolvementFactory.create(initiative=made, organisation=organisation, role=role)
    return made


def organisation(name: str, **fields: object) -> Organisation:
    """A public organisation of that name."""
    made: Organisation = OrganisationFactory.create(name=name, slug=name.lower(), **fields)
    return made


def test_an_organisation_is_shown_with_its_initiatives_and_their_organisations() -> None:
    skane, lund, vinnova = organisation("Skane"), organisation("Lund"), organisation("Vinnova")
    initiative("Health", owner=skane, partner=lund)
    initiative("Elsewhere", owner=lund, funder=vinnova)

    html = around("organisation=skane")

    assert drawn(html) == {
        "Skane (cluster organisation): 1 connection": "/organisations/skane/",
        "Health (initiative, regional): 2 connections": "/network/?initiative=health",
        "Lund (cluster organisation): 1 connection": "/network/?organisation=lund",
    }
    assert words(html) == {"Health initiative, regional": ["owner Skane", "partner Lund"]}
    assert "2 others within two steps are shown." in plain(html)
    assert "left out" not in html


def test_an_initiative_is_shown_with_what_its_organisations_do_besides() -> None:
    skane, lund = organisation("Skane"), organisation("Lund")
    initiative("Health", coordinator=skane)
    initiative("Food", owner=skane, beneficiary=lund)

    html = around("initiative=health")

    assert list(drawn(html)) == [
        "Health (initiative, regional): 1 connection",
        "Food (initiative, regional): 1 connection",
        "Skane (cluster organisation): 2 connections",
    ]
    assert words(html) == {
        "Health initiative, regional": ["coordinator Skane"],
        "Food initiative, regional": ["owner Skane"],
    }


def test_a_theme_is_shown_with_the_initiatives_on_it_and_on_those_within_it() -> None:
    wide = ThemeFactory.create(key="skills", labels={"en": "Skills"})
    narrow = ThemeFactory.create(key="training", parent=wide)
    skane = organisation("Skane")
    initiative("Health", owner=skane).themes.add(wide)
    initiative("Food").themes.add(narrow)
    initiative("Elsewhere", partner=skane)

    html = around("theme=skills")

    assert drawn(html) == {
        "Skills (theme): 2 connections": "/initiatives/?theme=skills",
        "Food (initiative, regional): 1 connection": "/network/?initiative=food",
        "Health (initiative, regional): 2 connections": "/network/?initiative=health",
        "Skane (cluster organisation): 1 connection": "/network/?organisation=skane",
    }
    assert words(html)["Food initiative, regional"] == ["is on the theme Skills"]


def test_relations_and_successors_are_part_of_it_read_from_both_sides() -> None:
    heir = organisation("Heir")
    organisation("Gone", successor=heir)
    old, new = initiative("Old", owner=heir), initiative("New")
    new.relations.create(kind="succeeds", related=old)

    told = words(around("initiative=new"))
    seen_from_the_heir = words(around("organisation=heir"))

    assert told == {
        "New initiative, regional": ["succeeds Old"],
        "Old initiative, regional": ["owner Heir", "was continued by New"],
    }
    assert seen_from_the_heir["Gone cluster organisation"] == ["is continued by Heir"]
    assert seen_from_the_heir["Heir cluster organisation"] == ["continues Gone"]
    assert seen_from_the_heir["New initiative, regional"] == ["succeeds Old"]


def test_of_several_roles_the_leading_one_is_drawn_and_all_are_told() -> None:
    skane = organisation("Skane")
    initiative("Health", owner=skane, funder=skane)

    html = around("organisation=skane")

    picture = between(html, '<svg class="network"', "</svg>")
    assert re.findall(r"network__line--([a-z-]+)", picture) == ["leads"]
    assert words(html) == {"Health initiative, regional": ["owner Skane", "funder Skane"]}
    assert "owns or coordinates" in html
    assert "takes part or hosts" not in html


def test_every_kind_of_tie_that_is_drawn_is_explained() -> None:
    bodies = [organisation(name) for name in ("Skane", "Lund", "Rise", "Era")]
    health = initiative("Health", owner=bodies[0], host=bodies[1], funder=bodies[2])
    InvolvementFactory.create(initiative=health, organisation=bodies[3], role="beneficiary")
    health.relations.create(kind="part-of", related=initiative("Frame"))

    legend = plain(between(around("initiative=health"), '<ul class="network-legend"', "</ul>"))

    assert legend.startswith(
        "owns or coordinates takes part or hosts funds benefits"
        " is part of, continues or was inspired by"
    )


def test_drafts_and_what_hangs_on_them_alone_are_not_shown() -> None:
    skane, hidden = organisation("Skane"), organisation("Canary", state="draft")
    initiative("Health", owner=skane, partner=hidden)
    InvolvementFactory.create(
        organisation=skane, initiative=InitiativeFactory.create(title="Canary", state="draft")
    )
    organisation("Canary2", state="archived", successor=skane)

    html = around("organisation=skane")

    assert words(html) == {"Health initiative, regional": ["owner Skane"]}
    assert "Canary" not in html


@pytest.mark.parametrize(
    "query", ["organisation=hidden", "initiative=hidden", "theme=hidden", "organisation=skills"]
)
def test_what_is_not_public_or_does_not_exist_is_not_found(client: Client, query: str) -> None:
    organisation("Hidden", state="draft")
    InitiativeFactory.create(slug="hidden", state="in_review")
    ThemeFactory.create(key="skills")

    assert client.get(f"/network/?{query}").status_code == 404


def test_an_entry_that_nothing_is_tied_to_says_so() -> None:
    organisation("Alone")

    html = around("organisation=alone")

    assert "Nothing on record ties it to others yet." in html
    assert '<svg class="network"' not in html


def test_a_former_address_leads_to_the_present_one(client: Client) -> None:
    moved = organisation("Before")
    moved.slug = "after"
    moved.save()

    response = client.get("/network/?organisation=before")

    assert (response.status_code, response["Location"]) == (301, "/network/?organisation=after")


def test_what_users_write_is_only_text_in_the_picture() -> None:
    evil = OrganisationFactory.create(
        name='"><script>x</script>', short_name="</title><b>", slug="evil"
    )
    initiative("Health", owner=evil)

    html = around("organisation=evil")

    assert "<script>x" not in html
    assert "<b>" not in html
    assert "&lt;/title&gt;&lt;b&gt;" in html


def test_the_same_record_gives_the_same_picture_in_whatever_order_it_was_written() -> None:
    pictures = []
    for order in (1, -1):
        Involvement.objects.all().delete()
        Organisation.unscoped.all().delete()
        Initiative.unscoped.all().delete()
        bodies = {name: organisation(name) for name in ["Skane", "Lund", "Rise", "Era"][::order]}
        for title, first, second in [
            ("A", "Skane", "Lund"),
            ("B", "Skane", "Rise"),
            ("C", "Lund", "Era"),
        ][::order]:
            initiative(title, owner=bodies[first], partner=bodies[second])
        pictures.append(between(around("organisation=skane"), '<svg class="network"', "</svg>"))

    assert pictures[0] == pictures[1]


def test_of_very_many_the_best_connected_are_shown_and_the_others_counted() -> None:
    hub, friend = organisation("Hub"), organisation("Friend")
    many = InitiativeFactory.create_batch(120)
    Involvement.objects.bulk_create(
        Involvement(initiative=one, organisation=hub, role="owner") for one in many
    )
    InvolvementFactory.create(initiative=many[-1], organisation=friend, role="partner")

    html = around("organisation=hub")

    titles = list(drawn(html))
    assert len(titles) == 42
    assert f"{many[-1].title} (initiative, regional): 2 connections" in titles
    assert "Friend (cluster organisation): 1 connection" in titles
    assert "41 others within two steps are shown. 80 more are left out" in plain(html)


def test_what_two_share_comes_before_what_only_one_has() -> None:
    hub, other = organisation("Hub"), organisation("Other")
    initiative("Start", owner=hub, partner=other)
    many = InitiativeFactory.create_batch(90)
    Involvement.objects.bulk_create(
        Involvement(initiative=one, organisation=hub, role="owner") for one in many
    )
    InvolvementFactory.create(initiative=many[70], organisation=other)

    titles = list(drawn(around("initiative=start")))

    assert len(titles) == 80
    assert f"{many[70].title} (initiative, regional): 2 connections" in titles


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"), [("organisation=hub", 10), ("initiative=start", 10), ("theme=skills", 8)]
)
def test_the_network_costs_the_same_for_one_and_for_three(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    query: str,
    queries: int,
    rows: int,
) -> None:
    theme = ThemeFactory.create(key="skills")
    hub = organisation("Hub")
    start = initiative("Start", owner=hub)
    start.themes.add(theme)
    for _row in range(rows):
        other = InvolvementFactory.create(organisation=hub).initiative
        InvolvementFactory.create(initiative=start)
        start.relations.create(kind="part-of", related=other)
        OrganisationFactory.create(successor=hub)

    with django_assert_num_queries(queries):
        client.get(f"/network/?{query}")


def test_without_a_start_it_offers_those_with_most_initiatives() -> None:
    theme = ThemeFactory.create(key="skills", labels={"en": "Skills"})
    skane, lund = organisation("Skane"), organisation("Lund")
    initiative("Health", owner=lund, partner=skane).themes.add(theme)
    initiative("Food", owner=lund)
    organisation("Alone")

    html = around("organisation=&level=x")

    main = links(between(html, "<main", "</main>"))
    assert main == {
        "Lund": "/network/?organisation=lund",
        "Skane": "/network/?organisation=skane",
        "Skills": "/network/?theme=skills",
    }
    assert "Lund initiatives: 2 Skane initiatives: 1" in plain(html)


def test_an_empty_record_has_no_network() -> None:
    assert "Nothing is recorded yet that could be tied together." in around("")


def test_the_pages_of_entries_and_the_catalogue_lead_to_it(client: Client) -> None:
    theme = ThemeFactory.create(key="skills")
    initiative("Health", owner=organisation("Skane")).themes.add(theme)

    found = [
        links(client.get(address).content.decode())
        for address in (
            "/organisations/skane/",
            "/initiatives/health/",
            "/initiatives/?theme=skills",
        )
    ]

    assert found[0]["Its network"] == "/network/?organisation=skane"
    assert found[1]["Its network"] == "/network/?initiative=health"
    assert found[2]["Network of this theme"] == "/network/?theme=skills"
    assert "Network of this theme" not in links(client.get("/initiatives/").content.decode())


def test_the_network_may_be_shared_and_is_read_only(client: Client) -> None:
    organisation("Skane")

    response = client.get("/network/?organisation=skane")

    assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert client.post("/network/").status_code == 405
