"""As many signed lines as asked for, over a year: `DATABASE_URL=… python -m bench.plant_prescriptions --lines 1000000`.

Into a hospital that bench.plant has planted. Two or three lines each, of the products of the catalogue, few of them
often; a warning for every third; most of them dispensed, the last day's not yet. Besides, one patient of the
demonstration's doctor who takes thirty medicines and has two hundred prescriptions, and plenty of everything in
stock. Does nothing where it has been done. Prints as JSON what there is to ask about.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
django.setup()

from django.db import connection, reset_queries  # noqa: E402 Django has to be ready

from accounts.models import Site, User  # noqa: E402
from bench.safety import TAKEN  # noqa: E402
from doctors.models import Doctor  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.db import atomic  # noqa: E402
from patients import front, timeline  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.services import begin_care, register_patient  # noqa: E402
from prescriptions.dosage import Written  # noqa: E402
from prescriptions.models import Prescription, PrescriptionLine, Product, Stock, Warned  # noqa: E402
from prescriptions.models.lines import NO_END  # noqa: E402
from prescriptions.safety.ruleset import ruleset  # noqa: E402
from prescriptions.services import load_starter_set  # noqa: E402

NAME = "Zzmedicines"
DAYS = 365
PER_CHUNK = 4_000
OWN = 200  # prescriptions of the one patient
Made = tuple[Prescription, list[PrescriptionLine], list[Warned]]


class Planter:
    """Makes rows; goes around the services, which would take hours."""

    def __init__(self) -> None:
        self.random = Random(5)
        self.doctors = list(Doctor.objects.order_by("id"))
        self.products = list(Product.objects.offered().order_by("key"))
        self.random.shuffle(self.products)
        self.weights = [1 / (place + 3) for place in range(len(self.products))]
        self.now = clock.now()
        self.rules = [(one.id, one.severity, one.text) for one in ruleset().together[:200]]

    def prescription(self, patient_id: UUID, doctor: Doctor, at: datetime, lines: Sequence[Product]) -> Made:
        is_waiting = self.now - at < timedelta(days=1)
        facts = [_facts(product) for product in lines]
        one = Prescription(
            patient_id=patient_id,
            doctor=doctor,
            department_id=doctor.department_id,
            recorded_by_id=self.signer(doctor),
            signed_by_id=self.signer(doctor),
            created_at=at,
            updated_at=at,
            signed_at=at,
            status="signed" if is_waiting else "dispensed",
            lines=facts,
            expires_on=at.date() + timedelta(days=90),
        )
        one.content_hash = one.seal() if is_waiting else ""  # without it nothing is handed out
        rows = [
            _row(one, number, product, line, is_waiting=is_waiting)
            for number, (product, line) in enumerate(zip(lines, facts, strict=True), start=1)
        ]
        return one, rows, [self.warned(one)] if self.random.random() < 0.35 else []

    def signer(self, doctor: Doctor) -> Any:
        return doctor.user_id or self.doctors[0].user_id

    def warned(self, one: Prescription) -> Warned:
        rule, severity, text = self.random.choice(self.rules)
        outcome = self.random.choices(("heeded", "kept", "overridden"), weights=(3, 4, 3))[0]
        return Warned(
            prescription=one,
            doctor_id=one.doctor_id,
            department_id=one.department_id,
            key="planted",
            rule=rule,
            check_name="interactions",
            severity=severity,
            medicines=["A", "B"],
            text=text,
            outcome=outcome,
            because="benefit" if outcome == "overridden" else "",
            decided_on=one.signed_at.date(),  # type: ignore[union-attr]
        )

    def some(self, patients: Sequence[UUID], lines: int) -> Iterator[Made]:
        """Prescriptions one after another through the year, until there are so many lines."""
        done = 0
        while done < lines:
            number = min(lines - done, self.random.choice((1, 2, 3, 3)))
            at = self.now - timedelta(days=DAYS * (1 - done / lines))
            products = self.random.choices(self.products, weights=self.weights, k=number)
            yield self.prescription(
                self.random.choice(patients), self.random.choice(self.doctors), at, products
            )
            done += number


@cache
def _facts(product: Product) -> dict[str, Any]:
    written = Written(
        medicine=product.name,
        product=str(product.pk),
        dose=Decimal(1),
        unit=product.form,
        route=product.route,
        frequency="bd",
        times_a_day=Decimal(2),
        days=10,
        quantity=Decimal(20),
        quantity_unit=product.form,
        text="Take 1 twice a day for 10 days.",
    )
    return written.as_json()


def _row(
    one: Prescription, number: int, product: Product, line: dict[str, Any], *, is_waiting: bool
) -> PrescriptionLine:
    signed_on: date = one.signed_at.date()  # type: ignore[union-attr]
    return PrescriptionLine(
        prescription=one,
        patient_id=one.patient_id,
        doctor_id=one.doctor_id,
        department_id=one.department_id,
        position=number,
        product=product,
        medicine=product.name,
        substances=product.composition,
        facts=line,
        quantity=Decimal(20),
        quantity_unit=product.form,
        signed_on=signed_on,
        taken_until=signed_on + timedelta(days=9),
        dispensed=Decimal(0 if is_waiting else 20),
    )


def _save(made: Sequence[Made]) -> None:
    with atomic():
        Prescription.objects.bulk_create([one for one, _lines, _warned in made], batch_size=500)
        PrescriptionLine.objects.bulk_create(
            [row for _one, rows, _warned in made for row in rows], batch_size=500
        )
        Warned.objects.bulk_create([row for _one, _rows, rows in made for row in rows], batch_size=500)


def somebody() -> Patient:
    """Who takes thirty medicines, and is treated by the demonstration's doctor."""
    doctor, by = (User.objects.get(email=f"{who}@example.org") for who in ("doctor", "reception"))
    born = clock.today("UTC") - timedelta(days=25_000)
    patient = register_patient(given_name="Many", family_name=NAME, birth_date=born, sex="female", by=by)
    begin_care(patient, user=doctor, because="booked", by=by)
    planter, profile = Planter(), Doctor.objects.get(user=doctor)
    made = [
        planter.prescription(
            patient.pk,
            profile,
            planter.now - timedelta(days=2 * number + 30),
            planter.random.choices(planter.products, k=3),
        )
        for number in range(OWN)
    ]
    taken = planter.prescription(patient.pk, profile, planter.now - timedelta(hours=1), _thirty())
    for row in taken[1]:
        row.taken_until = NO_END
    for one, _rows, _warned in [*made, taken]:
        one.content_hash = one.seal()
    _save([*made, (taken[0], taken[1], [])])
    timeline.rebuild(patient.pk)
    front.rebuild(patient.pk)
    return patient


