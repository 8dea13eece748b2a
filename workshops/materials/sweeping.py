"""Removing files of materials that no row names."""

from datetime import datetime

import structlog

from clusterix.lib import stored_files
from workshops.materials.naming import FOLDER
from workshops.models import Material

log = structlog.stdlib.get_logger("clusterix.materials")


def sweep(at: datetime) -> int:
    """Remove the files that no row names at that moment; how many those were."""
    swept = stored_files.sweep(FOLDER, named_among, at)
    log.info("files swept", removed=swept.removed, kept=swept.kept)
    return swept.removed


def named_among(paths: list[str]) -> set[str]:
    """Those of some files that a material names."""
    return set(Material.objects.filter(file__in=paths).values_list("file", flat=True))
