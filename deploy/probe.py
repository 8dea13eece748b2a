"""Asks an address of the site, by the name of the site, and ends with 1 unless all is well."""

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlsplit

SECONDS = 4

if __name__ == "__main__":
    asked = urlsplit(sys.argv[1])
    site = urlsplit(os.environ["SITE_URL"])
    connection = HTTPConnection(asked.netloc, timeout=SECONDS)
    connection.request("GET", asked.path, headers={"Host": site.netloc})
    sys.exit(connection.getresponse().status != HTTPStatus.OK)
