"""The commands that fill a database."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from clusterix.content.models import Loaded
from clusterix.curation.models import Membership, Partner, User
from people.models import Organisation
from tests.content.conftest import Load

RECORD = """
partners:
  clusterix: {name: Secretariat, is_programme: true}
  region-skane: {name: Region Skåne}
organisations:
  skane: {name: Region Skåne, kind: public-authority}
"""


def said(*arguments: str) -> list[str]:
    """What a command prints, by line."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


def test_a_load_counts_what_is_new(load: Load) -> None:
    Path("record.yaml").write_text(RECORD, encoding="utf-8")

    lines = said("load_content", "record.yaml")

    assert lines == [
        "partners: 2 new, 0 changed, 0 unchanged",
        "organisations: 1 new, 0 changed, 0 unchanged",
    ]


def test_the_second_load_says_that_nothing_changed(load: Load) -> None:
    load(RECORD)

    lines = said("load_content", "record.yaml")

    assert lines == [
        "partners: 0 new, 0 changed, 2 unchanged",
        "organisations: 0 new, 0 changed, 1 unchanged",
        "Nothing changed: all is as the files say.",
    ]


def test_a_load_names_the_fields_that_changed_and_those_that_people_keep(load: Load) -> None:
    load(RECORD)
    Organisation.objects.update(name="Skåne")
    changed = RECORD.replace("public-authority", "public-authority, city: Malmö")
    Path("record.yaml").write_text(changed, encoding="utf-8")

    lines = said("load_content", "record.yaml")

    assert lines == [
        "partners: 0 new, 0 changed, 2 unchanged",
        "organisations: 0 new, 1 changed, 0 unchanged",
        "changed organisations/skane: city",
        "kept as people left it organisations/skane: name",
    ]


def test_a_load_tells_of_new_regions(load: Load) -> None:
    Loaded.objects.all().delete()

    lines = said("load_content", ".")

    assert lines == ["regions: 2257 new, 4 changed"]


def test_a_refused_file_is_an_error_that_lists_its_mistakes(load: Load) -> None:
    Path("record.yaml").write_text("partners:\n  one: {}\n  two: {nam: Two}\n", encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        said("load_content", "record.yaml")

    assert str(refused.value).splitlines() == [
        "Nothing was loaded. Put these right first:",
        "record.yaml:2: “name” is missing.",
        "record.yaml:3: “name” is missing.",
        "record.yaml:3: “nam” is no field here. Did you mean “name”?",
    ]


def test_a_path_that_leads_nowhere_is_an_error(load: Load) -> None:
    with pytest.raises(CommandError, match=r"^There is no nowhere\.yaml, nothing\.$"):
        said("load_content", "nowhere.yaml", "nothing")


def test_what_was_loaded_is_known_by_kind_and_key(load: Load) -> None:
    load(RECORD)

    names = sorted(str(loaded) for loaded in Loaded.objects.exclude(kind="regions"))

    assert names == ["organisations/skane", "partners/clusterix", "partners/region-skane"]


def test_demo_accounts_are_printed_with_their_password(load: Load, settings: Settings) -> None:
    settings.DEBUG = True
    load(RECORD)

    lines = said("load_demo")

    assert lines == [
        "editor       editor@clusterix.example  cluster-by-cluster  (Region Skåne)",
        "publisher    publisher@clusterix.example  cluster-by-cluster  (Region Skåne)",
        "secretariat  secretariat@clusterix.example  cluster-by-cluster  (Secretariat)",
    ]
    assert {user.email: user.is_staff for user in User.objects.all()} == {
        "editor@clusterix.example": True,
        "publisher@clusterix.example": True,
        "secretariat@clusterix.example": True,
    }


def test_demo_accounts_are_made_once_and_put_right(load: Load, settings: Settings) -> None:
    settings.DEBUG = True
    load(RECORD)
    said("load_demo")
    editor = User.objects.get(email="editor@clusterix.example")
    editor.set_password("something else")
    editor.save()
    Membership.objects.filter(user=editor).update(role=Membership.Role.PUBLISHER)

    said("load_demo")

    editor.refresh_from_db()
    assert editor.check_password("cluster-by-cluster")
    assert Membership.objects.get(user=editor).role == Membership.Role.EDITOR
    assert User.objects.count() == Membership.objects.count() == 3


def test_there_are_no_demo_accounts_without_debug(load: Load, settings: Settings) -> None:
    settings.DEBUG = False
    load(RECORD)

    with pytest.raises(CommandError, match="DEBUG only"):
        said("load_demo")

    assert not User.objects.exists()


def test_demo_accounts_need_the_partners_of_the_record(load: Load, settings: Settings) -> None:
    settings.DEBUG = True

    with pytest.raises(CommandError, match="run load_content first"):
        said("load_demo")

    assert not User.objects.exists()
    assert not Partner.objects.exists()
