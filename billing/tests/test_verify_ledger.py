"""manage.py verify_ledger: every amount is explained, and whoever goes around the services is found."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from accounts.models import NumberSeries, User
from billing.models import (
    Charge,
    CreditNote,
    Deposit,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    LedgerHead,
    Payment,
    Policy,
    Receipt,
    Refund,
    Till,
)
from billing.proving import Unexplained, next_part, parts
from billing.services import (
    Part,
    credit_invoice,
    open_till,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
)
from billing.tests.make import item, make_issued, make_policy
from patients.models import Patient


@pytest.fixture
def busy(patient: Patient, carl: User, mona: User) -> Invoice:
    """A little of everything."""
    open_till(float_amount=Decimal(50), by=carl)
    invoice = make_issued(patient, item(60), item(40), policy=make_policy(patient, 50), by=carl)
    record_deposit(patient, parts=[Part("cash", Decimal(30))], by=carl)
    pay_invoice(
        invoice,
        parts=[Part("card", Decimal(10)), Part("deposit", Decimal(5)), Part("insurance", Decimal(20))],
        by=carl,
    )
    refund = request_refund(Payment.objects.get(method="card"), amount=Decimal(4), reason="Wrong", by=carl)
    pay_refund(refund, by=carl)
    line = InvoiceLine.objects.filter(invoice=invoice).in_order()[0]
    credit_invoice(invoice, parts={line.pk: Decimal(6)}, reason="Wrong", by=mona)
    return invoice


def prove_by_parts() -> int:
    """As the night does it. How many rows were looked at."""
    place: Any = {}
    looked_at = 0
    while place is not None:
        place, rows = next_part(json.loads(json.dumps(place)))
        looked_at += rows
    return looked_at


def verify() -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def test_all_is_explained(busy: Invoice) -> None:
    said = verify()
    assert "rows explain 1 invoices and 3 receipts and credit notes" in said
    assert "Revenue" in said


def test_all_is_explained_by_parts_of_any_size(busy: Invoice, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = prove_by_parts()
    assert at_once > LedgerEntry.objects.count()
    monkeypatch.setattr(parts, "PART", 1)
    assert prove_by_parts() == at_once


def around(model: Any, **changes: Any) -> None:
    """What somebody does who goes around the services."""
    rows: QuerySet[Any] = QuerySet(model)
    first = rows.order_by("pk").values_list("pk", flat=True)[0]
    QuerySet(model).filter(pk=first).update(**changes)


CENT = Decimal("0.01")
TAMPERED = [
    (LedgerEntry, {"amount": CENT}, "not what was booked"),
    (LedgerEntry, {"debit": "cash"}, "not what was booked"),
    (LedgerEntry, {"sequence": 99}, "its place"),
    (LedgerHead, {"sequence": 99}, "its end"),
    (Invoice, {"paid_amount": CENT}, "what is paid"),
    (Invoice, {"total_amount": CENT}, "not what was issued"),
    (Invoice, {"patient_due_amount": CENT}, "what the patient owes"),
    (Invoice, {"insurer_due_amount": CENT}, "what the payer owes"),
    (Invoice, {"credited_amount": CENT}, "what is credited"),
    (Invoice, {"status": "draft", "number": ""}, "not what was issued"),
    (InvoiceLine, {"unit_amount": CENT}, "not what was issued"),
    (InvoiceLine, {"credited_amount": CENT}, "what is credited"),
    (CreditNote, {"total_amount": CENT}, "not what was issued"),
    (Deposit, {"amount": CENT}, "on account"),
    (Policy, {"used_amount": CENT}, "used of it"),
    (Receipt, {"amount": CENT}, "its amount"),
    (Payment, {"amount": Decimal(31)}, "its amount"),
    (Payment, {"refunded_amount": CENT}, "refunded"),
    (Refund, {"status": "approved"}, "refunded"),
    (Till, {"taken_amount": CENT}, "taken in cash"),
    (Till, {"given_amount": CENT}, "given back in cash"),
    (NumberSeries, {"last": 99}, "its end"),
]


@pytest.mark.parametrize(
    ("model", "changes", "said"), TAMPERED, ids=lambda one: getattr(one, "__name__", None)
)
def test_whoever_goes_around_the_services_is_found(
    busy: Invoice, model: Any, changes: dict[str, Any], said: str
) -> None:
    if model is NumberSeries:
        QuerySet(NumberSeries).filter(name__startswith="billing:").update(last=99)
    else:
        around(model, **changes)
    with pytest.raises(CommandError, match=said):
        verify()
    with pytest.raises(Unexplained, match=said):
        prove_by_parts()


def test_a_row_that_is_gone_is_missed(busy: Invoice) -> None:
    last = LedgerEntry.objects.order_by("-sequence")[0]
    QuerySet(LedgerEntry).filter(pk=last.pk)._raw_delete("default")  # noqa: SLF001
    with pytest.raises(CommandError, match="its end"):
        verify()
    with pytest.raises(Unexplained, match="its end"):
        prove_by_parts()


def test_who_rewrites_the_whole_chain_is_found_by_the_audit(busy: Invoice) -> None:
    """The last row anew, with its hash and the end of the chain."""
    last = LedgerEntry.objects.order_by("-sequence")[0]
    last.debit = "cash"
    seal = last.seal()
    QuerySet(LedgerEntry).filter(pk=last.pk).update(debit="cash", entry_hash=seal)
    QuerySet(LedgerHead).update(entry_hash=seal)
    with pytest.raises(CommandError, match="what the audit has of it"):
        verify()
    with pytest.raises(Unexplained, match="what the audit has of it"):
        prove_by_parts()


def test_an_account_that_is_gone_is_missed(busy: Invoice) -> None:
    QuerySet(Deposit)._raw_delete("default")  # noqa: SLF001
    with pytest.raises(CommandError, match="Deposit of patient"):
        verify()
    with pytest.raises(Unexplained, match="Deposit of patient"):
        prove_by_parts()


def test_the_ledger_holds_no_name(busy: Invoice) -> None:
    rows = json.dumps(list(LedgerEntry.objects.values("source", "debit", "credit", "because", "chain")))
    assert "Archer" not in rows
    assert Charge.objects.count() == 0
