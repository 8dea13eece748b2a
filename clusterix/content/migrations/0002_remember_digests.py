"""Digests take the place of values; what was remembered as values is remembered anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL('DELETE FROM content_loaded', migrations.RunSQL.noop),
        migrations.RenameField('loaded', 'values', 'digests'),
        migrations.AlterField(
            'loaded', 'digests', models.JSONField(default=dict, verbose_name='digests')
        ),
    ]
