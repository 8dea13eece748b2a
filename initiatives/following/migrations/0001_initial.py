
import django.db.models.deletion
import django.db.models.functions.text
import initiatives.following.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('initiatives', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('initiative', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='initiatives.initiative')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=initiatives.following.models.new_reference, editable=False, max_length=40, unique=True)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('email_normalised', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(django.db.models.functions.text.Trim('email')), output_field=models.TextField())),
                ('language', models.CharField(max_length=10)),
                ('query', models.CharField(blank=True, help_text='The filters as an address of the catalogue has them, always in the same order.', max_length=1500)),
                ('pace', models.CharField(choices=[('at-once', 'At once, when something new appears'), ('weekly', 'Once a week, on Monday morning, if there is something new')], max_length=10, verbose_name='how often')),
                ('asked_at', models.DateTimeField(help_text='When we last wrote how to confirm or change it.')),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('seen', models.BigIntegerField(default=0, help_text='It has heard of all up to that number.')),
                ('looked_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'subscription',
                'verbose_name_plural': 'subscriptions',
                'constraints': [models.UniqueConstraint(fields=('email_normalised', 'query'), name='subscription_one_for_each_address_and_search', violation_error_message='This address follows this search already.'), models.CheckConstraint(condition=models.Q(('pace__in', ['at-once', 'weekly'])), name='subscription_pace_known'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('looked_at', None)), models.Q(('confirmed_at__isnull', False), ('looked_at__isnull', False)), _connector='OR'), name='subscription_looked_at_once_confirmed'), models.CheckConstraint(condition=models.Q(models.Q(('email', ''), _negated=True), models.Q(('email__regex', '[[:cntrl:]]'), _negated=True), ('query__regex', '^[!-~]*$')), name='subscription_has_lines', violation_error_message='Write the address on one line.')],
            },
        ),
    ]
