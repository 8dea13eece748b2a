"""Searchable words in every content language; the words of public names are remembered."""

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


PUBLISHED = "r.state = 'published'"
ALIASES = (
    "coalesce((SELECT string_agg(a.name, ' ') FROM people_alias a WHERE a.organisation_id = r.id), '')"
)
TAUGHT = {
    "people_organisation": (f"concat_ws(' ', r.name, r.short_name, r.city, {ALIASES})", PUBLISHED),
    "people_alias": (
        "r.name",
        "EXISTS (SELECT FROM people_organisation o WHERE o.id = r.organisation_id AND o.state = 'published')",
    ),
    "people_region": ("r.name", "NOT r.is_retired"),
}


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0002_search_in_every_language'),
        ('people', '0002_boundary'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='alias',
            name='alias_search',
        ),
        migrations.RemoveField(
            model_name='alias',
            name='search',
        ),
        migrations.AddField(
            model_name='alias',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.Value('en'), models.F('name'), models.Value(''), models.Value(''), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='alias',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='alias_search'),
        ),
        migrations.RemoveIndex(
            model_name='organisation',
            name='organisation_search',
        ),
        migrations.RemoveField(
            model_name='organisation',
            name='search',
        ),
        migrations.AddField(
            model_name='organisation',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('language'), django.db.models.functions.text.Concat(models.F('name'), models.Value(' '), models.F('short_name'), output_field=models.TextField()), models.F('city'), models.F('description'), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='organisation_search'),
        ),
        migrations.RemoveIndex(
            model_name='person',
            name='person_search',
        ),
        migrations.RemoveField(
            model_name='person',
            name='search',
        ),
        migrations.AddField(
            model_name='person',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('language'), django.db.models.functions.text.Concat(models.F('given_name'), models.Value(' '), models.F('family_name'), output_field=models.TextField()), models.F('headline'), models.F('biography'), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='person_search'),
        ),
        migrations.RemoveIndex(
            model_name='region',
            name='region_search',
        ),
        migrations.RemoveField(
            model_name='region',
            name='search',
        ),
        migrations.AddField(
            model_name='region',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.Value('en'), django.db.models.functions.text.Concat(models.F('name'), models.Value(' '), models.F('code'), output_field=models.TextField()), models.Value(''), models.Value(''), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='region',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='region_search'),
        ),
        *(
            migrations.RunSQL(learning(table, words, public), no_learning(table))
            for table, (words, public) in TAUGHT.items()
        ),
    ]
