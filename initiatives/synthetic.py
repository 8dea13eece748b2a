"""A made-up catalogue of any size, the same for the same seed: to measure with, never to publish.

Its words are drawn as in natural text, few often and most rarely, so that a search for a common
word and one for a rare word cost what they will in a catalogue that has grown as large.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from initiatives.models import Initiative, Involvement, Transfer
from people.models import Organisation

T = TypeVar("T")

PREFIX = "synthetic-"
"""What the keys and addresses of all that is made up begin with."""

NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
"""The day on which the last entry is said to have been published."""

WORDS = {
    "en": """cluster region innovation policy support network business programme growth skills
        research funding partners development smart specialisation value chain transition digital
        green energy health food mobility industry training voucher internationalisation export
        pilot project demonstration laboratory workshop advice mentoring managers excellence
        benchmarking cooperation interregional strategy evaluation monitoring indicators jobs
        start-ups scale-ups companies suppliers manufacturing materials circular economy water
        forest ocean bioeconomy tourism culture creative design software sensors robotics data
        security hydrogen batteries photovoltaics logistics ports rural cities public procurement
        universities students apprentices vocational schools investors grants loans guarantees
        matchmaking platform exchange visit learning transfer replication peer review foresight
        roadmap governance steering board membership fees services office team facilitator""",
    "de": """Cluster Region Innovation Förderung Netzwerk Unternehmen Programm Wachstum Forschung
        Partner Entwicklung Strategie Wertschöpfungskette Wandel Energie Gesundheit Ernährung
        Mobilität Industrie Weiterbildung Gutschein Internationalisierung Pilotprojekt Beratung
        Zusammenarbeit Auswertung Beschäftigung Gründungen Zulieferer Werkstoffe Kreislaufwirtschaft
        Wasser Holz Tourismus Gestaltung Wasserstoff Häfen Hochschulen Ausbildung Beschaffung""",
    "sv": """kluster region innovation stöd nätverk företag program tillväxt forskning partner
        utveckling strategi värdekedja omställning energi hälsa livsmedel rörlighet industri
        kompetens export försök rådgivning samverkan utvärdering jobb underleverantörer material
        vatten skog besöksnäring form vätgas hamnar högskolor upphandling lärande ledning""",
    "fr": """pôle région innovation soutien réseau entreprises programme croissance recherche
        partenaires développement stratégie chaîne valeur transition énergie santé alimentation
        mobilité industrie formation export projet conseil coopération évaluation emplois
        matériaux économie eau forêt tourisme hydrogène ports universités marchés publics""",
}
LANGUAGES = ("en", "de", "sv", "fr")
LANGUAGE_SHARES = (82, 8, 6, 4)
SYLLABLES = (
    *("al", "bor", "cen", "dra", "el", "fen", "gal", "hel", "is", "jor", "kal", "lum", "mar"),
    *("nor", "os", "pel", "quin", "ros", "sol", "tar", "ul", "ver", "wes", "xan", "yl", "zen"),
)
PROPER_NAMES = 20_000
"""So many made-up names are sprinkled over the texts; the last of them are rare."""

KIND_SHARES = (22, 30, 28, 8, 5, 3, 4)
LEVEL_SHARES = (10, 14, 8, 24, 36, 8)
SECTIONS = ("problem", "how_it_works", "results", "challenges", "transferability")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What entries can be tagged with: primary keys, and the codes of regions."""

    themes: Sequence[int]
    ecosystems: Sequence[int]
    target_groups: Sequence[int]
    regions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Made:
    """An initiative as column values, and what hangs on it."""

    columns: dict[str, object]
    themes: list[int]
    ecosystems: list[int]
    target_groups: list[int]
    regions: list[str]
    involved: list[tuple[int, str]]
    """Which organisations, by their number, in which role."""
    evidence: list[dict[str, object]] = field(default_factory=list)
    transfers: list[dict[str, object]] = field(default_factory=list)


