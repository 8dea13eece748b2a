"""The index that this process answers from: built once, watched, and replaced as a whole."""

import logging
import os
import time
from threading import Event, Lock, Thread

from django.conf import settings
from django.db import Error, connection

from clusterix.lib.memory import give_back
from initiatives.index.building import build
from initiatives.index.catalogue import Catalogue
from initiatives.index.changes import look

logger = logging.getLogger(__name__)

TRUSTED = 3_600.0
"""Seconds without a look after which an index is not believed: notes of changes last a day."""


class Keeper:
    """Holds the index of a process, and a thread that looks for changes and builds the next."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Hold nothing: a forked process has none of its parent's threads, and locks for ever."""
        self.held: Catalogue | None = None
        self.looked_at = 0.0
        self.building = Lock()
        self.starting = Lock()
        self.ended = Event()
        self.watcher: Thread | None = None

    def current(self) -> Catalogue:
        """The index to answer with: complete, and about as old as the setting allows.

        Only the first who ask wait for it. Without leave to lag, and within a transaction, it is
        of this very moment.
        """
        if connection.in_atomic_block or not settings.CATALOGUE_MAY_LAG:
            return self.fresh()
        self.watch()
        return self.held or self.renewed()

    def fresh(self) -> Catalogue:
        """All that this connection sees now, its own uncommitted changes included."""
        held = self.held
        seen = look(held.snapshot if held else None)
        if seen.has_written:
            return build()
        return self.renewed() if held is None or seen.has_news else held

    def renewed(self) -> Catalogue:
        """The index of what is committed now, built unless somebody just did."""
        with self.building:
            if self.held is None or self.is_stale(self.held):
                self.held = build()
                give_back()
            self.looked_at = time.time()
            return self.held

    def is_stale(self, held: Catalogue) -> bool:
        """Whether the index lacks a change that is committed, or may."""
        return time.time() - self.looked_at > TRUSTED or look(held.snapshot).has_news

    def watch(self) -> None:
        """See to it that somebody looks for changes; after a fork, or an accident, anew.

        An index that nobody looked after until now is renewed before anybody gets it.
        """
        if self.watcher and self.watcher.is_alive():
            return
        with self.starting:
            if not (self.watcher and self.watcher.is_alive()):
                self.renewed()
                self.watcher = Thread(target=self.keep_renewing, name="catalogue", daemon=True)
                self.watcher.start()

    def keep_renewing(self) -> None:
        """Look for changes until told to end, each time the setting's seconds after the last."""
        is_well = True
        try:
            while not self.ended.wait(settings.CATALOGUE_MAY_LAG):
                is_well = self.renewed_quietly(was_well=is_well)
        finally:
            connection.close()

    def renewed_quietly(self, *, was_well: bool) -> bool:
        """Renew the index if the database lets us; the first failure in a row is logged."""
        try:
            self.renewed()
        except Error:
            connection.close()
            if was_well:
                logger.exception("The catalogue cannot be read; the answers are those of before.")
            return False
        return True

    def end(self) -> None:
        """Let the watcher end, and forget the index."""
        self.ended.set()
        if self.watcher:
            self.watcher.join()
        self.start_anew()


keeper = Keeper()


os.register_at_fork(after_in_child=keeper.start_anew)
