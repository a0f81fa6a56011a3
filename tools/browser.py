"""See that there is a Chromium for the browser tests; install Debian's if that is allowed.

Says what will be skipped if there is none. With CI=true that is a failure.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser() -> str | None:
    """The path of an installed browser: CHROMIUM, or one with a usual name."""
    return next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)


def permission_to_install() -> list[str] | None:
    """What to put before apt-get: nothing for root, sudo if it asks no password, None if we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
    return None if asked.returncode else ["sudo", "-n"]


def install(before: list[str]) -> None:
    """Ask apt for Chromium. Prints apt's words only if it fails."""
    print("Installing Chromium for the browser tests (once; about 100 MB) …", flush=True)
    setting = ["env", "DEBIAN_FRONTEND=noninteractive"]
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            [*before, *setting, "apt-get", "--quiet", *words],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
            return


def main() -> int:
    """Return 1 only where a skipped test would be a lie: in CI."""
    if not browser() and (before := permission_to_install()) is not None:
        install(before)
    if browser():
        return 0
    print(
        "No Chromium here: the tests marked `browser` will be SKIPPED. Install the package chromium for them."
    )
    return int(os.environ.get("CI") == "true")


if __name__ == "__main__":
    sys.exit(main())
