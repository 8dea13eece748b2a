"""How to cite an initiative's page: in words, and as the files that reference managers read."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from initiatives.models import Initiative, Involvement

SITE = "Clusterix"
"""Who publishes the record, and its author where nobody is known to lead."""

LEADING = (Involvement.Role.OWNER, Involvement.Role.COORDINATOR)

MOST_NAMES = 20
"""APA names so many authors; of more, the first nineteen and the last."""

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%_#$"},
}
"""What TeX takes for a command. BibTeX counts braces even behind a backslash, so none stays."""


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference says of an initiative's page, each a line of text."""

    key: str
    authors: Sequence[str]
    title: str
    kind: str
    edition: date
    accessed: date
    language: str
    url: str

    @property
    def publisher(self) -> str:
        """The site, but where it is the author already."""
        return "" if self.authors == [SITE] else SITE


def of(initiative: Initiative, accessed: date) -> Citation:
    """How to cite an initiative that `for_marks()` loaded, as somebody read it on that day.

    Authors are the organisations that own it, or else coordinate it. Its year is that of the last
    day on which it was checked, or else published. The address has no language of its own.
    """
    with override(settings.LANGUAGE_CODE):
        url = settings.SITE_URL + initiative.get_absolute_url()
    return Citation(
        key=initiative.slug,
        authors=[one_line(name) for name in leading(initiative)] or [SITE],
        title=one_line(initiative.title),
        kind=initiative.get_kind_display(),
        edition=edition(initiative) or accessed,
        accessed=accessed,
        language=initiative.language,
        url=url,
    )


def leading(initiative: Initiative) -> list[str]:
    """The official names of those who own it, or else coordinate it."""
    rows = [row for row in initiative.public_involvements if row.role in LEADING]
    return [row.organisation.name for row in rows if row.role == rows[0].role]


def edition(initiative: Initiative) -> date | None:
    """The day by which its text is dated."""
    published = initiative.published_at
    return initiative.last_verified_on or (published and timezone.localdate(published))


def one_line(text: str) -> str:
    """The words without line breaks and other characters that end a line or cannot be seen."""
    return " ".join(CONTROLS.sub(" ", text).split())


def tex(text: str) -> str:
    """The words as TeX prints them, whatever signs they hold."""
    return "".join(TEX.get(sign, sign) for sign in text)


def bibtex(cited: Citation) -> str:
    """An entry of a BibTeX file."""
    fields = {
        "author": " and ".join(f"{{{tex(name)}}}" for name in cited.authors),
        "title": f"{{{tex(cited.title)}}}",
        "year": str(cited.edition.year),
        "type": tex(cited.kind),
        "howpublished": cited.publisher,
        "language": cited.language,
        "url": cited.url,
        "urldate": cited.accessed.isoformat(),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}", ""])


def ris(cited: Citation) -> str:
    """A reference of a RIS file: one line for each tag."""
    return "".join(f"{tag}  - {value}\r\n" for tag, value in tags(cited) if value or tag == "ER")


def tags(cited: Citation) -> Iterator[tuple[str, str]]:
    """The tags of RIS with what they say."""
    yield "TY", "ELEC"
    for name in cited.authors:
        yield "AU", name
    yield "TI", cited.title
    yield "PY", str(cited.edition.year)
    yield "DA", f"{cited.edition:%Y/%m/%d}"
    yield "M3", cited.kind
    yield "PB", cited.publisher
    yield "LA", cited.language
    yield "UR", cited.url
    yield "Y2", f"{cited.accessed:%Y/%m/%d}"
    yield "ER", ""


@dataclass(frozen=True, slots=True)
class Manner:
    """A file that reference managers read."""

    write: Callable[[Citation], str]
    content_type: str


MANNERS = {
    "bib": Manner(bibtex, "application/x-bibtex"),
    "ris": Manner(ris, "application/x-research-info-systems"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A citation in the manner of the American Psychological Association, the title apart."""

    before: str
    title: str
    after: str
    url: str


def apa(cited: Citation) -> Words:
    """The citation as one writes it into a list of references."""
    publisher = f" {cited.publisher}." if cited.publisher else ""
    seen = _("Seen on %(day)s at") % {"day": date_format(cited.accessed)}
    return Words(
        before=f"{ended(names(cited.authors))} ({cited.edition.year}).",
        title=cited.title,
        after=f"[{capfirst(cited.kind)}].{publisher} {seen}",
        url=cited.url,
    )


def names(authors: Sequence[str]) -> str:
    """Authors as APA strings them together."""
    if len(authors) > MOST_NAMES:
        return f"{', '.join(authors[: MOST_NAMES - 1])}, … {authors[-1]}"
    if len(authors) <= 2:  # noqa: PLR2004 (a pair has no comma)
        return " & ".join(authors)
    return f"{', '.join(authors[:-1])}, & {authors[-1]}"


def ended(text: str) -> str:
    """The words with a full stop."""
    return text if text.endswith(".") else f"{text}."
