"""Question sets for peer reviews: loaded from files, and kept as they are once published."""

import pytest
from django.conf import settings

from clusterix.content import loading
from clusterix.content.loading import RefusedError
from tests.content.conftest import TODAY, Load
from workshops.reviews.models import QuestionSet

QUESTIONS = """
question_sets:
  stress-test-1:
    title: Stress test
    topics:
      - title: Monitoring
        questions:
          - text: What is measured?
            kind: stages
            options: [Nothing., Activities., Results.]
          - text: What did it change?
"""
PUBLISHED = QUESTIONS.replace("    topics:", "    published_on: 2026-11-01\n    topics:")

pytestmark = pytest.mark.django_db


def outline() -> list[tuple[str, str, list[str]]]:
    """Each question of the one set, with its kind and what it describes."""
    return [
        (question.text, question.kind, [option.text for option in question.options.all()])
        for topic in QuestionSet.objects.whole().get().topics.all()
        for question in topic.questions.all()
    ]


def test_a_set_is_loaded_whole_and_published_last(load: Load) -> None:
    load(PUBLISHED)

    assert outline() == [
        ("What is measured?", "stages", ["Nothing.", "Activities.", "Results."]),
        ("What did it change?", "text", []),
    ]
    assert QuestionSet.objects.published().count() == 1
    assert load(PUBLISHED).did_nothing


def test_a_set_changes_until_it_is_published(load: Load) -> None:
    load(QUESTIONS)
    load(QUESTIONS.replace("Activities.", "Events."))
    load(PUBLISHED.replace("Activities., ", ""))

    assert outline()[0][2] == ["Nothing.", "Results."]
    assert QuestionSet.objects.published().count() == 1


def test_a_published_set_is_not_changed_and_the_mistake_is_told(load: Load) -> None:
    load(PUBLISHED)

    with pytest.raises(RefusedError) as refused:
        load(PUBLISHED.replace("Activities.", "Events."))

    assert [(one.line, one.reason) for one in refused.value.mistakes] == [
        (
            3,
            "“stress-test-1” is published and stays as it is. Write a new version under a key of "
            "its own.",
        )
    ]
    assert outline()[0][2] == ["Nothing.", "Activities.", "Results."]


def test_a_new_version_has_a_key_of_its_own(load: Load) -> None:
    load(PUBLISHED)

    second = PUBLISHED.replace("-test-1:", "-test-2:")
    load(second.replace("title: Stress test", "title: Stress test\n    version: 2"))

    assert list(QuestionSet.objects.by_title().values_list("version", flat=True)) == [2, 1]


@pytest.mark.usefixtures("load")
def test_the_stress_test_asks_three_or_four_questions_on_each_of_six_topics() -> None:
    folder = settings.BASE_DIR / "content" / "question-sets"

    loading.load([folder], today=TODAY)

    topics = QuestionSet.objects.published().whole().get().topics.all()
    counts = [len(topic.questions.all()) for topic in topics]
    kinds = {question.kind for topic in topics for question in topic.questions.all()}
    described = [
        len(question.options.all())
        for topic in topics
        for question in topic.questions.all()
        if question.kind == "stages"
    ]
    assert [str(topic) for topic in topics] == [
        "The role of clusters in developing the strategy",
        "The fit with national and neighbouring strategies",
        "Implementation",
        "Monitoring and evaluation",
        "The impact on cluster organisations",
        "The effectiveness of the cluster portfolio",
    ]
    assert counts == [4, 4, 4, 3, 3, 4]
    assert kinds == {"text", "stages", "choice"}
    assert set(described) == {4}
