"""What is held about how curators narrow lists down."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from clusterix.curation.personal import users_of
from clusterix.curation.saved.models import SavedFilter
from clusterix.lib.personal import Done, Fate, Fields, Holding, Rows, Subject, Table

NOT_PERSONAL = {"saved.SavedFilter": "kind"}


def filters_of(subject: Subject) -> Rows:
    """The filters that an account keeps."""
    return SavedFilter.objects.filter(user__in=users_of(subject))


def erase(subject: Subject, _at: datetime) -> Done:
    """Forget them."""
    found = list(filters_of(subject).order_by("pk").values_list("pk", flat=True))
    filters_of(subject).delete()
    return {"saved.SavedFilter": found}


SAVED = Holding(
    name="saved",
    title=_("If you keep filters of lists behind the scenes"),
    purpose=_(
        "You find a list again as you narrowed it down "
        "(Article 6(1)(f): the interest in work that is not done twice)."
    ),
    retention=_("until you forget it, or as long as you have an account"),
    tables=(
        Table(
            "saved.SavedFilter",
            (
                Fields("name", Fate.DELETED, _("to find it again")),
                Fields("query", Fate.DELETED, _("to show you the list again")),
            ),
            filters_of,
        ),
    ),
    erase=erase,
)

HOLDINGS = (SAVED,)
