"""`make safety-report`: how the rules do on the golden set."""

import os
import sys

import django


def main() -> int:
    """Print the figures, and each case that is wrong. The status says whether the aims are met."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    django.setup()
    from prescriptions.tests.golden import CASES, UNSEEN  # noqa: PLC0415  # after the set-up
    from prescriptions.tests.golden.report import aims_met, measured, written  # noqa: PLC0415

    figures = {file: measured(file) for file in (CASES, UNSEEN)}
    for file, one in figures.items():
        print(written(one, file))
    return 0 if all(aims_met(one) for one in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
