from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from tests.factories import QuestionFactory, RegistrationFactory
from tests.registration.conftest import Fill
from workshops.registration.forms import answer_field
from workshops.registration.models import (
    Question,
    QuestionAnswer,
    Registration,
    RegistrationSettings,
)

pytestmark = pytest.mark.django_db

AFTER = {"asked": "after-acceptance"}


def name(question: Question) -> str:
    return f"question-{question.pk}"


def answers(registration: Registration) -> dict[int, str]:
    return dict(registration.answers.values_list("question", "text"))


@pytest.fixture
def questions(terms: RegistrationSettings) -> list[Question]:
    """One of each kind, the last first."""
    kinds = ["text", "long-text", "yes-no", "number"]
    choice = QuestionFactory.create(
        terms=terms, kind="choice", choices="Talk\n\n Poster \n", position=9
    )
    others = [QuestionFactory.create(terms=terms, kind=kind) for kind in kinds]
    return [*others, choice]


def test_every_kind_of_question_is_asked_and_its_answer_kept(
    client: Client, address: str, fill: Fill, questions: list[Question]
) -> None:
    given = ["One line", "Two\nlines", "no", "12", "Poster"]
    fields = {name(question): text for question, text in zip(questions, given, strict=True)}

    page = client.get(address).content.decode()
    response = client.post(address, fill(**fields))

    assert [page.index(question.text) for question in questions] == sorted(
        page.index(question.text) for question in questions
    )
    assert response.status_code == 303
    registration = Registration.objects.get()
    kept = ["One line", "Two\nlines", "no", "12", "Poster"]
    assert answers(registration) == dict(zip([q.pk for q in questions], kept, strict=True))
    shown = client.get(registration.get_absolute_url()).content.decode()
    assert [text in shown for text in ("One line", "Two<br>lines", "No", "12", "Poster")] == (
        5 * [True]
    )


def test_what_need_not_be_answered_leaves_no_row(
    client: Client, address: str, fill: Fill, questions: list[Question]
) -> None:
    response = client.post(address, fill())

    assert (response.status_code, QuestionAnswer.objects.count()) == (303, 0)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", ""),
        ("text", "two\nlines"),
        ("text", 201 * "x"),
        ("long-text", 2_001 * "x"),
        ("choice", "Another"),
        ("yes-no", "maybe"),
        ("number", "many"),
        ("number", "1000000001"),
    ],
)
def test_an_answer_of_another_kind_is_refused_at_its_field(
    terms: RegistrationSettings, kind: str, text: str
) -> None:
    question = QuestionFactory.create(
        terms=terms, kind=kind, is_required=True, choices="A" if kind == "choice" else ""
    )

    field = answer_field(question)

    assert field.clean("A" if kind == "choice" else {"yes-no": "yes"}.get(kind, "1"))
    with pytest.raises(ValidationError):
        field.clean(text)


def test_what_has_to_be_answered_is_asked_for_again(
    client: Client, address: str, fill: Fill, terms: RegistrationSettings
) -> None:
    question = QuestionFactory.create(terms=terms, is_required=True)

    response: Any = client.post(address, fill())

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name(question)]
    assert not Registration.objects.exists()


def test_the_words_of_a_question_never_run(
    client: Client, address: str, terms: RegistrationSettings
) -> None:
    hostile = "<script>alert(1)</script>"
    QuestionFactory.create(terms=terms, text=hostile, hint=hostile, kind="choice", choices=hostile)

    assert hostile not in client.get(address).content.decode()


def test_some_questions_wait_until_there_is_a_place(
    client: Client, address: str, terms: RegistrationSettings
) -> None:
    question = QuestionFactory.create(terms=terms, is_required=True, text="A diet?", **AFTER)
    registration = RegistrationFactory.create(workshop=terms.workshop)
    waiting = RegistrationFactory.create(workshop=terms.workshop, state="waiting")
    page, change = registration.get_absolute_url(), f"{registration.get_absolute_url()}change/"
    details = {"name": "Bo", "country": ""}

    before = client.get(page).content.decode()
    refused = client.post(change, details)
    saved = client.post(change, details | {name(question): "None"})
    after = client.get(page).content.decode()

    assert "A diet?" not in client.get(address).content.decode()
    assert "A diet?" not in client.get(f"{waiting.get_absolute_url()}change/").content.decode()
    assert "Answer the questions" in before
    assert "Answer the questions" not in client.get(waiting.get_absolute_url()).content.decode()
    assert (refused.status_code, saved.status_code) == (422, 303)
    assert "Answer the questions" not in after
    assert answers(registration) == {question.pk: "None"}


def test_an_answer_is_changed_and_taken_back(client: Client, terms: RegistrationSettings) -> None:
    first, second = (QuestionFactory.create(terms=terms) for _ in range(2))
    registration = RegistrationFactory.create(workshop=terms.workshop)
    for question in (first, second):
        registration.answers.create(question=question, text="before")
    change = f"{registration.get_absolute_url()}change/"
    same = {"name": registration.name, "country": ""}

    page = client.get(change).content.decode()
    kept = client.post(change, same | {name(first): "before", name(second): "before"})
    quiet = registration.events.count()
    client.post(change, same | {name(first): "after", name(second): ""})

    assert page.count('value="before"') == 2
    assert (kept.status_code, quiet) == (303, 0)
    assert answers(registration) == {first.pk: "after"}
    assert list(registration.events.values_list("kind", flat=True)) == ["changed"]


def test_answers_go_with_the_name(terms: RegistrationSettings) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop)
    registration.answers.create(question=QuestionFactory.create(terms=terms), text="Canary")

    registration.erase(registration.created_at)

    assert not QuestionAnswer.objects.exists()


@pytest.mark.parametrize(
    ("fields", "constraint", "message"),
    [
        (
            {"kind": "choice"},
            "question_has_choices",
            "Give choices, one a line, where one is chosen.",
        ),
        (
            {"choices": "A"},
            "question_has_choices",
            "Give choices, one a line, where one is chosen.",
        ),
        ({"kind": "unknown"}, "question_kind_known", None),
        ({"asked": "never"}, "question_kind_known", None),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    terms: RegistrationSettings, fields: dict[str, Any], constraint: str, message: str | None
) -> None:
    question = QuestionFactory.build(terms=terms, **fields)

    with pytest.raises(ValidationError) as refusal:
        question.validate_constraints()
    assert message is None or message in refusal.value.messages
    with pytest.raises(IntegrityError, match=constraint):
        question.save()


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ("\n".join(map(str, range(51))), "Give 50 choices at most"),
        (201 * "x", "Give 50 choices at most"),
        ("A\nB\nA", "Give each choice once."),
    ],
)
def test_choices_are_few_short_and_different(choices: str, message: str) -> None:
    question = QuestionFactory.build(kind="choice", choices=choices, terms=None)

    with pytest.raises(ValidationError, match=message):
        question.clean()


def test_a_question_is_answered_once(terms: RegistrationSettings) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop)
    question = QuestionFactory.create(terms=terms, text="A diet?")
    given = registration.answers.create(question=question, text="None")

    again = QuestionAnswer(registration=registration, question=question, text="Vegan")

    assert (str(question), str(given)) == ("A diet?", f"#{given.pk}")
    with pytest.raises(ValidationError, match="This question is answered already"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="questionanswer_one_for_each_question"):
        again.save()
