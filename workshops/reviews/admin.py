"""The admin of peer reviews: all questions of the set to fill in, topic by topic."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import ReferenceAdmin
from clusterix.curation.entries import EntryAdmin
from clusterix.curation.scoped import PartInline, curator
from workshops.models import Outcome, Workshop
from workshops.reviews.forms import AnswerForm, RecommendationForm, RecommendationFormSet
from workshops.reviews.models import (
    Answer,
    AnswerQuerySet,
    Participant,
    PeerReview,
    QuestionSet,
    Recommendation,
    ReviewSource,
)


@admin.register(QuestionSet)
class QuestionSetAdmin(ReferenceAdmin[QuestionSet]):
    """Sets of questions, which come from content files."""

    list_display = ("title", "version", "published_on", "key")
    search_fields = ("title", "key")
    ordering = ("title", "-version", "pk")
    fields = ("title", "version", "key", "language", "published_on", "intro")

    def view_on_site(self, obj: Any) -> str | None:  # type: ignore[override] # Django takes None
        """The page with its questions, once it is published."""
        return obj.get_absolute_url() if obj.published_on else None


class ParticipantInline(PartInline[Participant]):
    """Who took part, on which side."""

    model = Participant
    fields = ("organisation", "role", "position")
    autocomplete_fields = ("organisation",)
    ordering = ("position", "pk")


class AnswerInline(PartInline[Answer]):
    """A row for each question, by topic; none is added or taken away by hand."""

    model = Answer
    form: Any = AnswerForm
    template = "admin/edit_inline/answers.html"
    fields = ("text", "now", "wished", "gap")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        """In the order of the questions."""
        rows = cast("AnswerQuerySet", super().get_queryset(request))
        return rows.for_questions()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The set says what is asked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An answer is emptied."""
        return False


class RecommendationInline(PartInline[Recommendation]):
    """What peers advise, by whom, and what was agreed upon it."""

    model = Recommendation
    form: Any = RecommendationForm
    formset = RecommendationFormSet
    autocomplete_fields = ("person", "organisation")
    ordering = ("position", "pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Outcomes only of a workshop that the user may see: others stay as they are."""
        workshops = curator(request).linkable_entries(Workshop)
        has_outcomes = obj.workshop_id and workshops.filter(pk=obj.workshop_id).exists()
        outcomes = ["outcomes"] if has_outcomes else []
        return ["text", "topic", "person", "organisation", *outcomes, "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recommendation]:
        """With what was agreed upon them."""
        outcomes = Outcome.objects.order_by("position", "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("outcomes", outcomes))


class ReviewSourceInline(PartInline[ReviewSource]):
    """Where facts about a review were seen."""

    model = ReviewSource
    fields = ("title", "url", "publisher", "about", "claim", "accessed_on", "position")
    ordering = ("position", "pk")


@admin.register(PeerReview)
class PeerReviewAdmin(EntryAdmin[PeerReview]):
    """Peer reviews; the questions come as soon as the set is chosen and saved."""

    list_display = ("title", "region", "question_set", "held", "state", "owner", "updated_at")
    list_filter = (*EntryAdmin.list_filter, "question_set")
    list_select_related = ("owner", "region", "question_set")
    search_fields = ("title", "region__name")
    ordering = ("-updated_at", "pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("region", "workshop")
    inlines = (ParticipantInline, AnswerInline, RecommendationInline, ReviewSourceInline)
    wanted = {
        "held": _("lists have no place for it among the others"),
        "conclusions": _("what was found is only in the single answers"),
    }
    fieldsets = (
        (None, {"fields": ["title", "slug", "summary", "question_set"]}),
        (_("When and where"), {"fields": ["region", "held", "workshop"]}),
        (_("Afterwards"), {"fields": ["conclusions"]}),
        (_("Curation"), {"fields": ["owner", "language", "last_verified_on"]}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Answers and advice once it is known what is asked."""
        later = (AnswerInline, RecommendationInline)
        return [inline for inline in self.inlines if obj is not None or inline not in later]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A review keeps its questions."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, "question_set"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A new review asks a set that is published."""
        if db_field.name == "question_set":
            kwargs["queryset"] = QuestionSet.objects.published().by_title()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Has a row for each question."""
        super().save_related(request, form, formsets, change)
        form.instance.ask()

    def response_add(
        self, request: HttpRequest, obj: PeerReview, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Leads on to the questions."""
        if "_popup" not in request.POST and "_addanother" not in request.POST:
            data = request.POST.copy()
            data["_continue"] = "1"
            request.POST = data  # type: ignore[assignment] # as Django does for accounts
        return super().response_add(request, obj, post_url_continue)
