"""What experts say of initiatives."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.lib.secret_links import hashed
from initiatives.comments.models import OPEN_FOR, Comment
from tests.factories.initiatives import InitiativeFactory


class CommentFactory(DjangoModelFactory[Comment]):
    """Asked for just now and not written yet; `written()` has it wait to be shown."""

    class Meta:
        model = Comment

    initiative = factory.SubFactory(InitiativeFactory)
    name = "Lena Lind"
    role = "Cluster expert"
    organisation = "University of Lund"
    email = factory.Sequence(lambda n: f"expert{n}@university.example")
    secret_hash = factory.Sequence(lambda n: hashed(f"comment{n}"))
    made_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.made_at + OPEN_FOR)


def written(state: str = "written", **fields: Any) -> Comment:
    """A comment with its words, in that state."""
    at = fields.pop("written_at", timezone.now())
    comment: Comment = CommentFactory.create(
        **{
            "state": state,
            "text": "It works where *firms* ask for it.",
            "written_at": at,
            "consented_at": at,
            "closed_at": at if state in Comment.CLOSED else None,
        }
        | fields
    )
    return comment
