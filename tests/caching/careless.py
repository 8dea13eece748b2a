"""The site without the one line that tells caches of the theme: the control of the tests here."""

from clusterix.settings import *  # noqa: F403
from clusterix.settings import MIDDLEWARE as CAREFUL

MIDDLEWARE = [name for name in CAREFUL if name != "clusterix.lib.theme.keep_apart"]
