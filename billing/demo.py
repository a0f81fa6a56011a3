"""Half a year of fictitious bills: done through the services, at the moments at which they would have been done.

So that what is planted is what the services make of it: numbers, hashes, the ledger and the audit.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from accounts import places
from accounts.models import User
from appointments.models import Appointment
from billing import services
from billing.models import Charge, Invoice, InvoiceLine, Payer, Payment, Policy, Service, TaxClass, Till
from billing.services import Discount, Item, Part
from billing.services.charging import LOOK_BACK, source_of
from hospital import clock
from hospital.db import atomic
from hospital.money import minor_digits, rounded
from patients.models import Patient
from prescriptions.models import Dispensing, Product

DAYS = 180
MOST_INVOICES = 160  # so that a demonstration is there in seconds
MOST_UNBILLED = 14
DAYS_WITH_TILLS, TILLS_PAYMENTS, FLOAT = 7, 2, 200
BATCH = 500
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
# code, name, price, tax class
SERVICES = (
    ("CONS", "Consultation", "45.00", TaxClass.EXEMPT),
    ("XRAY", "X-ray, two views", "85.50", TaxClass.EXEMPT),
    ("US", "Ultrasound of the abdomen", "120.00", TaxClass.EXEMPT),
    ("MRI", "Magnetic resonance imaging", "420.00", TaxClass.EXEMPT),
    ("LAB-S", "Blood count", "18.40", TaxClass.EXEMPT),
    ("LAB-L", "Laboratory, large profile", "63.25", TaxClass.EXEMPT),
    ("ECG", "Electrocardiogram", "39.90", TaxClass.EXEMPT),
    ("PLASTER", "Plaster cast", "74.00", TaxClass.EXEMPT),
    ("VACC", "Travel vaccination", "52.00", TaxClass.STANDARD),
    ("CERT", "Certificate for an insurer", "25.00", TaxClass.STANDARD),
    ("CRUTCH", "Crutches, a pair", "24.90", TaxClass.REDUCED),
)
MEDICINES = {
    "levothyroxine-75-micrograms-tablet": "0.14",
    "ramipril-5-mg-tablet": "0.11",
    "amlodipine-5-mg-tablet": "0.09",
    "atorvastatin-20-mg-tablet": "0.17",
    "metformin-1000-mg-tablet": "0.12",
    "ibuprofen-400-mg-tablet": "0.22",
    "paracetamol-500-mg-tablet": "0.08",
}
PAYERS = (
    ("NORTHCARE", "Northcare Insurance"),
    ("HARBOUR", "Harbour Mutual"),
    ("CITY", "City welfare office"),
)
# What becomes of an invoice, and how often of a hundred.
FATES = {"paid": 46, "transfer": 18, "partly": 8, "open": 14, "insured": 8, "discounted": 4, "credited": 2}
WAYS = ("cash", "cash", "card", "card", "card", "mobile")
Step = Callable[[], None]


def plant(
    patients: Sequence[Patient],
    *,
    people: dict[str, User],
    random: Random,
    progress: Callable[[str], object],
) -> int:
    """Price list, payers, policies, and what became of the bills of some patients. Returns how many bills."""
    begins = clock.now() - DAYS * A_DAY
    house = _House(people, random)
    with clock.pretending(begins - A_DAY):
        house.open()
    waiting = _charge_visits()
    _charge_medicines()
    alive = [one for one in patients if one.is_open_for_work]
    if alive:
        _Desk(house, alive).work(begins)
    invoices = Invoice.objects.count()
    progress(
        f"{invoices:,} invoices, {Payment.objects.count():,} payments, {Till.objects.count()} tills closed, "
        f"{waiting:,} visits to be billed"
    )
    return invoices


class _House:
    """What everything costs, and who does what."""

    def __init__(self, people: dict[str, User], random: Random) -> None:
        self.cashier, self.manager, self.desk = people["cashier"], people["manager"], people["reception"]
        self.random = random
        self.services: list[Service] = []
        self.payers: list[Payer] = []

    def open(self) -> None:
        today, by = clock.today(places.first_site().time_zone), self.manager
        with atomic():
            for tax_class, percent in ((TaxClass.STANDARD, 19), (TaxClass.REDUCED, 7)):
                services.set_tax_rate(tax_class=tax_class, percent=Decimal(percent), valid_from=today, by=by)
            for code, name, price, tax_class in SERVICES:
                self.services.append(self._add(code, name, price, tax_class=tax_class))
            offered = {one.key: one for one in Product.objects.offered().filter(key__in=MEDICINES)}
            for number, (key, product) in enumerate(sorted(offered.items()), start=1):
                self._add(f"MED-{number:03}", product.name, MEDICINES[key], product_key=key)
            self.payers = [services.add_payer(code=code, name=name, by=by) for code, name in PAYERS]

    def _add(self, code: str, name: str, price: str, **more: Any) -> Service:
        made = services.add_service(code=code, name=name, by=self.manager, **more)
        amount = rounded(Decimal(price)) if minor_digits() else Decimal(price).to_integral_value() + 1
        today = clock.today(places.first_site().time_zone)
        services.set_price(made, unit_amount=amount, valid_from=today, by=self.manager)
        return made

    def items(self) -> list[Item]:
        chosen = self.random.sample(self.services, self.random.choice((1, 1, 2, 2, 3)))
        return [Item(service=one, quantity=Decimal(1)) for one in chosen]


class _Desk:
    """Steps in the order of their time, each in a transaction of its own and at its moment."""

    def __init__(self, house: _House, patients: Sequence[Patient]) -> None:
        self.house, self.patients, self.random = house, patients, house.random
        self._steps: list[tuple[datetime, int, Step]] = []
        self._numbers = count()
        self._now = clock.now()

    def work(self, begins: datetime) -> None:
        number = min(MOST_INVOICES, 2 * len(self.patients))
        for at in self._moments(begins, number):
            fate = self.random.choices(list(FATES), weights=list(FATES.values()))[0]
            self.at(at, lambda fate=fate: self.bill(fate))  # type: ignore[misc]
        now = clock.now()
        self.at(now - 50 * A_DAY, self.void)
        for ago in (75, 40, 2):
            self.at(now - ago * A_DAY, self._open)
        self.at(now - 9 * A_DAY, self.deposit)
        self.at(now - 20 * A_DAY, lambda: self.refunded(waits=False))
        self.at(now - 26 * AN_HOUR, lambda: self.refunded(waits=True))
        for ago in (3, 2, 1):
            self.at(now - ago * AN_HOUR, self.draft)
        for ago in range(1, DAYS_WITH_TILLS + 1):
            morning = (now - ago * A_DAY).astimezone(UTC).replace(hour=6, minute=30)
            self.at(morning, lambda ago=ago: self.till(is_short=ago == 2))  # type: ignore[misc]
        while self._steps:
            at, _number, step = heapq.heappop(self._steps)
            with clock.pretending(at), atomic():
                step()

    def at(self, moment: datetime, step: Step) -> None:
        """What lies in the future has not happened."""
        if moment < self._now:
            heapq.heappush(self._steps, (moment, next(self._numbers), step))

    def later(self, days: int, step: Step) -> None:
        self.at(clock.now() + days * A_DAY + self.random.randrange(1, 90) * timedelta(minutes=1), step)

    def _moments(self, begins: datetime, number: int) -> Iterator[datetime]:
        """Spread over the days, in the hours in which a desk is open."""
        for at in range(number):
            yield _in_the_day(begins + (DAYS * at // number) * A_DAY, self.random)

    # ── What becomes of an invoice ──────────────────────────────────────────

    def issued(self, **more: Any) -> Invoice:
        patient = more.pop("patient", None) or self.random.choice(self.patients)
        items = more.pop("items", None) or self.house.items()
        drafted = services.draft_invoice(patient, items=items, by=self.house.cashier, **more)
        return services.issue_invoice(drafted, by=self.house.cashier)

    def bill(self, fate: str) -> None:
        getattr(self, f"_{fate}")()

    def _paid(self) -> None:
        one = self.issued()
        self.pay(one, one.total_amount)

    def _in_cash(self) -> None:
        one = self.issued()
        self.pay(one, one.total_amount, "cash")

    def _transfer(self) -> None:
        one = self.issued()
        self.later(self.random.randrange(2, 25), lambda: self.pay(one, one.total_amount, "bank_transfer"))

    def _partly(self) -> None:
        one = self.issued()
        self.pay(one, rounded(one.total_amount / 2))

    def _open(self) -> None:
        self.issued()

    def _insured(self) -> None:
        patient = self.random.choice(self.patients)
        policy = self.policy(patient)
        one = self.issued(patient=patient, policy=policy)
        if one.patient_amount:
            self.pay(one, one.patient_amount)
        if one.insurer_amount and self.random.randrange(10) < 7:
            self.later(self.random.randrange(10, 40), lambda: self.pay(one, one.insurer_amount, "insurance"))

    def _discounted(self) -> None:
        one = self.issued(discount=Discount(percent=Decimal(5), because="Pays at once"))
        self.pay(one, one.total_amount)

    def _credited(self) -> None:
        one = self.issued()
        line = InvoiceLine.objects.filter(invoice_id=one.pk).in_order()[0]
        parts = {line.pk: line.total_amount}

        def credit() -> None:
            services.credit_invoice(one, reason="This was not done", parts=parts, by=self.house.manager)

        self.later(1, credit)

    def pay(self, one: Invoice, amount: Decimal, way: str = "") -> None:
        way = way or self.random.choice(WAYS)
        reference = f"{self.random.randrange(10**6):06}" if way in {"card", "bank_transfer"} else ""
        services.pay_invoice(one, parts=[Part(way, amount, reference=reference)], by=self.house.cashier)

    def policy(self, patient: Patient) -> Policy:
        today = clock.today(places.first_site().time_zone)
        there = Policy.objects.of(patient.pk, today).first()
        made: Policy = there or services.add_policy(
            patient,
            payer=self.random.choice(self.house.payers),
            number=f"{self.random.randrange(10**9):09}",
            coverage_percent=Decimal(self.random.choice((70, 80, 90))),
            co_payment_amount=Decimal(10),
            valid_from=today,
            by=self.house.cashier,
        )
        return made

    # ── What there is once or twice ─────────────────────────────────────────

    def void(self) -> None:
        one = self.issued()
        services.void_invoice(one, reason="Written for the wrong patient", by=self.house.manager)

    def deposit(self) -> None:
        patient = self.random.choice(self.patients)
        services.record_deposit(patient, parts=[Part("cash", Decimal(500))], by=self.house.cashier)
        services.apply_deposit(self.issued(patient=patient, items=[self._mri()]), by=self.house.cashier)

    def refunded(self, *, waits: bool) -> None:
        """An examination that was paid and could not be done; the larger sum waits for a second person."""
        one = self.issued(items=[self._mri()])
        self.pay(one, one.total_amount, "card")
        payment = Payment.objects.get(invoice_id=one.pk)
        amount = one.total_amount if waits else Decimal(40)
        reason = "The examination could not be done"
        refund = services.request_refund(payment, amount=amount, reason=reason, by=self.house.cashier)
        if not waits:
            services.pay_refund(refund, by=self.house.cashier)

    def till(self, *, is_short: bool) -> None:
        """Open all day, with a few who pay in cash; in the evening there is what has to be in it, or five too little."""
        by = self.house.cashier
        for number in range(TILLS_PAYMENTS):
            self.at(clock.now() + (2 + 3 * number) * AN_HOUR, self._in_cash)
        opened = services.open_till(float_amount=Decimal(FLOAT), by=by)

        def close() -> None:
            till = Till.objects.get(pk=opened.pk)
            counted = till.expected_amount - (5 if is_short else 0)
            because = "Change for a larger note was given" if is_short else ""
            services.close_till(till, counted_amount=counted, because=because, by=by)

        self.at(clock.now() + 11 * AN_HOUR, close)

    def draft(self) -> None:
        patient = self.random.choice(self.patients)
        services.draft_invoice(patient, items=self.house.items(), by=self.house.desk)

    def _mri(self) -> Item:
        [one] = [service for service in self.house.services if service.code == "MRI"]
        return Item(service=one, quantity=Decimal(1))


def _in_the_day(at: datetime, random: Random) -> datetime:
    return at.astimezone(UTC).replace(hour=7, minute=0) + random.randrange(0, 600) * timedelta(minutes=1)


# ── Charges ─────────────────────────────────────────────────────────────────


def _charge_visits() -> int:
    """What the sweep would find: a few visits wait for their bill, the others were billed before this program."""
    since = clock.now() - LOOK_BACK
    completed = Appointment.objects.filter(status=Appointment.Status.COMPLETED, starts_at__gte=since)
    charges = [_of_visit(one) for one in completed.select_related("doctor").order_by("-starts_at", "id")]
    waiting = charges[:MOST_UNBILLED]
    for one in charges[MOST_UNBILLED:]:
        one.status, one.waived_because = Charge.Status.WAIVED, "Billed with the program that was used before"
    Charge.objects.bulk_create(sorted(charges, key=lambda one: one.created_at), batch_size=BATCH)
    return len(waiting)


def _of_visit(visit: Appointment) -> Charge:
    done_at = visit.finished_at or visit.starts_at
    return Charge(
        patient_id=visit.patient_id,
        source=source_of(visit),
        doctor=visit.doctor,
        department_id=visit.doctor.department_id,
        description=f"Consultation, {visit.doctor}",
        unit_amount=visit.doctor.consultation_fee_amount,
        done_on=done_at.astimezone(visit.zone).date(),
        created_at=done_at,
        updated_at=done_at,
    )


def _charge_medicines() -> None:
    """What was dispensed in the last days, as the sweep would."""
    if Dispensing.objects.filter(created_at__gte=clock.now() - LOOK_BACK).exists():
        services.charge_missed_dispensings()
