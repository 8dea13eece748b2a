"""What becomes of rows: created, updated, unchanged or refused, each said in words."""

import pytest
from django.db import connection

from clusterix.curation.imports.results import Outcome
from clusterix.curation.models import Entry, Membership, Partner
from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Initiative, InitiativeLink, InitiativeSource, Involvement
from people.models import Organisation
from tests.factories import (
    AliasFactory,
    InitiativeFactory,
    OrganisationFactory,
    RegionFactory,
    ThemeFactory,
    member,
)
from tests.imports.conftest import MAPPING, NOW, PLAIN, Import, said

pytestmark = pytest.mark.django_db

TABLE = "id,name,reach,text\n1,Cluster school,Local,It teaches.\n"


def only() -> Initiative:
    found: Initiative = Initiative.unscoped.get()
    return found


def test_a_row_becomes_a_draft_of_the_partner(imported: Import, partner: Partner) -> None:
    report = imported(TABLE)

    entry = only()
    assert said(report) == ["Row 2, x-1: created"]
    assert (entry.key, entry.slug, entry.title) == ("x-1", "cluster-school", "Cluster school")
    assert (entry.kind, entry.level, entry.summary) == ("good-practice", "local", "It teaches.")
    assert (entry.state, entry.owner, entry.published_at) == (Entry.State.DRAFT, partner, None)


def test_a_row_is_published_where_that_was_asked_for(imported: Import) -> None:
    imported(TABLE, publish=True)

    assert Initiative.objects.get().published_at == NOW


def test_the_same_rows_again_change_nothing(imported: Import) -> None:
    imported(TABLE)

    report = imported(TABLE)

    assert said(report) == ["Row 2, x-1: unchanged"]
    assert only().history.count() == 1


def test_a_row_that_differs_updates_its_entry_and_keeps_the_rest(imported: Import) -> None:
    imported(TABLE)
    Initiative.unscoped.update(acronym="CS")
    before = only()

    report = imported(TABLE.replace("It teaches.", "It taught."))

    entry = only()
    assert said(report) == ["Row 2, x-1: updated: summary"]
    assert (entry.summary, entry.acronym, entry.slug) == ("It taught.", "CS", "cluster-school")
    assert entry.created_at == before.created_at
    assert entry.updated_at > before.updated_at


def test_an_empty_cell_says_nothing_about_what_is_known(imported: Import) -> None:
    mapping = MAPPING + "  acronym: short\n"
    imported("id,name,reach,text,short\n1,School,local,It teaches.,CS\n", mapping)

    report = imported("id,name,reach,text,short\n1,School,local,It teaches.,\n", mapping)

    assert said(report) == ["Row 2, x-1: unchanged"]
    assert only().acronym == "CS"


def test_a_draft_that_is_imported_again_can_be_published(imported: Import) -> None:
    imported(TABLE)

    report = imported(TABLE, publish=True)

    assert said(report) == ["Row 2, x-1: updated: state"]
    assert Initiative.objects.get().published_at == NOW


def test_what_was_archived_stays_so(imported: Import) -> None:
    imported(TABLE, publish=True)
    Initiative.objects.get().archive(reason="Over")

    report = imported(TABLE, publish=True)

    assert said(report) == ["Row 2, x-1: unchanged"]
    assert only().state == Entry.State.ARCHIVED


def test_each_version_says_why_and_all_that_the_entry_points_to(imported: Import) -> None:
    mapping = MAPPING + "  regions: {column: where, split: ';'}\n"
    table = "id,name,reach,text,where\n1,School,local,It teaches.,AT\n"
    imported(table, mapping, reason="Spring list")

    imported(table.replace("AT", "AT;SE"), mapping, reason="Autumn list")

    versions = only().history.order_by("history_date", "history_id")
    assert [
        (
            version.history_type,
            version.history_change_reason,
            sorted(row.region_id for row in version.regions.all()),
        )
        for version in versions
    ] == [("+", "Spring list", ["AT"]), ("~", "Autumn list", ["AT", "SE"])]
    assert {version.created_at for version in versions} == {only().created_at}


def test_rows_without_what_they_need_are_refused_and_the_others_come_in(imported: Import) -> None:
    report = imported(
        "id,name,reach,text\n"
        "1,,local,No title\n"
        "2,Reach,galactic,No such level\n"
        ",Keyless,local,No key\n"
        "4,Good,local,Comes in\n"
        "4,Again,local,The key of row 5\n"
    )

    assert said(report) == [
        "Row 2, x-1: refused",
        "  “title” is missing.",
        "Row 3, x-2: refused",
        "  reach: “galactic”: It is none of european, inter-regional, cross-border, national, "
        "regional, local.",
        "Row 4, –: refused",
        "  id: There is no key, so the row cannot be known again.",
        "Row 5, x-4: created",
        "Row 6, x-4: refused",
        "  id: “x-4”: Row 5 has this key.",
    ]
    assert only().title == "Good"


