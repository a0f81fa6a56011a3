"""One of the processes that write into the same charts at once: `python -m patients.tests.rush --act state`.

`--prepare 6` registers patients first and prints their ids. Of each act it prints what came of it.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.models import Allergy, AllergyStatement, Chart, Patient, Problem  # noqa: E402
from patients.services import (  # noqa: E402
    record_allergy,
    record_problem,
    state_no_known_allergies,
)
from patients.tests.make import make_patient  # noqa: E402

DORA = "dora@example.org"


ACTS: dict[str, Callable[..., Any]] = {
    "state": state_no_known_allergies,
    "latex": lambda patient, *, by: record_allergy(patient, substance_key="latex", by=by),
    "asthma": lambda patient, *, by: record_problem(patient, title="Asthma", by=by),
}


def outcome(act: Callable[..., Any], patient: Patient, by: User) -> str:
    try:
        act(patient, by=by)
    except Refusal as refusal:
        return refusal.code
    return "done"


def look(patient: Patient) -> dict[str, Any]:
    """What stands in a chart, and what its first page says."""
    chart = Chart.of(patient.pk)
    return {
        "stated": AllergyStatement.objects.filter(patient_id=patient.pk, is_current=True).count(),
        "known": Allergy.objects.known(patient.pk).count(),
        "active": Problem.objects.active(patient.pk).count(),
        "front": chart.allergies == Allergy.objects.front(patient.pk)
        and chart.problems == Problem.objects.front(patient.pk),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prepare", type=int, default=0)
    parser.add_argument("--act", choices=[*ACTS, "look"], default="look")
    parser.add_argument("patients", nargs="*")
    asked = parser.parse_args()
    if asked.prepare:
        User.objects.create_user(DORA, None, full_name="Dora Dietz", role=Role.DOCTOR)
        json.dump([str(make_patient().pk) for _ in range(asked.prepare)], sys.stdout)
        return
    by = User.objects.get(email=DORA)
    people = [Patient.objects.get(pk=UUID(pk)) for pk in asked.patients]
    if asked.act == "look":
        json.dump([look(one) for one in people], sys.stdout)
    else:
        json.dump([outcome(ACTS[asked.act], one, by) for one in people], sys.stdout)


if __name__ == "__main__":
    main()
