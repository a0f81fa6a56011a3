"""Prescriptions in the record: a line of the timeline each, and on the first page what is taken now."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from patients import timeline
from patients.models import Chart, Patient, TimelineEntry
from patients.tests.make import make_patient
from patients.timeline import Line
from prescriptions.dosage import Written
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.tests.make_papers import CAPSULES, make_paper
from prescriptions.timeline import PRESCRIPTION, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(dora: User) -> Doctor:
    return make_doctor(user=dora)


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    return make_patient()


def told(patient: Patient, doctor: Doctor, *lines: Written, by: User, status: str = "signed") -> Prescription:
    one = make_paper(patient, doctor, *lines, by=by, status=status)
    tell(one)
    return one


def line_of(patient: Patient, user: User) -> Line:
    [drawn], _more = timeline.read(patient, user, kinds=[PRESCRIPTION])
    return drawn.line


def kept(patient: Patient) -> tuple[list[Any], list[Any]]:
    lines = TimelineEntry.objects.filter(patient=patient, kind=PRESCRIPTION).order_by("key").values()
    return list(lines), Chart.of(patient.pk).medicines


@pytest.mark.parametrize(
    ("status", "says", "tone", "struck"),
    [
        ("draft", "Draft", "warn", False),
        ("awaiting", "Waits for the second signature", "warn", False),
        ("signed", "Signed", "info", False),
        ("partly_dispensed", "Partly dispensed", "info", False),
        ("dispensed", "Dispensed", "ok", False),
        ("stopped", "Stopped", "", True),
        ("expired", "Expired", "", False),
        ("discarded", "Discarded", "", True),
    ],
)
def test_the_line_says_how_it_stands(
    amara: Patient, doctor: Doctor, dora: User, status: str, says: str, tone: str, struck: bool
) -> None:
    one = told(amara, doctor, by=dora, status=status)

    line = line_of(amara, dora)

    assert line.title == "Prescription: Amoxicillin 500 mg capsule"
    assert line.detail == f"{says} · {doctor}"
    assert (line.tone, line.struck, line.url) == (tone, struck, one.get_absolute_url())


def test_it_stands_at_its_signature_or_else_at_its_beginning(
    amara: Patient, doctor: Doctor, dora: User
) -> None:
    draft, signed = told(amara, doctor, by=dora, status="draft"), told(amara, doctor, by=dora)

    moments = dict(TimelineEntry.objects.filter(patient=amara).values_list("subject_id", "at"))
    assert moments == {draft.pk: draft.created_at, signed.pk: signed.signed_at}


def test_of_many_medicines_three_are_named(amara: Patient, doctor: Doctor, dora: User) -> None:
    told(amara, doctor, *(replace(CAPSULES, medicine=f"Medicine {number}") for number in range(20)), by=dora)

    assert line_of(amara, dora).title == "Prescription: Medicine 0, Medicine 1, Medicine 2 and 17 more"


def test_a_long_name_is_cut_with_a_sign_of_it(amara: Patient, doctor: Doctor, dora: User) -> None:
    told(amara, doctor, replace(CAPSULES, medicine="Very long name " * 16), by=dora)

    title = line_of(amara, dora).title
    assert len(title) < 100
    assert title.endswith("…")


def test_a_draft_that_is_empty_still_has_a_line(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(amara, doctor, by=dora, status="draft")
    Prescription.objects.filter(pk=one.pk).update(lines=[])
    tell(Prescription.objects.get(pk=one.pk))

    assert line_of(amara, dora).title == "Prescription without medicines yet"


def test_the_pharmacist_may_read_it_and_reception_may_not(
    amara: Patient, doctor: Doctor, dora: User, pia: User, rita: User
) -> None:
    told(amara, doctor, by=dora)

    assert [len(timeline.read(amara, who)[0]) for who in (pia, rita)] == [1, 0]


def test_rebuilt_it_is_as_it_was(amara: Patient, doctor: Doctor, dora: User) -> None:
    for status in Prescription.Status.values:
        told(amara, doctor, CAPSULES, replace(CAPSULES, medicine="Zopiclone"), by=dora, status=status)
    before = kept(amara)
    assert len(before[0]) == len(Prescription.Status)
    assert before[1]

    TimelineEntry.objects.filter(patient=amara).update(facts={})
    Chart.objects.filter(pk=amara.pk).update(medicines=[])
    call_command("rebuild_charts", "--patient", str(amara.pk))

    assert kept(amara) == before


# ── What is taken now ───────────────────────────────────────────────────────


def test_the_first_page_has_what_is_taken_and_until_when(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = told(amara, doctor, CAPSULES, replace(CAPSULES, medicine="Ramipril", days=None), by=dora)

    found = {medicine["medicine"]: medicine for medicine in kept(amara)[1]}

    today = clock.now().astimezone(doctor.zone).date()
    assert found["Ramipril"]["until"] == ""
    assert found["Amoxicillin 500 mg capsule"]["until"] == (today + timedelta(days=6)).isoformat()
    assert found["Ramipril"]["since"] == today.isoformat()
    assert {medicine["prescription"] for medicine in found.values()} == {str(one.pk)}
    assert found["Ramipril"]["text"] == CAPSULES.text


def test_what_is_at_its_end_is_not_taken_any_more(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = told(amara, doctor, by=dora)
    yesterday = clock.now().date() - timedelta(days=1)
    PrescriptionLine.objects.filter(prescription=one).update(taken_until=yesterday)

    tell(one)

    assert kept(amara)[1] == []


def test_a_draft_is_not_taken(amara: Patient, doctor: Doctor, dora: User) -> None:
    told(amara, doctor, by=dora, status="draft")

    assert kept(amara)[1] == []