def test_a_missing_level_is_said_once_where_the_value_was_refused(imported: Import) -> None:
    mapping = MAPPING.replace("default: regional", "on_error: skip value")

    report = imported(TABLE.replace("Local", "galactic"), mapping)

    assert said(report) == [
        "Row 2, x-1: refused",
        "  reach: “galactic”: It is none of european, inter-regional, cross-border, national, "
        "regional, local. It was left out.",
        "  “level” is missing.",
    ]


def test_a_strict_import_keeps_nothing_if_a_row_is_refused(imported: Import) -> None:
    report = imported(TABLE + "2,,local,No title\n", strict=True)

    assert report.counts[Outcome.CREATED] == report.refused == 1
    assert not report.is_kept
    assert not Initiative.unscoped.exists()


def test_a_dry_run_does_all_of_it_and_keeps_nothing(imported: Import) -> None:
    report = imported(TABLE, dry_run=True)

    assert said(report) == ["Row 2, x-1: created"]
    assert not report.is_kept
    assert not Initiative.unscoped.exists()
    assert not Initiative.history.exists()


def test_an_entry_of_another_partner_is_left_alone(imported: Import) -> None:
    InitiativeFactory.create(key="x-1", title="Kanariefågel", state=Entry.State.DRAFT)

    report = imported(TABLE)

    assert said(report) == [
        "Row 2, x-1: refused",
        "  “x-1”: This key belongs to an entry of another partner.",
    ]
    assert only().title == "Kanariefågel"


def test_a_user_changes_only_what_they_may(imported: Import, partner: Partner) -> None:
    editor = member(partner)
    InitiativeFactory.create(key="x-1", owner=partner, title="Published")
    InitiativeFactory.create(key="x-2", owner=partner, state=Entry.State.DRAFT)

    report = imported(TABLE + "2,School,local,It teaches.\n3,New,local,New.\n", user=editor)

    assert said(report)[:3] == [
        "Row 2, x-1: refused",
        "  “x-1”: You may not change this entry as it stands.",
        "Row 3, x-2: updated: title, kind, level, summary",
    ]
    assert Initiative.unscoped.get(key="x-3").created_by == editor
    assert Initiative.history.get(key="x-3").history_user == editor


def test_an_editor_publishes_nothing(imported: Import, partner: Partner) -> None:
    report = imported(TABLE, user=member(partner), publish=True)

    assert said(report) == ["Row 2, x-1: refused", "  You may not publish for this partner."]
    assert not Initiative.unscoped.exists()


def test_a_publisher_publishes(imported: Import, partner: Partner) -> None:
    imported(TABLE, user=member(partner, Membership.Role.PUBLISHER), publish=True)

    assert Initiative.objects.get().title == "Cluster school"


def test_addresses_that_are_taken_get_the_key_too(imported: Import) -> None:
    InitiativeFactory.create(slug="school")

    imported(
        "id,name,reach,text\n"
        "1,School,local,One\n"
        "2,Skola,local,Two\n"
        "3,Skola,local,Three\n"
        "4,Σχολείο,local,Four\n"
    )

    slugs = Initiative.unscoped.filter(key__startswith="x-").order_by("key")
    assert list(slugs.values_list("slug", flat=True)) == ["school-x-1", "skola", "skola-x-3", "x-4"]


def test_addresses_of_other_pages_get_the_key_too(imported: Import) -> None:
    imported("id,name,reach,text\n1,Compare,local,One\n")

    assert Initiative.unscoped.get().slug == "compare-x-1"


def test_entries_of_the_same_name_in_the_same_country_are_pointed_out(imported: Import) -> None:
    mapping = PLAIN + "  regions: where\n"
    public = InitiativeFactory.create(key="public", title="École de clusters")
    public.regions.add(RegionFactory.create(code="AT"))
    elsewhere = InitiativeFactory.create(key="elsewhere", title="Ecole de Clusters")
    elsewhere.regions.add(RegionFactory.create(code="SE"))
    InitiativeFactory.create(key="canary", title="ECOLE DE CLUSTERS", state=Entry.State.DRAFT)

    report = imported(
        "id,name,text,where\n1,Ecole  de clusters,One,AT\n2,ecole de clusters,Two,AT\n", mapping
    )

    assert said(report) == [
        "Row 2, x-1: created",
        "  title: “Ecole de clusters”: “public” is called so too: perhaps it is the same.",
        "Row 3, x-2: created",
        "  title: “ecole de clusters”: “public” is called so too: perhaps it is the same.",
        "  title: “ecole de clusters”: “x-1” is called so too: perhaps it is the same.",
    ]


