"""The one query of which the index is built: PostgreSQL packs each column into bytes.

A column a row, so that neither side has to hold more than one of them twice.
"""

EVERYTHING = """
WITH region AS (
    SELECT *, row_number() OVER (ORDER BY code) - 1 AS number FROM people_region
)
SELECT part.name, part.packed
FROM (SELECT pg_current_snapshot() AS snapshot, entry.*,
    theme.entries AS theme_entries, theme.values AS theme_values,
    ecosystem.entries AS ecosystem_entries, ecosystem.values AS ecosystem_values,
    target.entries AS target_entries, target.values AS target_values,
    region_pairs.entries AS region_entries, region_pairs.values AS region_values,
    involved.entries AS organisation_entries, involved.values AS organisation_values,
    (SELECT string_agg(int8send(initiative_id), '') FROM initiatives_evidence) AS evidence,
    (
        SELECT string_agg(int8send(initiative_id), '')
        FROM initiatives_transfer AS transfer
        LEFT JOIN people_organisation AS adopter ON adopter.id = transfer.organisation_id
        WHERE stage = 'adopted'
            AND (transfer.region_id IS NOT NULL OR adopter.state = 'published')
    ) AS adopted,
    (
        SELECT json_agg(json_build_array(id, key, labels, parent_id) ORDER BY position, key)
        FROM initiatives_theme
    ) AS theme_terms,
    (
        SELECT json_agg(json_build_array(id, key, labels) ORDER BY position, key)
        FROM initiatives_ecosystem
    ) AS ecosystem_terms,
    (
        SELECT json_agg(json_build_array(id, key, labels) ORDER BY position, key)
        FROM initiatives_targetgroup
    ) AS target_terms,
    (
        SELECT json_agg(
            json_build_array(code, name, level, country, parent_id, successor_id) ORDER BY number
        )
        FROM region
    ) AS regions,
    (
        SELECT json_agg(
            json_build_array(id, slug, coalesce(nullif(short_name, ''), name)) ORDER BY id
        )
        FROM people_organisation WHERE state = 'published'
    ) AS organisations,
    (
        SELECT json_agg(json_build_array(slug, merged_into_id))
        FROM people_organisation WHERE merged_into_id IS NOT NULL
    ) AS merged
FROM (
    SELECT string_agg(int8send(id), '') AS ids,
        string_agg(int8send(place), '') AS place,
        string_agg(int2send(coalesce(array_position(%(kinds)s, kind::text), 0)::int2), '') AS kind,
        string_agg(int2send(coalesce(array_position(%(levels)s, level::text), 0)::int2), '')
            AS level,
        string_agg(date_send(coalesce(start_earliest, '-infinity')), '') AS "start",
        string_agg(date_send(coalesce(end_latest, '-infinity')), '') AS "end",
        string_agg(date_send(coalesce(
            start_earliest, partial_date_earliest("end"), '-infinity'
        )), '') AS first,
        string_agg(date_send(coalesce(
            CASE WHEN open_ended AND "start" IS NOT NULL THEN 'infinity'::date END,
            end_latest, partial_date_latest("start"), '-infinity'
        )), '') AS last,
        string_agg(boolsend(open_ended), '') AS is_open,
        string_agg(timestamptz_send(published_at), '') AS published
    FROM (
        SELECT *, row_number() OVER (ORDER BY lower(unaccent(title)), id) - 1 AS place
        FROM initiatives_initiative
        WHERE state = 'published'
    ) AS public
) AS entry,
(
    SELECT string_agg(int8send(initiative_id), '') AS entries,
        string_agg(int8send(theme_id), '') AS values
    FROM initiatives_initiative_themes
) AS theme,
(
    SELECT string_agg(int8send(initiative_id), '') AS entries,
        string_agg(int8send(ecosystem_id), '') AS values
    FROM initiatives_initiative_ecosystems
) AS ecosystem,
(
    SELECT string_agg(int8send(initiative_id), '') AS entries,
        string_agg(int8send(targetgroup_id), '') AS values
    FROM initiatives_initiative_target_groups
) AS target,
(
    SELECT string_agg(int8send(initiative_id), '') AS entries,
        string_agg(int8send(number), '') AS values
    FROM initiatives_initiative_regions JOIN region ON region.code = region_id
) AS region_pairs,
(
    SELECT string_agg(int8send(initiative_id), '') AS entries,
        string_agg(int8send(organisation_id), '') AS values
    FROM initiatives_involvement
    JOIN people_organisation AS organisation ON organisation.id = organisation_id
    WHERE organisation.state = 'published'
) AS involved
) AS everything,
LATERAL (VALUES
    ('snapshot', convert_to(snapshot::text, 'UTF8')),
    ('ids', "ids"),
    ('place', "place"),
    ('kind', "kind"),
    ('level', "level"),
    ('start', "start"),
    ('end', "end"),
    ('first', "first"),
    ('last', "last"),
    ('is_open', "is_open"),
    ('published', "published"),
    ('theme_entries', "theme_entries"),
    ('theme_values', "theme_values"),
    ('ecosystem_entries', "ecosystem_entries"),
    ('ecosystem_values', "ecosystem_values"),
    ('target_entries', "target_entries"),
    ('target_values', "target_values"),
    ('region_entries', "region_entries"),
    ('region_values', "region_values"),
    ('organisation_entries', "organisation_entries"),
    ('organisation_values', "organisation_values"),
    ('evidence', "evidence"),
    ('adopted', "adopted"),
    ('theme_terms', convert_to(theme_terms::text, 'UTF8')),
    ('ecosystem_terms', convert_to(ecosystem_terms::text, 'UTF8')),
    ('target_terms', convert_to(target_terms::text, 'UTF8')),
    ('regions', convert_to(regions::text, 'UTF8')),
    ('organisations', convert_to(organisations::text, 'UTF8')),
    ('merged', convert_to(merged::text, 'UTF8'))
) AS part (name, packed)
"""
