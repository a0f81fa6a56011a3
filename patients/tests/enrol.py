"""One of the processes that register patients at once: `python -m patients.tests.enrol --number 25`."""

import argparse
import json
import os
import sys
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import NumberSeries, User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from hospital.models import uuid7  # noqa: E402
from patients.models import SuspectedPair, mrn  # noqa: E402
from patients.services import register_patient  # noqa: E402


def rita() -> User:
    found: User | None = User.objects.filter(email="rita@example.org").first()
    return found or User.objects.create_user(
        "rita@example.org", None, full_name="Rita", role=Role.RECEPTIONIST
    )


def register(by: User, *, apart: bool) -> str:
    """Ann Archer, or somebody whom nobody would take for anybody else."""
    given_name, family_name, born = "Ann", "Archer", date(1980, 1, 1)
    if apart:
        letters = uuid7().hex[::-1].translate(str.maketrans("0123456789", "ghijklmnop"))
        given_name, family_name = letters[:8], letters[8:18]
        born -= timedelta(days=int(uuid7().hex[-4:], 16) % 15_000)
    patient = register_patient(
        given_name=given_name, family_name=family_name, birth_date=born, sex="female", by=by
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
    parser.add_argument("--apart", action="store_true", help="people who are not like each other")
    parser.add_argument("--pairs", action="store_true", help="say which suspected duplicates are listed")
    asked = parser.parse_args()
    by = rita()
    if asked.pairs:
        json.dump(list(SuspectedPair.objects.waiting().values_list("pair", flat=True)), sys.stdout)
        return
    given = (naive() if asked.naive else register(by, apart=asked.apart) for _ in range(asked.number))
    json.dump(list(given), sys.stdout)


if __name__ == "__main__":
    main()
