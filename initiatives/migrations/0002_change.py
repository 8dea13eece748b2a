"""Notes which transactions changed what the catalogue is searched by."""

from django.db import migrations

# A row a transaction, written once by whichever statement comes first. Nobody waits for anybody:
# the key is the transaction's own number. That a row can be seen is what says it was committed.
TABLE = """
CREATE TABLE initiatives_change (xid xid8 PRIMARY KEY, seen_at timestamptz);
"""
FUNCTION = """
CREATE FUNCTION initiatives_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.initiatives_change (xid) VALUES (pg_current_xact_id())'
        ' ON CONFLICT DO NOTHING',
        TG_TABLE_SCHEMA
    );
    RETURN NULL;
END
$$;
"""
WATCHED = [
    "initiatives_initiative",
    "initiatives_initiative_regions",
    "initiatives_initiative_themes",
    "initiatives_initiative_ecosystems",
    "initiatives_initiative_target_groups",
    "initiatives_involvement",
    "initiatives_evidence",
    "initiatives_transfer",
    "initiatives_theme",
    "initiatives_ecosystem",
    "initiatives_targetgroup",
    "people_organisation",
    "people_region",
]


def trigger(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION initiatives_note_change()
        """,
        f"DROP TRIGGER note_change ON {table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE initiatives_change"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION initiatives_note_change"),
        *(trigger(table) for table in WATCHED),
    ]
