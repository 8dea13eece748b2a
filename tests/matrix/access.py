"""What each role meets at each address that is not simply everyone's.

What everyone may open is in `test_addresses.py`.
"""

from clusterix.curation.models import Entry

ROLES = (
    "visitor",
    "nobody's",
    "rival",
    "editor",
    "publisher",
    "secretariat",
    "operator",
    "organiser",
)
"""The rows of the matrix. A rival publishes for another partner; operators are superusers; an
organiser runs the one workshop of this world and belongs to no partner."""

TOLD = {"S": "is asked to sign in", "-": "finds nothing", "x": "is refused", "O": "gets in"}
"""What the letters below say of each role, in that order."""

ALL = "OOOOOOOO"
SIGNED_IN = "SOOOOOOO"
CURATORS = "SSOOOOOO"
MEMBERS = "SSOOOOOx"
OF_THE_PARTNER = "SS-OOOO-"
PUBLISHERS = "SS-xOOO-"
INVITERS = "SSOxOOOx"
INVITERS_OWN = "SS--OOO-"
SECRETARIAT = "SSxxxOOx"
OPERATORS = "SSxxxxOx"
NO_CURATOR = "SSxxxxxx"
NOW_NOBODY = "SS-xxxx-"
OF_THE_WORKSHOP = "SS-OOOOO"
PUBLISHERS_ALONE = "SS-xOOOx"
NOBODY_OF_IT = "SS-xxxxx"
NOTHING_YET = "SS------"
THE_PUBLISHERS_OWN = "SS--O---"
NO_JOB = "SSxxxx-x"

VIEWS = ("changelist", "add", "change", "delete", "history")
"""The addresses that Django gives each model in the admin; the columns of what follows."""

Kind = tuple[str, str, str, str, str]

ENTRY: Kind = (CURATORS, MEMBERS, OF_THE_PARTNER, NOW_NOBODY, OF_THE_PARTNER)
"""A published one: editors read its form, and nobody deletes it (`admin/test_access.py`)."""

READ: Kind = (CURATORS, NO_CURATOR, OF_THE_PARTNER, NO_CURATOR, OF_THE_PARTNER)
READ_OF_IT: Kind = (CURATORS, NO_CURATOR, OF_THE_WORKSHOP, NO_CURATOR, OF_THE_WORKSHOP)
REFERENCE: Kind = (CURATORS, NO_CURATOR, CURATORS, NO_CURATOR, CURATORS)
KEPT_BY_PROGRAMME: Kind = (SECRETARIAT,) * 5
OF_OPERATORS: Kind = (OPERATORS,) * 5
ASKED: Kind = (INVITERS, INVITERS, PUBLISHERS_ALONE, NO_CURATOR, INVITERS_OWN)

KINDS: dict[str, Kind] = {
    "account_emailaddress": OF_OPERATORS,
    "auth_group": OF_OPERATORS,
    "batches_importbatch": (CURATORS, MEMBERS, OF_THE_PARTNER, NO_CURATOR, OF_THE_PARTNER),
    "comments_comment": ASKED,
    "curation_partner": KEPT_BY_PROGRAMME,
    "curation_user": (SECRETARIAT, SECRETARIAT, SECRETARIAT, NO_CURATOR, SECRETARIAT),
    "freshness_checkedlink": (CURATORS, NO_CURATOR, NOTHING_YET, NO_CURATOR, NOTHING_YET),
    "initiatives_ecosystem": KEPT_BY_PROGRAMME,
    "initiatives_initiative": ENTRY,
    "initiatives_targetgroup": KEPT_BY_PROGRAMME,
    "initiatives_theme": KEPT_BY_PROGRAMME,
    "invitations_invitation": ASKED,
    "merging_merge": READ,
    "merging_pair": READ,
    "mfa_authenticator": OF_OPERATORS,
    "people_organisation": ENTRY,
    "people_person": ENTRY,
    "people_region": REFERENCE,
    "procrastinate_procrastinatejob": (OPERATORS, NO_CURATOR, NO_JOB, NO_CURATOR, NOTHING_YET),
    "proposals_proposal": READ,
    "registration_audiencecategory": KEPT_BY_PROGRAMME,
    "registration_consenttext": KEPT_BY_PROGRAMME,
    "registration_registration": READ_OF_IT,
    "registration_registrationsettings": (
        *(CURATORS, CURATORS, OF_THE_WORKSHOP),
        NOBODY_OF_IT,  # people have registered
        OF_THE_WORKSHOP,
    ),
    "reports_report": READ,
    "reviews_peerreview": ENTRY,
    "reviews_questionset": REFERENCE,
    "workshops_outcome": READ_OF_IT,
    "workshops_scheduleversion": READ_OF_IT,
    "workshops_series": KEPT_BY_PROGRAMME,
    "workshops_organiser": (*ASKED[:3], PUBLISHERS_ALONE, INVITERS_OWN),
    "workshops_session": (
        *(CURATORS, CURATORS, OF_THE_WORKSHOP),
        "SS-xOOOO",
        OF_THE_WORKSHOP,
    ),
    "workshops_workshop": (CURATORS, MEMBERS, OF_THE_WORKSHOP, NOBODY_OF_IT, OF_THE_WORKSHOP),
}

