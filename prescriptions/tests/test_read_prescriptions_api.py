"""`GET /api/v1/prescriptions`: who reads which, how they are looked for, and what is written down of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.mongo import ON_MONGO
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient, make_treated
from prescriptions.filters import PrescriptionFilter
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import lines_of, make_draft, make_line, make_signed

pytestmark = pytest.mark.django_db

AT = "/api/v1/prescriptions"
Caller = Callable[[User], Any]


@pytest.fixture
def doctor(dora: User) -> Doctor:
    return make_doctor(user=dora)


@pytest.fixture
def amara(doctor: Doctor, dora: User) -> Patient:
    """Dora treats Amara; Dov does not."""
    return make_treated(dora)


@pytest.fixture
def signed(amara: Patient, doctor: Doctor) -> Prescription:
    return make_signed(
        amara, doctor, make_line(make_product()), make_line("Zinc paste", quantity=Decimal(50))
    )


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


# ── One ─────────────────────────────────────────────────────────────────────


def test_it_says_what_was_signed_and_what_became_of_it(signed: Prescription, dora: User, api: Caller) -> None:
    answer = api(dora).get(f"{AT}/{signed.pk}")
    assert answer.status_code == 200
    assert answer["ETag"] == '"1"'
    body = answer.json()
    ibuprofen, paste = body["lines"]
    assert (ibuprofen["medicine"], ibuprofen["dose"], ibuprofen["frequency"]) == (
        "Ibuprofen 400 mg tablet",
        "1",
        "bd",
    )
    assert paste["product"] is None
    assert [one["life"]["id"] for one in body["lines"]] == [str(one.pk) for one in lines_of(signed)]
    assert (ibuprofen["life"]["dispensed"], ibuprofen["life"]["to_dispense"]) == ("0", "14")
    assert body["verified"] is True
    assert body["content_hash"] == signed.content_hash
    assert (body["patient"], body["signed_by"]) == (str(signed.patient_id), str(dora.pk))
    assert body["safety"] is None
    assert "password" not in str(body)


def test_a_draft_has_no_life_yet(amara: Patient, doctor: Doctor, dora: User, api: Caller) -> None:
    draft = make_draft(amara, doctor)
    body = api(dora).get(f"{AT}/{draft.pk}").json()
    assert (body["status"], body["lines"][0]["life"], body["dispensings"]) == ("draft", None, [])
    assert body["verified"] is True


def test_what_somebody_has_changed_around_the_program_is_not_verified(
    signed: Prescription, dora: User, api: Caller
) -> None:
    QuerySet(Prescription).filter(pk=signed.pk).update(indication="Something else")
    assert api(dora).get(f"{AT}/{signed.pk}").json()["verified"] is False


def test_a_line_that_somebody_has_changed_is_found_too(signed: Prescription, dora: User, api: Caller) -> None:
    QuerySet(PrescriptionLine).filter(prescription_id=signed.pk, position=1).update(quantity=500)
    assert api(dora).get(f"{AT}/{signed.pk}").json()["verified"] is False


def test_reading_one_asks_a_fixed_number_of_questions(
    amara: Patient, doctor: Doctor, dora: User, api: Caller
) -> None:
    one = make_signed(amara, doctor, *[make_line(f"Tea {n}") for n in range(20)])
    caller = api(dora)
    with counted(at_most=8):
        caller.get(f"{AT}/{one.pk}")


def test_opening_one_is_written_down(signed: Prescription, pia: User, api: Caller) -> None:
    api(pia).get(f"{AT}/{signed.pk}")
    entry = Entry.objects.get(verb="prescriptions.view_prescription")
    assert (entry.actor_id, entry.patient_id, entry.outcome) == (pia.pk, signed.patient_id, "done")
    assert entry.subject_id == signed.pk


# ── The care rule ───────────────────────────────────────────────────────────


def test_who_does_not_treat_the_patient_finds_nothing_and_is_written_down(
    signed: Prescription, dov: User, nora: User, api: Caller
) -> None:
    for stranger in (dov, nora):
        answer = api(stranger).get(f"{AT}/{signed.pk}")
        assert is_problem(answer, 404, "not_found")
        assert b"Ibuprofen" not in answer.content
        entry = Entry.objects.get(actor_id=stranger.pk, outcome="denied")
        assert (entry.patient_id, entry.details) == (signed.patient_id, {"code": "not_in_care"})
        assert ids(api(stranger).get(AT)) == []
        assert ids(api(stranger).get(f"{AT}?patient={signed.patient_id}&code={signed.code}")) == []


def test_pharmacy_and_other_systems_see_all(signed: Prescription, pia: User, ivo: User, api: Caller) -> None:
    for reader in (pia, ivo):
        assert ids(api(reader).get(AT)) == [str(signed.pk)]
        assert api(reader).get(f"{AT}/{signed.pk}").status_code == 200


def test_others_are_refused(signed: Prescription, rita: User, adam: User, carl: User, api: Caller) -> None:
    for other in (rita, adam, carl):
        for address in (AT, f"{AT}/{signed.pk}"):
            assert is_problem(api(other).get(address), 403, "permission_denied")


def test_there_is_nothing_under_another_id(dora: User, api: Caller) -> None:
    for key in (str(uuid4()), "7", "x" * 500, "null", "%00"):
        assert is_problem(api(dora).get(f"{AT}/{key}"), 404, "not_found")
    assert not Entry.objects.filter(outcome="denied").exists()


# ── The list ────────────────────────────────────────────────────────────────


def test_the_list_asks_a_fixed_number_of_questions(
    amara: Patient, doctor: Doctor, dora: User, api: Caller
) -> None:
    for _ in range(12):
        make_signed(amara, doctor)
    caller = api(dora)
    for query in (
        "",
        f"?patient={amara.pk}",
        "?status=signed",
        f"?doctor={doctor.pk}",
        "?signed_from=2026-01-01T00:00Z",
    ):
        with counted(at_most=5):
            assert len(ids(caller.get(AT + query))) == 12


def test_the_list_is_written_down(signed: Prescription, pia: User, api: Caller) -> None:
    api(pia).get(f"{AT}?status=signed")
    entry = Entry.objects.get(verb="prescriptions.view_prescription")
    assert entry.details == {"filters": {"status": "signed"}, "count": 1}


def test_the_latest_stands_first_page_by_page(amara: Patient, doctor: Doctor, pia: User, api: Caller) -> None:
    made = [str(make_draft(amara, doctor).pk) for _ in range(5)]
    first = api(pia).get(f"{AT}?page_size=3")
    second = api(pia).get(first.json()["next"])
    assert ids(first) + ids(second) == made[::-1]


def test_it_is_narrowed_by_patient_doctor_status_and_code(
    signed: Prescription, amara: Patient, dov: User, pia: User, api: Caller
) -> None:
    ben = make_patient(given_name="Ben", family_name="Berg", birth_date="1980-05-05")
    other = make_draft(ben, make_doctor(user=dov))
    caller = api(pia)
    for query, found in {
        f"patient={amara.pk}": [signed],
        f"patient={ben.pk}": [other],
        f"patient={uuid4()}": [],
        f"doctor={other.doctor_id}": [other],
        "status=draft": [other],
        f"status=draft&patient={amara.pk}": [],
        f"code={signed.code}": [signed],
        f"code={signed.shown_code.lower()}": [signed],
        "code=000000000000": [],
    }.items():
        assert ids(caller.get(f"{AT}?{query}")) == [str(one.pk) for one in found], query


def test_the_first_moment_belongs_to_it_and_the_last_does_not(
    amara: Patient, doctor: Doctor, pia: User, api: Caller
) -> None:
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    early, late = (make_signed(amara, doctor, signed_at=noon + timedelta(hours=n)) for n in (0, 1))
    make_draft(amara, doctor)
    caller = api(pia)
    assert ids(caller.get(f"{AT}?signed_from=2026-11-02T12:00:00Z&signed_to=2026-11-02T13:00:00Z")) == [
        str(early.pk)
    ]
    assert ids(caller.get(f"{AT}?signed_from=2026-11-02T13:00:00%2B00:00")) == [str(late.pk)]
    assert ids(caller.get(f"{AT}?signed_to=2026-11-02T12:00:00Z")) == []


@pytest.mark.parametrize(
    "query",
    [
        "patient=x",
        "patient[$ne]=x",
        "patient__given_name__startswith=A",
        "status=bad",
        "status[$regex]=.*",
        "code=" + "9" * 10_000,
        "signed_from=yesterday",
        "signed_from=0001-01-01T00:00:00Z",
        "signed_to=9999-12-31T23:59:59Z",
        "ordering=-password",
        "ordering=safety",
        "_connector=OR",
        "code=%00",
    ],
)
def test_what_nobody_declared_is_refused(query: str, signed: Prescription, pia: User, api: Caller) -> None:
    assert is_problem(api(pia).get(f"{AT}?{query}"), 400, "invalid")


@pytest.mark.skipif(ON_MONGO, reason="the words of SQLite's planner")
def test_the_list_is_read_through_an_index(pia: User, signed: Prescription) -> None:
    """Whole, in the order of the key; narrowed, through an index that begins with what is asked for."""
    asked = {
        "patient": str(signed.patient_id),
        "doctor": str(signed.doctor_id),
        "code": signed.code,
        "signed_from": "2026-01-01T00:00:00Z",
    }
    indexes = {
        "patient": "prescription_patient",
        "doctor": "prescription_doctor",
        "code": "code",
        "signed_from": "prescription_queue",
    }
    rows = Prescription.objects.visible_to(pia).order_by("-id")
    for name, value in asked.items():
        found = PrescriptionFilter({name: value}, queryset=rows).qs[:26].explain()
        assert "SCAN" not in found, found
        assert indexes[name] in found, found
    assert "TEMP B-TREE" not in rows[:26].explain()
