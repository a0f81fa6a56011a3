"""The processes of test_races: they pay, issue and invoice the same things at once, and look at what became of it.

Run as `python -m billing.tests.race ACT …`; prints one JSON value.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.db import connections  # noqa: E402, TID251 each thread has one of its own

from accounts.models import NumberSeries, User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from billing.models import Charge, Invoice, InvoiceLine, LedgerEntry, Payment, Till  # noqa: E402
from billing.proving import Unexplained, prove  # noqa: E402
from billing.services import (  # noqa: E402
    Part,
    add_charge,
    close_till,
    invoice_charges,
    issue_invoice,
    open_till,
    pay_invoice,
    record_deposit,
    till_of,
)
from billing.tests.make import item, make_draft, make_issued, make_service  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402

CARL = "carl@example.org"
PAID_AT_ONCE = Decimal(10)


def prepare(bills: int, drafts: int, charges: int) -> dict[str, Any]:
    """Invoices of a hundred that can be paid ten times, drafts to issue, and charges to be billed once."""
    carl = User.objects.create_user(CARL, None, full_name="Carl Conti", role=Role.CASHIER)
    patient = make_patient()
    service = make_service(price="12.50")
    return {
        "patient": str(patient.pk),
        "bills": [str(make_issued(patient, item(100), by=carl).pk) for _ in range(bills)],
        "drafts": [str(make_draft(patient, item(7), by=carl).pk) for _ in range(drafts)],
        "tills": ["the one of Carl"],
        "charges": [str(add_charge(patient, service=service, by=carl).pk) for _ in range(charges)],
    }


def pay(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    part = Part("cash", PAID_AT_ONCE)
    return lambda pk: pay_invoice(Invoice.objects.get(pk=pk), parts=[part], by=by)


def pay_naively(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    """What is seen in other systems: look at what is due, then add to what was paid."""

    def act(pk: str) -> None:
        invoice = Invoice.objects.get(pk=pk)
        if invoice.patient_due_amount < PAID_AT_ONCE:
            raise Refusal("Enough", code="beyond_due")
        time.sleep(0.002)  # whatever a real one does between looking and writing
        Invoice.objects.filter(pk=pk).update(
            paid_amount=invoice.paid_amount + PAID_AT_ONCE,
            patient_due_amount=invoice.patient_due_amount - PAID_AT_ONCE,
        )

    return act


def issue(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    return lambda pk: issue_invoice(Invoice.objects.get(pk=pk), by=by)


def invoice_one(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    patient = Patient.objects.get(pk=planted["patient"])
    return lambda pk: invoice_charges(patient, [Charge.objects.get(pk=pk)], by=by)


def invoice_naively(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    """Look whether it is billed, then put it on an invoice."""
    patient = Patient.objects.get(pk=planted["patient"])

    def act(pk: str) -> None:
        charge = Charge.objects.get(pk=pk)
        if charge.status != Charge.Status.UNBILLED:
            raise Refusal("Billed", code="charge_taken")
        time.sleep(0.002)
        invoice = make_draft(patient, item(1), by=by)
        InvoiceLine.objects.filter(invoice=invoice).delete()
        InvoiceLine(invoice=invoice, position=1, charge=charge, description="Naive", unit_amount=1).add()
        Charge.objects.filter(pk=pk).update(status=Charge.Status.INVOICED)

    return act


def open_one(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    return lambda _pk: open_till(float_amount=Decimal(50), by=by)


def take(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    """Money comes in while the till is counted, closed and opened again by others of the same name."""
    patient = Patient.objects.get(pk=planted["patient"])

    def act(_pk: str) -> None:
        record_deposit(patient, parts=[Part("cash", PAID_AT_ONCE)], by=by)
        till = till_of(by)
        if till is None:
            open_till(float_amount=Decimal(50), by=by)
        elif till.taken_amount >= 3 * PAID_AT_ONCE:
            close_till(till, counted_amount=till.expected_amount, seen_version=till.version, by=by)

    return act


def take_naively(planted: dict[str, Any], by: User) -> Callable[[str], Any]:
    """Look what is in the till, then add to it."""

    def act(_pk: str) -> None:
        till = Till.objects.open_of(by).first() or open_till(float_amount=Decimal(50), by=by)
        time.sleep(0.002)
        Till.objects.filter(pk=till.pk).update(taken_amount=till.taken_amount + PAID_AT_ONCE)

    return act


ACTS: dict[str, tuple[str, Callable[..., Callable[[str], Any]]]] = {
    "pay": ("bills", pay),
    "pay_naively": ("bills", pay_naively),
    "issue": ("drafts", issue),
    "invoice": ("charges", invoice_one),
    "invoice_naively": ("charges", invoice_naively),
    "open": ("tills", open_one),
    "take": ("charges", take),
    "take_naively": ("tills", take_naively),
}


def meet(folder: Path, act: str, worker: int, workers: int) -> None:
    """Wait until every process is here."""
    (folder / f"{act}-{worker}").touch()
    give_up = time.monotonic() + 120
    while len(list(folder.glob(f"{act}-*"))) < workers and time.monotonic() < give_up:
        time.sleep(0.005)


def rush(word: str, asked: argparse.Namespace) -> dict[str, int]:
    """Do the act with all threads to all that was planted for it; what came of it."""
    by = User.objects.get(email=CARL)
    what, act = ACTS[word]
    one = act(asked.planted, by)
    meet(asked.ready, word, asked.worker, asked.workers)
    todo: list[str] = asked.planted[what]

    def of(thread: int) -> list[str]:
        """Everything, but of many drafts a tenth: each is issued by at least two at once all the same."""
        return todo[(asked.worker * asked.threads + thread) % 10 :: 10] if word == "issue" else todo

    with ThreadPoolExecutor(asked.threads) as pool:
        return sum(pool.map(lambda thread: run_through(one, of(thread)), range(asked.threads)), Counter())


def run_through(one: Callable[[str], Any], todo: list[str]) -> Counter[str]:
    came: Counter[str] = Counter()
    for pk in todo:
        try:
            one(pk)
        except Refusal as refusal:
            came[refusal.code] += 1
        else:
            came["done"] += 1
    connections.close_all()
    return came


def look() -> dict[str, Any]:
    """What there is, and whether the ledger explains it."""
    try:
        prove()
        broken = ""
    except Unexplained as found:
        broken = str(found)
    numbered = Invoice.objects.exclude(number="")
    billed = InvoiceLine.objects.exclude(charge=None).values_list("charge_id", flat=True)
    on_lines = Counter(str(pk) for pk in billed)
    return {
        "broken": broken,
        "paid": [str(one.paid_amount) for one in numbered.filter(total_amount=Decimal(100)).order_by("id")],
        "payments": Payment.objects.count(),
        "numbers": sorted(numbered.values_list("sequence", flat=True)),
        "last": {one.name: one.last for one in NumberSeries.objects.filter(name__startswith="billing:")},
        "times_on_a_line": sorted(on_lines.values()),
        "rows": LedgerEntry.objects.count(),
        "tills": [_in_the_till(one) for one in Till.objects.order_by("opened_at", "id")],
    }


def _in_the_till(till: Till) -> dict[str, str]:
    payments = Payment.objects.filter(till_id=till.pk).values_list("amount", flat=True)
    sums = {"taken": till.taken_amount, "payments": sum(payments), "difference": till.difference_amount}
    return {"status": till.status} | {name: str(int(value)) for name, value in sums.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("acts", nargs="+", choices=("prepare", "look", *ACTS))
    parser.add_argument("--bills", type=int, default=0)
    parser.add_argument("--drafts", type=int, default=0)
    parser.add_argument("--charges", type=int, default=0)
    parser.add_argument("--planted", type=json.loads, default={})
    parser.add_argument("--ready", type=Path)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    if asked.acts == ["prepare"]:
        answer: Any = prepare(asked.bills, asked.drafts, asked.charges)
    elif asked.acts == ["look"]:
        answer = look()
    else:
        answer = {word: rush(word, asked) for word in asked.acts}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
