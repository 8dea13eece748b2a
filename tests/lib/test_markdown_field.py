"""A column for Markdown is text to the database, and a box with help to whoever writes."""

from clusterix.lib.markdown_field import MarkdownField
from people.models import Person


def test_migrations_know_it_as_text() -> None:
    name, path, _args, options = Person._meta.get_field("biography").deconstruct()

    assert (name, path) == ("biography", "django.db.models.TextField")
    assert options["max_length"] == 10_000


def test_its_box_is_marked_for_the_script() -> None:
    field = MarkdownField("words", max_length=50).formfield()

    assert field.widget.attrs == {
        "cols": "40",
        "rows": "10",
        "maxlength": "50",
        "data-markdown": "",
    }
