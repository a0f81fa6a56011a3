#!/usr/bin/env python
"""The command line. On a developer's machine DEBUG is on unless the environment or .env says otherwise."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