def test_lists_are_added_to_and_nothing_of_them_is_taken_away(
    imported: Import, partner: Partner
) -> None:
    mapping = PLAIN + (
        "  themes: {column: topics, split: ';'}\n"
        "  links: {column: pages, split: addresses}\n"
        "source: {title: The list, url: 'https://list.example/', accessed_on: 2026-05-01}\n"
    )
    digital = ThemeFactory.create(key="digital", labels={"en": "Digital", "sv": "Digitalt"})
    green = ThemeFactory.create(key="green", labels={"en": "Green"})
    head = "id,name,text,topics,pages\n"
    imported(f"{head}1,School,It teaches.,digitalt,https://a.example/\n", mapping)
    only().themes.add(green)
    InitiativeLink.objects.create(initiative=only(), label="Ours", url="https://o.example/")

    report = imported(
        f"{head}1,School,It teaches.,Digital,https://b.example/ https://a.example/\n", mapping
    )

    assert said(report) == ["Row 2, x-1: updated: links"]
    assert set(only().themes.all()) == {digital, green}
    links = InitiativeLink.objects.order_by("pk").values_list("label", "url", "position")
    assert list(links) == [
        ("a.example", "https://a.example/", 0),
        ("Ours", "https://o.example/", 0),
        ("b.example", "https://b.example/", 2),
    ]
    assert InitiativeSource.objects.get().title == "The list"


ORGANISATIONS = PLAIN + (
    "  organisations:\n    {column: by, split: ';', role: coordinator, on_error: skip value}\n"
)
CREATING = PLAIN + (
    "  organisations:\n"
    "    column: by\n"
    "    split: ;\n"
    "    create:\n"
    "      kind: {column: sort, values: {Uni: research}}\n"
    "      region: {column: where, on_error: skip value}\n"
    "      city: place\n"
)


def test_organisations_are_found_by_any_of_their_names(imported: Import, partner: Partner) -> None:
    by_name = OrganisationFactory.create(name="Región de Müller")
    by_short = OrganisationFactory.create(short_name="OEC")
    by_alias = AliasFactory.create(name="Länsstyrelsen").organisation
    own = OrganisationFactory.create(name="Ours", owner=partner, state=Entry.State.DRAFT)
    OrganisationFactory.create(name="Rival's canary", state=Entry.State.DRAFT)
    OrganisationFactory.create(name="Twin")
    OrganisationFactory.create(name="twin")

    report = imported(
        "id,name,text,by\n"
        "1,School,It teaches.,region de muller;oec;LANSSTYRELSEN;Ours;Rival's canary;Twin\n",
        ORGANISATIONS,
    )

    assert said(report) == [
        "Row 2, x-1: created",
        "  by: “Rival's canary”: No organisation is known by this name. It was left out.",
        "  by: “Twin”: Several organisations are called so. It was left out.",
    ]
    rows = Involvement.objects.order_by("position").values_list("organisation", "role")
    wanted = (by_name, by_short, by_alias, own)
    assert list(rows) == [(row.pk, "coordinator") for row in wanted]


def test_organisations_are_created_as_drafts_where_the_mapping_allows_it(
    imported: Import, partner: Partner
) -> None:
    OrganisationFactory.create(slug="university-of-lund")
    table = (
        "id,name,text,by,sort,where,place\n"
        "1,School,It teaches.,University of Lund; university of  Lund,Uni,Sweden,Lund\n"
        "2,Camp,It trains.,University of Lund,Uni,Sweden,Lund\n"
        "3,Fair,It shows.,Atlantis,Uni,Atlantis,\n"
        "4,Void,It is not.,Nobody,,,\n"
    )

    report = imported(table, CREATING, publish=True)
    again = imported(table, CREATING, publish=True)

    lund, atlantis = Organisation.unscoped.filter(owner=partner).order_by("-name")
    assert said(report) == [
        "Row 2, x-1: created",
        "Row 3, x-2: created",
        "Row 4, x-3: created",
        "Row 5, x-4: refused",
        "  by: “Nobody”: It is not known, and neither is of which kind it is.",
    ]
    assert said(again)[:3] == [f"Row {n}, x-{n - 1}: unchanged" for n in (2, 3, 4)]
    assert (lund.state, lund.kind, lund.region_id, lund.city) == ("draft", "research", "SE", "Lund")
    assert lund.slug == f"university-of-lund-{lund.key}"
    assert (atlantis.region_id, atlantis.slug) == (None, "atlantis")
    assert lund.history.get().history_change_reason == "Imported"
    involved = lund.involvements.order_by("initiative__key")
    assert list(involved.values_list("initiative__key", "role")) == [
        ("x-1", "owner"),
        ("x-2", "owner"),
    ]


def test_a_kind_that_is_none_refuses_the_row(imported: Import) -> None:
    report = imported("id,name,text,by,sort,where,place\n1,A,B,C,Pub,,\n", CREATING)

    assert said(report)[1].startswith("  by: “C”: It is none of cluster, cluster-network,")


