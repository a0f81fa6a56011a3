"""Become the server of the index of passages: what the Procfile starts as `chroma`.

Listens on port CHROMA_PORT of this machine only, and keeps its files in CHROMA_DATA, which is var/chroma. What it
prints is a banner and every request: only complaints are let through.
"""

import os
import sys
from pathlib import Path

DATA = Path(os.environ.get("CHROMA_DATA") or "var/chroma")


def main() -> None:
    """Replace this process; never returns."""
    DATA.mkdir(parents=True, exist_ok=True)
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        del os.environ[name]  # it would send its traces there
    os.umask(0o077)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())
    program = str(Path(sys.executable).with_name("chroma"))
    address = ["--host", "127.0.0.1", "--port", os.environ["CHROMA_PORT"]]
    os.execv(program, [program, "run", "--path", str(DATA), *address])


if __name__ == "__main__":
    main()
