"""Make the installation ready to start: database, demo data, static files.

One process for all of it, because starting Django takes longer than the work.
Says on stderr what it does; the last word on stdout is `demo` if the demo users
can log in.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command


def say(text: str) -> None:
    """One line of progress."""
    print(f"  {text}", file=sys.stderr, flush=True)


def prepare() -> bool:
    """Migrate, then seed or collect. True if the demo users are there."""
    say("database: applying migrations")
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("load_lab_tests", verbosity=0, stdout=sys.stderr)
    say("medicines: adding those that come with the program")
    call_command("load_catalogue", stdout=sys.stderr)
    if settings.DEBUG:
        say("demo data: planting it, if the hospital is empty")
        call_command("seed_demo", if_empty=True, stdout=sys.stderr)
        begin_to_count()
        return True
    begin_to_count()
    say("static files: collecting")
    call_command(
        "collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.map"], stdout=sys.stderr
    )
    return False


def begin_to_count() -> None:
    """The first day of the figures; the worker counts the others."""
    call_command("count_days", if_empty=True, begin=True, stdout=sys.stderr)


def main() -> None:
    """Prepare, or end with the one line that says why not."""
    sys.path.insert(0, str(Path.cwd()))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    try:
        django.setup()
        if prepare():
            print("demo")
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
