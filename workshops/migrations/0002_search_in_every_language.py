"""Searchable words in every content language; the words of public workshops are remembered."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models


def learning(table: str, words: str, public: str) -> str:
    """Triggers that remember the words of a table's rows once everyone may see them."""
    teach = f"SELECT search_remember(array_agg({words})) FROM {table} r WHERE {public};"
    quoted = ", ".join(f"'{part.replace(chr(39), 2 * chr(39))}'" for part in (words, public))
    events = {"INSERT": "NEW TABLE AS new_rows", "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows"}
    return teach + "".join(
        f"CREATE TRIGGER {table}_teaches_by_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION search_learn({quoted});"
        for event, rows in events.items()
    )


def no_learning(table: str) -> str:
    """The same taken back."""
    return "".join(
        f"DROP TRIGGER {table}_teaches_by_{event} ON {table};" for event in ("insert", "update")
    )


TAUGHT = {
    "workshops_workshop": (
        "concat_ws(' ', r.title, r.theme, r.summary, r.city,"
        " (SELECT string_agg(s.title, ' ') FROM workshops_session s WHERE s.workshop_id = r.id))",
        "r.state = 'published'",
    ),
    "workshops_session": (
        "r.title",
        "EXISTS (SELECT FROM workshops_workshop w WHERE w.id = r.workshop_id AND w.state = 'published')",
    ),
}


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_search_in_every_language'),
        ('workshops', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='session',
            name='session_search',
        ),
        migrations.RemoveField(
            model_name='session',
            name='search',
        ),
        migrations.AddField(
            model_name='session',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.Value('en'), models.F('title'), models.Value(''), models.F('abstract'), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='session',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='session_search'),
        ),
        migrations.RemoveIndex(
            model_name='workshop',
            name='workshop_search',
        ),
        migrations.RemoveField(
            model_name='workshop',
            name='search',
        ),
        migrations.AddField(
            model_name='workshop',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('language'), django.db.models.functions.text.Concat(models.F('title'), models.Value(' '), models.F('theme'), output_field=models.TextField()), django.db.models.functions.text.Concat(models.F('summary'), models.Value(' '), models.F('city'), output_field=models.TextField()), django.db.models.functions.text.Concat(models.F('description'), models.Value(' '), models.F('report'), models.Value(' '), models.F('conclusions'), output_field=models.TextField()), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='workshop',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='workshop_search'),
        ),
        *(
            migrations.RunSQL(learning(table, words, public), no_learning(table))
            for table, (words, public) in TAUGHT.items()
        ),
    ]
