"""What an event of a file means here: repaired where it can be, refused where it cannot."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from workshops.interchange.programme import Attachment, Event, Link, Person
from workshops.interchange.texts import (
    LONGEST_NAME,
    abstract,
    file_name,
    one_line,
    web_address,
    with_scheme,
)
from workshops.interchange.times import RefusedError, Say, span
from workshops.interchange.told import Reference, Told
from workshops.models import Material, Session

MOST_PEOPLE = 30
MOST_LINKS = 30
LONGEST_PERSON = 100

KINDS = {kind.value: kind.value for kind in Session.Kind} | {
    "lecture": "talk",
    "keynote": "talk",
    "presentation": "talk",
    "podium": "panel",
    "workshop": "discussion",
    "meeting": "discussion",
    "hands-on": "discussion",
    "excursion": "study-visit",
    "lunch": "break",
    "coffee": "break",
    "social": "networking",
    "party": "networking",
}
SLIDES = (".ppt", ".pptx", ".odp", ".key")
OF_ATTACHMENTS = {"slides": Material.Kind.SLIDES, "paper": Material.Kind.PAPER}
OF_LINKS = OF_ATTACHMENTS | {"media": Material.Kind.RECORDING}


@dataclass
class Item:
    """An event of a file: what it is called there, what it means, and what is to be said of it."""

    label: str
    event: Event | None
    remarks: list[str]
    refusal: str = ""


@dataclass(frozen=True)
class Setting:
    """Where events are to go: the workshop's key, its clock, and where relative addresses begin."""

    key: str
    zone: ZoneInfo
    base_url: str


def understood(told: Told, setting: Setting) -> Item:
    """The event with its repairs, or the reason why it is refused."""
    remarks: dict[str, None] = dict.fromkeys(told.remarks)

    def say(repair: str) -> None:
        remarks[repair] = None

    item = Item(label(told), None, [])
    try:
        item.event = event(told, setting, say)
    except RefusedError as error:
        item.refusal = str(error)
    item.remarks = list(remarks)
    return item


def label(told: Told) -> str:
    """By what a report names an event: its title and whatever the file calls it besides."""
    title = one_line(told.title, 80, "", _unheard) or _("(no title)")
    name = one_line(told.guid or told.own_id, 60, "", _unheard)
    return f"“{title}” ({name})" if name else f"“{title}”"


def event(told: Told, setting: Setting, say: Say) -> Event:
    """The event as it is kept; RefusedError says why not."""
    title = one_line(told.title, 250, _("title"), say)
    if not title:
        raise RefusedError(_("It has no title."))
    when = span(told, setting.zone, say)
    return Event(
        guid=identity(told, setting.key, say),
        title=title,
        kind=kind(told.kind, say),
        day=when.day,
        start=when.start,
        end=when.end,
        room=one_line(told.room, 100, _("room"), say),
        track=one_line(told.track, 100, _("track"), say),
        abstract=abstract((told.subtitle, told.abstract, told.description), say),
        people=people(told.people, say),
        links=links(told.links, setting.base_url, say),
        attachments=attachments(told.attachments, setting.base_url, say),
        is_cancelled=told.is_cancelled,
    )


def identity(told: Told, key: str, say: Say) -> UUID:
    """The guid of the file, or one that the same event gets whenever the file comes again."""
    try:
        return UUID(told.guid.strip())
    except ValueError:
        own = told.own_id or f"{told.title} {told.date or told.day} {told.start}"
        source = _("its id “%(id)s”") % {"id": told.own_id[:40]} if told.own_id else ""
        say(
            _("guid was missing: made from %(source)s")
            % {"source": source or _("its title and start")}
        )
        return derived(key, own)


def derived(key: str, name: str) -> UUID:
    """The guid that goes with a name in the workshop of that key, always the same."""
    return uuid5(uuid5(NAMESPACE_URL, f"workshop:{key}"), name)


def kind(text: str, say: Say) -> str:
    """The kind of session that a file means; empty where it does not say."""
    words = text.casefold().replace("_", "-").split()
    known = [KINDS[word] for word in ("-".join(words), *words) if word in KINDS]
    if text.strip() and not known:
        say(_("type “%(text)s” is not known here") % {"text": text.strip()[:40]})
    return known[0] if known else ""


def people(names: tuple[str, ...], say: Say) -> tuple[Person, ...]:
    """Whoever is named, each once; an address in place of a name names nobody."""
    found: dict[str, None] = {}
    for text in names:
        name = one_line(text, LONGEST_PERSON, _("name"), say)
        if "@" in name:
            say(_("an e-mail address in place of a name was left out"))
        elif name == _("Speaker withheld"):
            say(_("a speaker whose name is withheld was left out"))
        elif name:
            found[name] = None
    if len(found) > MOST_PEOPLE:
        say(_("more than %(most)d people: the others were left out") % {"most": MOST_PEOPLE})
    return tuple(Person(name) for name in list(found)[:MOST_PEOPLE])


def links(references: tuple[Reference, ...], base: str, say: Say) -> tuple[Link, ...]:
    """The links to the web."""
    found = {}
    for told in _few(references, say):
        address = accepted(told.url, with_scheme(told.url), base, say)
        if address:
            title = one_line(told.title, LONGEST_NAME, _("link"), say) or address[:LONGEST_NAME]
            found[address] = Link(address, title, OF_LINKS.get(told.kind, Material.Kind.PAGE))
    return tuple(found.values())


def attachments(references: tuple[Reference, ...], base: str, say: Say) -> tuple[Attachment, ...]:
    """The attachments, of which only the address is kept."""
    found = {}
    for told in _few(references, say):
        address = accepted(told.url, told.url, base, say)
        if address:
            name = file_name(told.title, address, say)
            is_shown = address.partition("?")[0].lower().endswith(SLIDES)
            guess = Material.Kind.SLIDES if is_shown else Material.Kind.PAPER
            found[address] = Attachment(address, name, OF_ATTACHMENTS.get(told.kind, guess))
    return tuple(found.values())


def accepted(text: str, meant: str, base: str, say: Say) -> str:
    """What is meant, where it is an address of the web; otherwise empty, and the reason is said."""
    address = web_address(meant, base)
    shown = one_line(text, 60, "", _unheard)
    if not address:
        say(_("link “%(text)s” does not lead to the web: left out") % {"text": shown})
    elif address != text.strip():
        say(_("link “%(text)s” read as %(address)s") % {"text": shown, "address": address[:80]})
    return address


def _few(references: tuple[Reference, ...], say: Say) -> tuple[Reference, ...]:
    if len(references) > MOST_LINKS:
        say(_("more than %(most)d links: the others were left out") % {"most": MOST_LINKS})
    return references[:MOST_LINKS]


def _unheard(_repair: str) -> None:
    """Nobody needs to know what is cut in a report."""
