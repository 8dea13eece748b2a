"""The words that find an initiative, in a table of their own that the database keeps."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# The rows that a common word finds have to lie close together, so texts are kept outside of them.
# PostgreSQL moves texts out of rows of two kilobytes and more: `room` makes each as long as that,
# and shrinks to some thirty bytes when it is stored.
NARROW = """
ALTER TABLE initiatives_initiativewords
    ADD CONSTRAINT initiatives_initiativewords_initiative FOREIGN KEY (initiative_id)
        REFERENCES initiatives_initiative ON DELETE CASCADE,
    ADD COLUMN room text,
    ALTER COLUMN title SET STORAGE EXTERNAL,
    ALTER COLUMN document SET STORAGE EXTERNAL,
    SET (toast_tuple_target = 128);
"""

# The names of organisations have a weight of their own, D, so that they can be exchanged without
# reading the texts again. Each statement sees what was committed before it got its locks: whoever
# changes an initiative, its involvements or a name holds the initiative's row, and who involves
# an organisation keeps others from renaming it meanwhile.
KEEP = """
CREATE FUNCTION initiative_names(pk bigint, language text) RETURNS tsvector
LANGUAGE sql STABLE AS $$
    SELECT setweight(search_words(language, coalesce(string_agg(names, ' '), '')), 'D')
    FROM (
        SELECT concat_ws(' ', o.name, o.short_name, string_agg(a.name, ' ')) names
        FROM people_organisation o LEFT JOIN people_alias a ON a.organisation_id = o.id
        WHERE o.state = 'published'
            AND o.id IN (SELECT organisation_id FROM initiatives_involvement WHERE initiative_id = pk)
        GROUP BY o.id
    ) involved
$$;

