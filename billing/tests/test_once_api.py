"""What is sent twice with one key is done once, and is answered as it was, whatever happened since."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from billing.models import Charge, CreditNote, Invoice, LedgerEntry, Payment, Refund
from billing.services import Part, pay_invoice
from billing.tests.make import make_draft, make_issued, make_service
from hospital import problems
from hospital.errors import LostRace
from hospital.tests.problems import is_problem
from patients.models import Patient

pytestmark = pytest.mark.django_db

AT = "/api/v1/billing"
KEY = {"Idempotency-Key": "till-1-0007"}


@pytest.fixture
def manager(mona: User, api: Callable[[User], Any]) -> Any:
    return api(mona)


def twice(caller: Any, at: str, body: Any, **headers: str) -> Any:
    """Send it twice with one key; both answers are the same to the byte. Another body is refused."""
    first = caller.post(at, body, headers=KEY | headers)
    assert first.status_code in {200, 201}, first.json()
    second = caller.post(at, body, headers=KEY | headers)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert (first["ETag"], first.get("Location")) == (second["ETag"], second.get("Location"))
    assert is_problem(caller.post(at, body | {"reference": "other"}, headers=KEY), 422, "key_reused")
    return first.json()


def test_a_draft_is_begun_once(patient: Patient, manager: Any) -> None:
    service = make_service("ECG", price=40)
    body = {"patient": str(patient.pk), "lines": [{"code": "ECG", "quantity": 1.5}]}
    first = twice(manager, AT, body)
    service.change(is_active=False)
    again = manager.post(AT, body, headers=KEY)  # it could not be drafted any more
    assert (again.status_code, again.json()) == (201, first)
    assert Invoice.objects.count() == 1


def test_an_invoice_is_issued_once_whatever_version_was_seen(
    patient: Patient, mona: User, manager: Any
) -> None:
    draft = make_draft(patient, by=mona)
    issued = twice(manager, f"{AT}/{draft.pk}/issue", {}, **{"If-Match": '"1"'})
    assert (issued["status"], issued["number"][-6:]) == ("issued", "000001")
    late = manager.post(f"{AT}/{draft.pk}/issue", {}, headers={"If-Match": '"1"'})
    assert is_problem(late, 412, "precondition_failed")


def test_a_payment_is_taken_once(patient: Patient, mona: User, manager: Any) -> None:
    invoice = make_issued(patient, by=mona)
    at, body = f"{AT}/{invoice.pk}/payments", {"amount": "100", "method": "cash", "version": 2}
    first = twice(manager, at, body)
    credit = manager.post(f"{AT}/{invoice.pk}/credit-notes", {"reason": "Ours"})
    assert credit.status_code == 201
    again = manager.post(at, body, headers=KEY)
    assert (again.status_code, again.json()) == (201, first)
    assert Payment.objects.count() == LedgerEntry.objects.filter(because="paid").count() == 1


def test_one_key_at_two_bills_is_two_requests(patient: Patient, mona: User, manager: Any) -> None:
    one, other = make_issued(patient, by=mona), make_issued(patient, by=mona)
    body = {"amount": "10", "method": "cash"}
    assert manager.post(f"{AT}/{one.pk}/payments", body, headers=KEY).status_code == 201
    answer = manager.post(f"{AT}/{other.pk}/payments", body, headers=KEY)
    assert is_problem(answer, 422, "key_reused")
    assert Payment.objects.count() == 1


def test_somebody_elses_key_is_another_one(
    patient: Patient, mona: User, carl: User, api: Callable[[User], Any]
) -> None:
    invoice = make_issued(patient, by=mona)
    body = {"amount": "10", "method": "cash"}
    for who in (mona, carl):
        answer = api(who).post(f"{AT}/{invoice.pk}/payments", body, headers=KEY)
        assert answer.status_code == 201
    assert Payment.objects.count() == 2


def test_what_was_refused_is_not_remembered(patient: Patient, mona: User, manager: Any) -> None:
    invoice = make_draft(patient, by=mona)
    at, body = f"{AT}/{invoice.pk}/payments", {"amount": "10", "method": "cash"}
    assert is_problem(manager.post(at, body, headers=KEY), 409, "not_issued")
    assert manager.post(f"{AT}/{invoice.pk}/issue", {}).status_code == 200
    assert manager.post(at, body, headers=KEY).status_code == 201


def test_money_goes_back_and_is_credited_once(patient: Patient, mona: User, manager: Any) -> None:
    invoice = make_issued(patient, by=mona)
    payment: Any = pay_invoice(invoice, parts=[Part("card", Decimal(60))], by=mona).payments.get()
    asked = {"payment": str(payment.pk), "amount": "5", "reason": "Twice"}
    refund = twice(manager, f"{AT}/{invoice.pk}/refunds", asked)
    assert twice(manager, f"{AT}/refunds/{refund['id']}/pay", {"version": 1})["status"] == "paid"
    line = manager.get(f"{AT}/{invoice.pk}").json()["lines"][0]["id"]
    part = {"reason": "Ours", "lines": [{"line": line, "amount": "7"}]}
    twice(manager, f"{AT}/{invoice.pk}/credit-notes", part)
    assert (Refund.objects.count(), CreditNote.objects.count()) == (1, 1)
    assert LedgerEntry.objects.filter(because="refunded").count() == 1


def test_money_on_account_and_charges_are_taken_once(patient: Patient, manager: Any) -> None:
    make_service("ECG", price=40)
    whose = {"patient": str(patient.pk)}
    twice(manager, f"{AT}/deposits", whose | {"amount": "80", "method": "mobile"})
    twice(manager, f"{AT}/charges", whose | {"code": "ECG"})
    twice(manager, f"{AT}/charges/invoice", whose)
    assert (Charge.objects.count(), Invoice.objects.count(), Payment.objects.count()) == (1, 1, 1)


def test_what_still_runs_is_told_so() -> None:
    """Whoever has waited as long as a service tries is not told that the server failed."""
    answer: Any = problems.answer(LostRace("At once."), {})
    assert (answer.status_code, answer.data["code"], answer["Retry-After"]) == (409, "still_running", "1")
