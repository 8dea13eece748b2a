"""Outcomes with a log from which their state follows, what they led to, and files."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import workshops.materials.naming
from django.conf import settings
from django.db import migrations, models


# What is written as the state of an outcome is of no account: it is that of its last step. Each
# looks for itself once it holds the row, so that two who record a step at once agree in the end.
STATE = """
CREATE FUNCTION workshops_outcome_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_state text;
BEGIN
    EXECUTE format(
        'SELECT state FROM %I.workshops_outcomestep WHERE outcome_id = $1'
        ' ORDER BY day DESC NULLS LAST, id DESC LIMIT 1',
        TG_TABLE_SCHEMA
    ) INTO last_state USING NEW.id;
    NEW.state := coalesce(last_state, 'agreed');
    RETURN NEW;
END
$$;
CREATE TRIGGER stands BEFORE INSERT OR UPDATE ON workshops_outcome
FOR EACH ROW EXECUTE FUNCTION workshops_outcome_stands();
"""
STEP = """
CREATE FUNCTION workshops_outcome_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'UPDATE %I.workshops_outcome SET state = state WHERE id IN ($1, $2)', TG_TABLE_SCHEMA
    ) USING OLD.outcome_id, NEW.outcome_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER steps AFTER INSERT OR UPDATE OR DELETE ON workshops_outcomestep
FOR EACH ROW EXECUTE FUNCTION workshops_outcome_steps();
"""
NO_STATE = """
DROP TRIGGER stands ON workshops_outcome;
DROP FUNCTION workshops_outcome_stands;
"""
NO_STEP = """
DROP TRIGGER steps ON workshops_outcomestep;
DROP FUNCTION workshops_outcome_steps;
"""
# Until now a state had no day.
STEPS_SO_FAR = """
INSERT INTO workshops_outcomestep (outcome_id, state, note)
SELECT id, state, '' FROM workshops_outcome WHERE state <> 'agreed';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0006_titles_that_words_find'),
        ('people', '0003_search_in_every_language'),
        ('workshops', '0005_series'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OutcomeStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(blank=True, help_text='Empty where it is not known.', null=True, verbose_name='day')),
                ('state', models.CharField(choices=[('agreed', 'agreed'), ('in-progress', 'in progress'), ('done', 'done'), ('dropped', 'dropped')], max_length=20, verbose_name='state')),
                ('note', models.CharField(blank=True, help_text='What happened, for everyone to read.', max_length=300, verbose_name='note')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
            },
        ),
        migrations.AddField(
            model_name='outcome',
            name='instrument',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreed_changes', to='initiatives.initiative', verbose_name='policy it changed'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='transfer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='outcomes', to='initiatives.transfer', verbose_name='transfer it led to'),
        ),
        migrations.AlterField(
            model_name='outcome',
            name='state',
            field=models.CharField(choices=[('agreed', 'agreed'), ('in-progress', 'in progress'), ('done', 'done'), ('dropped', 'dropped')], default='agreed', editable=False, max_length=20, verbose_name='state'),
        ),
        migrations.AddIndex(
            model_name='outcome',
            index=models.Index(condition=models.Q(('state__in', ['agreed', 'in-progress'])), fields=['due_on'], name='outcome_open'),
        ),
        migrations.AddField(
            model_name='outcomestep',
            name='outcome',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='workshops.outcome'),
        ),
        migrations.AddField(
            model_name='outcomestep',
            name='recorded_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddConstraint(
            model_name='outcomestep',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['agreed', 'in-progress', 'done', 'dropped'])), name='outcome_step_state_known'),
        ),
        migrations.AddConstraint(
            model_name='outcomestep',
            constraint=models.UniqueConstraint(fields=('outcome', 'day', 'state'), name='outcome_step_unique', nulls_distinct=False, violation_error_message='This step is recorded already.'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('transfer', None), ('initiative__isnull', False), _connector='OR'), name='outcome_transfer_of_what_it_concerns', violation_error_message='Say which practice it concerns that was taken over.'),
        ),
        migrations.AddField(
            model_name='material',
            name='content_type',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=100, verbose_name='format'),
        ),
        migrations.AddField(
            model_name='material',
            name='digest',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=64, verbose_name='SHA-256'),
        ),
        migrations.AddField(
            model_name='material',
            name='file',
            field=models.FileField(blank=True, db_default='', default='', editable=False, upload_to=workshops.materials.naming.new_path, verbose_name='file'),
        ),
        migrations.AddField(
            model_name='material',
            name='name',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=100, verbose_name='file name'),
        ),
        migrations.AddField(
            model_name='material',
            name='reference',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False, unique=True, verbose_name='name in addresses'),
        ),
        migrations.AddField(
            model_name='material',
            name='size',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='bytes'),
        ),
        migrations.AlterField(
            model_name='material',
            name='url',
            field=models.URLField(blank=True, max_length=500, verbose_name='link'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content_type', ''), ('digest', ''), ('file', ''), ('name', ''), ('size', 0), models.Q(('url', ''), _negated=True)), models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('size__gt', 0), ('url', ''), models.Q(('file', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('content_type', ''), _negated=True)), _connector='OR'), name='material_file_or_link', violation_error_message='Give a file or a link, one of the two.'),
        ),
        migrations.RunSQL(STATE, NO_STATE),
        migrations.RunSQL(STEP, NO_STEP),
        migrations.RunSQL(STEPS_SO_FAR, migrations.RunSQL.noop),
    ]
