"""One of the nurses who measure the same patient at once: `python -m patients.tests.measure --number 10`."""

import argparse
import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from patients.models import Chart, Patient, TimelineEntry, Vitals  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402
from patients.tests.vitals import ago, make_vitals  # noqa: E402


def nurse() -> User:
    found: User | None = User.objects.filter(email="nora@example.org").first()
    return found or User.objects.create_user("nora@example.org", None, full_name="Nora", role=Role.NURSE)


def state(patient: Patient) -> dict[str, Any]:
    """How many sets and lines there are, and whether the first page says what the rows say."""
    return {
        "sets": Vitals.objects.of(patient).count(),
        "lines": TimelineEntry.objects.filter(patient_id=patient.pk, kind="vitals").count(),
        "is_whole": Chart.of(patient.pk).vitals == Vitals.objects.front(patient.pk),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=10)
    number = parser.parse_args().number
    by, found = nurse(), Patient.objects.first()
    patient = found or make_patient()
    for _again in range(number):
        make_vitals(patient, by=by, taken_at=ago(seconds=1))
    json.dump(state(patient), sys.stdout)


if __name__ == "__main__":
    main()
