"""Invoices and payments in the record: what was issued and paid, as it stands now, for those who may see bills."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Invoice
from billing.services import (
    Part,
    credit_invoice,
    pass_to_patient,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
    void_invoice,
)
from billing.tests.make import item, make_draft, make_issued, make_policy
from billing.timeline import CREDIT, INVOICE, KINDS, PAYMENT, REFUND
from hospital import clock
from hospital.models import uuid7
from hospital.tests.queries import counted
from patients import timeline
from patients.models import Patient, TimelineEntry
from patients.services import begin_care


def cash(amount: Any) -> Part:
    return Part("cash", Decimal(amount))


def kept(patient: Patient) -> list[Any]:
    rows = TimelineEntry.objects.filter(patient_id=patient.pk, kind__in=KINDS)
    return sorted(rows.values_list("key", "at", "facts"), key=str)


def line_of(patient: Patient, kind: str, by: User) -> Any:
    [drawn], _more = timeline.read(patient, by, kinds=[kind])
    return drawn.line


def assert_rebuilt_is_equal(patient: Patient) -> None:
    live = kept(patient)
    timeline.rebuild(patient.pk)
    assert kept(patient) == live


def test_a_draft_is_not_told(patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    void_invoice(draft, reason="Twice", by=carl)
    assert kept(patient) == []
    assert_rebuilt_is_equal(patient)


def test_it_is_told_as_it_stands(invoice: Invoice, patient: Patient, carl: User, mona: User) -> None:
    line = line_of(patient, INVOICE, carl)
    assert (line.title, line.detail) == (
        f"Invoice {invoice.number}: EUR\xa0100.00",
        "Unpaid, EUR\xa0100.00 due",
    )
    assert line.url == f"/billing/{invoice.pk}/"

    receipt: Any = pay_invoice(invoice, parts=[cash(20), Part("card", Decimal(20))], by=carl)
    assert line_of(patient, INVOICE, carl).detail == "Partly paid, EUR\xa060.00 due"
    payment = line_of(patient, PAYMENT, carl)
    assert (payment.title, payment.detail) == (f"Payment {receipt.number}: EUR\xa040.00", "Card, Cash")
    assert_rebuilt_is_equal(patient)

    credit_invoice(invoice, reason="Not done", parts={invoice.lines.get().pk: Decimal(70)}, by=mona)
    assert line_of(patient, INVOICE, carl).detail == "EUR\xa010.00 is owed back"
    paid = receipt.payments.get(method="cash")
    pay_refund(request_refund(paid, amount=Decimal(10), reason="Not done", by=carl), by=carl)
    credit, refund = (line_of(patient, kind, carl) for kind in (CREDIT, REFUND))
    assert credit.title == f"Credit note {invoice.credit_notes.get().number}: EUR\xa0−70.00"
    assert (refund.title, refund.detail) == ("Refund paid out: EUR\xa010.00", "Cash · Not done")
    assert {credit.url, refund.url} == {f"/billing/{invoice.pk}/"}
    line = line_of(patient, INVOICE, carl)
    assert (line.detail, line.tone) == ("Paid", "ok")
    assert_rebuilt_is_equal(patient)


def test_what_is_late_is_overdue_without_a_worker(invoice: Invoice, patient: Patient, carl: User) -> None:
    with time_machine.travel(clock.now() + timedelta(days=15)):
        line = line_of(patient, INVOICE, carl)
    assert (line.detail, line.tone) == ("Overdue, EUR\xa0100.00 due", "danger")


def test_what_is_void_is_struck(invoice: Invoice, patient: Patient, carl: User, mona: User) -> None:
    void_invoice(invoice, reason="Twice", by=mona)
    line = line_of(patient, INVOICE, carl)
    assert (line.struck, line.detail) == (True, "Void")
    assert_rebuilt_is_equal(patient)


def test_deposits_shares_and_what_costs_nothing(patient: Patient, carl: User, mona: User) -> None:
    record_deposit(patient, parts=[cash(5)], by=carl)
    assert line_of(patient, PAYMENT, carl).title.startswith("Deposit ")
    shared = make_issued(patient, item(10), policy=make_policy(patient, 50), by=carl)
    pass_to_patient(shared, amount=Decimal(5), reason="Declined", by=mona)
    free = make_issued(patient, item(0), by=carl)
    void_invoice(free, reason="Twice", by=mona)
    assert len(kept(patient)) == 3
    assert_rebuilt_is_equal(patient)


def test_a_refund_is_told_when_it_is_paid_out(patient: Patient, carl: User) -> None:
    deposit: Any = record_deposit(patient, parts=[cash(5)], by=carl)
    refund = request_refund(deposit.payments.get(), amount=Decimal(2), reason="Moves away", by=carl)
    assert timeline.read(patient, carl, kinds=[REFUND])[0] == []
    pay_refund(refund, by=carl)
    assert line_of(patient, REFUND, carl).url == f"/patients/{patient.pk}/bills/"
    assert_rebuilt_is_equal(patient)


# ── Who reads it, and where ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "record", "account"),
    [
        ("rita", 200, 200),
        ("carl", 403, 200),
        ("mona", 403, 200),
        ("adam", 403, 200),
        ("dora", 200, 403),
        ("nora", 200, 403),
        ("pia", 403, 403),
    ],
)
def test_only_those_who_see_bills(
    invoice: Invoice,
    patient: Patient,
    carl: User,
    who: str,
    record: int,
    account: int,
    client: Client,
    request: pytest.FixtureRequest,
) -> None:
    """Reception in the record, among what it may see there; whoever has no record on the page of the bills."""
    pay_invoice(invoice, parts=[cash(20)], by=carl)
    user = request.getfixturevalue(who)
    if user.has_perm("patients.declare_care"):
        begin_care(patient, user=user, because="Here", by=user)
    client.force_login(user)

    asked = [("patients:timeline", record), ("billing:history", account), ("billing:of_patient", account)]
    for name, status in asked:
        page = client.get(reverse(name, args=[patient.pk]))
        assert page.status_code == status
        if status == 200:
            assert ("Payment R" in page.content.decode() or "-R-" in page.content.decode()) is (
                account == 200
            )


def test_the_history_of_bills_says_nothing_else(
    invoice: Invoice, patient: Patient, carl: User, client: Client
) -> None:
    timeline.tell("vitals", patient.pk, patient_id=patient.pk, at=clock.now())
    client.force_login(carl)
    page = client.get(reverse("billing:history", args=[patient.pk]))
    assert [one.kind.key for one in page.context["lines"]] == [INVOICE]
    kinds = {one.key for one in timeline.kinds_for(carl)}
    assert kinds == {*KINDS, "visit", "death"}


def test_it_goes_on_where_a_page_ended(patient: Patient, carl: User, client: Client) -> None:
    at = clock.now()
    facts: Any = {"amount": 100, "method": "cash", "invoice": "", "reason": "Twice"}
    lines = [
        timeline.tell_first(REFUND, timeline.Told(uuid7(), at, facts), patient_id=patient.pk)
        for _number in range(timeline.PAGE + 1)
    ]
    TimelineEntry.objects.bulk_create(lines)
    client.force_login(carl)
    address = reverse("billing:history", args=[patient.pk])
    with counted(at_most=6):
        first = client.get(address)
    assert first.content.decode().count("Refund paid out") == timeline.PAGE
    rest = client.get(address, {"before": first.context["older"]}, headers={"HX-Request": "true"})
    assert rest.content.decode().count("Refund paid out") == 1
    assert "<html" not in rest.content.decode()
