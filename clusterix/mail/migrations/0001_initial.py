
import clusterix.mail.models
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(default=clusterix.mail.models.new_message_id, max_length=255, unique=True)),
                ('to', models.EmailField(max_length=254)),
                ('reply_to', models.EmailField(blank=True, max_length=254)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, help_text='The kind of error and its SMTP code, never its text.', max_length=80)),
                ('sent_at', models.DateTimeField(null=True)),
                ('refused_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'indexes': [models.Index(condition=models.Q(('refused_at', None), ('sent_at', None)), fields=['id'], name='message_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('to__regex', '[\\r\\n]'), _negated=True), models.Q(('reply_to__regex', '[\\r\\n]'), _negated=True), models.Q(('subject__regex', '[\\r\\n]'), _negated=True), models.Q(('message_id__regex', '[\\r\\n]'), _negated=True)), name='message_headers_have_one_line', violation_error_message='A line break in a header would start another header.'), models.CheckConstraint(condition=models.Q(('sent_at', None), ('refused_at', None), _connector='OR'), name='message_sent_or_refused', violation_error_message='A mail is delivered or refused, not both.')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('content_type', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='mail.message')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'constraints': [models.CheckConstraint(condition=models.Q(('name__regex', '^[A-Za-z0-9._-]+$'), models.Q(('content_type__regex', '[\\r\\n]'), _negated=True)), name='attachment_has_plain_name')],
            },
        ),
    ]
