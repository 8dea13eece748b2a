"""Workshops leave the page of all outcomes its address; one that had it gets its key added."""

from django.db import migrations, models

RENAME = """
UPDATE workshops_workshop SET slug = 'outcomes-' || key WHERE slug = 'outcomes'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('workshops', '0006_after_the_event'),
    ]

    operations = [
        migrations.RunSQL(RENAME, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='workshop',
            constraint=models.CheckConstraint(condition=models.Q(('slug', 'outcomes'), _negated=True), name='workshop_leaves_the_outcomes_their_address', violation_error_message='This address belongs to the outcomes. Take another.'),
        ),
    ]
