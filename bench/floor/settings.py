"""The site's settings around one view; with BENCH_BARE nothing but Django itself is left."""

import os

from clusterix.settings import *  # noqa: F403
from clusterix.settings import INSTALLED_APPS as APPS
from clusterix.settings import MIDDLEWARE as THE_SITES

ROOT_URLCONF = "bench.floor.urls"
INSTALLED_APPS = [] if "BENCH_BARE" in os.environ else APPS
MIDDLEWARE = [] if "BENCH_BARE" in os.environ else THE_SITES
