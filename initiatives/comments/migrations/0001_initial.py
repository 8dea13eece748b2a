import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('initiatives', '0006_titles_that_words_find'),
        ('people', '0004_merging'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(help_text='For the invitation; no visitor ever sees it.', max_length=254, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('role', models.CharField(blank=True, max_length=160, verbose_name='role')),
                ('organisation', models.CharField(blank=True, max_length=250, verbose_name='organisation')),
                ('note', models.TextField(blank=True, help_text='Why you ask them, and what you would like to read. It goes with the mail.', max_length=2000, verbose_name='note to the expert')),
                ('secret_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('made_at', models.DateTimeField(editable=False, verbose_name='invited')),
                ('expires_at', models.DateTimeField(editable=False, verbose_name='link works until')),
                ('text', models.TextField(blank=True, editable=False, max_length=5000, verbose_name='comment')),
                ('consented_at', models.DateTimeField(editable=False, null=True, verbose_name='agreed to be named')),
                ('written_at', models.DateTimeField(editable=False, null=True, verbose_name='written')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('state', models.CharField(choices=[('invited', 'invited'), ('written', 'waits to be shown'), ('shown', 'shown'), ('declined', 'declined'), ('withdrawn', 'invitation withdrawn')], default='invited', editable=False, max_length=10, verbose_name='state')),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='initiatives.initiative', verbose_name='initiative')),
                ('invited_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                ('person', models.ForeignKey(blank=True, help_text='If there is a page to link the name to.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='comments', to='people.person', verbose_name='person of the directory')),
            ],
            options={
                'verbose_name': 'expert comment',
                'verbose_name_plural': 'expert comments',
            },
        ),
        migrations.CreateModel(
            name='CommentStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invited', 'invited'), ('sent-again', 'invitation sent again'), ('withdrawn', 'invitation withdrawn'), ('written', 'written'), ('corrected', 'corrected by its author'), ('shown', 'shown'), ('hidden', 'hidden'), ('declined', 'declined')], max_length=10, verbose_name='what was done')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='comments.comment')),
            ],
            options={
                'verbose_name': 'step of a comment',
                'verbose_name_plural': 'steps of comments',
            },
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(models.F('initiative'), django.db.models.functions.text.Lower('email'), condition=models.Q(('state__in', ['invited', 'written'])), name='comment_one_pending', violation_error_message='This address is invited already. Send that invitation again.'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['invited', 'written', 'shown', 'declined', 'withdrawn'])), name='comment_state_known'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='comment_link_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['written', 'shown']), _negated=True), models.Q(models.Q(('text', ''), _negated=True), ('consented_at__isnull', False), ('written_at__isnull', False)), _connector='OR'), name='comment_is_written_and_agreed_to'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ['declined', 'withdrawn'])), models.Q(models.Q(('state__in', ['declined', 'withdrawn']), _negated=True), ('closed_at', None)), _connector='OR'), name='comment_closed_has_date'),
        ),
        migrations.AddConstraint(
            model_name='commentstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['shown', 'hidden', 'declined']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='comment_step_says_why'),
        ),
    ]
