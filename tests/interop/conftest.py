"""Checks against reference files beside the checkout; without those files there are none."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared"

collect_ignore_glob = [] if SHARED.is_dir() else ["test_*.py"]
