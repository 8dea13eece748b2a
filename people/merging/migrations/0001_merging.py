"""Pairs that look alike, and merges."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept_id', models.PositiveBigIntegerField()),
                ('gone_id', models.PositiveBigIntegerField()),
                ('reason', models.CharField(max_length=100, verbose_name='reason')),
                ('record', models.JSONField()),
                ('merged_at', models.DateTimeField(verbose_name='merged')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
                ('merged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='merged by')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('content_type', 'gone_id'), name='merge_standing_unique'), models.CheckConstraint(condition=models.Q(('kept_id', models.F('gone_id')), _negated=True), name='merge_not_with_itself')],
            },
        ),
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('one_id', models.PositiveBigIntegerField()),
                ('other_id', models.PositiveBigIntegerField()),
                ('likeness', models.FloatField(default=1, verbose_name='likeness')),
                ('marks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('name', 'name'), ('ror', 'ROR id'), ('wikidata', 'Wikidata item'), ('website', 'website'), ('orcid', 'ORCID')], max_length=10), blank=True, default=list, size=None, verbose_name='in common')),
                ('apart_at', models.DateTimeField(blank=True, null=True, verbose_name='told apart')),
                ('apart_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'likely duplicate',
                'verbose_name_plural': 'likely duplicates',
                'indexes': [models.Index(fields=['-likeness', 'id'], name='pair_likeness')],
                'constraints': [models.UniqueConstraint(fields=('content_type', 'one_id', 'other_id'), name='pair_unique'), models.CheckConstraint(condition=models.Q(('one_id__lt', models.F('other_id'))), name='pair_in_order')],
            },
        ),
    ]
