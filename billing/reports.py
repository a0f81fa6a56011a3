"""What is owed, by how long it has been, and the account of a patient. From local columns, in a handful of queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import Site
from billing.models import (
    Account,
    Because,
    CreditNote,
    Invoice,
    InvoiceQuerySet,
    LedgerEntry,
    Method,
    Payer,
    Payment,
    Policy,
    Receipt,
    Refund,
    Till,
)
from hospital import clock
from hospital.money import NOTHING
from patients.models import Patient

# The last day of each pile, in days after the invoice was due. What is older is in a pile of its own.
STEPS = (0, 30, 60, 90)
MOST_DEBTORS = 50
# The patient, in words that keep SQLite from reading every invoice in the order of patients instead of those owed.
WHO = Coalesce("patient_id", "patient_id")


@dataclass(frozen=True)
class Pile:
    """What has been owed equally long: `since` and `until` are days after it was due, both included."""

    since: int | None
    until: int | None
    invoices: int = 0
    patients_amount: Decimal = NOTHING
    payers_amount: Decimal = NOTHING

    @property
    def amount(self) -> Decimal:
        return self.patients_amount + self.payers_amount

    @property
    def label(self) -> str:
        if self.since is None:
            return _("Not yet due")
        if self.until is None:
            return _("More than %(days)d days") % {"days": self.since - 1}
        return _("%(since)d to %(until)d days") % {"since": self.since, "until": self.until}


@dataclass(frozen=True)
class Debtor:
    """A patient with what is owed on their invoices, by them and by payers; `amounts` has one for each pile."""

    patient: Patient
    amounts: tuple[Decimal, ...]
    due_since: date

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, NOTHING)


@dataclass(frozen=True)
class Ageing:
    """All that is owed on a day. `debtors` are those who owe most, `patients` is how many owe something."""

    on: date
    currency: str
    piles: tuple[Pile, ...]
    debtors: tuple[Debtor, ...]
    patients: int

    @property
    def invoices(self) -> int:
        return sum(pile.invoices for pile in self.piles)

    @property
    def patients_amount(self) -> Decimal:
        return sum((pile.patients_amount for pile in self.piles), NOTHING)

    @property
    def payers_amount(self) -> Decimal:
        return sum((pile.payers_amount for pile in self.piles), NOTHING)

    @property
    def amount(self) -> Decimal:
        return self.patients_amount + self.payers_amount

    @property
    def overdue_amount(self) -> Decimal:
        return sum((pile.amount for pile in self.piles if pile.since is not None), NOTHING)


def ageing(on: date, *, site: Site | None = None, most_debtors: int = MOST_DEBTORS) -> Ageing:
    """How long what is owed has been owed, at all sites or at one. Five queries, however much it is."""
    owing = Invoice.objects.owing()
    if site is not None:
        owing = owing.filter(site_id=site.pk)
    days = owing.values("open_due_on").annotate(
        invoices=Count("pk"), patients=Sum("patient_due_amount"), payers=Sum("insurer_due_amount")
    )
    piles = [_pile(at) for at in range(len(STEPS) + 1)]
    for day in days:
        at = _place(on, day["open_due_on"])
        then = piles[at]
        piles[at] = Pile(
            then.since,
            then.until,
            then.invoices + day["invoices"],
            then.patients_amount + day["patients"],
            then.payers_amount + day["payers"],
        )
    debtors = _debtors(owing, on, most_debtors)
    distinct = Count(WHO, distinct=True)  # which MongoDB cannot count among no rows
    patients = owing.aggregate(patients=distinct)["patients"] if debtors else 0
    return Ageing(on, settings.CURRENCY, tuple(piles), debtors, patients)


def _pile(at: int) -> Pile:
    if at == 0:
        return Pile(None, 0)
    return Pile(STEPS[at - 1] + 1, STEPS[at] if at < len(STEPS) else None)


def _place(on: date, due_on: date) -> int:
    """In which pile something is that was due on that day."""
    late = (on - due_on).days
    return sum(late > step for step in STEPS)


def _debtors(owing: Any, on: date, most: int) -> tuple[Debtor, ...]:
    """Those who owe most, with what they owe in each pile."""
    owing = owing.annotate(who=WHO)
    most_owed = owing.values("who").annotate(
        owed=Sum("patient_due_amount") + Sum("insurer_due_amount"), since=Min("open_due_on")
    )
    first = list(most_owed.order_by("-owed", "who")[:most])
    amounts = {row["who"]: [NOTHING] * (len(STEPS) + 1) for row in first}
    by_day = owing.filter(who__in=list(amounts)).values("who", "open_due_on")
    for day in by_day.annotate(patients=Sum("patient_due_amount"), payers=Sum("insurer_due_amount")):
        amounts[day["who"]][_place(on, day["open_due_on"])] += day["patients"] + day["payers"]
    patients = Patient.objects.in_bulk(list(amounts))
    return tuple(Debtor(patients[row["who"]], tuple(amounts[row["who"]]), row["since"]) for row in first)


# ── What payers owe ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Owing:
    """A payer with what it owes, one amount for each pile."""

    payer: Payer
    amounts: tuple[Decimal, ...]
    invoices: int
    due_since: date

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, NOTHING)


@dataclass(frozen=True)
class AgeingOfPayers:
    """What payers owe on a day, whoever owes most first."""

    on: date
    currency: str
    payers: tuple[Owing, ...]

    @property
    def amounts(self) -> list[Decimal]:
        """What all of them owe, one amount for each pile."""
        return [sum((one.amounts[at] for one in self.payers), NOTHING) for at in range(len(STEPS) + 1)]

    @property
    def amount(self) -> Decimal:
        return sum(self.amounts, NOTHING)


def labels_of_piles() -> list[str]:
    return [_pile(at).label for at in range(len(STEPS) + 1)]


def owed_by_payer(payer: Payer) -> InvoiceQuerySet:
    """The invoices that are owing and of which this payer owes a part."""
    policies = Policy.objects.filter(payer_id=payer.pk)
    return _owed_by_payers().filter(policy_id__in=policies.values("pk"))


def _owed_by_payers() -> InvoiceQuerySet:
    return Invoice.objects.owing().exclude(insurer_due_amount=0)


def ageing_of_payers(on: date, *, only: Payer | None = None) -> AgeingOfPayers:
    """How long payers have owed what they owe. Three queries: sums by policy and day, and the names to them."""
    owing = _owed_by_payers() if only is None else owed_by_payer(only)
    sums = owing.values("policy_id", "due_on").annotate(invoices=Count("pk"), owed=Sum("insurer_due_amount"))
    rows = list(sums.order_by())
    wanted = {row["policy_id"] for row in rows}
    payer_of = dict(Policy.objects.filter(pk__in=wanted).values_list("pk", "payer_id")) if wanted else {}
    amounts: dict[UUID, list[Decimal]] = {}
    invoices: Counter[UUID] = Counter()
    since: dict[UUID, date] = {}
    for row in rows:
        payer = payer_of[row["policy_id"]]
        amounts.setdefault(payer, [NOTHING] * (len(STEPS) + 1))[_place(on, row["due_on"])] += row["owed"]
        invoices[payer] += row["invoices"]
        since[payer] = min(since.get(payer, row["due_on"]), row["due_on"])
    payers = Payer.objects.in_bulk(list(amounts)) if amounts else {}
    found = [Owing(payers[pk], tuple(sums), invoices[pk], since[pk]) for pk, sums in amounts.items()]
    found.sort(key=lambda one: (-one.amount, one.payer.name))
    return AgeingOfPayers(on, settings.CURRENCY, tuple(found))


# ── A till ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Passed:
    """Money that came in, or negative went out, while a till was open. `number` is that of the receipt."""

    at: datetime
    receipt_id: UUID
    number: str
    method: str
    amount: Decimal
    patient: Patient

    @property
    def label(self) -> str:
        return str(Method(self.method).label)


@dataclass(frozen=True)
class OfMethod:
    """What came in and went out in one way."""

    method: str
    count: int
    taken: Decimal
    given: Decimal

    @property
    def label(self) -> str:
        return str(Method(self.method).label)

    @property
    def amount(self) -> Decimal:
        return self.taken - self.given


@dataclass(frozen=True)
class DayOfTill:
    """All that passed while a till was open, in its order, and the sums by the way in which it was paid."""

    passed: tuple[Passed, ...]
    methods: tuple[OfMethod, ...]


def day_of_till(till: Till) -> DayOfTill:
    """Two queries."""
    paid = Payment.objects.filter(till_id=till.pk).select_related("receipt", "patient")
    back = Refund.objects.filter(till_id=till.pk).select_related("payment__receipt", "patient")
    rows = [_passed(one, one.created_at, one.amount, one.patient) for one in paid]
    rows += [_passed(one.payment, one.paid_at, -one.amount, one.patient) for one in back]
    rows.sort(key=lambda one: (one.at, one.number))
    return DayOfTill(
        tuple(rows), tuple(_of_method(method, rows) for method in Method.values if _uses(method, rows))
    )


def _passed(payment: Payment, at: Any, amount: Decimal, patient: Patient) -> Passed:
    return Passed(at, payment.receipt_id, payment.receipt.number, payment.method, amount, patient)


def _uses(method: str, rows: Iterable[Passed]) -> bool:
    return any(one.method == method for one in rows)


def _of_method(method: str, rows: Iterable[Passed]) -> OfMethod:
    amounts = [one.amount for one in rows if one.method == method]
    taken = sum((one for one in amounts if one > 0), NOTHING)
    return OfMethod(method, len(amounts), taken, taken - sum(amounts, NOTHING))


# ── The account of a patient ────────────────────────────────────────────────


@dataclass(frozen=True)
class Movement:
    """Something that changed what a patient owes (`amount`, `balance`) or has on account (`on_account`)."""

    on: date
    because: str
    number: str
    amount: Decimal
    balance: Decimal
    on_account: Decimal

    @property
    def label(self) -> str:
        return str(Because(self.because).label)


@dataclass(frozen=True)
class Statement:
    """What a patient owed at the beginning, what moved, and what is owed now; negative is owed to the patient.

    Every amount is a sum of rows of the ledger. What payers owe is not in it.
    """

    since: date
    until: date
    currency: str
    opening: Decimal
    movements: tuple[Movement, ...]
    closing: Decimal
    deposit: Decimal


def statement_of(patient: Patient, *, since: date, until: date, zone: Any) -> Statement:
    """The account of a patient between two days of a calendar, both included."""
    begins, ends = clock.bounds(since, zone)[0], clock.bounds(until, zone)[1]
    rows = LedgerEntry.objects.filter(patient_id=patient.pk, at__lt=ends).order_by("at", "chain", "sequence")
    earlier = [row for row in rows if row.at < begins]
    later = [row for row in rows if row.at >= begins]
    opening = sum((_change(row, Account.FROM_PATIENTS) for row in earlier), NOTHING)
    deposit = -sum((_change(row, Account.DEPOSITS) for row in earlier), NOTHING)
    movements, balance = [], opening
    numbers = _numbers(later)
    for source, together in _by_source(later):
        amount = sum((_change(row, Account.FROM_PATIENTS) for row in together), NOTHING)
        deposit -= sum((_change(row, Account.DEPOSITS) for row in together), NOTHING)
        balance += amount
        if not amount and together[0].because not in {Because.ON_ACCOUNT, Because.REFUNDED}:
            continue  # between payers and the hospital
        on = together[0].at.astimezone(zone).date()
        movements.append(Movement(on, together[0].because, numbers.get(source, ""), amount, balance, deposit))
    return Statement(since, until, settings.CURRENCY, opening, tuple(movements), balance, deposit)


def _change(row: LedgerEntry, account: str) -> Decimal:
    """By how much a row increases the debit of an account."""
    return (row.amount if row.debit == account else NOTHING) - (
        row.amount if row.credit == account else NOTHING
    )


def _by_source(rows: Iterable[LedgerEntry]) -> list[tuple[str, list[LedgerEntry]]]:
    found: dict[str, list[LedgerEntry]] = {}
    for row in rows:
        found.setdefault(row.source, []).append(row)
    return list(found.items())


def _numbers(rows: Sequence[LedgerEntry]) -> dict[str, str]:
    """The number of the paper behind each source."""
    ids: dict[str, list[UUID]] = {}
    for row in rows:
        kind, _colon, pk = row.source.partition(":")
        ids.setdefault(kind, []).append(UUID(hex=pk))
    found: dict[str, str] = {}
    for kind, model in (("invoice", Invoice), ("credit", CreditNote)):
        named = model.objects.filter(pk__in=ids.get(kind, [])).values_list("pk", "number")
        found |= {f"{kind}:{pk.hex}": number for pk, number in named}
    refunded = dict(Refund.objects.filter(pk__in=ids.get("refund", [])).values_list("pk", "payment_id"))
    paid = [*ids.get("payment", []), *refunded.values()]
    receipts = dict(Payment.objects.filter(pk__in=paid).values_list("pk", "receipt_id"))
    numbers = dict(Receipt.objects.filter(pk__in=set(receipts.values())).values_list("pk", "number"))
    found |= {f"payment:{pk.hex}": numbers[receipt] for pk, receipt in receipts.items()}
    found |= {f"refund:{pk.hex}": numbers[receipts[payment]] for pk, payment in refunded.items()}
    return found


def beginning_of(until: date) -> date:
    """Where a statement begins unless somebody says so: a year before."""
    return until - timedelta(days=365)
