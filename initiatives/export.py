"""The catalogue to take along: what was selected, as a file that is sent while it is written."""

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from clusterix.lib.cells import BYTE_ORDER_MARK, Cell, csv_line
from clusterix.lib.chosen import without
from clusterix.lib.spreadsheets import workbook
from initiatives.documents import Documents
from initiatives.filters import InitiativeFilter
from initiatives.lines import COLUMNS, LICENCE, Table
from initiatives.models import Initiative
from initiatives.names import LANGUAGE, Names
from initiatives.records import fetched, public_records, whole_records
from initiatives.selection import Selection

MOST_IN_A_SPREADSHEET = 200_000
"""More would take a web process longer than a minute, and spreadsheets hold a million lines."""

Pieces = Generator[bytes, None, None]


class Taken:
    """What is taken along: the selection, and what a reader of the file has to know of it."""

    def __init__(self, request: HttpRequest) -> None:
        self.selection = Selection(InitiativeFilter(request.GET, Initiative.objects.all()))
        self.asked = self.selection.asked
        self.names = Names()
        with override(LANGUAGE):
            self.pages = settings.SITE_URL + reverse("initiatives:list")
            self.organisation_pages = settings.SITE_URL + reverse("organisations:list")
            self.open_data = settings.SITE_URL + reverse("open_data")
        self.about: dict[str, str | list[str]] = {
            "selection": self.pages + without(request.GET, "page"),
            "as_of": self.asked.day.isoformat(),
            "left_out": sorted(self.asked.form.errors),
            "generated_at": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
            "licence": LICENCE,
            "documentation": self.open_data,
        }

    def lines(self) -> Iterator[list[list[Cell]]]:
        """The initiatives as lines of a table, below a line with the names of its columns."""
        yield [list(COLUMNS)]
        line = Table(self.names, self.pages).line
        for records in fetched(self.selection.ids, public_records(self.asked.day)):
            yield [line(record) for record in records]


def csv_file(taken: Taken) -> Pieces:
    """Comma-separated values; the mark at their head tells spreadsheets that they are UTF-8."""
    yield BYTE_ORDER_MARK.encode()
    for lines in taken.lines():
        yield "".join([csv_line(line) for line in lines]).encode()


def xlsx_file(taken: Taken) -> Pieces:
    """A workbook: the initiatives on one sheet, what they are on another."""
    about: list[list[Cell]] = [["about", "this file"]]
    for name, said in taken.about.items():
        about.append([name, said if isinstance(said, str) else ", ".join(said)])
    return workbook({"Initiatives": taken.lines(), "About": [about]})


def json_file(taken: Taken) -> Pieces:
    """One document; how many initiatives it holds comes last, when all of them are written."""
    document = Documents(taken.names, taken.pages, taken.organisation_pages).document
    count = 0
    yield f'{{"about": {json.dumps(taken.about)},\n"initiatives": ['.encode()
    for records in fetched(taken.selection.ids, whole_records(taken.asked.day)):
        texts = [json.dumps(document(record), ensure_ascii=False) for record in records]
        yield ((",\n" if count and texts else "\n") + ",\n".join(texts)).encode()
        count += len(texts)
    yield f'\n],\n"count": {count}}}\n'.encode()


@dataclass(frozen=True, slots=True)
class Form:
    """A form that the catalogue can be taken along in."""

    content_type: str
    write: Callable[[Taken], Pieces]
    most: int | None = None
    """How many initiatives a file of it holds."""


FORMS = {
    "csv": Form("text/csv; charset=utf-8; header=present", csv_file),
    "xlsx": Form(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx_file,
        MOST_IN_A_SPREADSHEET,
    ),
    "json": Form("application/json", json_file),
}


@require_safe
@cache_control(no_store=True)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The initiatives that the same query gives on the list, all of them, as a file.

    What is not understood is left out as it is there; the header X-Left-Out and the file name it.
    """
    taken, kind = Taken(request), FORMS[form]
    if kind.most is not None and len(taken.selection) > kind.most:
        return too_many(request, kind.most)
    response = StreamingHttpResponse(content_type=kind.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(taken, form)}"'
    if taken.about["left_out"]:
        response.headers["X-Left-Out"] = ", ".join(taken.about["left_out"])
    if request.method != "HEAD":
        response.streaming_content = kind.write(taken)
    return response


def too_many(request: HttpRequest, most: int) -> HttpResponseBase:
    """Says what to do instead."""
    reason = _("A spreadsheet holds %(most)s entries at most. Narrow down, or take CSV or JSON.")
    context = {"reason": reason % {"most": most}}
    return render(request, "refused.html", context, status=HTTPStatus.BAD_REQUEST)


def file_name(taken: Taken, form: str) -> str:
    """Says what is in the file and of which day."""
    as_of = "as-of-" if taken.asked.answers.get("as_of") else ""
    return f"clusterix-initiatives-{as_of}{taken.asked.day.isoformat()}.{form}"
