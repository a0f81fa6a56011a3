"""Whether the web server of this container answers: asked as a visitor would, by the first of ALLOWED_HOSTS."""

import os
import sys
from http.client import HTTPConnection

TIMEOUT = 4


def main() -> int:
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".")
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=TIMEOUT)
    connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
    return int(connection.getresponse().status != 200)


if __name__ == "__main__":
    sys.exit(main())
