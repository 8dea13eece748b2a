"""Registrations to take along, with what people answered: files for their organisers alone."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime

from django.utils.translation import override

from clusterix.lib.cells import BYTE_ORDER_MARK, Cell, csv_line
from clusterix.lib.countries import country_name
from clusterix.lib.spreadsheets import workbook
from workshops.registration.models import (
    Question,
    QuestionAnswer,
    Registration,
    RegistrationSettings,
)
from workshops.registration.models.registrations import RegistrationQuerySet

PIECE = 500
"""So many registrations are in memory at once."""

LANGUAGE = "en"
"""Files are for programs too: their words do not change with who takes them."""

COLUMNS = (
    "number",
    "state",
    "name",
    "email",
    "organisation",
    "category",
    "country",
    "people",
    "needs",
    "language",
    "registered",
    "cancelled",
    "waiting_since",
    "priority",
    "consent",
)
"""Explained in docs/registration.md; the questions follow them."""

Lines = Iterator[list[list[Cell]]]
Answers = dict[tuple[int, int], str]
"""By the numbers of a registration and of a question."""


class Taken:
    """What is taken along: registrations by their numbers, and what their workshop asked."""

    def __init__(self, terms: RegistrationSettings, rows: RegistrationQuerySet) -> None:
        self.zone = terms.workshop.zone
        self.numbers = list(rows.order_by("pk").values_list("pk", flat=True))
        self.asked = {question.pk: question for question in terms.questions.in_order()}

    def lines(self) -> Lines:
        """Some hundred at a time, below a line with the names of the columns."""
        yield [[*COLUMNS, *headings(self.asked.values())]]
        for start in range(0, len(self.numbers), PIECE):
            piece = Registration.objects.filter(
                pk__in=self.numbers[start : start + PIECE], erased_at=None
            )
            rows = piece.select_related("audience", "consent").order_by("pk")
            with override(LANGUAGE):
                answers = self.answers(self.numbers[start : start + PIECE])
                written = [self.line(row, answers) for row in rows]
            yield written

    def answers(self, numbers: list[int]) -> Answers:
        """What people answered, as they read it; rows that know each other would outlive it."""
        rows = QuestionAnswer.objects.filter(registration__in=numbers, question__in=self.asked)
        return {
            (row, question): QuestionAnswer(question=self.asked[question], text=text).words
            for row, question, text in rows.values_list("registration", "question", "text")
        }

    def line(self, row: Registration, answers: Answers) -> list[Cell]:
        """A registration, times by the clock of the workshop's place."""
        return [
            row.pk,
            row.state,
            row.name,
            row.email,
            row.organisation,
            row.audience.label if row.audience else "",
            country_name(row.country) if row.country else "",
            row.party_size,
            row.needs,
            row.language,
            self.moment(row.created_at),
            self.moment(row.cancelled_at),
            self.moment(row.waiting_since),
            row.priority_reason,
            row.consent.version,
            *(answers.get((row.pk, question), "") for question in self.asked),
        ]

    def moment(self, at: datetime | None) -> str:
        """As a spreadsheet reads it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}" if at else ""


def headings(questions: Iterable[Question]) -> Iterator[str]:
    """Questions as names of columns, each name once."""
    seen = Counter(COLUMNS)
    for question in questions:
        seen[question.text] += 1
        count = seen[question.text]
        yield question.text if count == 1 else f"{question.text} ({count})"


def csv_file(taken: Taken) -> Generator[bytes, None, None]:
    """Comma-separated values, no cell of which a spreadsheet calculates."""
    yield BYTE_ORDER_MARK.encode()
    for lines in taken.lines():
        yield "".join([csv_line(line) for line in lines]).encode()


def xlsx_file(taken: Taken) -> Generator[bytes, None, None]:
    """A workbook, whose text is typed as text."""
    return workbook({"Registrations": taken.lines()})


FORMS = {
    "csv": ("text/csv; charset=utf-8; header=present", csv_file),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file),
}
"""The forms of a file, and what writes them."""
