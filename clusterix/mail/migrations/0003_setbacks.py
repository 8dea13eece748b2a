
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_list_headers'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='arrived_at',
            field=models.DateTimeField(help_text='When the mail service said that it is in the mailbox.', null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='setback',
            field=models.CharField(blank=True, choices=[('soft', 'held up'), ('rejected', 'not delivered'), ('complaint', 'marked as spam by its reader'), ('hard', 'the address takes no mail')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='message',
            name='setback_at',
            field=models.DateTimeField(help_text='When the mail service said that it came back.', null=True),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('setback', ''), ('setback_at', None)), models.Q(('setback__in', ['soft', 'rejected', 'complaint', 'hard']), ('setback_at__isnull', False)), _connector='OR'), name='message_setback_has_moment', violation_error_message='What came back did so at a moment.'),
        ),
    ]
