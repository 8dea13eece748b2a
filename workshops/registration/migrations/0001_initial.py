"""Registration, with two promises that only a trigger can keep."""


import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import workshops.registration.models
from django.db import migrations, models

CONSENT_TEXTS_STAY = """
CREATE FUNCTION registration_consent_text_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A consent text does not change.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'consenttext_stays';
END
$$;
CREATE TRIGGER consenttext_stays BEFORE UPDATE ON registration_consenttext
    FOR EACH ROW WHEN (OLD.text <> NEW.text OR OLD.version <> NEW.version)
    EXECUTE FUNCTION registration_consent_text_stays();
"""
CONSENT_TEXTS_MAY_CHANGE = "DROP FUNCTION registration_consent_text_stays CASCADE"

# The update holds the row that every registration locks, so the count cannot change under it.
CAPACITY_HOLDS_EVERYONE = """
CREATE FUNCTION registration_capacity_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.capacity < (
        SELECT coalesce(sum(party_size), 0) FROM registration_registration
        WHERE workshop_id = NEW.workshop_id AND state = 'confirmed'
    ) THEN
        RAISE EXCEPTION 'More places are confirmed than that.' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'registrationsettings_capacity_holds';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registrationsettings_capacity_holds
    BEFORE INSERT OR UPDATE OF capacity, workshop_id ON registration_registrationsettings
    FOR EACH ROW EXECUTE FUNCTION registration_capacity_holds();
"""
CAPACITY_MAY_BE_EXCEEDED = "DROP FUNCTION registration_capacity_holds CASCADE"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('workshops', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.SlugField(max_length=40, unique=True, verbose_name='version')),
                ('text', models.TextField(max_length=2000, verbose_name='text')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'consent text',
                'verbose_name_plural': 'consent texts',
            },
        ),
        migrations.CreateModel(
            name='AudienceCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='key')),
                ('labels', models.JSONField(help_text='One for each language, English at least: {“en”: “Smart specialisation”}.', verbose_name='labels')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'audience category',
                'verbose_name_plural': 'audience categories',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('labels__has_key', 'en')), name='audiencecategory_has_english_label', violation_error_message='Give an English label: {“en”: “…”}.')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=workshops.registration.models.new_reference, editable=False, max_length=40, unique=True)),
                ('state', models.CharField(choices=[('confirmed', 'confirmed'), ('cancelled', 'cancelled')], default='confirmed', max_length=20, verbose_name='state')),
                ('party_size', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='people')),
                ('name', models.CharField(max_length=120, validators=[django.core.validators.RegexValidator('[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]', 'Write this on one line, without control characters.', inverse_match=True)], verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('email_normalised', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(django.db.models.functions.text.Trim('email')), output_field=models.TextField())),
                ('organisation', models.CharField(blank=True, max_length=200, validators=[django.core.validators.RegexValidator('[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]', 'Write this on one line, without control characters.', inverse_match=True)], verbose_name='organisation')),
                ('country', models.CharField(blank=True, choices=workshops.registration.models.country_choices, max_length=2, verbose_name='country')),
                ('language', models.CharField(max_length=10)),
                ('needs', models.TextField(blank=True, help_text='Such as step-free access, an interpreter or a diet. Only the organiser sees it.', max_length=1000, verbose_name='what we should know')),
                ('consented_at', models.DateTimeField()),
                ('idempotency_key', models.UUIDField(editable=False, unique=True)),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('revision', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(verbose_name='registered')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('cancelled_at', models.DateTimeField(editable=False, null=True)),
                ('erased_at', models.DateTimeField(editable=False, null=True)),
                ('audience', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registration.audiencecategory', verbose_name='you are')),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registration.consenttext')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='workshops.workshop', verbose_name='workshop')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
            },
        ),
        migrations.CreateModel(
            name='RegistrationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('registered', 'registered'), ('changed', 'changed'), ('cancelled', 'cancelled'), ('cancelled-by-organiser', 'cancelled by the organiser'), ('link-sent', 'link sent again'), ('erased', 'name and address erased')], max_length=30, verbose_name='what')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='registration.registration')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
            },
        ),
        migrations.CreateModel(
            name='RegistrationSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.DateTimeField(verbose_name='opens')),
                ('closes_at', models.DateTimeField(verbose_name='closes')),
                ('capacity', models.PositiveIntegerField(blank=True, help_text='Empty: as many as come.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='places')),
                ('max_party_size', models.PositiveSmallIntegerField(default=1, help_text='How many people one registration may bring.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='largest group')),
                ('contact_email', models.EmailField(help_text='Shown to visitors; answers to our mails go there.', max_length=254, verbose_name="organiser's address")),
                ('retention_days', models.PositiveSmallIntegerField(default=90, help_text='How long after the workshop names and addresses are kept.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='days until erasure')),
                ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registration.consenttext', verbose_name='consent text')),
                ('workshop', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='registration_settings', to='workshops.workshop', verbose_name='workshop')),
            ],
            options={
                'verbose_name': 'registration settings',
                'verbose_name_plural': 'registration settings',
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['email_normalised'], name='registration_email'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('erased_at', None), ('state', 'confirmed')), fields=('workshop', 'email_normalised'), name='registration_one_active_for_each_address', violation_error_message='There is a registration with this address already.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['confirmed', 'cancelled'])), name='registration_state_known'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('party_size__gte', 1), ('party_size__lte', 50)), name='registration_party_size_in_bounds', violation_error_message='A group has between 1 and 50 people.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', False), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_at', None)), _connector='OR'), name='registration_cancelled_has_date', violation_error_message='A registration has a day of cancelling if cancelled.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), models.Q(('name', ''), _negated=True), models.Q(('email', ''), _negated=True)), models.Q(('email', ''), ('erased_at__isnull', False), ('name', ''), ('needs', ''), ('organisation', '')), _connector='OR'), name='registration_names_somebody_until_erased', violation_error_message='Give a name and an address.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name__regex', '[[:cntrl:]]'), _negated=True), models.Q(('organisation__regex', '[[:cntrl:]]'), _negated=True), models.Q(('email__regex', '[[:cntrl:]]'), _negated=True)), name='registration_has_lines', violation_error_message='Write names on one line.'),
        ),
        migrations.AddIndex(
            model_name='registrationevent',
            index=models.Index(fields=['registration', 'at'], name='registrationevent_order'),
        ),
        migrations.AddConstraint(
            model_name='registrationevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['registered', 'changed', 'cancelled', 'cancelled-by-organiser', 'link-sent', 'erased'])), name='registrationevent_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='registrationsettings',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at'))), name='registrationsettings_closes_after_opening', violation_error_message='Registration closes before it opens.'),
        ),
        migrations.AddConstraint(
            model_name='registrationsettings',
            constraint=models.CheckConstraint(condition=models.Q(('capacity', None), ('capacity__gte', 1), _connector='OR'), name='registrationsettings_has_places', violation_error_message='Offer one place at least.'),
        ),
        migrations.AddConstraint(
            model_name='registrationsettings',
            constraint=models.CheckConstraint(condition=models.Q(('max_party_size__gte', 1), ('max_party_size__lte', 50)), name='registrationsettings_party_size_in_bounds', violation_error_message='A group has between 1 and 50 people.'),
        ),
        migrations.AddConstraint(
            model_name='registrationsettings',
            constraint=models.CheckConstraint(condition=models.Q(('retention_days__gte', 1), ('retention_days__lte', 730)), name='registrationsettings_retention_in_bounds', violation_error_message='Names are kept between 1 and 730 days.'),
        ),
        migrations.RunSQL(CONSENT_TEXTS_STAY, CONSENT_TEXTS_MAY_CHANGE),
        migrations.RunSQL(CAPACITY_HOLDS_EVERYONE, CAPACITY_MAY_BE_EXCEEDED),
    ]