CREATE FUNCTION initiative_words_write(pks bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM initiatives_initiative WHERE id = ANY(pks) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM initiatives_initiativewords w
    USING unnest(pks) pk JOIN initiatives_initiative i ON i.id = pk
    WHERE w.initiative_id = pk AND i.state <> 'published';
    INSERT INTO initiatives_initiativewords (initiative_id, room, title, document)
    SELECT id, repeat(' ', 2048), called,
        called || setweight(search_words(language, summary), 'B')
            || setweight(search_words(language, told), 'C')
            || initiative_names(id, language) || search_mark(language)
    FROM (
        SELECT id, language, summary,
            setweight(search_words(language, title || ' ' || acronym), 'A') called,
            concat_ws(' ', description, problem, how_it_works, stakeholders, resources, results,
                challenges, transferability, further_information) told
        FROM initiatives_initiative
        WHERE id = ANY(pks) AND state = 'published'
        OFFSET 0
    ) i
    ON CONFLICT (initiative_id)
    DO UPDATE SET room = excluded.room, title = excluded.title, document = excluded.document;
END
$$;

CREATE FUNCTION initiative_words_rename(pks bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM initiatives_initiative WHERE id = ANY(pks) ORDER BY id FOR NO KEY UPDATE;
    UPDATE initiatives_initiativewords w
    SET room = repeat(' ', 2048),
        document = ts_filter(w.document, '{a,b,c}')
        || initiative_names(i.id, i.language) || search_mark(i.language)
    FROM unnest(pks) pk JOIN initiatives_initiative i ON i.id = pk
    WHERE w.initiative_id = pk;
END
$$;

CREATE FUNCTION initiative_words_of_initiative() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    pks bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        pks := ARRAY(SELECT id FROM new_rows WHERE state = 'published');
    ELSE
        pks := ARRAY(
            SELECT id FROM new_rows n JOIN old_rows o USING (id)
            WHERE 'published' IN (n.state, o.state)
                AND (n.state, n.language, n.title, n.acronym, n.summary, n.description, n.problem,
                    n.how_it_works, n.stakeholders, n.resources, n.results, n.challenges,
                    n.transferability, n.further_information)
                <> (o.state, o.language, o.title, o.acronym, o.summary, o.description, o.problem,
                    o.how_it_works, o.stakeholders, o.resources, o.results, o.challenges,
                    o.transferability, o.further_information)
        );
    END IF;
    IF pks <> '{}' THEN
        PERFORM initiative_words_write(pks);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION initiative_words_of_involvement() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    pks bigint[] := '{}';
    organisations bigint[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        pks := ARRAY(SELECT DISTINCT initiative_id FROM new_rows);
        organisations := ARRAY(SELECT DISTINCT organisation_id FROM new_rows);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        pks := pks || ARRAY(SELECT DISTINCT initiative_id FROM old_rows);
    END IF;
    PERFORM FROM people_organisation WHERE id = ANY(organisations) ORDER BY id FOR KEY SHARE;
    IF pks <> '{}' THEN
        PERFORM initiative_words_rename(pks);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION initiative_words_of_names(organisations bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM people_organisation WHERE id = ANY(organisations) ORDER BY id FOR UPDATE;
    PERFORM initiative_words_rename(ARRAY(
        SELECT DISTINCT initiative_id FROM initiatives_involvement
        WHERE organisation_id = ANY(organisations)
    ));
END
$$;

CREATE FUNCTION initiative_words_of_organisation() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    organisations bigint[] := ARRAY(
        SELECT id FROM new_rows n JOIN old_rows o USING (id)
        WHERE 'published' IN (n.state, o.state)
            AND (n.state, n.name, n.short_name) <> (o.state, o.name, o.short_name)
    );
BEGIN
    IF organisations <> '{}' THEN
        PERFORM initiative_words_of_names(organisations);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION initiative_words_of_alias() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    organisations bigint[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        organisations := ARRAY(SELECT DISTINCT organisation_id FROM new_rows);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        organisations := organisations || ARRAY(SELECT DISTINCT organisation_id FROM old_rows);
    END IF;
    IF organisations <> '{}' THEN
        PERFORM initiative_words_of_names(organisations);
    END IF;
    RETURN NULL;
END
$$;
"""
NO_KEEP = """
DROP FUNCTION initiative_words_of_alias();
DROP FUNCTION initiative_words_of_organisation();
DROP FUNCTION initiative_words_of_names(bigint[]);
DROP FUNCTION initiative_words_of_involvement();
DROP FUNCTION initiative_words_of_initiative();
DROP FUNCTION initiative_words_rename(bigint[]);
DROP FUNCTION initiative_words_write(bigint[]);
DROP FUNCTION initiative_names(bigint, text);
"""

ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
WATCHED = {
    "initiatives_initiative": ("initiative_words_of_initiative()", ["INSERT", "UPDATE"]),
    "initiatives_involvement": ("initiative_words_of_involvement()", list(ROWS)),
    "people_organisation": ("initiative_words_of_organisation()", ["UPDATE"]),
    "people_alias": ("initiative_words_of_alias()", list(ROWS)),
}
# Answers that are kept until something changes have to hear of other names too.
ALSO_NOTE = """
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON people_alias
FOR EACH STATEMENT EXECUTE FUNCTION initiatives_note_change()
"""
TRIGGERS = [
    (f"{table}_words_by_{event.lower()}", table, event, function)
    for table, (function, events) in WATCHED.items()
    for event in events
]
WATCH = "".join(
    f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {ROWS[event]}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {function};"
    for name, table, event, function in TRIGGERS
)
NO_WATCH = "".join(f"DROP TRIGGER {name} ON {table};" for name, table, _, _ in TRIGGERS)

TEXT = "concat_ws(' ', r.title, r.acronym, r.summary)"
PUBLIC = "r.state = 'published'"
BEGIN = f"""
SELECT initiative_words_write(array_agg(id)) FROM initiatives_initiative;
SELECT search_remember(array_agg({TEXT})) FROM initiatives_initiative r WHERE {PUBLIC};
"""
TAUGHT = ", ".join(f"'{part.replace(chr(39), 2 * chr(39))}'" for part in (TEXT, PUBLIC))
TEACH = "".join(
    f"CREATE TRIGGER initiatives_initiative_teaches_by_{event.lower()}"
    f" AFTER {event} ON initiatives_initiative REFERENCING {ROWS[event]}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION search_learn({TAUGHT});"
    for event in ("INSERT", "UPDATE")
)
NO_TEACH = "".join(
    f"DROP TRIGGER initiatives_initiative_teaches_by_{event} ON initiatives_initiative;"
    for event in ("insert", "update")
)

# Servers that still run the release before read the old column, so it stays without its cost.
RETIRE = """
DROP INDEX initiative_search;
ALTER TABLE initiatives_initiative ALTER COLUMN search DROP EXPRESSION;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_search_in_every_language'),
        ('initiatives', '0003_address_of_the_comparison'),
    ]

    operations = [
        migrations.CreateModel(
            name='InitiativeWords',
            fields=[
                ('initiative', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='words', serialize=False, to='initiatives.initiative')),
                ('title', django.contrib.postgres.search.SearchVectorField()),
                ('document', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'verbose_name': 'words of an initiative',
                'verbose_name_plural': 'words of initiatives',
            },
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, NO_KEEP),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
        migrations.RunSQL(WATCH, NO_WATCH),
        migrations.RunSQL(TEACH, NO_TEACH),
        migrations.RunSQL(ALSO_NOTE, "DROP TRIGGER note_change ON people_alias"),
        migrations.AddIndex(
            model_name='initiativewords',
            index=django.contrib.postgres.indexes.GinIndex(fields=['title'], name='initiative_words_title'),
        ),
        migrations.AddIndex(
            model_name='initiativewords',
            index=django.contrib.postgres.indexes.GinIndex(fields=['document'], name='initiative_words_document'),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(RETIRE)],
            [
                migrations.RemoveIndex(
                    model_name='initiative',
                    name='initiative_search',
                ),
                migrations.RemoveField(
                    model_name='initiative',
                    name='search',
                ),
            ],
        ),
    ]