def test_values_that_do_not_go_together_are_refused(imported: Import) -> None:
    mapping = PLAIN + (
        "  start: from\n  end: {column: to, on_error: skip value}\n"
        "  open_ended: {column: open, on_error: skip value}\n"
        "  budget: {column: money, on_error: skip value}\n  currency: {column: coin}\n"
    )

    report = imported(
        "id,name,text,from,to,open,money,coin\n"
        "1,A,B,2020,2019,,,EUR\n"
        "2,A2,B,2020,2021,yes,5,\n"
        '3,A3,B,2020-06,,yes,"1 234,50",EUR\n',
        mapping,
    )

    assert said(report) == [
        "Row 2, x-1: created",
        "  to: “2019”: The end lies before the start. It was left out.",
        "Row 3, x-2: created",
        "  open: “True”: It has an end date, so its end is not open. It was left out.",
        "  money: “5”: There is no currency for it. It was left out.",
        "Row 4, x-3: created",
    ]
    rows = Initiative.unscoped.order_by("key")
    assert [(f"{r.start and r.start.text}", r.end and r.end.text, r.open_ended) for r in rows] == [
        ("2020", None, False),
        ("2020", "2021", False),
        ("2020-06", None, True),
    ]
    assert [(r.budget and float(r.budget), r.currency) for r in rows] == [
        (None, ""),
        (None, ""),
        (1234.5, "EUR"),
    ]


def test_what_the_database_refuses_is_said_in_words_and_the_rest_comes_in(
    imported: Import,
) -> None:
    mapping = CREATING + "  start: from\n"
    head = "id,name,text,by,sort,where,place,from\n"
    imported(f"{head}1,School,It teaches.,,,,,2001\n", mapping)
    Initiative.unscoped.update(end=PartialDate("2010"))

    report = imported(
        f"{head}1,School,It teaches.,,,,,2020\n2,Camp,It trains.,Lund,Uni,,,2020\n", mapping
    )

    assert said(report) == [
        "Row 2, x-1: refused",
        "  The end lies before the start.",
        "Row 3, x-2: created",
    ]
    assert Initiative.unscoped.get(key="x-1").start == PartialDate("2001")
    assert Involvement.objects.get().organisation.name == "Lund"


def test_a_rule_that_only_the_database_knows_refuses_the_row(imported: Import) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE initiatives_initiative ADD CONSTRAINT no_fair CHECK (title <> 'Fair')"
        )

    report = imported("id,name,text\n1,Fair,A\n2,School,B\n", PLAIN)

    assert said(report) == [
        "Row 2, x-1: refused",
        "  The database refuses it: somebody else may be changing the same.",
        "Row 3, x-2: created",
    ]


def test_an_address_that_somebody_has_taken_with_the_key_refuses_the_row(
    imported: Import,
) -> None:
    InitiativeFactory.create(slug="school")
    InitiativeFactory.create(slug="school-x-1")

    report = imported("id,name,text\n1,School,A\n", PLAIN)

    assert said(report) == [
        "Row 2, x-1: refused",
        "  slug: This is taken by another entry.",
    ]


def test_a_row_has_twenty_remarks_at_most(imported: Import) -> None:
    mapping = PLAIN + "  themes: {column: topics, split: ' ', on_error: skip value}\n"

    report = imported(f"id,name,text,topics\n1,A,B,{' '.join(map(str, range(30)))}\n", mapping)

    assert len(report.results[0].remarks) == 20
    assert said(report)[1] == "  topics: “0”: The vocabulary does not have it. It was left out."


def test_rows_are_read_in_chunks_and_known_across_them(
    imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusterix.curation.imports.running.ROWS_AT_ONCE", 2)
    rows = "".join(f"{n},School {n},It teaches.,Lund,Uni,,\n" for n in range(5))

    report = imported(f"id,name,text,by,sort,where,place\n{rows}", CREATING)

    assert report.total == "5 created, 0 updated, 0 unchanged, 0 refused"
    assert Organisation.unscoped.get().involvements.count() == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_a_chunk_costs_the_same_queries_at_one_row_and_at_three(
    imported: Import, rows: int, django_assert_num_queries: object
) -> None:
    table = "id,name,text,by,sort,where,place\n" + "".join(
        f"{n},School {n},It teaches.,Org {n},Uni,SE,\n" for n in range(rows)
    )

    with django_assert_num_queries(28):  # type: ignore[operator]
        imported(table, CREATING + "  regions: where\n")


def test_hostile_text_is_just_text(imported: Import) -> None:
    hostile = "=cmd|'/c calc'!A1 <script>alert(1)</script> %s {{ x }}"

    imported(f'id,name,reach,text\n1,"{hostile}",local,"{hostile}"\n')

    assert only().title == only().summary == hostile