ENTRIES = [f"{kind._meta.app_label}_{kind._meta.model_name}" for kind in Entry.__subclasses__()]

ADMIN = {
    "index": CURATORS,
    "jsi18n": CURATORS,
    "app_list": CURATORS,
    "autocomplete": CURATORS,
    "login": "Sx------",
    "logout": "--OOOOOO",
    "password_change": CURATORS,
    "password_change_done": CURATORS,
    **dict.fromkeys(
        (f"batches_importbatch_{view}" for view in (
            "again", "columns", "discard", "import", "mapping", "mapping_yaml", "refused_csv",
            "undo",
        )),
        OF_THE_PARTNER,
    ),
    "comments_comment_again": INVITERS_OWN,
    "comments_comment_decide": INVITERS_OWN,
    "comments_comment_withdraw": INVITERS_OWN,
    **dict.fromkeys((f"{kind}_many" for kind in ENTRIES), CURATORS),
    **dict.fromkeys((f"{kind}_alike" for kind in ENTRIES), MEMBERS),
    **dict.fromkeys((f"{kind}_save" for kind in ENTRIES), CURATORS),
    **dict.fromkeys((f"{kind}_forget" for kind in ENTRIES), THE_PUBLISHERS_OWN),
    "invitations_invitation_again": INVITERS_OWN,
    "invitations_invitation_withdraw": INVITERS_OWN,
    "merging_merge_undo": OF_THE_PARTNER,
    "merging_pair_apart": "SSxOOOOx",
    "merging_pair_compare": "SSxOOOOx",
    "proposals_proposal_ask": PUBLISHERS,
    "proposals_proposal_decide": PUBLISHERS,
    "proposals_proposal_due": OF_THE_PARTNER,
    "proposals_proposal_propose": OF_THE_PARTNER,
    "proposals_proposal_revise": OF_THE_PARTNER,
    "proposals_proposal_settle": OF_THE_PARTNER,
    "proposals_proposal_withdraw": OF_THE_PARTNER,
    "registration_registration_approve": OF_THE_WORKSHOP,
    "registration_registration_cancel": OF_THE_WORKSHOP,
    "registration_registration_prioritise": OF_THE_WORKSHOP,
    "registration_registration_refuse": OF_THE_WORKSHOP,
    **dict.fromkeys(
        (f"registration_registrationsettings_desk{view}" for view in (
            "", "_add", "_attendance", "_badges", "_certificate", "_certificates", "_door",
            "_door_entries", "_door_list", "_door_presence", "_door_worker", "_export", "_letter",
            "_letters", "_mail", "_people",
        )),
        OF_THE_WORKSHOP,
    ),
    "reports_report_answer": OF_THE_PARTNER,
    "workshops_organiser_again": INVITERS_OWN,
    "workshops_scheduleversion_publish": PUBLISHERS_ALONE,
    "workshops_workshop_material": OF_THE_WORKSHOP,
    "workshops_workshop_programme": OF_THE_WORKSHOP,
}  # fmt: skip

SITE = {
    "account_logout": ALL,
    "activity": CURATORS,
    "ageing": CURATORS,
    "api:region": ALL,
    "api:vocabulary": ALL,
    "initiatives:choices": ALL,
    "markdown_preview": CURATORS,
    "preview": OF_THE_PARTNER,
    "proposal_beside": OF_THE_PARTNER,
    "proposal_preview": OF_THE_PARTNER,
    "regions:detail": ALL,
    "reviews:questions": ALL,
    "workshops:material": ALL,
    "workshops:session": ALL,
}

BY_LINK = {
    "comments:write",
    "freshness:answer",
    "invitations:accept",
    "proposals:expert",
    "proposed_beside",
    "proposed_page",
}
"""What experts, the invited and those who are asked open by a link, without an account."""

ELSEWHERE = {
    "account_inactive": "says only that an account is closed; curation/test_accounts.py",
    "account_reset_password_from_key": "by a signed, expiring link; curation/test_accounts.py",
    "account_signup": "closed to all; curation/test_accounts.py",
    "api:nothing": "whatever else is asked below the interface for programs; api",
    "mail:file": "in development alone; mail",
    "mail:html": "in development alone; mail",
    "mail:outbox": "in development alone; mail",
    "mail_report": "for mail services that show a secret; mail/test_bounces.py",
    "mfa_authenticate": "between password and second factor; curation/test_accounts.py",
    "mfa_edit_webauthn": "of one's own passkeys; browser/test_access.py",
    "mfa_login_webauthn": "by a passkey alone; browser/test_access.py",
    "mfa_remove_webauthn": "of one's own passkeys; browser/test_access.py",
    "readyz": "answers by the state of the worker; test_health.py",
}

MATRIX = SITE | {
    f"admin:{name}": told
    for name, told in (
        ADMIN
        | {
            f"{kind}_{view}": told
            for kind, row in KINDS.items()
            for view, told in zip(VIEWS, row, strict=True)
        }
        | {f"{kind}_move": PUBLISHERS for kind in ENTRIES}
        | {f"{kind}_version": OF_THE_PARTNER for kind in ENTRIES}
        | {
            "workshops_workshop_move": PUBLISHERS_ALONE,
            "workshops_workshop_version": OF_THE_WORKSHOP,
        }
    ).items()
}
"""Each other address, and what each role meets there."""
