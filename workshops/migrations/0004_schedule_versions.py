"""Cancelled sessions, versions of programmes, and how often what calendars show has changed."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

WORKSHOP_SHOWS = (
    *("title", "summary", "slug", "starts_on", "ends_on", "start_time", "end_time", "time_zone"),
    *("venue", "city", "region_id"),
)
SESSION_SHOWS = (
    *("title", "abstract", "day", "starts_at", "ends_at", "room", "track", "cancelled_at"),
    "cancelled_because",
)


def raising(table: str, shown: tuple[str, ...], more: str, less: str) -> str:
    """A trigger that counts changes to those columns, whoever makes them; nobody else counts."""
    new, old = (", ".join(f"{row}.{column}" for column in shown) for row in ("NEW", "OLD"))
    return f"""
    CREATE FUNCTION {table}_raise_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ({new}) IS DISTINCT FROM ({old}) THEN
            NEW.sequence := OLD.sequence + 1;{more}
        ELSE
            NEW.sequence := OLD.sequence;{less}
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER raise_sequence BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_raise_sequence();
    """


def no_raising(table: str) -> str:
    """The same taken back."""
    return f"DROP TRIGGER raise_sequence ON {table}; DROP FUNCTION {table}_raise_sequence();"


CHANGED_SO_FAR = """
UPDATE workshops_session SET changed_at = workshops_workshop.updated_at
FROM workshops_workshop WHERE workshops_workshop.id = workshop_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0006_titles_that_words_find'),
        ('workshops', '0003_sessions_for_schedule_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('note', models.CharField(blank=True, help_text='For everyone who comes: what is new, and why. Plain text.', max_length=500, verbose_name='note')),
                ('published_at', models.DateTimeField(verbose_name='published')),
                ('snapshot', models.JSONField(help_text='`Snapshot` of `workshops.versions.facts`.')),
                ('changes', models.JSONField(help_text='A list of `Change` of `workshops.versions.facts`; empty for the first.')),
            ],
            options={
                'verbose_name': 'programme version',
                'verbose_name_plural': 'programme versions',
            },
        ),
        migrations.RemoveConstraint(
            model_name='session',
            name='session_room_is_free',
        ),
        migrations.AddField(
            model_name='session',
            name='cancelled_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='cancelled'),
        ),
        migrations.AddField(
            model_name='session',
            name='cancelled_because',
            field=models.CharField(blank=True, db_default='', default='', help_text='One sentence for everyone to read, if there is something to say.', max_length=200, verbose_name='why it is cancelled'),
        ),
        migrations.AddField(
            model_name='session',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, help_text='When the database last raised `sequence`.'),
        ),
        migrations.AddField(
            model_name='session',
            name='sequence',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='Raised by the database whenever what calendars show of it changes.'),
        ),
        migrations.AddField(
            model_name='workshop',
            name='sequence',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='Raised by the database whenever what calendars show of it changes.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(models.Q(('room', ''), _negated=True), ('cancelled_at', None), ('starts_at__isnull', False)), expressions=[('workshop', '='), ('room', '='), (models.Func('starts_at', 'ends_at', function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='session_room_is_free', violation_error_message='The room is taken by another session at that time.'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_because', ''), ('cancelled_at__isnull', False), _connector='OR'), name='session_reason_is_of_a_cancelled_one', violation_error_message='Only what is cancelled has a reason for that.'),
        ),
        migrations.AddField(
            model_name='scheduleversion',
            name='published_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='scheduleversion',
            name='workshop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='workshops.workshop', verbose_name='workshop'),
        ),
        migrations.AddConstraint(
            model_name='scheduleversion',
            constraint=models.UniqueConstraint(fields=('workshop', 'number'), name='scheduleversion_number_unique', violation_error_message='There is a version with this number already.'),
        ),
        migrations.RunSQL(CHANGED_SO_FAR, migrations.RunSQL.noop),
        migrations.RunSQL(
            raising("workshops_workshop", WORKSHOP_SHOWS, "", ""), no_raising("workshops_workshop")
        ),
        migrations.RunSQL(
            raising(
                "workshops_session",
                SESSION_SHOWS,
                more=" NEW.changed_at := now();",
                less=" NEW.changed_at := OLD.changed_at;",
            ),
            no_raising("workshops_session"),
        ),
    ]
