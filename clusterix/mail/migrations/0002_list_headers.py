
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='list_id',
            field=models.CharField(blank=True, db_default='', default='', help_text='RFC 2919: which list of mails it belongs to.', max_length=200),
        ),
        migrations.AddField(
            model_name='message',
            name='unsubscribe_url',
            field=models.CharField(blank=True, db_default='', default='', help_text='RFC 8058: one POST there ends such mails.', max_length=500),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('list_id__regex', '^[A-Za-z0-9.-]*$'), ('unsubscribe_url__regex', '^(https?://[!#-;=?-~]+)?$')), name='message_list_headers_are_plain', violation_error_message='A list has a plain name and a plain address to end it.'),
        ),
    ]
