"""`manage.py generate_catalogue`: a made-up catalogue of any size, to measure with."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import psycopg.sql
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import CASCADE

from clusterix.curation.models import Partner
from initiatives.models import (
    Ecosystem,
    Evidence,
    Initiative,
    Involvement,
    TargetGroup,
    Theme,
    Transfer,
)
from initiatives.synthetic import PREFIX, Made, Maker, Vocabulary
from people.models import Organisation, Region

MOST = 2_000_000
AT_A_TIME = 10_000
INITIATIVES_AN_ORGANISATION = 20


class Command(BaseCommand):
    """Replaces what it made before; what people and content files wrote stays untouched."""

    help = "Make up a catalogue of that size, the same for the same seed; size 0 takes it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large, and which."""
        parser.add_argument("--size", type=int, required=True, help="how many initiatives")
        parser.add_argument("--seed", type=int, default=1, help="another one, another catalogue")

    def handle(self, *_args: Any, size: int, seed: int, **_options: Any) -> None:
        """Write all of it or nothing; CommandError where it cannot be made."""
        if not 0 <= size <= MOST:
            raise CommandError(f"The size lies between 0 and {MOST:,}.")
        with transaction.atomic():
            take_away()
            if size:
                write(Maker(seed, vocabulary()), size)
        analyse()
        self.stdout.write(f"{size:,} made-up initiatives are in the catalogue.")


def take_away() -> None:
    """Delete all that was made up, a statement a table: none of it has a history to write."""
    with connection.cursor() as cursor:
        for model in (Initiative, Organisation):
            made = psycopg.sql.SQL("IN (SELECT id FROM {} WHERE key LIKE {})").format(
                quoted(model), f"{PREFIX}%"
            )
            for relation in model._meta.get_fields(include_hidden=True):
                if isinstance(relation, models.ManyToOneRel) and relation.on_delete is CASCADE:
                    delete(cursor, relation.field.model, relation.field.column, made)
            delete(cursor, model, "id", made)
    Partner.objects.filter(slug=PREFIX.rstrip("-")).delete()


def delete(
    cursor: CursorWrapper, model: type[models.Model], column: str, made: psycopg.sql.Composed
) -> None:
    """Delete the rows of which a column says that they were made up, or hang on what was."""
    cursor.execute(
        psycopg.sql.SQL("DELETE FROM {} WHERE {} {}").format(
            quoted(model), psycopg.sql.Identifier(column), made
        )
    )


def quoted(model: type[models.Model]) -> psycopg.sql.Identifier:
    """The name of a model's table as SQL writes it."""
    return psycopg.sql.Identifier(model._meta.db_table)


def vocabulary() -> Vocabulary:
    """What the database offers to tag entries with; CommandError where it offers no place."""
    regions = Region.objects.current().filter(level__in=[Region.Level.COUNTRY, Region.Level.BASIC])
    codes = list(regions.in_order().values_list("code", flat=True))
    if not codes:
        raise CommandError("There are no regions yet: run load_content first.")
    themes, ecosystems, target_groups = (
        list(model.objects.in_order().values_list("pk", flat=True))
        for model in (Theme, Ecosystem, TargetGroup)
    )
    return Vocabulary(themes, ecosystems, target_groups, codes)


def write(maker: Maker, size: int) -> None:
    """Write organisations and initiatives, some thousands at a time."""
    owner = Partner.objects.create(slug=PREFIX.rstrip("-"), name="Made-up catalogue")
    owned = {"owner_id": owner.pk}
    count = max(20, size // INITIATIVES_AN_ORGANISATION)
    copy(Organisation, (row | owned for row in maker.organisations(count)))
    organisations = keys(Organisation)
    initiatives = maker.initiatives(size, count)
    for batch in iter(lambda: list(islice(initiatives, AT_A_TIME)), []):
        analyse()
        copy(Initiative, (one.columns | owned for one in batch))
        first = str(batch[0].columns["key"])
        hang_on(dict(zip(keys(Initiative, first), batch, strict=True)), organisations)


def analyse() -> None:
    """Have PostgreSQL see how much there is now: the triggers look things up for each row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def keys(model: type[Organisation | Initiative], first: str = PREFIX) -> list[int]:
    """The primary keys of what was made up, in the order in which it was."""
    made = model.unscoped.filter(key__startswith=PREFIX, key__gte=first).order_by("key")
    return list(made.values_list("pk", flat=True))


def hang_on(made: Mapping[int, Made], organisations: Sequence[int]) -> None:
    """Write what hangs on initiatives, by their primary keys."""
    for name in ("themes", "ecosystems", "target_groups", "regions"):
        through = getattr(Initiative, name).through
        column = next(
            field.attname
            for field in through._meta.concrete_fields
            if field.is_relation and field.name != "initiative"
        )
        copy(
            through,
            (
                {"initiative_id": pk, column: value}
                for pk, one in made.items()
                for value in getattr(one, name)
            ),
        )
    copy(
        Involvement,
        (
            {"initiative_id": pk, "organisation_id": organisations[number], "role": role}
            for pk, one in made.items()
            for number, role in one.involved
        ),
    )
    copy(Evidence, belonging(made, "evidence"))
    copy(Transfer, belonging(made, "transfers"))


def belonging(made: Mapping[int, Made], name: str) -> Iterator[dict[str, object]]:
    """The rows of that name, each with the initiative that it belongs to."""
    for pk, one in made.items():
        for row in getattr(one, name):
            yield {"initiative_id": pk, **row}


def copy(model: type[models.Model], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows by PostgreSQL's COPY; what a row does not say gets the field's default."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    defaults = {field.attname: field.get_default() for field in fields}
    names = psycopg.sql.SQL(", ").join(psycopg.sql.Identifier(field.column) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(quoted(model), names)
        ) as stream,
    ):
        for row in rows:
            stream.write_row([row.get(name, default) for name, default in defaults.items()])
