"""Facets as boxes to tick: some hundred on each page, for which a template would take long."""

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusterix.lib.icons import icon

MOST_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet with the number of entries it would give."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int = 0
    """How deep it lies within other choices."""
    url: str = ""
    """Where choosing it leads, or taking it back."""

    def box(self, name: str) -> str:
        """A box to tick, as HTML, for the facet of that name."""
        looks = "facet__choice"
        if self.depth:
            looks += " facet__choice--within"
        if not self.count and not self.selected:
            looks += " facet__choice--none"
        opened = opened_box(name, self.value, self.label, looks, self.selected)
        return f"{opened}{self.count}</span></label>"


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices of which any number can be made."""

    name: str
    title: str
    choices: list[Choice]
    errors: list[str]
    more: str = ""
    """Where the choices that are not shown can be found."""

    @property
    def head(self) -> SafeString:
        """The title, and what was asked for that is none of the choices."""
        errors = "".join(
            f'<p class="field__errors" id="{self.name}_error">{icon("warning")} {escape(error)}</p>'
            for error in self.errors
        )
        title = escape(capfirst(self.title))
        return SafeString(f"<legend><span>{title}</span></legend>{errors}")

    @property
    def boxes(self) -> SafeString:
        """The choices as boxes to tick."""
        return SafeString("\n".join(choice.box(self.name) for choice in self.choices))

    @property
    def group(self) -> SafeString:
        """The whole facet, and a link to more where there are more choices; empty without any."""
        if not (self.choices or self.errors or self.more):
            return SafeString()
        return SafeString(
            f'<fieldset class="facet" id="facet-{self.name}">{self.head}'
            f'<div id="choices-{self.name}">{self.boxes}</div>'
            f"{link_to_more(self) if self.more else ''}</fieldset>"
        )


@lru_cache(maxsize=MOST_KEPT)
def opened_box(name: str, value: str, label: str, looks: str, selected: bool) -> str:
    """A box to tick, as HTML up to where its count stands: the same on very many pages."""
    value, label, checked = escape(value), escape(capfirst(label)), " checked" if selected else ""
    return (
        f'<label class="{looks}">'
        f'<input type="checkbox" name="{name}" id="{name}-{value}" value="{value}"{checked}>'
        f'<span>{label}</span><span class="facet__count">'
    )


def link_to_more(facet: Facet) -> str:
    """A link to where choices can be searched; htmx puts the search in the place of the facet."""
    url, words = escape(facet.more), escape(_("Find: %(name)s") % {"name": facet.title})
    return (
        f'<a class="facet__more" href="{url}" hx-get="{url}" hx-target="#facet-{facet.name}"'
        f' hx-swap="outerHTML" hx-push-url="false">{words}</a>'
    )
