"""Texts, names and addresses of others' files, made such that they can be kept."""

import re
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from clusterix.lib import markup
from clusterix.lib.xml_text import xml_text
from workshops.interchange.programme import WEB
from workshops.interchange.times import Say
from workshops.models import Material, Session

LONGEST_RAW = 200_000
"""Characters of a text that are looked at."""
LONGEST_ABSTRACT = Session._meta.get_field("abstract").max_length or 0
LONGEST_ADDRESS = Material._meta.get_field("url").max_length or 0
LONGEST_NAME = Material._meta.get_field("title").max_length or 0

of_the_web = URLValidator(schemes=["http", "https"])
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
PATH = re.compile(r"(?:^|[/\\])\.\.?(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")


def one_line(text: str, most: int, name: str, say: Say) -> str:
    """A text as one line of at most so many characters; the name says in reports what it is."""
    shown = "".join(sign if sign.isprintable() else " " for sign in xml_text(text[:LONGEST_RAW]))
    line = " ".join(shown.split())
    if len(line) <= most:
        return line
    say(_("%(name)s was longer than %(most)d characters: cut") % {"name": name, "most": most})
    return Truncator(line).chars(most)


def abstract(parts: tuple[str, ...], say: Say) -> str:
    """Texts one after the other as Markdown, each once."""
    cleaned = dict.fromkeys(filter(None, (_paragraphs(part, say) for part in parts)))
    text = "\n\n".join(cleaned)
    if len(text) <= LONGEST_ABSTRACT:
        return text
    say(_("abstract was longer than %(most)d characters: cut") % {"most": LONGEST_ABSTRACT})
    return Truncator(text).chars(LONGEST_ABSTRACT)


def _paragraphs(text: str, say: Say) -> str:
    text = text[:LONGEST_RAW].replace("\r\n", "\n").replace("\r", "\n")
    readable = xml_text(text).strip()
    if len(readable) < len(text.strip()):
        say(_("signs that no text can hold were removed"))
    if not markup.has_markup(readable):
        return readable
    say(_("markup in the text was made into Markdown"))
    return markup.as_markdown(readable)


def web_address(text: str, base: str) -> str:
    """An address of the web, relative ones counted from the base; empty for any other."""
    try:
        address = urljoin(base, text.strip()) if base.startswith(WEB) else text.strip()
        of_the_web(address)
    except (ValidationError, ValueError):
        return ""
    return address if len(address) <= LONGEST_ADDRESS else ""


def with_scheme(text: str) -> str:
    """An address that lacks nothing but its scheme, with it."""
    return f"https://{text.strip()}" if DOMAIN.fullmatch(text.strip()) else text


def file_name(text: str, address: str, say: Say) -> str:
    """What an attachment is called: of a path its last part, and without a name its address's."""
    name = one_line(text, LONGEST_NAME, _("attachment"), say)
    if PATH.search(name):
        say(_("name “%(name)s” is a path: reduced to its last part") % {"name": name[:60]})
        name = last_part(name)
    return name or last_part(urlsplit(address).path) or str(urlsplit(address).hostname)


def last_part(path: str) -> str:
    """The last part of a path, of whichever system, that leads nowhere by itself."""
    name = PurePosixPath(path.replace("\\", "/")).name
    return "" if name == ".." else name[:LONGEST_NAME]
