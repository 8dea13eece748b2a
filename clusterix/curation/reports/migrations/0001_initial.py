"""What readers report."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
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
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField()),
                ('part', models.CharField(blank=True, max_length=40, verbose_name='part of the page')),
                ('text', models.TextField(max_length=2000, verbose_name='what is wrong')),
                ('email', models.EmailField(blank=True, help_text='Erased after its time.', max_length=254, verbose_name='e-mail address for the answer')),
                ('language', models.CharField(default='en', max_length=10)),
                ('idempotency_key', models.UUIDField(unique=True)),
                ('created_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('open', 'open'), ('answered', 'answered'), ('dismissed', 'dismissed')], default='open', max_length=10, verbose_name='state')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='handled')),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('handled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handled by')),
            ],
            options={
                'verbose_name': 'report from a reader',
                'verbose_name_plural': 'reports from readers',
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='report_entry')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 2000)), name='report_says_something_short', violation_error_message='Say what is wrong, in 2,000 characters at most.'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('handled_at', None), ('state', 'open')), models.Q(('handled_at__isnull', False), ('state__in', ['answered', 'dismissed']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='report_handled_with_an_answer', violation_error_message='Say what became of it.'), models.CheckConstraint(condition=models.Q(('email__regex', '^\\S*$')), name='report_address_is_one_word', violation_error_message='An e-mail address has no spaces.')],
            },
        ),
    ]
