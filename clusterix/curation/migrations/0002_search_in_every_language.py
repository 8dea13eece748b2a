"""Words in every content language, accents ignored: how texts and questions are compared."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "ro": "romanian",
    "sv": "swedish",
}
"""PostgreSQL stems no Czech: its words are found whole and by their beginnings."""

STOPPED = {code: language for code, language in STEMMERS.items() if code != "ro"}
"""PostgreSQL comes with no stop words of Romanian."""

ASCII = "asciiword, hword_asciipart"
WORDS = "word, hword_part"
NUMBERED = "numword, hword_numpart"
COMPOUNDS = "asciihword, hword, numhword"
"""Words with hyphens: their parts are found, alone and as a phrase."""


def configuration(name: str, base: str, stop: str, last: str) -> str:
    """A text search configuration: stop words go out by their accents, then those go too."""
    return f"""
CREATE TEXT SEARCH CONFIGURATION clusterix_{name} (COPY = {base});
ALTER TEXT SEARCH CONFIGURATION clusterix_{name} DROP MAPPING FOR {COMPOUNDS};
ALTER TEXT SEARCH CONFIGURATION clusterix_{name} ALTER MAPPING FOR {ASCII} WITH {last};
ALTER TEXT SEARCH CONFIGURATION clusterix_{name} ALTER MAPPING FOR {WORDS} WITH {stop} unaccent, {last};
ALTER TEXT SEARCH CONFIGURATION clusterix_{name} ALTER MAPPING FOR {NUMBERED} WITH unaccent, simple;
"""


CONFIGURATIONS = "".join(
    [
        *(
            f"CREATE TEXT SEARCH DICTIONARY clusterix_{code}_stop"
            f" (TEMPLATE = simple, STOPWORDS = {language}, ACCEPT = false);"
            for code, language in STOPPED.items()
        ),
        configuration("plain", "simple", "", "simple"),
        *(
            configuration(
                code,
                language,
                f"clusterix_{code}_stop," if code in STOPPED else "",
                f"{language}_stem",
            )
            for code, language in STEMMERS.items()
        ),
    ]
)
NO_CONFIGURATIONS = "".join(
    [
        *(f"DROP TEXT SEARCH CONFIGURATION clusterix_{name};" for name in ("plain", *STEMMERS)),
        *(f"DROP TEXT SEARCH DICTIONARY clusterix_{code}_stop;" for code in STOPPED),
    ]
)

CASES = " ".join(f"WHEN '{code}' THEN 'clusterix_{code}'::regconfig" for code in STEMMERS)

# These are in SQL's own form, bound to what they name when they are made: columns are generated
# by them, and so a dump restores under an empty search path. “Policy/programme” is two words.
FUNCTIONS = f"""
CREATE FUNCTION search_config(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE language {CASES} ELSE 'clusterix_plain'::regconfig END;

CREATE FUNCTION search_apart(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN replace(words, '/', ' ');

CREATE FUNCTION search_words(language text, words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('clusterix_plain'::regconfig, search_apart(words))
    || to_tsvector(search_config(language), search_apart(words));

CREATE FUNCTION search_mark(language text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(ARRAY['/' || language]);

CREATE FUNCTION search_vector(language text, a text, b text, c text, d text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(search_words(language, a), 'A') || setweight(search_words(language, b), 'B')
    || setweight(search_words(language, c), 'C') || setweight(search_words(language, d), 'D')
    || search_mark(language);
"""
NO_FUNCTIONS = """
DROP FUNCTION search_vector(text, text, text, text, text);
DROP FUNCTION search_mark(text);
DROP FUNCTION search_words(text, text);
DROP FUNCTION search_apart(text);
DROP FUNCTION search_config(text);
"""

# What is asked are terms, some with a minus for what must not occur, and `|` between alternatives.
# A term is a word, or several in a row where signs part it. It stands for itself (from three
# letters on also as the beginning of others) and for its stem in each language. Texts in a language
# that has it as a stop word may lack it if it is `loose`. After a quotation mark it is itself only.
QUERY = f"""
CREATE FUNCTION search_term(term text, loose boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET client_min_messages = warning AS $$
DECLARE
    languages constant text[] := '{{{",".join(STEMMERS)}}}';
    words constant text := search_apart(ltrim(term, '"'));
    found tsquery := phraseto_tsquery('clusterix_plain', words);
    stems tsquery;
BEGIN
    IF term LIKE '"%' OR numnode(found) = 0 THEN
        RETURN found;
    END IF;
    IF found::text ~ '[^'' ]{{3}}''$' THEN
        found := (found::text || ':*')::tsquery;
    END IF;
    FOR i IN 1 .. cardinality(languages) LOOP
        stems := phraseto_tsquery(search_config(languages[i]), words);
        IF numnode(stems) = 0 AND loose THEN
            found := found || search_mark(languages[i])::text::tsquery;
        ELSIF NOT found @> stems THEN
            found := found || stems;
        END IF;
    END LOOP;
    RETURN found;
END
$$;

CREATE FUNCTION search_query(asked text[]) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET client_min_messages = warning AS $$
DECLARE
    found tsquery := '';
    way tsquery := '';
    loose boolean;
    terms text[] := '{{}}';
    term text;
BEGIN
    FOREACH term IN ARRAY array_append(asked, '|') LOOP
        IF term = '|' THEN
            loose := EXISTS (
                SELECT FROM unnest(terms) t WHERE search_term(t, true) = search_term(t, false)
            );
            FOREACH term IN ARRAY terms LOOP
                way := way && search_term(term, loose);
            END LOOP;
            found := found || way;
            way := '';
            terms := '{{}}';
        ELSIF term LIKE '-%' THEN
            way := way && !! search_term(ltrim(term, '-'), false);
        ELSE
            terms := terms || term;
        END IF;
    END LOOP;
    RETURN found;
END
$$;
"""
NO_QUERY = """
DROP FUNCTION search_query(text[]);
DROP FUNCTION search_term(text, boolean);
"""


# Words of three letters and more, as they are written but for capitals. Nobody waits for anybody:
# two writers at once may both add a word.
LEARN = """
CREATE FUNCTION search_remember(texts text[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO curation_knownword (shown, plain)
    SELECT word, unaccent(word)
    FROM (
        SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', search_apart(words)))) word
        FROM unnest(texts) words
    ) written
    WHERE length(word) BETWEEN 3 AND 40 AND word !~ '[0-9]'
        AND NOT EXISTS (SELECT FROM curation_knownword WHERE shown = word)
$$;

CREATE FUNCTION search_learn() RETURNS trigger
LANGUAGE plpgsql AS $$
-- The first argument says of a row r which text it has, the second whether everyone may see it.
DECLARE
    learned text := format('SELECT %s words FROM new_rows r WHERE %s', TG_ARGV[0], TG_ARGV[1]);
    known text := format('SELECT %s words FROM old_rows r WHERE %s', TG_ARGV[0], TG_ARGV[1]);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        learned := learned || ' EXCEPT ' || known;
    END IF;
    EXECUTE format('SELECT search_remember(array_agg(words)) FROM (%s) s', learned);
    RETURN NULL;
END
$$;
"""
NO_LEARN = """
DROP FUNCTION search_learn();
DROP FUNCTION search_remember(text[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('curation', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(CONFIGURATIONS, NO_CONFIGURATIONS),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(QUERY, NO_QUERY),
        migrations.CreateModel(
            name='KnownWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shown', models.CharField(max_length=40, verbose_name='word')),
                ('plain', models.CharField(max_length=80, verbose_name='without accents')),
            ],
            options={
                'verbose_name': 'known word',
                'verbose_name_plural': 'known words',
                'indexes': [
                    models.Index(fields=['shown'], name='known_word_shown'),
                    GinIndex(fields=['plain'], name='known_word_plain', opclasses=['gin_trgm_ops']),
                ],
            },
        ),
        migrations.RunSQL(LEARN, NO_LEARN),
    ]
