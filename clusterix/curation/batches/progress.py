"""How far an import is, told while its transaction is still open."""

from contextlib import AbstractContextManager
from time import monotonic
from types import TracebackType

from django.db import connection

SECONDS = 0.5
"""Between two words on it."""


class Progress(AbstractContextManager["Progress"]):
    """Notes the number of rows that are done, by a connection of its own that commits at once."""

    def __init__(self, batch: int) -> None:
        self.batch = batch
        self.aside = connection.copy()
        self.last = monotonic()

    def tell(self, count: int) -> None:
        """So many are done; not every word is kept."""
        if monotonic() - self.last < SECONDS:
            return
        self.last = monotonic()
        with self.aside.cursor() as cursor:
            cursor.execute(
                "UPDATE batches_importbatch SET rows_done = %s WHERE id = %s", [count, self.batch]
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.aside.close()
