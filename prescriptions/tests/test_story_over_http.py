"""One prescription from its beginning to its end, over HTTP only, by two people and another system."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Department, User
from audit.models import Entry
from conftest import PASSWORD
from doctors.tests.make import make_doctor
from hospital.tests.problems import is_problem
from patients.models import Patient
from patients.tests.make import make_treated
from prescriptions.models import Dispensing, Warned
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import disagreements, make_stock

pytestmark = pytest.mark.django_db

AT = "/api/v1/prescriptions"


@pytest.fixture
def amara(department: Department, dora: User) -> Patient:
    make_doctor(user=dora)
    return make_treated(dora)


def test_written_warned_of_overridden_signed_partly_dispensed_and_stopped(
    amara: Patient, dora: User, ivo: User, pia: User, api: Callable[[User], Any]
) -> None:
    for name in ("Simvastatin 40 mg tablet", "Clarithromycin 500 mg tablet"):
        make_stock(make_product(name), 100)
    doctor, pharmacy, till = api(dora), api(pia), api(ivo)

    # Dora looks the medicines up, and begins a draft.
    products = [
        doctor.get("/api/v1/medications", {"q": words}).json()["results"][0]
        for words in ("simva 40", "clarithro 500")
    ]
    lines = [
        {"product": products[0]["id"], "dose": 1, "unit": "tablet", "frequency": "0-0-1", "days": 28},
        {"product": products[1]["id"], "dose": 1, "unit": "tablet", "frequency": "bd", "days": 7},
    ]
    begun = doctor.post(AT, {"patient": str(amara.pk), "lines": lines, "indication": "Pneumonia"})
    assert begun.status_code == 201, begun.content
    at = begun["Location"]
    assert [one["quantity"] for one in begun.json()["lines"]] == ["28", "14"]

    # She may not sign it without saying why; nobody can dispense it either.
    signature = {"password": PASSWORD, "version": 1}
    refused = doctor.post(f"{at}/sign", signature)
    assert is_problem(refused, 409, "unanswered_findings")
    (finding,) = refused.json()["offers"]
    overrides = [{"finding": finding["key"], "because": "monitored", "reason": "Simvastatin is paused"}]
    signed = doctor.post(f"{at}/sign", signature | {"overrides": overrides})
    assert signed.status_code == 200, signed.content
    statin, antibiotic = (one["life"]["id"] for one in signed.json()["lines"])

    # The pharmacy sees it; its till, another system, hands out a part, and loses the answer once.
    assert [one["id"] for one in pharmacy.get(f"{AT}?status=signed").json()["results"]] == [
        begun.json()["id"]
    ]
    items = {"items": [{"line": antibiotic, "quantity": 14}, {"line": statin, "quantity": 8, "batch": "S-1"}]}
    key = {"Idempotency-Key": "till-1-4711"}
    first, second = (till.post(f"{at}/dispense", items, headers=key) for _ in range(2))
    assert (first.status_code, second.json()) == (200, first.json()), first.content
    assert first.json()["status"] == "partly_dispensed"
    too_much = till.post(f"{at}/dispense", {"items": [{"line": statin, "quantity": 21}]})
    assert is_problem(too_much, 409, "more_than_left")
    assert too_much.json()["offers"] == [{"line_id": statin, "quantity": "20"}]

    # Dora stops the rest, and nothing more is handed out.
    stopped = doctor.post(f"{at}/stop", {"because": "adverse-effect", "note": "Muscle pain"})
    assert stopped.status_code == 200, stopped.content
    assert is_problem(
        till.post(f"{at}/dispense", {"items": [{"line": statin, "quantity": 1}]}), 409, "stopped"
    )
    said = pharmacy.get(at).json()
    assert (said["status"], said["verified"], len(said["dispensings"])) == ("stopped", True, 2)
    assert said["overrides"][0]["reason"] == "Simvastatin is paused"

    # What is left behind agrees, and who did what is written down.
    assert Dispensing.objects.count() == 2
    assert not disagreements()
    assert Warned.objects.get(key=finding["key"]).outcome == Warned.Outcome.OVERRIDDEN
    done = Entry.objects.filter(patient_id=amara.pk, outcome="done", verb__startswith="prescriptions.")
    acts = [verb for verb in done.values_list("verb", flat=True) if "view" not in verb]
    assert sorted(acts) == [
        "prescriptions.dispense_prescription",
        "prescriptions.dispense_prescription",  # the same answer again, from memory
        "prescriptions.sign_prescription",
        "prescriptions.stop_prescription",
        "prescriptions.write_prescription",
    ]