class Maker:
    """Makes organisations and initiatives up, one after the other."""

    def __init__(self, seed: int, vocabulary: Vocabulary) -> None:
        self.rng = Random(seed)  # noqa: S311  # the same catalogue again is the point
        self.vocabulary = vocabulary
        self.names = sorted({self.name() for _ in range(PROPER_NAMES)})
        self.rng.shuffle(self.names)
        self.name_weights = by_zipf(len(self.names))
        self.words = {language: WORDS[language].split() for language in LANGUAGES}
        self.word_weights = {language: by_zipf(len(self.words[language])) for language in LANGUAGES}

    def name(self) -> str:
        """A proper name that no language has."""
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.choice((2, 3, 3, 4)))).capitalize()

    def organisations(self, count: int) -> Iterator[dict[str, object]]:
        """So many organisations, as column values."""
        kinds = Organisation.Kind.values
        for number in range(count):
            name = self.rng.choices(self.names, cum_weights=self.name_weights)[0]
            yield {
                **entry(number, "organisation"),
                "name": f"{name} {self.rng.choice(('Cluster', 'Agency', 'Institute', 'Region'))}"
                f" {number + 1}",
                "kind": self.rng.choice(kinds),
                "region_id": self.rng.choice(self.vocabulary.regions),
                "city": self.rng.choice(self.names),
            }

    def initiatives(self, count: int, organisations: int) -> Iterator[Made]:
        """So many initiatives, in which so many organisations are involved."""
        for number in range(count):
            yield self.initiative(number, count, organisations)

    def initiative(self, number: int, count: int, organisations: int) -> Made:
        """One initiative with all that hangs on it."""
        rng, of = self.rng, self.vocabulary
        language = rng.choices(LANGUAGES, LANGUAGE_SHARES)[0]
        published = NEWEST - timedelta(minutes=(count - number) * 5)
        title = self.text(language, rng.randint(3, 7))
        columns = {
            **entry(number, "initiative"),
            "language": language,
            "published_at": published,
            "created_at": published,
            "updated_at": published,
            "title": f"{title} {number + 1}",
            "acronym": self.name().upper()[:8] if rng.random() < 0.3 else "",  # noqa: PLR2004
            "kind": rng.choices(Initiative.Kind.values, KIND_SHARES)[0],
            "level": rng.choices(Initiative.Level.values, LEVEL_SHARES)[0],
            "summary": f"{self.text(language, rng.randint(12, 28))}."[:300],
            "description": self.paragraphs(language, rng.randint(1, 3)),
            **self.span(),
        }
        if columns["kind"] == Initiative.Kind.GOOD_PRACTICE:
            columns |= {section: self.paragraphs(language, 1) for section in SECTIONS}
        return Made(
            columns,
            themes=self.some(of.themes, 3),
            ecosystems=self.some(of.ecosystems, 2),
            target_groups=self.some(of.target_groups, 3),
            regions=self.some(of.regions, 2),
            involved=self.involved(organisations),
            evidence=self.evidence(language),
            transfers=self.transfers(),
        )

    def text(self, language: str, length: int) -> str:
        """So many words, a name among them now and then."""
        words = self.rng.choices(
            self.words[language], cum_weights=self.word_weights[language], k=length
        )
        names = self.rng.choices(self.names, cum_weights=self.name_weights, k=1 + length // 15)
        for name in names:
            words[self.rng.randrange(length)] = name
        return " ".join(words).capitalize()

    def paragraphs(self, language: str, count: int) -> str:
        """So many paragraphs of a few sentences."""
        return "\n\n".join(
            " ".join(f"{self.text(language, self.rng.randint(9, 20))}." for _ in range(4))
            for _ in range(count)
        )

    def span(self) -> dict[str, object]:
        """When it runs: partial dates of every kind, open ends, and ends that nobody knows."""
        rng = self.rng
        form = rng.choices(("%Y", "%Y-%m", "%Y-%m-%d", ""), (45, 25, 25, 5))[0]
        if not form:
            return {"start": None, "end": None, "open_ended": False}
        start = date(2007, 1, 1) + timedelta(days=rng.randrange(7_600))
        end = start + timedelta(days=rng.randint(200, 2_500))
        how = rng.choices(("ends", "open", "unknown"), (60, 20, 20))[0]
        return {
            "start": start.strftime(form),
            "end": end.strftime(form) if how == "ends" else None,
            "open_ended": how == "open",
        }

    def some(self, of: Sequence[T], most: int) -> list[T]:
        """A few of them, none twice; the first ones more often."""
        if not of:
            return []
        picked = (int(len(of) * self.rng.random() ** 2) for _ in range(self.rng.randint(0, most)))
        return [of[place] for place in dict.fromkeys(picked)]

    def involved(self, organisations: int) -> list[tuple[int, str]]:
        """Who leads it and who joins in."""
        first, *others = self.some(range(organisations), 4) or [self.rng.randrange(organisations)]
        lead = self.rng.choice((Involvement.Role.OWNER, Involvement.Role.COORDINATOR))
        return [(first, lead.value), *((one, Involvement.Role.PARTNER.value) for one in others)]

    def evidence(self, language: str) -> list[dict[str, object]]:
        """Figures of one in seven."""
        if self.rng.random() > 1 / 7:
            return []
        return [
            {
                "indicator": self.text(language, 3),
                "value": self.rng.randint(1, 5_000),
                "unit": self.rng.choice(("companies", "jobs", "EUR", "")),
                "measured": str(self.rng.randint(2010, 2025)),
                "position": position,
            }
            for position in range(self.rng.randint(1, 3))
        ]

    def transfers(self) -> list[dict[str, object]]:
        """Who takes one in twenty over."""
        if self.rng.random() > 1 / 20 or not self.vocabulary.regions:
            return []
        return [
            {
                "region_id": self.rng.choice(self.vocabulary.regions),
                "date": str(self.rng.randint(2012, 2026)),
                "stage": self.rng.choice(Transfer.Stage.values),
            }
        ]


def entry(number: int, kind: str) -> dict[str, object]:
    """What all entries that are made up share."""
    key = f"{PREFIX}{kind}-{number:07}"
    return {
        "key": key,
        "slug": key,
        "state": "published",
        "published_at": NEWEST,
        "created_at": NEWEST,
        "updated_at": NEWEST,
    }


def by_zipf(count: int) -> list[float]:
    """Running totals of weights that fall as the rank grows."""
    return list(accumulate(1 / (rank + 4) for rank in range(count)))
