"""What a network is made of: organisations, initiatives and themes, and what ties them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

Question = Literal["organisation", "initiative", "theme"]
QUESTIONS: tuple[Question, ...] = get_args(Question)


class Key(NamedTuple):
    """Which of them: the question that asks for it in an address, and the answer."""

    question: Question
    slug: str

    @property
    def url(self) -> str:
        """The network around it."""
        return f"{reverse('network:detail')}?{urlencode([self])}"


class Manner(TextChoices):
    """The kinds of line in the picture, the strongest first, and what each stands for."""

    LEADS = "leads", _("owns or coordinates")
    TAKES_PART = "takes-part", _("takes part or hosts")
    FUNDS = "funds", _("funds")
    BENEFITS = "benefits", _("benefits")
    FOLLOWS = "follows", _("is part of, continues or was inspired by")
    THEME = "theme", _("is on the theme")


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation, an initiative or a theme: its names, what it is, its colour, its page."""

    key: Key
    label: str
    name: str
    kind: str
    hue: str
    url: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """What one has to do with another: read it as “one, words, other”, or as “other, back, one”."""

    one: Key
    other: Key
    manner: Manner
    words: str
    back: str = ""


@dataclass(frozen=True)
class Network:
    """A start with what lies around it, the start first; and how many there were to show."""

    nodes: Sequence[Node]
    ties: Sequence[Tie]
    total: int

    @property
    def start(self) -> Node:
        """What it begins from."""
        return self.nodes[0]

    @property
    def others(self) -> int:
        """How many are shown around the start."""
        return len(self.nodes) - 1

    @property
    def left_out(self) -> int:
        """How many more lie within two steps."""
        return max(0, self.total - len(self.nodes))

    @cached_property
    def lines(self) -> dict[tuple[Key, Key], Manner]:
        """For each two that have to do with each other the line to draw: the strongest."""
        strength = list(Manner)
        found: dict[tuple[Key, Key], Manner] = {}
        for tie in self.ties:
            pair = (min(tie.one, tie.other), max(tie.one, tie.other))
            found[pair] = min(tie.manner, found.get(pair, tie.manner), key=strength.index)
        return found

    @property
    def manners(self) -> list[Manner]:
        """The kinds of line that are drawn, the strongest first."""
        drawn = set(self.lines.values())
        return [manner for manner in Manner if manner in drawn]
