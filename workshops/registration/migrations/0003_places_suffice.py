"""Nobody has a place that is not there: the database counts for itself, in turn."""

from django.db import migrations

HOLDING = "('confirmed', 'offered', 'attended', 'no-show')"

# Each locks the row that every registration locks first, so the count cannot change under it.
PLACES_SUFFICE = f"""
CREATE OR REPLACE FUNCTION registration_capacity_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.capacity < (
        SELECT coalesce(sum(party_size), 0) FROM registration_registration
        WHERE workshop_id = NEW.workshop_id AND state IN {HOLDING}
    ) THEN
        RAISE EXCEPTION 'More places are confirmed than that.' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'registrationsettings_capacity_holds';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION registration_places_suffice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    terms registration_registrationsettings%ROWTYPE;
BEGIN
    SELECT * INTO terms FROM registration_registrationsettings
    WHERE workshop_id = NEW.workshop_id FOR UPDATE;
    IF terms.capacity < (
        SELECT sum(party_size) FROM registration_registration
        WHERE workshop_id = NEW.workshop_id AND state IN {HOLDING}
    ) THEN
        RAISE EXCEPTION 'There are not so many places.' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'registration_places_suffice';
    END IF;
    IF EXISTS (
        SELECT FROM registration_quota quota
        WHERE quota.terms_id = terms.id AND quota.audience_id = NEW.audience_id
          AND quota.places < (
            SELECT sum(party_size) FROM registration_registration
            WHERE workshop_id = NEW.workshop_id AND state IN {HOLDING}
              AND audience_id = quota.audience_id
        )
    ) THEN
        RAISE EXCEPTION 'There are not so many places for that category.' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'registration_quota_suffices';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER registration_enters_with_a_place
    AFTER INSERT ON registration_registration
    FOR EACH ROW WHEN (NEW.state IN {HOLDING})
    EXECUTE FUNCTION registration_places_suffice();
CREATE TRIGGER registration_takes_a_place
    AFTER UPDATE ON registration_registration
    FOR EACH ROW WHEN (
        NEW.state IN {HOLDING} AND (
            OLD.state NOT IN {HOLDING}
            OR NEW.party_size > OLD.party_size
            OR NEW.audience_id IS DISTINCT FROM OLD.audience_id
            OR NEW.workshop_id <> OLD.workshop_id
        )
    )
    EXECUTE FUNCTION registration_places_suffice();

CREATE FUNCTION registration_quota_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    workshop bigint;
BEGIN
    SELECT workshop_id INTO workshop FROM registration_registrationsettings
    WHERE id = NEW.terms_id FOR UPDATE;
    IF NEW.places < (
        SELECT sum(party_size) FROM registration_registration
        WHERE workshop_id = workshop AND state IN {HOLDING} AND audience_id = NEW.audience_id
    ) THEN
        RAISE EXCEPTION 'More places are confirmed for that category.' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'quota_holds';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER quota_holds
    AFTER INSERT OR UPDATE ON registration_quota
    FOR EACH ROW EXECUTE FUNCTION registration_quota_holds();
"""

PLACES_MAY_BE_EXCEEDED = """
DROP FUNCTION registration_places_suffice CASCADE;
DROP FUNCTION registration_quota_holds CASCADE;
CREATE OR REPLACE FUNCTION registration_capacity_holds() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0002_waiting_list_and_questions")]

    operations = [migrations.RunSQL(PLACES_SUFFICE, PLACES_MAY_BE_EXCEEDED)]
