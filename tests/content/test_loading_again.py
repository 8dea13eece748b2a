"""Loading twice is the same as once, and changes what the file changed."""

from initiatives.models import Initiative, Theme
from people.models import Organisation
from tests.content.conftest import Load
from tests.content.records import MEETING, NEXTSTEP, PARTNER, SKANE
from workshops.models import Session


def test_the_second_load_changes_nothing(load: Load) -> None:
    text = PARTNER + SKANE + NEXTSTEP + MEETING
    load(text)
    written = {entry.pk: entry.updated_at for entry in Organisation.objects.all()}

    report = load(text)

    assert report.did_nothing
    assert report.changes == []
    assert report.unchanged == {
        "partners": 1,
        "organisations": 1,
        "initiatives": 1,
        "workshops": 1,
    }
    assert {entry.pk: entry.updated_at for entry in Organisation.objects.all()} == written


def test_a_change_in_the_file_changes_that_field_and_says_why_in_the_history(load: Load) -> None:
    load(PARTNER + SKANE)

    report = load(PARTNER + SKANE.replace("Region Skåne", "Skåne Regional Council"))

    skane = Organisation.objects.get()
    assert skane.name == "Skåne Regional Council"
    assert [(change.key, change.given) for change in report.changes] == [("skane", ("name",))]
    assert [row.history_change_reason for row in skane.history.all()] == [
        "Loaded from record.yaml",
        "Loaded from record.yaml",
    ]


def test_a_record_that_changes_can_refer_to_one_that_does_not(load: Load) -> None:
    text = "themes: {jobs: {labels: {en: Jobs}, parent: growth}, growth: {labels: {en: Growth}}}"
    load(text)

    report = load(text.replace("Jobs", "Work"))

    assert [change.key for change in report.changes] == ["jobs"]
    assert Theme.objects.get(key="jobs").parent == Theme.objects.get(key="growth")


def test_what_the_file_leaves_out_is_emptied(load: Load) -> None:
    load(f"{PARTNER}{SKANE}    city: Malmö\n")

    load(PARTNER + SKANE)

    assert Organisation.objects.get().city == ""


def test_rows_that_are_known_again_keep_their_address(load: Load) -> None:
    sessions = """
    sessions:
      - {title: Opening}
      - {title: Middle}
      - {title: End}
"""
    meeting = MEETING[: MEETING.index("    sessions")]
    load(PARTNER + meeting + sessions)
    before = {session.title: session.pk for session in Session.objects.all()}

    load(PARTNER + meeting + sessions.replace("- {title: Middle}", "- {title: New}"))

    after = {session.title: session.pk for session in Session.objects.in_order()}
    assert list(after) == ["Opening", "New", "End"]
    assert (after["Opening"], after["End"]) == (before["Opening"], before["End"])


def test_sessions_can_swap_their_times_in_one_room(load: Load) -> None:
    text = MEETING.replace(
        "{title: Visit, kind: study-visit, day: day 2}",
        "{title: Talk, starts_at: day 1 10:00, ends_at: day 1 10:30, room: Hall}",
    )
    load(PARTNER + text)
    swapped = text.replace("Opening", "X").replace("Talk", "Opening").replace("X", "Talk")

    load(PARTNER + swapped)

    assert [session.title for session in Session.objects.in_order()] == ["Talk", "Opening"]


def test_the_order_of_rows_without_an_order_does_not_matter(load: Load) -> None:
    aliases = "    aliases: [{name: Alpha}, {name: Beta}]\n"
    load(PARTNER + SKANE + aliases)

    report = load(PARTNER + SKANE + "    aliases: [{name: Beta}, {name: Alpha}]\n")

    assert report.did_nothing


def test_a_theme_taken_from_an_initiative_is_one_version_in_its_history(load: Load) -> None:
    themes = "themes: {growth: {labels: {en: Growth}}, jobs: {labels: {en: Jobs}}}\n"
    load(PARTNER + NEXTSTEP + "    themes: [growth, jobs]\n" + themes)
    versions = Initiative.history.count()

    load(PARTNER + NEXTSTEP + "    themes: [growth]\n" + themes)

    assert [theme.key for theme in Initiative.objects.get().themes.all()] == ["growth"]
    assert Initiative.history.count() == versions + 2  # its columns, then its lists


def test_a_theme_that_is_named_twice_is_one(load: Load) -> None:
    text = (
        PARTNER + NEXTSTEP + "    themes: [growth, growth]\nthemes: {growth: {labels: {en: G}}}\n"
    )
    load(text)

    report = load(text)

    assert report.did_nothing
    assert Initiative.objects.get().themes.count() == 1
