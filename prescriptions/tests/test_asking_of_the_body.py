"""What a safety check knows of the body: weight, kidneys, age, pregnancy."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Department, User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from patients.models import Patient, Problem
from patients.services import record_problem
from patients.tests.make import make_patient
from patients.tests.make_results import a_day
from patients.tests.vitals import ago, make_vitals, weigh
from prescriptions.tests.asked import aged, check, creatinine, rules


@pytest.fixture
def doctor(department: Department, dora: User) -> Doctor:
    return make_doctor(user=dora, department=department)


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    """A woman of 67, of whom nothing is known."""
    return make_patient()


# ── weight, kidneys, age ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("age", "days", "is_used"),
    [(40, 300, True), (40, 400, False), (10, 80, True), (10, 120, False), (1, 20, True), (1, 40, False)],
)
def test_a_weight_is_used_while_it_may_still_be_so(
    doctor: Doctor, dora: User, age: int, days: int, is_used: bool
) -> None:
    patient = aged(age)
    weigh(patient, "12.5", by=dora, taken_at=ago(days=days))
    asked = check(patient).asked
    if is_used:
        assert (asked["weight_kg"], asked["left_out"]) == ("12.5", [])
        assert asked["weight_on"] == ago(days=days).astimezone(doctor.zone).date().isoformat()
    else:
        assert (asked["weight_kg"], asked["weight_on"]) == (None, None)
        assert "(12.5 kg) is too old to be used" in asked["left_out"][0]


def test_the_egfr_comes_from_the_last_creatinine(doctor: Doctor) -> None:
    woman = aged(67)
    creatinine(woman, "200", taken_at=a_day(90))
    creatinine(woman, "90", taken_at=a_day(2))
    asked = check(woman).asked
    assert asked["egfr_on"] == a_day(2).date().isoformat()
    assert Decimal(60) < Decimal(asked["egfr"]) < Decimal(64)  # 1.02 mg/dl


def test_the_same_creatinine_in_mg_dl_is_the_same(amara: Patient, doctor: Doctor) -> None:
    other = make_patient(given_name="Bea", birth_date=amara.birth_date)
    creatinine(amara, "88.42")
    creatinine(other, "1", loinc="2160-0", unit="mg/dL", low="0.5", high="0.9")
    assert check(amara).asked["egfr"] == check(other).asked["egfr"]


@pytest.mark.parametrize(
    ("result", "because"),
    [
        ({"taken_at": a_day(400)}, "it is older than a year"),
        ({"comparator": "<"}, "it is no plain number"),
        ({"unit": "mmol/L"}, "its unit is mmol/L"),
    ],
)
def test_a_creatinine_that_cannot_be_used_is_left_out_and_that_is_said(
    amara: Patient, result: dict[str, Any], because: str
) -> None:
    creatinine(amara, **result)
    asked = check(amara, "Metformin 500 mg tablet").asked
    assert asked["egfr"] is None
    assert because in asked["left_out"][0]


def test_there_is_no_egfr_of_a_child_or_of_an_unknown_sex(doctor: Doctor) -> None:
    child, unknown = aged(9), aged(50, sex="unknown", given_name="Ash")
    creatinine(child)
    creatinine(unknown)
    assert "for adults" in check(child).asked["left_out"][0]
    assert "female or male" in check(unknown).asked["left_out"][0]


def test_poor_kidneys_are_warned_of(amara: Patient) -> None:
    creatinine(amara, "300")
    assert rules(check(amara, "Metformin 500 mg tablet")) == ["kidneys-metformin-30"]


def test_an_infant_is_counted_in_days(doctor: Doctor) -> None:
    born = clock.now().astimezone(doctor.zone).date() - timedelta(days=20)
    assert check(make_patient(birth_date=born)).asked["age_years"] == "0.055"


def test_a_birthday_is_the_day_of_the_new_age(doctor: Doctor) -> None:
    today = clock.now().astimezone(doctor.zone).date()
    born = date(today.year - 12, today.month, min(today.day, 28))
    assert Decimal(check(make_patient(birth_date=born)).asked["age_years"]) >= 12


def test_of_a_child_whose_birthday_nobody_knows_the_youngest_age_counts(doctor: Doctor) -> None:
    year = clock.today(doctor.site.time_zone).year - 12
    child = make_patient(birth_date=date(year, 7, 1), birth_date_is_estimated=True)
    asked = check(child, "Codeine 30 mg tablet").asked
    assert Decimal(asked["age_years"]) < 12
    assert asked["age_is_estimated"] is True


# ── pregnancy ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "days", "pregnant"),
    [
        (None, 0, None),
        ("yes", 1, True),
        ("yes", 200, True),
        ("yes", 320, None),
        ("no", 1, False),
        ("no", 40, None),
    ],
)
def test_pregnancy_is_what_was_said_last_while_it_holds(
    dora: User, said: str | None, days: int, pregnant: bool | None
) -> None:
    patient = aged(30)
    if said:
        make_vitals(patient, by=dora, pregnancy=said, taken_at=ago(days=days))
    assert check(patient).asked["pregnant"] is pregnant


def test_what_was_said_later_counts(dora: User) -> None:
    patient = aged(30)
    make_vitals(patient, by=dora, pregnancy="yes", taken_at=ago(days=100))
    make_vitals(patient, by=dora, pregnancy="no", taken_at=ago(days=2))
    assert check(patient).asked["pregnant"] is False


def test_an_active_problem_says_that_she_is_pregnant(doctor: Doctor, dora: User) -> None:
    patient = aged(30)
    make_vitals(patient, by=dora, pregnancy="no", taken_at=ago(days=2))
    record_pregnancy(patient, dora)
    answer = check(patient, "Valproic acid 300 mg tablet")
    assert answer.asked["pregnant"] is True
    assert [one.second for one in answer.findings if one.finding.rule == "pregnancy-valproate"] == [True]


def record_pregnancy(patient: Patient, by: User) -> Problem:
    return record_problem(patient, code="Z34.90", by=by)


def test_a_man_is_not_pregnant_unless_somebody_says_so(dora: User) -> None:
    man, other = aged(30, sex="male"), aged(30, sex="male", given_name="Ben")
    make_vitals(other, by=dora, pregnancy="yes")
    assert check(man).asked["pregnant"] is False
    assert check(other).asked["pregnant"] is True
