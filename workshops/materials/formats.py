"""The formats of files that are kept."""

from dataclasses import dataclass


class RefusedError(Exception):
    """A file that is not kept, with the reason that a person is told."""


@dataclass(frozen=True, slots=True)
class Format:
    """How the names of such files end, and what browsers are told of them."""

    suffix: str
    content_type: str


PDF = Format("pdf", "application/pdf")
PNG = Format("png", "image/png")
JPEG = Format("jpg", "image/jpeg")
WEBP = Format("webp", "image/webp")

_MICROSOFT = "application/vnd.openxmlformats-officedocument"
OFFICE_OPEN_XML = {
    "ppt/presentation.xml": Format("pptx", f"{_MICROSOFT}.presentationml.presentation"),
    "word/document.xml": Format("docx", f"{_MICROSOFT}.wordprocessingml.document"),
    "xl/workbook.xml": Format("xlsx", f"{_MICROSOFT}.spreadsheetml.sheet"),
}
"""By the part that makes an archive one of that format."""

_OASIS = "application/vnd.oasis.opendocument"
OPEN_DOCUMENT = {
    name.content_type: name
    for name in (
        Format("odp", f"{_OASIS}.presentation"),
        Format("odt", f"{_OASIS}.text"),
        Format("ods", f"{_OASIS}.spreadsheet"),
    )
}
"""By what an archive says of itself."""

SUFFIXES = (
    *(one.suffix for one in (PDF, PNG, JPEG, WEBP)),
    *(one.suffix for one in (*OFFICE_OPEN_XML.values(), *OPEN_DOCUMENT.values())),
)
