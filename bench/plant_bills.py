"""As many invoices as asked for, over three years: `DATABASE_URL=… python -m bench.plant_bills --invoices 1000000`.

Into a hospital that bench.plant has planted, with all that services would have made of them: lines, numbers without
gaps, hashes, receipts, payments, the chained ledger, lines of the timeline, and the audit of issuing and paying; for
a third of them also the charge they come from. Of the last month half is owed, of what is older one in forty.
Besides, one patient with two hundred invoices, drafts to issue, and charges that wait. Left out are policies, refunds
and credit notes. `--times` has each of them so many times over, but for the hashes (bench.multiply_bills).
Does nothing where it has been done. Prints as JSON what there is to ask about.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
django.setup()

from django.conf import settings  # noqa: E402 Django has to be ready
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402

from accounts import places  # noqa: E402
from accounts.models import NumberSeries, User  # noqa: E402
from audit.models import Entry  # noqa: E402
from bench.multiply_bills import multiply  # noqa: E402
from billing import timeline  # noqa: E402
from billing.models import (  # noqa: E402
    Account,
    Because,
    Charge,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    LedgerHead,
    Payment,
    Price,
    Receipt,
    Service,
    TaxRate,
)
from billing.posting import HELD_IN, Move, moves_of_sale  # noqa: E402
from billing.reckoning import Asked, Sums, reckon  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.db import atomic  # noqa: E402
from hospital.money import exact_minor, from_minor  # noqa: E402
from patients.models import Patient, TimelineEntry  # noqa: E402
from patients.services import register_patient  # noqa: E402
from patients.timeline import Told, tell_first  # noqa: E402

NAME = "Zzbills"
DAYS = 3 * 365
PER_CHUNK = 4_000
OWN = 200  # invoices of the one patient
DRAFTS = 400  # of that patient as well
WAYS = ("cash", "card", "card", "bank_transfer", "mobile")
A_MONTH, AN_HOUR = timedelta(days=30), timedelta(hours=1)


@dataclass
class Made:
    """Rows that are written together."""

    invoices: list[Invoice] = field(default_factory=list)
    lines: list[InvoiceLine] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    ledger: list[LedgerEntry] = field(default_factory=list)
    told: list[TimelineEntry] = field(default_factory=list)
    audit: list[Entry] = field(default_factory=list)

    def save(self) -> None:
        tables: list[tuple[Any, list[Any]]] = [
            (Invoice, self.invoices),
            (Charge, self.charges),
            (InvoiceLine, self.lines),
            (Receipt, self.receipts),
            (Payment, self.payments),
            (LedgerEntry, self.ledger),
            (TimelineEntry, self.told),
            (Entry, self.audit),
        ]
        for model, rows in tables:
            model._default_manager.bulk_create(rows)


class Planter:
    """Makes rows; goes around the services, which would take hours."""

    def __init__(self) -> None:
        self.random = Random(6)
        self.site = places.first_site()
        self.department = places.departments()[0]
        self.now = clock.now()
        self.by = User.objects.get(email="cashier@example.org")
        today = self.now.date()
        percents = TaxRate.objects.percents(today)
        services = list(Service.objects.filter(is_active=True).order_by("code"))
        prices = Price.objects.amounts({one.pk for one in services}, on=today)
        self.priced = [(one, prices[one.pk], percents[one.tax_class]) for one in services if one.pk in prices]
        head = LedgerHead.objects.get(pk=self.site.pk.hex)
        self.sequence, self.last_hash = head.sequence, head.entry_hash
        self.series: dict[str, int] = defaultdict(
            int,
            {one.name: one.last for one in NumberSeries.objects.filter(name__startswith="billing:")},
        )
        self.begun = set(self.series)
        self.made = Made()
        self.sums = cache(self._sums)

    def _sums(self, chosen: tuple[int, ...]) -> Sums:
        asked = [Asked(Decimal(1), self.priced[at][1], self.priced[at][2]) for at in chosen]
        return reckon(asked, inclusive=settings.PRICES_INCLUDE_TAX)

    def number(self, kind: str, on: date) -> tuple[str, str, int]:
        series = "-".join(part for part in (self.site.number_prefix, kind, str(on.year)) if part)
        self.series[f"billing:{series}"] += 1
        sequence = self.series[f"billing:{series}"]
        return f"{series}-{sequence:06d}", series, sequence

    # ── An invoice and what became of it ────────────────────────────────────

    def invoice(self, patient_id: UUID, at: datetime, *, fate: str = "") -> Invoice:
        fate = fate or self.fate(at)
        chosen = tuple(self.random.choices(range(len(self.priced)), k=self.random.choice((1, 1, 2, 3))))
        sums = self.sums(chosen)
        one = Invoice(
            patient_id=patient_id,
            site=self.site,
            department=self.department if self.random.random() < 0.3 else None,
            status=fate if fate in {"draft", "void"} else "paid",
            currency=settings.CURRENCY,
            includes_tax=settings.PRICES_INCLUDE_TAX,
            listed_amount=sums.gross,
            gross_amount=sums.gross,
            net_amount=sums.net,
            tax_amount=sums.tax,
            total_amount=sums.total,
            patient_amount=sums.total,
            drafted_by=self.by,
            created_at=at,
            updated_at=at,
        )
        lines = self.lines(one, chosen, sums)
        if fate not in {"draft", "void"}:
            self.issue(one, lines, fate)
        self.made.invoices.append(one)
        self.made.lines += lines
        return one

    def fate(self, at: datetime) -> str:
        weights = (4, 44, 8, 43, 1) if self.now - at < A_MONTH else (0, 20, 5, 970, 5)
        fates = ("draft", "issued", "partly_paid", "paid", "void")
        return self.random.choices(fates, weights=weights)[0]

    def lines(self, one: Invoice, chosen: Sequence[int], sums: Sums) -> list[InvoiceLine]:
        charge = self.charge(one.patient_id, one.created_at, one) if self.random.random() < 0.33 else None
        found = []
        for at, (place, line) in enumerate(zip(chosen, sums.lines, strict=True), start=1):
            service, price, percent = self.priced[place]
            found.append(
                InvoiceLine(
                    invoice=one,
                    position=at,
                    service=service,
                    charge=charge if at == 1 else None,
                    description=service.name,
                    unit_amount=price,
                    listed_amount=price,
                    tax_class=service.tax_class,
                    tax_percent=percent,
                    gross_amount=line.gross,
                    net_amount=line.net,
                    tax_amount=line.tax,
                    total_amount=line.total,
                )
            )
        return found

    def charge(self, patient_id: UUID, at: datetime, invoice: Invoice | None) -> Charge:
        service, price, _percent = self.priced[0]
        charge = Charge(
            patient_id=patient_id,
            service=service,
            description=service.name,
            unit_amount=price,
            tax_class=service.tax_class,
            done_on=at.date(),
            status="invoiced" if invoice else "unbilled",
            invoice=invoice,
            charged_by=self.by,
            created_at=at,
        )
        charge.source = f"bench:{charge.pk.hex}"
        self.made.charges.append(charge)
        return charge

    def issue(self, one: Invoice, lines: list[InvoiceLine], fate: str) -> None:
        on = one.created_at.date()
        one.number, one.series, one.sequence = self.number("", on)
        one.issued_at, one.issued_on, one.issued_by = one.created_at, on, self.by
        one.due_on = on + timedelta(days=settings.PAYMENT_DAYS)
        one.content_hash = one.seal(lines)
        total = one.total_amount
        paid = {"paid": total, "partly_paid": from_minor(exact_minor(total) // 2)}.get(fate, from_minor(0))
        one.status, one.paid_amount, one.patient_due_amount = fate, paid, total - paid
        one.open_due_on = one.due_on if fate != "paid" else None
        moves = moves_of_sale(
            patient=total,
            insurer=from_minor(0),
            net=one.net_amount,
            tax=one.tax_amount,
            source=f"invoice:{one.pk.hex}",
        )
        anchor = self.post(Because.ISSUED, moves, one.created_at, one)
        self.wrote("billing.issue_invoice", one, one.created_at, anchor)
        self.tell(timeline.INVOICE, timeline.told(one), one)
        if paid:
            self.pay(one, paid)

    def pay(self, one: Invoice, amount: Decimal) -> None:
        at = one.created_at + AN_HOUR
        receipt = Receipt(
            patient_id=one.patient_id,
            invoice=one,
            site=self.site,
            number=self.number("R", at.date())[0],
            amount=amount,
            currency=settings.CURRENCY,
            received_at=at,
            received_on=at.date(),
            received_by=self.by,
            created_at=at,
        )
        payment = Payment(
            receipt=receipt,
            patient_id=one.patient_id,
            invoice=one,
            method=self.random.choice(WAYS),
            amount=amount,
            created_at=at,
        )
        self.made.receipts.append(receipt)
        self.made.payments.append(payment)
        move = Move(HELD_IN[payment.method], str(Account.FROM_PATIENTS), amount, f"payment:{payment.pk.hex}")
        anchor = self.post(Because.PAID, [move], at, one)
        self.wrote("billing.pay_invoice", receipt, at, anchor)
        self.tell(timeline.PAYMENT, timeline.told_of(receipt, [payment]), one)

    # ── What is written with it ─────────────────────────────────────────────

    def post(self, because: Because, moves: Sequence[Move], at: datetime, one: Invoice) -> str:
        for move in moves:
            self.sequence += 1
            row = LedgerEntry(
                chain=self.site.pk.hex,
                sequence=self.sequence,
                at=at,
                because=because,
                debit=move.debit,
                credit=move.credit,
                amount=move.amount,
                currency=settings.CURRENCY,
                source=move.source,
                patient_id=one.patient_id,
                invoice=one,
                booked_by=self.by,
                previous_hash=self.last_hash,
            )
            row.entry_hash = self.last_hash = row.seal()
            self.made.ledger.append(row)
        return f"{self.site.pk.hex}:{self.sequence}:{self.last_hash}"

    def wrote(self, verb: str, subject: Any, at: datetime, anchor: str) -> None:
        row = Entry(
            actor=self.by,
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            patient_id=subject.patient_id,
            door="page",
            outcome=Entry.Outcome.DONE,
            details={"ledger": anchor},
        )
        row.at = at
        self.made.audit.append(row)

    def tell(self, kind: str, told: Told, one: Invoice) -> None:
        self.made.told.append(tell_first(kind, told, patient_id=one.patient_id))

    def save(self) -> None:
        """Write what was made, with the ends of the chain and of the series, in one transaction."""
        with atomic():
            self.made.save()
            LedgerHead.objects.filter(pk=self.site.pk.hex).update(
                sequence=self.sequence, entry_hash=self.last_hash
            )
            for name, last in self.series.items():
                if name in self.begun:
                    NumberSeries.objects.filter(name=name).update(last=last)
                else:
                    NumberSeries.objects.create(name=name, last=last)
            self.begun = set(self.series)
        self.made = Made()
        reset_queries()  # which are remembered while DEBUG is on


def some(planter: Planter, patients: Sequence[UUID], number: int) -> Iterator[int]:
    """Invoices one after another through the years, as patients come; says how many there are by now."""
    for at in range(number):
        when = planter.now - timedelta(days=DAYS * (1 - at / number))
        patient = planter.random.choice(patients)
        planter.invoice(patient, when)
        if at % 500 == 0:
            planter.charge(patient, when, None)
        if (at + 1) % PER_CHUNK == 0:
            planter.save()
            yield at + 1
    planter.save()


def somebody(planter: Planter) -> None:
    """Who has two hundred invoices, of which the last few are owed, and as many drafts as are issued in a run."""
    born = clock.today("UTC") - timedelta(days=25_000)
    by = User.objects.get(email="reception@example.org")
    patient = register_patient(given_name="Many", family_name=NAME, birth_date=born, sex="female", by=by)
    for at in range(OWN):
        when = planter.now - timedelta(days=5 * (OWN - at))
        planter.invoice(patient.pk, when, fate="issued" if at > OWN - 10 else "paid")
    for _at in range(DRAFTS):
        planter.invoice(patient.pk, planter.now - AN_HOUR, fate="draft")
    planter.save()


def plant(number: int, times: int, *, without: Collection[Any] = ()) -> None:
    if Patient.objects.filter(family_name=NAME).exists():
        return
    call_command("migrate", verbosity=0)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")  # planting may be lost; nothing else may
        connection.features.max_query_params = 30_000  # what SQLite takes by itself
    planter = Planter()
    patients = list(Patient.objects.order_by("id").values_list("pk", flat=True))
    for done in some(planter, patients, number):
        if done % 100_000 == 0:
            print(f"    {done} invoices", flush=True)
    if times > 1:
        multiply(times, without=without)
        planter = Planter()
    somebody(planter)


def known() -> dict[str, Any]:
    """The one patient with invoices and drafts, and somebody's number and total."""
    patient = Patient.objects.get(family_name=NAME)
    own = Invoice.objects.filter(patient=patient)
    others = Invoice.objects.exclude(number="").order_by("-created_at", "-id")[500:520]
    return {
        "patient": str(patient.pk),
        "mrn": patient.mrn,
        "name": NAME,
        "a_year_ago": str(clock.today("UTC") - timedelta(days=365)),
        "invoices": [str(pk) for pk in own.filter(status="paid").values_list("pk", flat=True)[:50]],
        "drafts": [str(pk) for pk in own.filter(status="draft").order_by("id").values_list("pk", flat=True)],
        "numbers": [one.number for one in others],
        "amounts": [str(one.total_amount) for one in others],
        "owing": Invoice.objects.owing().count(),
        "all": Invoice.objects.count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, required=True)
    parser.add_argument("--times", type=int, default=1)
    asked = parser.parse_args()
    plant(asked.invoices, asked.times)
    print(json.dumps(known()))


if __name__ == "__main__":
    main()