def _thirty() -> list[Product]:
    """A product of each of the medicines of bench.safety, or of another one where there is none."""
    found: list[Product] = []
    for key in TAKEN.split():
        one = Product.objects.filter(composition=f"|{key}|").order_by("key").first()
        found += [one] if one else []
    others = Product.objects.exclude(pk__in=[one.pk for one in found]).order_by("key")
    return found + list(others[: 30 - len(found)])


def fill_the_shelves() -> None:
    site = Site.objects.order_by("created_at").first()
    Stock.objects.bulk_create(
        [
            Stock(site=site, product=one, name_key=one.name_key, on_hand=Decimal(1_000_000))
            for one in Product.objects.all()
        ],
        batch_size=500,
    )


def plant(lines: int) -> None:
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")  # planting may be lost; nothing else may
    if not Product.objects.exists():
        load_starter_set()
    if not Patient.objects.filter(family_name=NAME).exists():
        planter = Planter()
        patients = list(Patient.objects.order_by("id").values_list("pk", flat=True))
        made = planter.some(patients, lines)
        while chunk := list(islice(made, PER_CHUNK)):
            _save(chunk)
            reset_queries()  # which are remembered while DEBUG is on
        somebody()
    if not Stock.objects.exists():
        fill_the_shelves()


def known() -> dict[str, Any]:
    """The one patient, his or her prescriptions, and what waits at the pharmacy: id, version, first product."""
    patient = Patient.objects.get(family_name=NAME)
    own = Prescription.objects.filter(patient=patient).order_by("-created_at")[:50]
    waiting = (
        Prescription.objects.exclude(patient=patient)
        .filter(status__in=Prescription.TO_DISPENSE)
        .order_by("signed_at")[:200]
    )
    return {
        "patient": str(patient.pk),
        "prescriptions": [str(one.pk) for one in own],
        "waiting": [[str(one.pk), one.version, one.lines[0]["product"]] for one in waiting],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, required=True)
    plant(parser.parse_args().lines)
    print(json.dumps(known()))


if __name__ == "__main__":
    main()
