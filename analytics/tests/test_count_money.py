"""Money is counted as a second bookkeeper counts it, who wrote down what was done, on days around a change of the clocks."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts import places
from accounts.models import User
from accounts.roles import Role
from analytics.daily import Live, Period, SiteDay, count_these, count_today, recount
from analytics.models import MoneyDay, RevenueDay, Topic
from analytics.reports.money import revenue_of
from billing.models import DiscountLimit, Invoice, Payment
from billing.services import (
    Item,
    Part,
    apply_deposit,
    approve_refund,
    credit_invoice,
    deposit_of,
    issue_invoice,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
    void_invoice,
)
from billing.tests.make import item, make_draft, make_payer, make_policy, make_rates, make_service, off
from hospital import clock
from hospital.money import NOTHING
from patients.tests.make import make_patient

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2026, 10, 22), date(2026, 10, 28)  # the clocks change on the 25th
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


Amounts = defaultdict[Any, Decimal]


@dataclass
class Journal:
    """What was done, by the day in Berlin."""

    issued: Amounts = field(default_factory=lambda: defaultdict(Decimal))
    credited: Amounts = field(default_factory=lambda: defaultdict(Decimal))
    received: Amounts = field(default_factory=lambda: defaultdict(Decimal))
    refunded: Amounts = field(default_factory=lambda: defaultdict(Decimal))
    payers: Amounts = field(default_factory=lambda: defaultdict(Decimal))


class Days:
    """Somebody at the till and somebody who decides, at random moments one after the other."""

    def __init__(self, random: Random, cashier: User, manager: User, moment: Any) -> None:
        self.random, self.by, self.manager, self.moment = random, cashier, manager, moment
        self.journal = Journal()
        self.patient = make_patient(given_name="Ann")
        self.payers = [make_payer(), make_payer()]
        self.policies = [make_policy(self.patient, 60, payer=one) for one in self.payers]
        self.services = [make_service(price=80, tax_class="standard"), make_service(price="12.30")]
        self.live: list[Invoice] = []

    @property
    def today(self) -> date:
        return clock.now().astimezone(BERLIN).date()

    def go_on(self, acts: int) -> None:
        begins = datetime(2026, 10, 22, 0, 5, tzinfo=BERLIN).astimezone(UTC)
        minutes = sorted(self.random.randrange(7 * 1440 - 10) for _ in range(acts))
        words = (
            self.issue,
            self.issue,
            self.pay,
            self.pay,
            self.deposit,
            self.use,
            self.credit,
            self.void,
            self.give_back,
        )
        for minute in minutes:
            self.moment.move_to(begins + timedelta(minutes=minute))
            self.random.choice(words)()

    def issue(self) -> None:
        policy = self.random.choice([None, *self.policies])
        by_hand = item(self.random.randrange(1, 9000) / Decimal(100), discount=off(10))
        lines = [
            by_hand,
            *(Item(service=one) for one in self.random.sample(self.services, self.random.randrange(3))),
        ]
        invoice = issue_invoice(make_draft(self.patient, *lines, policy=policy, by=self.by), by=self.by)
        self.live.append(invoice)
        self.journal.issued[self.today] += invoice.total_amount
        payer = policy.payer_id if policy else None
        self.journal.payers[payer] += invoice.total_amount

    def some(self) -> Invoice | None:
        return Invoice.objects.get(pk=self.random.choice(self.live).pk) if self.live else None

    def pay(self) -> None:
        invoice = self.some()
        if invoice is None:
            return
        dues = {"insurance": invoice.insurer_due_amount}
        dues[self.random.choice(["cash", "card", "bank_transfer"])] = invoice.patient_due_amount
        parts = [Part(way, due) for way, due in dues.items() if due > 0 and self.random.random() < 0.8]
        if parts:
            pay_invoice(invoice, parts=parts, by=self.by)
        for part in parts:
            self.journal.received[self.today, part.method] += part.amount

    def deposit(self) -> None:
        amount = Decimal(self.random.randrange(100, 9000)) / 100
        record_deposit(self.patient, parts=[Part("mobile", amount)], by=self.by)
        self.journal.received[self.today, "mobile"] += amount

    def use(self) -> None:
        """Nothing comes in: it came in with the deposit."""
        invoice = self.some()
        if invoice and invoice.patient_due_amount > 0 and deposit_of(self.patient.pk).amount > 0:
            apply_deposit(invoice, by=self.by)

    def credit(self) -> None:
        invoice = self.some()
        if invoice is None or invoice.credited_amount == invoice.total_amount:
            return
        line = next(
            one for one in invoice.lines.order_by("position") if one.total_amount > one.credited_amount
        )
        part = (line.total_amount - line.credited_amount) / 2
        parts = {line.pk: max(Decimal("0.01"), part.quantize(Decimal("0.01")))}
        note = credit_invoice(
            invoice, reason="Wrong", parts=self.random.choice([None, parts]), by=self.manager
        )
        self._taken_back(invoice, note.total_amount)

    def void(self) -> None:
        invoice = self.some()
        if invoice is None or invoice.paid_amount:
            return
        left = invoice.total_amount - invoice.credited_amount
        void_invoice(invoice, reason="Twice", by=self.manager)
        self.live = [one for one in self.live if one.pk != invoice.pk]
        self._taken_back(invoice, left)

    def _taken_back(self, invoice: Invoice, amount: Decimal) -> None:
        self.journal.credited[self.today] += amount
        self.journal.payers[invoice.policy.payer_id if invoice.policy else None] -= amount

    def give_back(self) -> None:
        payments = [one for one in Payment.objects.order_by("id") if one.amount > one.asked_back_amount]
        if not payments:
            return
        payment = self.random.choice(payments)
        if payment.invoice_id is None:
            return  # what is on account may be used already
        refund = request_refund(payment, amount=Decimal("0.01"), reason="Twice", by=self.manager)
        if refund.needs_approval:
            approve_refund(refund, by=self.manager)
        pay_refund(refund, by=self.by)
        if payment.method != "deposit":
            self.journal.refunded[self.today, payment.method] += Decimal("0.01")


@pytest.fixture
def manager(mona: User) -> User:
    return mona


@pytest.mark.parametrize(("seed", "acts"), [(1, 80), pytest.param(2, 400, marks=pytest.mark.soak)])
def test_every_amount_is_what_the_journal_says(seed: int, acts: int, carl: User, manager: User) -> None:
    make_rates()
    DiscountLimit(role=Role.CASHIER, percent=100).add()
    with time_machine.travel(NOW - timedelta(days=20), tick=False) as moment:
        days = Days(Random(seed), carl, manager, moment)
        days.go_on(acts)
        moment.move_to(NOW)
        site = places.first_site()
        count_these(Topic.MONEY, [SiteDay(site.pk, FIRST + timedelta(days=n)) for n in range(9)])
        live = Live(Topic.MONEY, Period(FIRST, LAST))
        journal = days.journal
        assert not live.waiting
        by_day = {key[0]: sums for key, sums in live.sums(RevenueDay, by=("day",)).found.items()}
        assert {
            day: one["issued_amount"] for day, one in by_day.items() if one["issued_amount"]
        } == journal.issued
        assert {
            day: one["credited_amount"] for day, one in by_day.items() if one["credited_amount"]
        } == journal.credited
        moved = live.sums(MoneyDay, by=("day", "method")).found
        assert {
            key: one["received_amount"] for key, one in moved.items() if one["received_amount"]
        } == journal.received
        assert {
            key: one["refunded_amount"] for key, one in moved.items() if one["refunded_amount"]
        } == journal.refunded

        report = revenue_of(Period(FIRST, LAST), NOW.date())
        figures = {one.definition.key: one.value for one in report.figures}
        assert figures["revenue"] == sum(journal.issued.values()) - sum(journal.credited.values())
        assert figures["received"] == sum(journal.received.values()) - sum(journal.refunded.values())
        payers = report.table("payers")
        assert payers is not None
        assert {row.key: row.values[0] for row in payers.rows} == {
            str(key or ""): amount
            for key, amount in journal.payers.items()
            if amount or str(key or "") in {row.key for row in payers.rows}
        }
        for key in ("services", "departments", "doctors", "days"):
            table = report.table(key)
            assert table is not None
            assert sum((row.values[0] or NOTHING for row in table.rows), NOTHING) == figures["revenue"], key
        print(f"{seed=}: {len(journal.issued)} days, {figures}")


def test_tax_that_is_credited_is_taken_off(carl: User, manager: User) -> None:
    make_rates()
    invoice = issue_invoice(make_draft(make_patient(), item(119, tax_class="standard"), by=carl), by=carl)
    assert count_today() == len(places.sites()) * len(Topic.values) * 2
    today = clock.now().astimezone(BERLIN).date()
    row = RevenueDay.objects.get(day=today)
    assert (row.issued_amount, row.tax_amount) == (invoice.total_amount, invoice.tax_amount)
    void_invoice(invoice, reason="Twice", by=manager)
    recount(Topic.MONEY, places.first_site(), today)
    row = RevenueDay.objects.get(day=today)
    assert (row.issued_amount - row.credited_amount, row.tax_amount) == (NOTHING, NOTHING)
