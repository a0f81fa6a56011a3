"""Prescriptions of the demonstration: as right as if they had been written, signed and handed out here."""

from collections import Counter
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from accounts import places
from accounts.models import Department, Site, User
from doctors.tests.make import make_doctor
from hospital import clock
from patients import timeline
from patients.demo import Told
from patients.demo.stories import STORIES
from patients.models import CareRelation, Chart, TimelineEntry
from patients.services import record_allergy
from patients.tests.make import make_patient
from prescriptions import demo
from prescriptions.demo.regimens import GRAVE, LASTING, PASSING
from prescriptions.dosage import missing
from prescriptions.models import Dispensing, Favourite, Prescription, PrescriptionLine, Product, Stock, Warned
from prescriptions.services import Item, dispense_prescription, expire_prescriptions, stop_prescription
from prescriptions.tests.make_stock import disagreements
from prescriptions.timeline import medicines_of

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")

Status = Prescription.Status


def load_catalogue() -> None:
    call_command("load_catalogue", stdout=StringIO())


@pytest.fixture
def planted(site: Site, dora: User, dov: User, nora: User, pia: User) -> list[Told]:
    load_catalogue()
    departments = [Department(site=site, name=code, code=code).add() for code in ("GEN", "CAR", "PED")]
    places.forget()
    doctors = [
        make_doctor(user=dora, department=departments[0]),
        make_doctor(user=dov, department=departments[0]),
        make_doctor(department=departments[1], email="car@example.org"),
        make_doctor(department=departments[2], email="ped@example.org"),
        make_doctor(
            department=departments[2],
            email="late@example.org",
            licence_until=clock.now().date().replace(year=2020),
        ),
    ]
    charts = []
    for number in range(8):
        for story in STORIES:
            years = 6 if story.key == "child" else story.ages[0] + 20 - number
            born = clock.now().date().replace(year=clock.now().year - years, day=1)
            patient = make_patient(birth_date=born, sex=story.sex or "male")
            if number % 3 == 0:
                record_allergy(patient, substance_key="penicillins", by=dora)
            charts.append(Told(patient, story, dora, nora))
    said: list[str] = []
    demo.plant(
        charts,
        doctors=doctors,
        colleague=dov,
        pharmacist=pia,
        site=site,
        random=Random(7),
        progress=said.append,
    )
    assert said
    return charts


def test_what_is_planted_stands_up_to_every_rule(
    planted: list[Told], pia: User, dora: User, site: Site
) -> None:
    all_of_them = list(Prescription.objects.select_related("doctor"))
    for one in all_of_them:
        before = dict(one.__dict__)
        one.check_row()
        assert one.__dict__ == before
        assert one.is_intact
        assert not [missing(line) for line in one.written if missing(line)]
        assert one.created_at <= (one.signed_at or one.created_at) <= clock.now()
    statuses = Counter(one.status for one in all_of_them)
    assert {*Status} - {Status.EXPIRED} <= set(statuses), statuses
    assert disagreements() == []
    assert expire_prescriptions() == 0
    assert {one.doctor.email for one in all_of_them} >= {"car@example.org", "ped@example.org"}
    assert not Prescription.objects.filter(doctor__email="late@example.org").exists()

    _lines_are_those_that_were_signed(all_of_them)
    _warnings_are_those_of_the_check(all_of_them)
    _rebuilt_it_is_the_same(planted)
    _everybody_treats_whom_he_prescribes_for(all_of_them)


def _lines_are_those_that_were_signed(rows: list[Prescription]) -> None:
    lines: dict[Any, list[PrescriptionLine]] = {}
    for line in PrescriptionLine.objects.in_order():
        line.check_row()
        lines.setdefault(line.prescription_id, []).append(line)
    for one in rows:
        assert [line.facts for line in lines.get(one.pk, [])] == (one.lines if one.is_signed else [])


def _warnings_are_those_of_the_check(rows: list[Prescription]) -> None:
    warned: dict[Any, dict[str, Warned]] = {}
    for row in Warned.objects.all():
        row.check_row()
        warned.setdefault(row.prescription_id, {})[row.key] = row
    outcomes = Counter(row.outcome for found in warned.values() for row in found.values())
    assert {"open", "kept", "overridden", "heeded"} <= set(outcomes), outcomes
    for one in rows:
        standing = {finding["key"] for finding in one.safety["findings"]}
        kept = warned.get(one.pk, {})
        assert standing <= set(kept)
        answered = {answer["key"] for answer in one.overrides}
        assert {key for key, row in kept.items() if row.outcome == "overridden"} == answered
        if one.signed_at:
            assert {key for key, row in kept.items() if row.outcome == "heeded"} == set(kept) - standing
            grave = {f["key"] for f in one.safety["findings"] if f["severity"] == "contraindicated"}
            assert grave <= answered


def _rebuilt_it_is_the_same(planted: list[Told]) -> None:
    rows = TimelineEntry.objects.filter(kind="prescription")
    before = {one.pk: (one.at, one.facts) for one in rows.all()}
    for told in planted:
        assert Chart.of(told.patient.pk).medicines == medicines_of(told.patient.pk)
        timeline.rebuild(told.patient.pk)
    assert {one.pk: (one.at, one.facts) for one in rows.all()} == before


def _everybody_treats_whom_he_prescribes_for(rows: list[Prescription]) -> None:
    pairs = set(CareRelation.objects.values_list("patient_id", "user_id"))
    assert {(one.patient_id, one.doctor.user_id) for one in rows} <= pairs


def test_the_services_go_on_from_there(planted: list[Told], pia: User, dora: User, site: Site) -> None:
    waiting = list(Prescription.objects.filter(status=Status.SIGNED))
    assert 4 <= len(waiting) <= 9
    one = waiting[0]
    items = [Item(line.pk, line.to_dispense) for line in one.medicines.all()]
    for line in one.medicines.all():
        Stock.objects.filter(product_id=line.product_id).update(on_hand=1000)

    dispense_prescription(one, items=items, site=site, by=pia)
    stop_prescription(one, because="ended", by=dora)

    assert one.status == Status.STOPPED
    assert Dispensing.objects.filter(prescription=one).count() == len(items)


def test_favourites_are_complete(planted: list[Told], dora: User) -> None:
    kept = list(Favourite.objects.of(dora))

    assert len(kept) == 6
    for one in kept:
        one.check_row()
        assert Product.objects.filter(pk=one.line["product"]).exists()


def test_each_medicine_of_the_regimens_is_in_the_catalogue(site: Site) -> None:
    load_catalogue()
    keys = {dose.product for regimen in (*LASTING, *PASSING, GRAVE) for dose in regimen.lines}

    assert set(Product.objects.filter(key__in=keys).values_list("key", flat=True)) == keys
