"""How the site is: what probes ask, and what visitors see when the database cannot be reached."""

import sys
from datetime import timedelta
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

from clusterix.lib import problems

A_WORKER_IS_SILENT_AFTER = timedelta(seconds=45)  # it reports every ten
SECONDS_TO_COME_BACK = 30

TOLD = {
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The site cannot reach its database. Please try again soon.",
}

log = structlog.stdlib.get_logger("clusterix.health")


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that this process answers."""
    return JsonResponse({"process": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer part by part whether the site can do its work; 503 where one part cannot."""
    try:
        parts = {"database": "ok", "migrations": migrations()}
        parts["worker"] = worker() if parts["migrations"] == "ok" else "unknown"
    except (OperationalError, InterfaceError) as error:
        log.warning("database unreachable", error=type(error).__name__)
        parts = {"database": "unreachable"}
    is_ready = set(parts.values()) == {"ok"}
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(parts, status=status)


def migrations() -> str:
    """Tell whether the database is where the code expects it."""
    executor = MigrationExecutor(connection)
    return "unapplied" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def worker() -> str:
    """Tell whether a worker has reported lately."""
    since = timezone.now() - A_WORKER_IS_SILENT_AFTER
    return (
        "ok" if ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists() else "none"
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault calmly: 503 where the database was gone or too busy to answer, else 500."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        response = fault(request, HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(SECONDS_TO_COME_BACK)
        return response
    return fault(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def fault(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """A fault told in the way of whoever asked: a page for people, a problem for programs."""
    if problems.is_for_program(request):
        return problems.answer(status, TOLD[status])
    return HttpResponse(render_to_string(f"{status:d}.html"), status=status)
