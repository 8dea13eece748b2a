"""What PostgreSQL needs before any table (extensions, search, partial dates), then who curates."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations, models

SEARCH_CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION clusterix (COPY = english);
ALTER TEXT SEARCH CONFIGURATION clusterix
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
    WITH unaccent, english_stem;
"""

# A partial date is EDTF text: YYYY, YYYY-MM, YYYY-MM-DD, or YYYY-21 to YYYY-24 for the seasons.
# Neither function calls the other, so that a dump restores under an empty search path.
FIRST_DAY = """make_date(
        left(value, 4)::int,
        CASE
            WHEN length(value) = 4 THEN 1
            WHEN substr(value, 6, 2) BETWEEN '21' AND '24' THEN (substr(value, 6, 2)::int - 20) * 3
            ELSE substr(value, 6, 2)::int
        END,
        CASE WHEN length(value) = 10 THEN substr(value, 9, 2)::int ELSE 1 END
    )"""
PARTIAL_DATES = f"""
CREATE FUNCTION partial_date_earliest(value text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT {FIRST_DAY}
$$;
CREATE FUNCTION partial_date_latest(value text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (
        {FIRST_DAY}
        + CASE
            WHEN length(value) = 10 THEN interval '1 day'
            WHEN length(value) = 4 THEN interval '1 year'
            WHEN substr(value, 6, 2) BETWEEN '21' AND '24' THEN interval '3 months'
            ELSE interval '1 month'
        END
        - interval '1 day'
    )::date
$$;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(SEARCH_CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION clusterix"),
        migrations.RunSQL(
            PARTIAL_DATES,
            "DROP FUNCTION partial_date_latest(text); DROP FUNCTION partial_date_earliest(text);",
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'editor'), ('publisher', 'publisher'), ('secretariat', 'secretariat')], max_length=20, verbose_name='role')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address')),
                ('is_programme', models.BooleanField(default=False, help_text="Its members can be given the secretariat's role.", verbose_name="the programme's own partner")),
                ('members', models.ManyToManyField(related_name='partners', through='curation.Membership', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'partner',
                'verbose_name_plural': 'partners',
            },
        ),
        migrations.AddField(
            model_name='membership',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='curation.partner', verbose_name='partner'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique', violation_error_message='Somebody with this e-mail address exists already.'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.UniqueConstraint(condition=models.Q(('is_programme', True)), fields=('is_programme',), name='partner_one_programme', violation_error_message="Another partner is the programme's own already."),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('partner', 'user'), name='membership_unique', violation_error_message='This user is a member of this partner already.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['editor', 'publisher', 'secretariat'])), name='membership_role_known'),
        ),
    ]
