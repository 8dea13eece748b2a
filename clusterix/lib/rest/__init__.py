"""How the read-only interface for programs speaks: its formats, its errors, its pages, its bounds.

Nobody signs in there and nothing can be sent there, so it is the same for everyone.
"""

from typing import Any

FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}

ABOUT = """
The public record of Clusterix, to read by program: initiatives of cluster policy, the
organisations and people behind them, the workshops where they were presented, peer reviews,
regions and vocabularies.

- **Nobody signs in.** Only GET, HEAD and OPTIONS exist. Any page may ask (CORS).
- **Filters are those of the pages**, but strict: a value that is not understood gets 400 and a
  problem (RFC 9457) that names the parameter. Parameters that do not exist are ignored.
- **Lists come in pages.** Follow `next` until it is null. What did not change in the meantime is
  neither left out nor repeated, whatever else is added or taken away. Where everything that a
  cursor remembers has changed, it gets 400: start again.
- **Ask again cheaply** with `If-None-Match` and the `ETag` of the last answer.
- **Labels** are in the language of `Accept-Language` where the site speaks it, else in English.
- **Texts marked as Markdown** are what people wrote: sanitise what you make of them.
- **Partial dates** are written as in EDTF: `2016`, `2016-06`, `2016-06-21`, or a season from
  `2016-21` (spring) to `2016-24` (winter).
"""

SCHEMA: dict[str, Any] = {
    "TITLE": "Clusterix",
    "DESCRIPTION": ABOUT.strip(),
    "VERSION": "1.0.0",
    "LICENSE": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENABLE_DJANGO_DEPLOY_CHECK": True,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "clusterix.lib.rest.schema.add_common_answers",
    ],
    "ENUM_NAME_OVERRIDES": {
        "InitiativeKind": "initiatives.models.Initiative.Kind",
        "InitiativeLevel": "initiatives.models.Initiative.Level",
        "InitiativeStatus": "initiatives.models.Status",
        "InvolvementRole": "initiatives.models.Involvement.Role",
        "LessonKind": "initiatives.models.Lesson.Kind",
        "RelationKind": "initiatives.models.Relation.Kind",
        "TransferStage": "initiatives.models.Transfer.Stage",
        "RegionLevel": "people.models.Region.Level",
        "AliasKind": "people.models.Alias.Kind",
        "EscaLabel": "people.models.Organisation.EscaLabel",
        "OrganisationKind": "people.models.Organisation.Kind",
        "ContributionRole": "workshops.models.Contribution.Role",
        "MaterialKind": "workshops.models.Material.Kind",
        "OutcomeState": "workshops.models.Outcome.State",
        "ParticipantRole": "workshops.reviews.models.Participant.Role",
        "QuestionKind": "workshops.reviews.models.Question.Kind",
        "SessionKind": "workshops.models.Session.Kind",
        "WorkshopFormat": "workshops.models.Workshop.Format",
    },
}
