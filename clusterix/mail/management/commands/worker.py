"""The worker's command."""

from argparse import ArgumentParser
from typing import cast

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

CONCURRENCY = 4
SECONDS_TO_FINISH = 25


class Command(BaseCommand):
    """Performs queued work; any number of workers may run."""

    help = "Performs queued work until it is told to stop (SIGTERM, Ctrl-C); any number may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one choice there is."""
        parser.add_argument("--once", action="store_true", help="end when nothing is left to do")

    def handle(self, *, once: bool, **_options: object) -> None:
        """Work; at SIGTERM finish what was begun and take nothing new."""
        connector = cast("DjangoConnector", app.connector)
        with app.replace_connector(connector.get_worker_connector()):
            app.run_worker(
                wait=not once,
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                shutdown_graceful_timeout=SECONDS_TO_FINISH,
            )
