"""Words of organisers, the letter after the event, and a log that keeps in step with the mails."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import workshops.registration.models.letters
from django.conf import settings
from django.db import migrations, models


# Whoever changes what became of a mail changes the log with it. A delay that ended is none.
FARES = """
CREATE FUNCTION registration_letter_fares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    why text := CASE
        WHEN NEW.setback = 'soft' AND NEW.arrived_at IS NOT NULL THEN ''
        WHEN NEW.setback <> '' THEN NEW.setback
        WHEN NEW.refused_at IS NOT NULL THEN coalesce(nullif(NEW.last_error, ''), 'refused')
        ELSE ''
    END;
BEGIN
    UPDATE registration_writtenletter SET
        delivered_at = coalesce(NEW.arrived_at, NEW.sent_at),
        failed_at = CASE WHEN why <> '' THEN coalesce(NEW.setback_at, NEW.refused_at) END,
        failure = why
    WHERE message_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER letter_fares
    AFTER UPDATE OF sent_at, arrived_at, refused_at, setback ON mail_message
    FOR EACH ROW WHEN (
        (OLD.sent_at, OLD.arrived_at, OLD.refused_at, OLD.setback)
        IS DISTINCT FROM (NEW.sent_at, NEW.arrived_at, NEW.refused_at, NEW.setback)
    )
    EXECUTE FUNCTION registration_letter_fares();
"""

UNDO = """
DROP TRIGGER letter_fares ON mail_message;
DROP FUNCTION registration_letter_fares();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0003_setbacks'),
        ('registration', '0006_check_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='registrationsettings',
            name='sends_thanks',
            field=models.BooleanField(db_default=True, default=True, help_text='On the day after: thanks, the materials, and the way to the certificate.', verbose_name='letter after the event'),
        ),
        migrations.CreateModel(
            name='LetterText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('registration_address', 'confirm the address'), ('registration_pending', 'arrived, waits for approval'), ('registration_confirmed', 'place confirmed'), ('registration_waiting', 'on the waiting list'), ('registration_offer', 'a place is offered'), ('registration_expired', 'offer over'), ('registration_reminder', 'reminder'), ('registration_refused', 'not taken'), ('registration_changed', 'changed'), ('registration_cancelled', 'cancelled, place given up'), ('registration_left', 'cancelled before there was a place'), ('registration_link', 'link sent again'), ('registration_thanks', 'after the event'), ('programme_version', 'programme announced'), ('organiser_note', 'mail to many')], max_length=30, verbose_name='letter')),
                ('language', models.CharField(choices=workshops.registration.models.letters.language_choices, max_length=10, verbose_name='language')),
                ('subject', models.CharField(blank=True, help_text='Empty: ours.', max_length=150, validators=[django.core.validators.RegexValidator('[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]', 'Write this on one line, without control characters.', inverse_match=True)], verbose_name='subject')),
                ('text', models.TextField(blank=True, help_text='As plain text, after “Dear …”; an empty line begins a paragraph. Addresses of pages do not become links. Empty: ours.', max_length=4000, verbose_name='opening words')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by')),
                ('terms', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letter_texts', to='registration.registrationsettings')),
            ],
            options={
                'verbose_name': 'text of a letter',
                'verbose_name_plural': 'texts of letters',
                'constraints': [models.UniqueConstraint(fields=('terms', 'kind', 'language'), name='lettertext_one_for_each_letter', violation_error_message='This letter has words of yours in that language.'), models.CheckConstraint(condition=models.Q(('kind__in', ['registration_address', 'registration_pending', 'registration_confirmed', 'registration_waiting', 'registration_offer', 'registration_expired', 'registration_reminder', 'registration_refused', 'registration_changed', 'registration_cancelled', 'registration_left', 'registration_link', 'registration_thanks'])), name='lettertext_kind_known', violation_error_message='There is no such letter.'), models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='lettertext_says_something', violation_error_message='Write a subject or words, or go back to ours.'), models.CheckConstraint(condition=models.Q(('subject__regex', '[[:cntrl:]]'), _negated=True), name='lettertext_subject_is_a_line', violation_error_message='Write the subject on one line.'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 4000), name='lettertext_text_in_bounds', violation_error_message='Write 4,000 characters at most.')],
            },
        ),
        migrations.CreateModel(
            name='WrittenLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('registration_address', 'confirm the address'), ('registration_pending', 'arrived, waits for approval'), ('registration_confirmed', 'place confirmed'), ('registration_waiting', 'on the waiting list'), ('registration_offer', 'a place is offered'), ('registration_expired', 'offer over'), ('registration_reminder', 'reminder'), ('registration_refused', 'not taken'), ('registration_changed', 'changed'), ('registration_cancelled', 'cancelled, place given up'), ('registration_left', 'cancelled before there was a place'), ('registration_link', 'link sent again'), ('registration_thanks', 'after the event'), ('programme_version', 'programme announced'), ('organiser_note', 'mail to many')], max_length=30, verbose_name='what')),
                ('written_at', models.DateTimeField(verbose_name='when')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
                ('failed_at', models.DateTimeField(null=True, verbose_name='came back')),
                ('failure', models.CharField(blank=True, default='', help_text='What the mail service reports, or the kind of error; never its text.', max_length=80, verbose_name='why')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mail.message')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='registration.registration')),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'letters',
                'indexes': [models.Index(condition=models.Q(('failure', ''), _negated=True), fields=['registration'], name='writtenletter_failed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'registration_thanks')), fields=('registration',), name='writtenletter_thanks_once', violation_error_message='They were thanked already.'), models.CheckConstraint(condition=models.Q(('kind__in', ['registration_address', 'registration_pending', 'registration_confirmed', 'registration_waiting', 'registration_offer', 'registration_expired', 'registration_reminder', 'registration_refused', 'registration_changed', 'registration_cancelled', 'registration_left', 'registration_link', 'registration_thanks', 'programme_version', 'organiser_note'])), name='writtenletter_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('failed_at', None), ('failure', '')), models.Q(('failed_at__isnull', False), models.Q(('failure', ''), _negated=True)), _connector='OR'), name='writtenletter_failure_has_moment', violation_error_message='What came back did so at a moment, for a reason.')],
            },
        ),
        migrations.RunSQL(FARES, UNDO),
    ]
