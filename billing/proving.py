"""Whether the ledger explains every amount: all rows, papers and balances, compared with each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import NumberSeries
from audit.models import Entry
from billing.models import (
    GENESIS,
    Account,
    Because,
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
)
from billing.posting import HELD_IN, moves_of_sale, owed_to_us
from hospital.money import NOTHING, from_minor

CHUNK = 500
Pair = tuple[str, str, str]  # source, debit, credit


class Unexplained(Exception):
    """The first row that is not what the other rows say, in words for whoever has to look into it."""


@dataclass
class Proof:
    """How much was looked at, and what stands on each account."""

    entries: int = 0
    invoices: int = 0
    papers: int = 0
    balances: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def prove() -> Proof:
    """Look at everything there is. Raises Unexplained for the first row that the others do not explain."""
    proof = Proof()
    on_account = _chains(proof)
    _anchors()
    used: dict[UUID, Decimal] = defaultdict(Decimal)
    for invoices in _chunks(Invoice.objects.order_by("id")):
        _invoices(invoices, used)
        proof.invoices += len(invoices)
    _policies(used)
    _without_invoice()
    _deposits(on_account)
    proof.papers = _receipts() + _numbers()
    return proof


def _must(holds: bool, row: str, said: str) -> None:
    if not holds:
        raise Unexplained(f"{row}: {said}")


def _same(there: Any, reckoned: Any, row: str, what: str) -> None:
    _must(there == reckoned, row, f"{what} is {there}, and should be {reckoned}.")


def _chunks(rows: Any) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _by(rows: Iterable[Any], name: str) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


# ── The chains ──────────────────────────────────────────────────────────────


def _chains(proof: Proof) -> dict[UUID, Decimal]:
    """Each row is what was booked and follows the one before. Returns what patients have on account by the ledger."""
    on_account: dict[UUID, Decimal] = defaultdict(Decimal)
    ends: dict[str, tuple[int, str]] = {}
    for row in LedgerEntry.objects.in_order().iterator(CHUNK):
        name = f"Ledger row {row.sequence} of {row.chain}"
        sequence, last = ends.get(row.chain, (0, GENESIS))
        _same(row.sequence, sequence + 1, name, "its place")
        _must(row.is_intact, name, "it is not what was booked.")
        _must(row.previous_hash == last, name, "it does not follow the row before it.")
        _same(row.currency, settings.CURRENCY, name, "its currency")
        ends[row.chain] = row.sequence, row.entry_hash
        proof.entries += 1
        proof.balances[row.debit] += row.amount
        proof.balances[row.credit] -= row.amount
        if row.credit == Account.DEPOSITS:
            on_account[row.patient_id] += row.amount
        if row.debit == Account.DEPOSITS:
            on_account[row.patient_id] -= row.amount
    heads = {head.pk: (head.sequence, head.entry_hash) for head in LedgerHead.objects.all()}
    for chain in sorted(set(heads) | set(ends)):
        _same(ends.get(chain, (0, GENESIS)), heads.get(chain), f"Chain {chain}", "its end")
    return on_account


def _anchors() -> None:
    """What the audit has seen at the end of a chain still stands there."""
    seen = Entry.objects.filter(verb__startswith="billing.", outcome=Entry.Outcome.DONE).order_by("id")
    for chunk in _chunks(seen):
        noted = [one.details["ledger"].split(":") for one in chunk if "ledger" in one.details]
        rows = LedgerEntry.objects.filter(sequence__in=[int(sequence) for _c, sequence, _h in noted])
        there = {(row.chain, row.sequence): row.entry_hash for row in rows}
        for chain, sequence, seal in noted:
            found = there.get((chain, int(sequence)))
            _same(found, seal, f"Ledger row {sequence} of {chain}", "what the audit has of it")


# ── Invoices ────────────────────────────────────────────────────────────────


def _invoices(invoices: list[Invoice], used: dict[UUID, Decimal]) -> None:
    ids = [one.pk for one in invoices]
    lines = _by(InvoiceLine.objects.filter(invoice_id__in=ids).in_order(), "invoice_id")
    credits_ = _by(CreditNote.objects.filter(invoice_id__in=ids), "invoice_id")
    payments = _by(Payment.objects.filter(invoice_id__in=ids), "invoice_id")
    refunds = _by(Refund.objects.filter(invoice_id__in=ids), "invoice_id")
    entries = _by(LedgerEntry.objects.filter(invoice_id__in=ids), "invoice_id")
    for one in invoices:
        name = f"Invoice {one.number or one.pk}"
        _document(one, lines[one.pk], name)
        _credits(one, lines[one.pk], credits_[one.pk], name)
        _money(payments[one.pk], refunds[one.pk])
        paid = _total(payment.amount - payment.refunded_amount for payment in payments[one.pk])
        _same(one.paid_amount, paid, name, "what is paid")
        _must(one.paid_amount <= one.total_amount, name, "more is paid than its total.")
        expected = _of_sale(one) | _of_credits(credits_[one.pk])
        expected |= _of_payments(payments[one.pk]) | _of_refunds(refunds[one.pk], payments[one.pk])
        _booked(expected, entries[one.pk])
        _balances(one, credits_[one.pk], entries[one.pk], name)
        if one.policy_id and one.is_issued:
            used[one.policy_id] += one.insurer_share_amount


def _document(invoice: Invoice, lines: list[InvoiceLine], name: str) -> None:
    _must(invoice.is_intact(lines), name, "it is not what was issued.")
    for mine, of_lines in (("net", "net"), ("tax", "tax"), ("total", "total"), ("gross", "gross")):
        reckoned = _total(getattr(line, f"{of_lines}_amount") for line in lines)
        _same(getattr(invoice, f"{mine}_amount"), reckoned, name, mine)
    _same(invoice.net_amount + invoice.tax_amount, invoice.total_amount, name, "net and tax")
    _same(invoice.patient_amount + invoice.insurer_amount, invoice.total_amount, name, "its shares")


def _credits(invoice: Invoice, lines: list[InvoiceLine], notes: list[CreditNote], name: str) -> None:
    credited: Counter[str] = Counter()
    for note in notes:
        _must(note.is_intact, f"Credit note {note.number}", "it is not what was issued.")
        for part in note.lines:
            credited[part["line"]] += part["total"]
    _same(invoice.credited_amount, _total(note.total_amount for note in notes), name, "what is credited")
    for line in lines:
        reckoned = from_minor(credited[str(line.pk)])
        _same(line.credited_amount, reckoned, f"{name}, line {line.position}", "what is credited")


def _money(payments: list[Payment], refunds: list[Refund]) -> None:
    by_payment = _by(refunds, "payment_id")
    for payment in payments:
        mine, name = by_payment[payment.pk], f"Payment {payment.pk}"
        claimed = _total(one.amount for one in mine if one.status in Refund.COUNTING)
        given = _total(one.amount for one in mine if one.status == Refund.Status.PAID)
        _same(payment.asked_back_amount, claimed, name, "what was asked back")
        _same(payment.refunded_amount, given, name, "what was refunded")
        _must(given <= claimed <= payment.amount, name, "more goes back than came in.")


def _of_sale(invoice: Invoice) -> dict[Pair, Decimal]:
    if not invoice.is_issued:
        return {}
    moves = moves_of_sale(
        patient=invoice.patient_amount,
        insurer=invoice.insurer_amount,
        net=invoice.net_amount,
        tax=invoice.tax_amount,
        source=f"invoice:{invoice.pk.hex}",
    )
    return {(move.source, move.debit, move.credit): move.amount for move in moves}


def _of_credits(notes: list[CreditNote]) -> dict[Pair, Decimal]:
    moves = [
        move
        for note in notes
        for move in moves_of_sale(
            patient=note.patient_amount,
            insurer=note.insurer_amount,
            net=note.net_amount,
            tax=note.tax_amount,
            source=f"credit:{note.pk.hex}",
            back=True,
        )
    ]
    return {(move.source, move.debit, move.credit): move.amount for move in moves}


def _settles(payment: Payment) -> str:
    return owed_to_us(payment.method) if payment.invoice_id else str(Account.DEPOSITS)


def _of_payments(payments: list[Payment]) -> dict[Pair, Decimal]:
    return {
        (f"payment:{one.pk.hex}", str(HELD_IN[one.method]), str(_settles(one))): one.amount
        for one in payments
    }


def _of_refunds(refunds: list[Refund], payments: list[Payment]) -> dict[Pair, Decimal]:
    of = {payment.pk: payment for payment in payments}
    paid = [one for one in refunds if one.status == Refund.Status.PAID]
    for one in paid:
        _must(one.payment_id in of, f"Refund {one.pk}", "there is no payment for it here.")
    return {
        (
            f"refund:{one.pk.hex}",
            str(_settles(of[one.payment_id])),
            str(HELD_IN[of[one.payment_id].method]),
        ): one.amount
        for one in paid
    }


def _booked(expected: dict[Pair, Decimal], entries: list[LedgerEntry]) -> None:
    """Each paper is booked once, and what is booked has its paper; what was passed on is a paper by itself."""
    for row in entries:
        name = f"Ledger row {row.sequence} of {row.chain}"
        if row.because == Because.PASSED_ON:
            continue
        amount = expected.pop((row.source, row.debit, row.credit), None)
        _must(amount is not None, name, f"there is nothing for it: {row.source}.")
        _same(row.amount, amount, name, "its amount")
    for source, _debit, _credit in expected:
        raise Unexplained(f"{source}: it is not in the ledger.")


def _balances(invoice: Invoice, notes: list[CreditNote], entries: list[LedgerEntry], name: str) -> None:
    """What is due, rebuilt from the ledger."""
    due: dict[str, Decimal] = defaultdict(Decimal)
    passed = NOTHING
    for row in entries:
        due[row.debit] += row.amount
        due[row.credit] -= row.amount
        passed += row.amount if row.because == Because.PASSED_ON else NOTHING
    _same(invoice.patient_due_amount, due[Account.FROM_PATIENTS], name, "what the patient owes")
    _same(invoice.insurer_due_amount, due[Account.FROM_PAYERS], name, "what the payer owes")
    if invoice.is_issued:
        share = invoice.insurer_amount - _total(note.insurer_amount for note in notes) - passed
        _same(invoice.insurer_share_amount, share, name, "the share of the payer")
        owed = invoice.total_amount - invoice.credited_amount - invoice.paid_amount
        _same(invoice.due_amount, owed, name, "what is due")


# ── What belongs to no invoice ──────────────────────────────────────────────


def _policies(used: dict[UUID, Decimal]) -> None:
    for policy in Policy.objects.order_by("id").iterator(CHUNK):
        _same(policy.used_amount, used[policy.pk], f"Policy {policy.pk}", "what is used of it")


def _without_invoice() -> None:
    for payments in _chunks(Payment.objects.filter(invoice=None).order_by("id")):
        refunds = list(Refund.objects.filter(payment_id__in=[one.pk for one in payments]))
        _money(payments, refunds)
        expected = _of_payments(payments) | _of_refunds(refunds, payments)
        sources = {source for source, _debit, _credit in expected}
        _booked(expected, list(LedgerEntry.objects.filter(source__in=sources)))
    for rows in _chunks(LedgerEntry.objects.filter(invoice=None).order_by("chain", "sequence")):
        payments_ = {f"payment:{pk.hex}" for pk in _there(Payment, rows, "payment:")}
        refunds_ = {f"refund:{pk.hex}" for pk in _there(Refund, rows, "refund:")}
        for row in rows:
            name = f"Ledger row {row.sequence} of {row.chain}"
            _must(row.source in payments_ | refunds_, name, f"there is nothing for it: {row.source}.")


def _there(model: Any, rows: list[LedgerEntry], word: str) -> Iterable[UUID]:
    ids = [UUID(row.source.removeprefix(word)) for row in rows if row.source.startswith(word)]
    found: Iterable[UUID] = model.objects.filter(pk__in=ids, invoice=None).values_list("pk", flat=True)
    return found


def _deposits(on_account: dict[UUID, Decimal]) -> None:
    left = dict(on_account)
    for deposit in Deposit.objects.order_by("id").iterator(CHUNK):
        reckoned = left.pop(deposit.patient_id, NOTHING)
        _same(deposit.amount, reckoned, f"Deposit {deposit.pk}", "what is on account")
    for patient, amount in left.items():
        _same(NOTHING, amount, f"Deposit of patient {patient}", "what is on account")


def _receipts() -> int:
    number = 0
    for receipts in _chunks(Receipt.objects.order_by("id")):
        payments = _by(Payment.objects.filter(receipt_id__in=[one.pk for one in receipts]), "receipt_id")
        for one in receipts:
            reckoned = _total(payment.amount for payment in payments[one.pk])
            _same(one.amount, reckoned, f"Receipt {one.number}", "its amount")
        number += len(receipts)
    return number


def _numbers() -> int:
    """No number of a series is missing."""
    last: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for model in (Invoice, CreditNote, Receipt):
        numbers: Any = model._default_manager.exclude(number="").values_list("number", flat=True)
        for number in numbers.iterator(CHUNK):
            series, _dash, place = number.rpartition("-")
            given[series] += 1
            last[series] = max(last[series], int(place))
    counters = NumberSeries.objects.filter(name__startswith="billing:")
    ends = {one.name.removeprefix("billing:"): one.last for one in counters}
    for series in sorted(set(ends) | set(last)):
        _same(
            (given[series], last[series]), (ends.get(series), ends.get(series)), f"Series {series}", "its end"
        )
    return CreditNote.objects.count()
