"""`python -m bench.checking`: what a check of 5 lines against 30 medicines that a patient takes costs, with all that
it reads of the record, against a bare Django view. Plants one patient in a database of its own, and throws it away.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

NEW = ("Ibuprofen 400 mg tablet", "Simvastatin 40 mg tablet", "Clarithromycin 500 mg tablet")
NEW += ("Warfarin 5 mg tablet", "Trimethoprim 200 mg tablet")
TAKEN = 30
ROUNDS, BLOCKS = 50, 12


def plant() -> tuple[Any, Sequence[Any]]:
    """A patient with allergies, weight, creatinine and thirty medicines; and five lines that are to be checked."""
    from django.core.management import call_command  # noqa: PLC0415 after django.setup

    call_command("migrate", verbosity=0)

    from accounts.models import Department, Site, User  # noqa: PLC0415
    from accounts.roles import Role  # noqa: PLC0415
    from doctors.models import Doctor  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from patients.services import (  # noqa: PLC0415
        record_allergy,
        record_result,
        record_vitals,
        register_patient,
    )
    from prescriptions.dosage import written  # noqa: PLC0415
    from prescriptions.models import NO_END, Prescription, PrescriptionLine, Product  # noqa: PLC0415
    from prescriptions.services import load_starter_set  # noqa: PLC0415

    load_starter_set()
    site = Site.objects.first() or Site(name="Bench", time_zone="Europe/Berlin", number_prefix="BE").add()
    department = Department(site=site, name="General medicine", code="GEN").add()
    by = User.objects.create_user("bench@example.org", full_name="Bench", role=Role.NURSE)
    doctor = Doctor(given_name="Dora", family_name="Dietz", department=department, user=by).add()
    now = clock.now()
    born = now.date() - timedelta(days=70 * 366)
    patient = register_patient(given_name="Amara", family_name="Nwosu", birth_date=born, sex="female", by=by)
    for key in ("penicillins", "latex"):
        record_allergy(patient, substance_key=key, by=by)
    record_vitals(patient, taken_at=now, confirmed=True, weight=Decimal(70), by=by)
    creatinine = {"loinc": "14682-9", "name": "Creatinine", "unit": "umol/L", "value": Decimal(90)}
    record_result(patient, taken_at=now, by=by, **creatinine)

    chosen = list(Product.objects.filter(route="oral", form="tablet").order_by("name_key"))
    given = chosen[:: len(chosen) // TAKEN][:TAKEN]
    signed = Prescription(
        patient=patient, doctor=doctor, department=department, recorded_by=by, status="signed", lines=[]
    ).add()
    PrescriptionLine.objects.bulk_create(
        PrescriptionLine(
            prescription=signed,
            patient=patient,
            doctor=doctor,
            department=department,
            position=number,
            product=product,
            medicine=product.name,
            substances=product.composition,
            facts=_line(written, product).as_json(),
            quantity=30,
            signed_on=now.date(),
            taken_until=NO_END,
        )
        for number, product in enumerate(given, start=1)
    )
    return patient, [_line(written, Product.objects.get(name=name)) for name in NEW]


def _line(written: Any, product: Any) -> Any:
    return written(product.prescribable, dose="1", frequency="bd", days="7")


def cost(act: Callable[[], object]) -> float:
    """Milliseconds of CPU for one, of as many as make a block."""
    begun = time.process_time()
    for _ in range(ROUNDS):
        act()
    return (time.process_time() - begun) / ROUNDS * 1000


def measure(env: dict[str, str]) -> None:
    import django  # noqa: PLC0415 the environment says which database

    django.setup()
    patient, lines = plant()

    from bench.__main__ import served  # noqa: PLC0415
    from prescriptions.asking import checked  # noqa: PLC0415

    begun = time.process_time()
    answer = checked(patient, lines, without=None)
    first = (time.process_time() - begun) * 1000
    path = f"/?mrn={quote(patient.mrn)}"
    ours, bare = [], []
    with served("bench.bare:application", env, path) as server:
        for _ in range(BLOCKS):
            ours.append(cost(lambda: checked(patient, lines, without=None)))
            before = server.cpu()
            for _ in range(4 * ROUNDS):
                status, _text, _answer = server.ask(path)
                assert status == 200
            bare.append((server.cpu() - before) / (4 * ROUNDS) * 1000)
    taken = len(answer.asked["taken"])
    print(f"5 lines against {taken} medicines, {len(answer.findings)} findings.")
    print(f"The first in a process, with reading the rules: {first:.0f} ms CPU.")
    print(
        f"Each later one: {median(ours):.2f} ms CPU; a bare view: {median(bare):.2f} ms;"
        f" {median(ours) / median(bare):.1f} ×."
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "hospital.settings",
            "HOSPITAL_DEBUG_DEFAULT": "on",
            "DEBUG": "false",
            "HTTPS": "false",
            "REDIS_URL": "",
            "LOG_LEVEL": "WARNING",
            "SECRET_KEY": "bench-" * 10,
            "JWT_SECRET_KEY": "measured-" * 6,
        }
        measure({**os.environ, "DJANGO_SETTINGS_MODULE": "bench.bare_settings"})


if __name__ == "__main__":
    main()
