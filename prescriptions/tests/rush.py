"""One of the processes that write prescriptions of the same patients at once: `python -m prescriptions.tests.rush`.

`--prepare 6` makes patients first and prints their ids. Of each act it prints what came of it; without one, what
stands there now.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import User  # noqa: E402 Django has to be ready
from accounts.once import Once  # noqa: E402
from accounts.roles import Role  # noqa: E402
from doctors.tests.make import make_doctor  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402
from prescriptions.dosage import written  # noqa: E402
from prescriptions.models import Prescription, Warned  # noqa: E402
from prescriptions.services import begin_prescription, write_prescription  # noqa: E402
from prescriptions.tests.make_prescriptions import make_draft, make_signed  # noqa: E402

DORA = "dora@example.org"
WAITS_FOR = 120  # seconds
FAR_TOO_MUCH = {1: "Ibuprofen 400 mg tablet", 2: "Paracetamol 500 mg tablet", 3: "Tramadol 50 mg capsule"}


def prepare(number: int) -> list[str]:
    """Patients, each with a draft that nobody has written into, and with a signed prescription."""
    dora = User.objects.create_user(DORA, None, full_name="Dora Dietz", role=Role.DOCTOR)
    doctor = make_doctor(user=dora)
    patients = [make_patient() for _ in range(number)]
    for one in patients:
        make_draft(one, doctor)
        make_signed(one, doctor)
    return [str(one.pk) for one in patients]


def the(patient: Patient, status: str) -> Prescription:
    found: Prescription = Prescription.objects.get(patient_id=patient.pk, status=status, renews=None)
    return found


def renew(old: Prescription, _person: int, by: User) -> None:
    begin_prescription(old.patient, renews=old, by=by)


def begin_keyed(old: Prescription, _person: int, by: User) -> None:
    begin_prescription(old.patient, indication="Keyed", once=Once(f"key of {old.pk}", "x"), by=by)


def write(draft: Prescription, person: int, by: User) -> None:
    line = written(FAR_TOO_MUCH[person], dose="10", frequency="qds", days="7")
    write_prescription(draft, seen_version=1, lines=[line], indication="", note="", by=by)


def write_naively(draft: Prescription, person: int, _by: User) -> None:
    line = written(FAR_TOO_MUCH[person], dose="10", frequency="qds", days="7")
    Prescription.objects.filter(pk=draft.pk).update(lines=[line.as_json()])


Act = Callable[[Prescription, int, User], None]
ACTS: dict[str, tuple[str, Act]] = {
    "renew": ("signed", renew),
    "keyed": ("signed", begin_keyed),
    "write": ("draft", write),
    "naive": ("draft", write_naively),
}


def outcome(act: Act, one: Prescription, person: int, by: User) -> str:
    try:
        act(one, person, by)
    except Refusal as refusal:
        return refusal.code
    return "done"


def wait_for(people: int, *, ready: Path, person: int) -> None:
    """Until everybody has read what will be written."""
    (ready / str(person)).touch()
    give_up = time.monotonic() + WAITS_FOR
    while len(list(ready.iterdir())) < people and time.monotonic() < give_up:
        time.sleep(0.01)


def look(patient: Patient) -> dict[str, Any]:
    rows = Prescription.objects.filter(patient_id=patient.pk)
    draft = rows.get(status="draft", renews=None, indication="")
    return {
        "renewals": rows.exclude(renews=None).count(),
        "keyed": rows.filter(indication="Keyed").count(),
        "medicine": draft.written[0].medicine,
        "warned": sorted(
            {name for one in Warned.objects.filter(prescription_id=draft.pk) for name in one.medicines}
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prepare", type=int, default=0)
    parser.add_argument("--act", choices=[*ACTS])
    parser.add_argument("--person", type=int, default=1)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--ready", type=Path)
    parser.add_argument("patients", nargs="*")
    asked = parser.parse_args()
    if asked.prepare:
        json.dump(prepare(asked.prepare), sys.stdout)
        return
    patients = [Patient.objects.get(pk=UUID(pk)) for pk in asked.patients]
    if not asked.act:
        json.dump([look(one) for one in patients], sys.stdout)
        return
    by = User.objects.get(email=DORA)
    status, act = ACTS[asked.act]
    read = [the(one, status) for one in patients]
    wait_for(asked.people, ready=asked.ready, person=asked.person)
    json.dump([outcome(act, one, asked.person, by) for one in read], sys.stdout)


if __name__ == "__main__":
    main()
