"""What was done waits to be billed by itself: each source once, whatever is repeated, undone or missed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from appointments.models import Appointment
from appointments.services import (
    book_appointment,
    check_in_appointment,
    complete_appointment,
    start_appointment,
    undo_step,
)
from appointments.tests.conftest import MONDAY_EIGHT, at
from billing.models import Charge, Invoice, InvoiceLine
from billing.services import (
    Item,
    add_charge,
    charge_for_appointment,
    charge_missed_visits,
    draft_invoice,
    edit_invoice,
    invoice_charges,
    issue_invoice,
    void_invoice,
    waive_charge,
)
from billing.tests.conftest import code_of
from billing.tests.make import item, make_draft, make_price, make_service, off
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital.errors import Refusal
from hospital.tests.problems import is_problem
from patients.models import Patient
from patients.tests.make import make_patient

Status = Charge.Status


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY_EIGHT, tick=True):
        yield


@pytest.fixture
def doctor(dora: User, department: object) -> Doctor:
    doctor = make_doctor(user=dora, consultation_fee_minor=8050)
    make_block(doctor, weekday=0)
    return doctor


def completed(patient: Patient, doctor: Doctor, by: User, *, days: int = 0, hour: int = 9) -> Appointment:
    """A visit that has gone its way from the door to its end, so many days later."""
    with time_machine.travel(at(hour, days=days), tick=True):
        visit = book_appointment(
            patient=patient, doctor=doctor, starts_at=at(hour, 30, days=days), minutes=30, by=by
        )
        for act in (check_in_appointment, start_appointment, complete_appointment):
            visit = act(visit, by=by)
    return visit


def test_a_completed_visit_charges_the_fee_once(patient: Patient, doctor: Doctor, rita: User) -> None:
    visit = completed(patient, doctor, rita)
    charge = Charge.objects.get()
    assert (charge.unit_amount, charge.status, charge.source) == (
        Decimal("80.50"),
        Status.UNBILLED,
        f"appointment:{visit.pk.hex}",
    )
    assert charge_for_appointment(visit, by=rita).pk == charge.pk
    assert (Charge.objects.count(), charge_missed_visits()) == (1, 0)


def test_a_follow_up_within_the_free_days_costs_nothing(
    patient: Patient, doctor: Doctor, rita: User, dov: User
) -> None:
    completed(patient, doctor, rita)
    completed(patient, doctor, rita, days=14)
    completed(patient, doctor, rita, days=21)  # what was free opens no new window
    other = make_doctor(user=dov, consultation_fee_minor=5000)
    make_block(other, weekday=0)
    completed(patient, other, rita, days=7)
    told = {(one.unit_amount, one.status) for one in Charge.objects.order_by("id")}
    assert told == {
        (Decimal("80.50"), Status.UNBILLED),
        (Decimal(0), Status.WAIVED),
        (Decimal(50), Status.UNBILLED),
    }
    assert Charge.objects.filter(status=Status.UNBILLED).count() == 3


def test_a_doctor_without_a_fee_costs_nothing(patient: Patient, doctor: Doctor, rita: User) -> None:
    doctor.change(consultation_fee_minor=0)
    completed(patient, doctor, rita)
    assert Charge.objects.get().status == Status.WAIVED


def test_what_is_undone_is_withdrawn_and_comes_back(patient: Patient, doctor: Doctor, rita: User) -> None:
    with time_machine.travel(at(9), tick=True):
        visit = undo_step(completed(patient, doctor, rita), by=rita)
        assert Charge.objects.get().status == Status.WITHDRAWN
        complete_appointment(visit, by=rita)
    assert (Charge.objects.get().status, Charge.objects.count()) == (Status.UNBILLED, 1)


def test_the_sweep_finds_what_was_missed(patient: Patient, doctor: Doctor, rita: User) -> None:
    visit = completed(patient, doctor, rita)
    Charge.objects.filter(source=f"appointment:{visit.pk.hex}").update(source="lost")
    assert [charge_missed_visits(), charge_missed_visits()] == [1, 0]
    assert Charge.objects.filter(source=f"appointment:{visit.pk.hex}").exists()


def test_a_visit_that_is_not_completed_is_not_charged(patient: Patient, doctor: Doctor, rita: User) -> None:
    visit = book_appointment(patient=patient, doctor=doctor, starts_at=at(10), minutes=30, by=rita)
    assert code_of(lambda: charge_for_appointment(visit, by=rita)) == "not_completed"


# ── Onto an invoice ─────────────────────────────────────────────────────────


def charged(patient: Patient, by: User, price: Any = 40) -> Charge:
    return add_charge(patient, service=make_service(price=price), by=by)


def test_charges_become_lines_and_wait_no_longer(patient: Patient, carl: User) -> None:
    first, second = charged(patient, carl), charged(patient, carl, 2)
    assert list(Charge.objects.unbilled_of(patient.pk)) == [first, second]
    invoice: Any = invoice_charges(patient, [first, second], by=carl)
    assert (invoice.total_amount, Charge.objects.unbilled().count()) == (42, 0)
    assert code_of(lambda: invoice_charges(patient, [second], by=carl)) == "charge_taken"
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 2)


def test_what_is_left_out_or_void_waits_again(patient: Patient, carl: User) -> None:
    first, second = charged(patient, carl), charged(patient, carl)
    draft = invoice_charges(patient, [first, second], by=carl)
    edit_invoice(draft, items=[Item(charge=first)], seen_version=None, by=carl)
    assert list(Charge.objects.unbilled()) == [second]
    void_invoice(issue_invoice(draft, by=carl), reason="Wrong", by=carl)
    assert set(Charge.objects.unbilled()) == {first, second}
    assert invoice_charges(patient, [first], by=carl).total_amount == 40


def test_a_charge_of_another_patient_is_not_found(patient: Patient, carl: User) -> None:
    others = charged(make_patient(given_name="Bea"), carl)
    with pytest.raises(Refusal) as refused:
        invoice_charges(patient, [others], by=carl)
    assert (refused.value.code, refused.value.status) == ("not_of_this", 404)
    assert Charge.objects.unbilled().count() == 1


def test_less_of_a_charge_is_a_discount(patient: Patient, rita: User) -> None:
    charge = charged(patient, rita, 100)
    for less in (Item(charge=charge, unit_amount=Decimal(90)), Item(charge=charge, quantity=Decimal("0.5"))):
        draft = invoice_charges(patient, [charge], by=rita)
        act = partial(edit_invoice, draft, items=[less, item(1)], seen_version=None, by=rita)
        assert code_of(act) == "discount_limit"
        void_invoice(draft, reason="Again", by=rita)


def test_only_those_who_may_waive(patient: Patient, carl: User, mona: User) -> None:
    charge = charged(patient, carl)
    with pytest.raises(PermissionDenied):
        waive_charge(charge, reason="Friend", by=carl)
    assert waive_charge(charge, reason="Our mistake", by=mona).status == Status.WAIVED
    assert code_of(lambda: invoice_charges(patient, [charge], by=carl)) == "charge_taken"


# ── Below the list price ────────────────────────────────────────────────────


def test_a_charge_below_the_list_price_is_within_the_limit_of_the_role(
    patient: Patient, rita: User, mona: User
) -> None:
    service = make_service(price=100)

    def charge(amount: Any, by: User) -> Charge:
        return add_charge(patient, service=service, unit_amount=Decimal(amount), by=by)

    assert code_of(lambda: charge("94.99", rita)) == "discount_limit"
    assert code_of(lambda: charge("49", mona)) == "discount_limit"
    assert [charge(amount, rita).unit_amount for amount in (95, 100, 130)] == [95, 100, 130]
    with pytest.raises(ValidationError):
        charge("-1", mona)
    with pytest.raises(ValidationError):
        charge("99.999", mona)
    without_price = make_service()
    assert add_charge(patient, service=without_price, unit_amount=Decimal(3), by=rita).unit_amount == 3


def test_a_low_charge_and_a_discount_are_counted_together(patient: Patient, rita: User, mona: User) -> None:
    service = make_service(price=100)
    low = add_charge(patient, service=service, unit_amount=Decimal(96), by=rita)
    assert code_of(lambda: invoice_charges(patient, [low], discount=off(3), by=rita)) == "discount_limit"
    draft: Any = invoice_charges(patient, [low], by=rita)
    assert (draft.listed_amount, draft.total_amount) == (100, 96)
    lower = Item(charge=low, unit_amount=Decimal(94))
    act = partial(edit_invoice, draft, items=[lower], seen_version=None, by=rita)
    assert code_of(act) == "discount_limit"


def test_what_a_manager_took_off_a_charge_stays_and_is_not_made_more(
    patient: Patient, rita: User, mona: User
) -> None:
    service = make_service(price=100)
    half = add_charge(patient, service=service, unit_amount=Decimal(50), by=mona)
    assert code_of(lambda: invoice_charges(patient, [half], discount=off(1), by=rita)) == "discount_limit"
    full_price = Item(charge=half, unit_amount=Decimal(100))
    dear = Item(description="Stay", unit_amount=Decimal(100), discount=off(amount=50))
    act = partial(draft_invoice, patient, items=[full_price, dear], by=rita)
    assert code_of(act) == "discount_limit"  # for this and for nothing else
    draft: Any = make_draft(patient, item(10), by=rita)
    items = [Item(charge=half), item(10)]
    assert edit_invoice(draft, items=items, seen_version=None, by=rita).total_amount == 60


def test_the_price_that_counts_is_that_of_the_day(patient: Patient, rita: User) -> None:
    service = make_service(price=100)
    charge = add_charge(patient, service=service, by=rita)
    with time_machine.travel(at(9, days=7), tick=True):
        make_price(service, 200, valid_from=charge.done_on + timedelta(days=7))
        draft: Any = invoice_charges(patient, [charge], by=rita)
        assert (draft.listed_amount, draft.total_amount) == (100, 100)


def test_the_limit_holds_at_the_api(patient: Patient, rita: User, api: Any) -> None:
    make_service("ECG", price=100)
    reception = api(rita)
    whose = {"patient": str(patient.pk)}
    charge = whose | {"code": "ECG", "unit_amount": "94"}
    assert is_problem(reception.post("/api/v1/billing/charges", charge), 409, "discount_limit")
    made = reception.post("/api/v1/billing/charges", charge | {"unit_amount": "96"}).json()
    too_much = {"discount": {"percent": "3", "because": "Friend"}}
    for door, body in (
        ("billing/charges/invoice", too_much),
        ("billing", too_much | {"lines": [{"charge": made["id"]}]}),
        ("billing", {"lines": [{"code": "ECG", "unit_amount": 94}]}),
        ("billing", {"lines": [{"code": "ECG", "discount": {"amount": 6, "because": "Friend"}}]}),
    ):
        assert is_problem(reception.post(f"/api/v1/{door}", whose | body), 409, "discount_limit")
    draft = reception.post("/api/v1/billing", whose | {"lines": [{"charge": made["id"]}]}).json()
    less = {"lines": [{"charge": made["id"], "unit_amount": 94}], "version": 1}
    assert is_problem(reception.put(f"/api/v1/billing/{draft['id']}", less), 409, "discount_limit")
