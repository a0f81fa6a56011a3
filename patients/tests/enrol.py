"""One of the processes that register patients at once: `python -m patients.tests.enrol --number 25`."""

import argparse
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import NumberSeries, User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from patients.models import SuspectedPair, mrn  # noqa: E402
from patients.services import register_patient  # noqa: E402


def rita() -> User:
    found: User | None = User.objects.filter(email="rita@example.org").first()
    return found or User.objects.create_user(
        "rita@example.org", None, full_name="Rita", role=Role.RECEPTIONIST
    )


def register(by: User) -> str:
    patient = register_patient(
        given_name="Ann", family_name="Archer", birth_date="1980-01-01", sex="female", by=by
    )
    return patient.mrn


def naive() -> str:
    """Read the last number, add one, write it back."""
    series, _ = NumberSeries.objects.get_or_create(name="naive")
    series.last += 1
    series.save()
    return mrn("NF", series.last)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=25)
    parser.add_argument("--naive", action="store_true")
    parser.add_argument("--pairs", action="store_true", help="say which suspected duplicates are listed")
    asked = parser.parse_args()
    by = rita()
    if asked.pairs:
        json.dump(list(SuspectedPair.objects.waiting().values_list("pair", flat=True)), sys.stdout)
        return
    json.dump([naive() if asked.naive else register(by) for _ in range(asked.number)], sys.stdout)


if __name__ == "__main__":
    main()
