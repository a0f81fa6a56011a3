"""Asking the safety check of a patient, in short."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hospital import clock
from patients.models import Patient
from patients.tests.make import make_patient
from patients.tests.make_results import make_result
from prescriptions.asking import Checked, checked
from prescriptions.dosage import Written, written


def aged(years: int, **more: Any) -> Patient:
    return make_patient(birth_date=date(clock.today("Europe/Berlin").year - years, 1, 1), **more)


def a_line(
    name: str = "Ibuprofen 400 mg tablet", dose: str = "1", frequency: str = "bd", **more: Any
) -> Written:
    return written(name, dose=dose, frequency=frequency, **{"days": "7"} | more)


def check(patient: Patient, *lines: Written | str) -> Checked:
    wanted: Sequence[Written] = [a_line(one) if isinstance(one, str) else one for one in lines]
    return checked(patient, wanted or [a_line()], without=None)


def rules(answer: Checked) -> list[str]:
    return [one.finding.rule for one in answer.findings]


def why_not(answer: Checked) -> str:
    return " ".join(one.why for one in answer.not_screened)


def creatinine(patient: Patient, value: str = "90", **more: Any) -> None:
    fields = {"loinc": "14682-9", "name": "Creatinine", "unit": "umol/L", "low": "45", "high": "84"}
    make_result(patient, value=value, **fields | more)
