"""Peer reviews, and the triggers that keep published questions and their answers as they are."""

import clusterix.curation.models
import clusterix.lib.partial_dates
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.manager
import simple_history.models
from django.conf import settings
from django.db import migrations, models

# A set that is published stays as it is, with all that belongs to it. Whoever adds to one waits for
# whoever publishes it.
KEPT = """
CREATE FUNCTION reviews_keep_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_on IS NOT NULL THEN
        RAISE EXCEPTION 'question set % is published', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON reviews_questionset
FOR EACH ROW EXECUTE FUNCTION reviews_keep_set();

CREATE FUNCTION reviews_keep_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published bigint;
BEGIN
    EXECUTE format(
        'SELECT s.id FROM %1$I.reviews_questionset s WHERE published_on IS NOT NULL AND s.id IN ('
        || CASE TG_TABLE_NAME
            WHEN 'reviews_topic' THEN 'SELECT unnest($1)'
            WHEN 'reviews_question' THEN
                'SELECT question_set_id FROM %1$I.reviews_topic WHERE id = ANY ($1)'
            ELSE
                'SELECT question_set_id FROM %1$I.reviews_topic t'
                ' JOIN %1$I.reviews_question q ON q.topic_id = t.id WHERE q.id = ANY ($1)'
        END || ') LIMIT 1 FOR SHARE', TG_TABLE_SCHEMA
    ) INTO published USING ARRAY[
        (to_jsonb(OLD) ->> TG_ARGV[0])::bigint, (to_jsonb(NEW) ->> TG_ARGV[0])::bigint
    ];
    IF published IS NOT NULL THEN
        RAISE EXCEPTION 'question set % is published', published USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON reviews_topic
FOR EACH ROW EXECUTE FUNCTION reviews_keep_part('question_set_id');
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON reviews_question
FOR EACH ROW EXECUTE FUNCTION reviews_keep_part('topic_id');
CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON reviews_option
FOR EACH ROW EXECUTE FUNCTION reviews_keep_part('question_id');
"""
NOT_KEPT = """
DROP TRIGGER kept ON reviews_option;
DROP TRIGGER kept ON reviews_question;
DROP TRIGGER kept ON reviews_topic;
DROP FUNCTION reviews_keep_part;
DROP TRIGGER kept ON reviews_questionset;
DROP FUNCTION reviews_keep_set;
"""
# An answer is one to a question of its review's set, by what that question describes.
FITTING = """
CREATE FUNCTION reviews_answer_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fits boolean;
BEGIN
    EXECUTE format(
        'SELECT r.question_set_id = t.question_set_id'
        ' AND NOT EXISTS (SELECT FROM %1$I.reviews_option o'
        ' WHERE o.id IN ($3, $4) AND o.question_id <> q.id)'
        ' FROM %1$I.reviews_peerreview r, %1$I.reviews_question q'
        ' JOIN %1$I.reviews_topic t ON t.id = q.topic_id WHERE r.id = $1 AND q.id = $2',
        TG_TABLE_SCHEMA
    ) INTO fits USING NEW.review_id, NEW.question_id, NEW.now_id, NEW.wished_id;
    IF NOT fits THEN
        RAISE EXCEPTION 'answer to another question' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER fits BEFORE INSERT OR UPDATE ON reviews_answer
FOR EACH ROW EXECUTE FUNCTION reviews_answer_fits();

CREATE FUNCTION reviews_keep_questions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answered boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %I.reviews_answer WHERE review_id = $1)', TG_TABLE_SCHEMA
    ) INTO answered USING NEW.id;
    IF answered THEN
        RAISE EXCEPTION 'review % has answers', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_questions BEFORE UPDATE OF question_set_id ON reviews_peerreview
FOR EACH ROW WHEN (NEW.question_set_id <> OLD.question_set_id)
EXECUTE FUNCTION reviews_keep_questions();
"""
NOT_FITTING = """
DROP TRIGGER keep_questions ON reviews_peerreview;
DROP FUNCTION reviews_keep_questions;
DROP TRIGGER fits ON reviews_answer;
DROP FUNCTION reviews_answer_fits;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('curation', '0002_search_in_every_language'),
        ('people', '0004_merging'),
        ('workshops', '0007_address_of_the_outcomes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='question')),
                ('hint', models.TextField(blank=True, max_length=1000, verbose_name='hint')),
                ('kind', models.CharField(choices=[('text', 'in words'), ('stages', 'by the stage that describes the region'), ('choice', 'by a choice')], default='text', max_length=10, verbose_name='kind')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('host', 'host'), ('peer', 'peer'), ('moderator', 'moderator')], default='peer', max_length=10, verbose_name='role')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_roles', to='people.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'organisation taking part',
                'verbose_name_plural': 'organisations taking part',
            },
        ),
        migrations.CreateModel(
            name='PeerReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(default=clusterix.curation.models.new_key, help_text='Stable name for imports; it never changes.', max_length=100, unique=True, verbose_name='key')),
                ('slug', models.SlugField(help_text="The last part of the page's address. Former addresses lead to the new one.", max_length=120, unique=True, verbose_name='address')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=20, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('last_verified_on', models.DateField(blank=True, help_text='The day somebody last checked that all of it is still correct.', null=True, verbose_name='last verified')),
                ('language', models.CharField(choices=[('cs', 'Czech'), ('da', 'Danish'), ('de', 'German'), ('en', 'English'), ('fr', 'French'), ('hu', 'Hungarian'), ('it', 'Italian'), ('nl', 'Dutch'), ('ro', 'Romanian'), ('sv', 'Swedish')], default='en', help_text='The language the text is written in.', max_length=10, verbose_name='language')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('held', clusterix.lib.partial_dates.PartialDateField(help_text='As far as it is known: 2016, 2016-06 or 2016-06-21.', verbose_name='held')),
                ('summary', models.CharField(help_text='What it found, in one or two sentences.', max_length=300, verbose_name='summary')),
                ('conclusions', models.TextField(blank=True, help_text='Markdown.', max_length=20000, verbose_name='conclusions')),
                ('search', models.GeneratedField(db_persist=True, expression=models.Func(models.F('language'), models.F('title'), models.F('summary'), models.F('conclusions'), models.Value(''), function='search_vector', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisations', models.ManyToManyField(related_name='peer_reviews', through='reviews.Participant', to='people.organisation')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='curation.partner', verbose_name='curated by')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='peer_reviews', to='people.region', verbose_name='region')),
                ('workshop', models.ForeignKey(blank=True, help_text='Its outcomes can follow from the recommendations.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='peer_reviews', to='workshops.workshop', verbose_name='held at the workshop')),
            ],
            options={
                'verbose_name': 'peer review',
                'verbose_name_plural': 'peer reviews',
                'abstract': False,
                'base_manager_name': 'unscoped',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='participant',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='reviews.peerreview'),
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300, verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='reviews.question')),
            ],
            options={
                'verbose_name': 'described answer',
                'verbose_name_plural': 'described answers',
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, help_text='Markdown.', max_length=5000, verbose_name='answer')),
                ('gap', models.TextField(blank=True, max_length=2000, verbose_name='why the gap')),
                ('now', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.option', verbose_name='now')),
                ('wished', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.option', verbose_name='wished for')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='reviews.peerreview')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='reviews.question', verbose_name='question')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
            },
        ),
        migrations.CreateModel(
            name='QuestionSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=100, unique=True, verbose_name='key')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('language', models.CharField(choices=[('cs', 'Czech'), ('da', 'Danish'), ('de', 'German'), ('en', 'English'), ('fr', 'French'), ('hu', 'Hungarian'), ('it', 'Italian'), ('nl', 'Dutch'), ('ro', 'Romanian'), ('sv', 'Swedish')], default='en', max_length=10, verbose_name='language')),
                ('intro', models.TextField(blank=True, help_text='Markdown.', max_length=10000, verbose_name='introduction')),
                ('published_on', models.DateField(blank=True, help_text='From then on nothing of it changes: a correction is a new version.', null=True, verbose_name='published')),
            ],
            options={
                'verbose_name': 'question set',
                'verbose_name_plural': 'question sets',
                'constraints': [models.UniqueConstraint(fields=('title', 'version'), name='question_set_version_unique', violation_error_message='There is this version already.')],
            },
        ),
        migrations.AddField(
            model_name='peerreview',
            name='question_set',
            field=models.ForeignKey(help_text='It stays once questions are answered.', on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='reviews.questionset', verbose_name='question set'),
        ),
        migrations.CreateModel(
            name='HistoricalPeerReview',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('key', models.SlugField(default=clusterix.curation.models.new_key, help_text='Stable name for imports; it never changes.', max_length=100, verbose_name='key')),
                ('slug', models.SlugField(help_text="The last part of the page's address. Former addresses lead to the new one.", max_length=120, verbose_name='address')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=20, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('last_verified_on', models.DateField(blank=True, help_text='The day somebody last checked that all of it is still correct.', null=True, verbose_name='last verified')),
                ('language', models.CharField(choices=[('cs', 'Czech'), ('da', 'Danish'), ('de', 'German'), ('en', 'English'), ('fr', 'French'), ('hu', 'Hungarian'), ('it', 'Italian'), ('nl', 'Dutch'), ('ro', 'Romanian'), ('sv', 'Swedish')], default='en', help_text='The language the text is written in.', max_length=10, verbose_name='language')),
                ('created_at', models.DateTimeField(blank=True, editable=False)),
                ('updated_at', models.DateTimeField(blank=True, editable=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('held', clusterix.lib.partial_dates.PartialDateField(help_text='As far as it is known: 2016, 2016-06 or 2016-06-21.', verbose_name='held')),
                ('summary', models.CharField(help_text='What it found, in one or two sentences.', max_length=300, verbose_name='summary')),
                ('conclusions', models.TextField(blank=True, help_text='Markdown.', max_length=20000, verbose_name='conclusions')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='curation.partner', verbose_name='curated by')),
                ('region', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='people.region', verbose_name='region')),
                ('workshop', models.ForeignKey(blank=True, db_constraint=False, help_text='Its outcomes can follow from the recommendations.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workshops.workshop', verbose_name='held at the workshop')),
                ('question_set', models.ForeignKey(blank=True, db_constraint=False, help_text='It stays once questions are answered.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reviews.questionset', verbose_name='question set')),
            ],
            options={
                'verbose_name': 'historical peer review',
                'verbose_name_plural': 'historical peer reviews',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReviewSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(blank=True, help_text='The fact it supports, such as “start”. Empty: the entry as a whole.', max_length=120, verbose_name='about')),
                ('claim', models.CharField(blank=True, help_text='Needed where sources differ, so that both can be read side by side.', max_length=500, verbose_name='what it says')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('publisher', models.CharField(blank=True, max_length=200, verbose_name='publisher')),
                ('accessed_on', models.DateField(blank=True, null=True, verbose_name='seen on')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='reviews.peerreview')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('why', models.TextField(blank=True, max_length=2000, verbose_name='why it matters')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('question_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='reviews.questionset')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='Markdown.', max_length=2000, verbose_name='recommendation')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='people.organisation', verbose_name='or by')),
                ('outcomes', models.ManyToManyField(blank=True, help_text='Outcomes of the workshop, which have owners and days.', related_name='recommendations', to='workshops.outcome', verbose_name='agreed upon it')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='people.person', verbose_name='given by')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendations', to='reviews.peerreview')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='reviews.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'recommendation',
                'verbose_name_plural': 'recommendations',
            },
        ),
        migrations.AddField(
            model_name='question',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='reviews.topic'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('review', 'organisation', 'role'), name='review_participant_unique', violation_error_message='This organisation has this role already.'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['host', 'peer', 'moderator'])), name='review_participant_role_known'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('review', 'question'), name='review_answer_unique', violation_error_message='This question is answered already.'),
        ),
        migrations.AddIndex(
            model_name='peerreview',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='peer_review_search'),
        ),
        migrations.AddConstraint(
            model_name='peerreview',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'published', 'archived'])), name='peerreview_state_known'),
        ),
        migrations.AddConstraint(
            model_name='peerreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='peerreview_published_has_date'),
        ),
        migrations.AddConstraint(
            model_name='recommendation',
            constraint=models.CheckConstraint(condition=models.Q(('person', None), ('organisation', None), _connector='OR'), name='recommendation_of_one', violation_error_message='It is given by a person or an organisation, not both.'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'stages', 'choice'])), name='review_question_kind_known'),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(FITTING, NOT_FITTING),
    ]
