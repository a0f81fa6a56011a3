"""The rules of the proof: what each row, paper and balance must be by the rows beside it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import NumberSeries
from audit.models import Entry
from billing.models import (
    Account,
    Because,
    CreditNote,
    Invoice,
    InvoiceLine,
    LedgerEntry,
    Method,
    Payment,
    Receipt,
    Refund,
    Till,
)
from billing.posting import HELD_IN, moves_of_sale, owed_to_us
from hospital.money import NOTHING, from_minor

Pair = tuple[str, str, str]  # source, debit, credit


class Unexplained(Exception):
    """The first row that is not what the other rows say, in words for whoever has to look into it."""


def must(holds: bool, row: str, said: str) -> None:
    if not holds:
        raise Unexplained(f"{row}: {said}")


def same(there: Any, reckoned: Any, row: str, what: str) -> None:
    must(there == reckoned, row, f"{what} is {there}, and should be {reckoned}.")


def _by(rows: Iterable[Any], name: str) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


# ── Invoices ────────────────────────────────────────────────────────────────


def invoices(some: list[Invoice], used: dict[UUID, Decimal]) -> None:
    ids = [one.pk for one in some]
    lines = _by(InvoiceLine.objects.filter(invoice_id__in=ids).in_order(), "invoice_id")
    credits_ = _by(CreditNote.objects.filter(invoice_id__in=ids), "invoice_id")
    payments = _by(Payment.objects.filter(invoice_id__in=ids), "invoice_id")
    refunds = _by(Refund.objects.filter(invoice_id__in=ids), "invoice_id")
    entries = _by(LedgerEntry.objects.filter(invoice_id__in=ids), "invoice_id")
    for one in some:
        name = f"Invoice {one.number or one.pk}"
        _document(one, lines[one.pk], name)
        _credits(one, lines[one.pk], credits_[one.pk], name)
        _money(payments[one.pk], refunds[one.pk])
        paid = _total(payment.amount - payment.refunded_amount for payment in payments[one.pk])
        same(one.paid_amount, paid, name, "what is paid")
        must(one.paid_amount <= one.total_amount, name, "more is paid than its total.")
        expected = _of_sale(one) | _of_credits(credits_[one.pk])
        expected |= _of_payments(payments[one.pk]) | _of_refunds(refunds[one.pk], payments[one.pk])
        _booked(expected, entries[one.pk])
        _balances(one, credits_[one.pk], entries[one.pk], name)
        if one.policy_id and one.is_issued:
            used[one.policy_id] += one.insurer_share_amount


def _document(invoice: Invoice, lines: list[InvoiceLine], name: str) -> None:
    must(invoice.is_intact(lines), name, "it is not what was issued.")
    for mine, of_lines in (("net", "net"), ("tax", "tax"), ("total", "total"), ("gross", "gross")):
        reckoned = _total(getattr(line, f"{of_lines}_amount") for line in lines)
        same(getattr(invoice, f"{mine}_amount"), reckoned, name, mine)
    same(invoice.net_amount + invoice.tax_amount, invoice.total_amount, name, "net and tax")
    same(invoice.patient_amount + invoice.insurer_amount, invoice.total_amount, name, "its shares")


def _credits(invoice: Invoice, lines: list[InvoiceLine], notes: list[CreditNote], name: str) -> None:
    credited: Counter[str] = Counter()
    for note in notes:
        must(note.is_intact, f"Credit note {note.number}", "it is not what was issued.")
        for part in note.lines:
            credited[part["line"]] += part["total"]
    same(invoice.credited_amount, _total(note.total_amount for note in notes), name, "what is credited")
    for line in lines:
        reckoned = from_minor(credited[str(line.pk)])
        same(line.credited_amount, reckoned, f"{name}, line {line.position}", "what is credited")


def _money(payments: list[Payment], refunds: list[Refund]) -> None:
    by_payment = _by(refunds, "payment_id")
    for payment in payments:
        mine, name = by_payment[payment.pk], f"Payment {payment.pk}"
        claimed = _total(one.amount for one in mine if one.status in Refund.COUNTING)
        given = _total(one.amount for one in mine if one.status == Refund.Status.PAID)
        same(payment.asked_back_amount, claimed, name, "what was asked back")
        same(payment.refunded_amount, given, name, "what was refunded")
        must(given <= claimed <= payment.amount, name, "more goes back than came in.")


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
        must(one.payment_id in of, f"Refund {one.pk}", "there is no payment for it here.")
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
        must(amount is not None, name, f"there is nothing for it: {row.source}.")
        same(row.amount, amount, name, "its amount")
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
    same(invoice.patient_due_amount, due[Account.FROM_PATIENTS], name, "what the patient owes")
    same(invoice.insurer_due_amount, due[Account.FROM_PAYERS], name, "what the payer owes")
    open_due_on = invoice.due_on if invoice.status in Invoice.OWING else None
    same(invoice.open_due_on, open_due_on, name, "since when it is owing")
    if invoice.is_issued:
        share = invoice.insurer_amount - _total(note.insurer_amount for note in notes) - passed
        same(invoice.insurer_share_amount, share, name, "the share of the payer")
        owed = invoice.total_amount - invoice.credited_amount - invoice.paid_amount
        same(invoice.due_amount, owed, name, "what is due")


def without_invoice(payments: list[Payment]) -> None:
    """Payments that belong to no invoice: what was put on account."""
    refunds = list(Refund.objects.filter(payment_id__in=[one.pk for one in payments]))
    _money(payments, refunds)
    expected = _of_payments(payments) | _of_refunds(refunds, payments)
    sources = {source for source, _debit, _credit in expected}
    _booked(expected, list(LedgerEntry.objects.filter(source__in=sources)))


def have_papers(rows: list[LedgerEntry]) -> None:
    """Rows of the ledger that belong to no invoice."""
    payments_ = {f"payment:{pk.hex}" for pk in _there(Payment, rows, "payment:")}
    refunds_ = {f"refund:{pk.hex}" for pk in _there(Refund, rows, "refund:")}
    for row in rows:
        name = f"Ledger row {row.sequence} of {row.chain}"
        must(row.source in payments_ | refunds_, name, f"there is nothing for it: {row.source}.")


def tills(some: list[Till]) -> None:
    """What is in each till is what its payments and refunds in cash say."""
    ids = [one.pk for one in some]
    payments = _by(Payment.objects.filter(till_id__in=ids, method=Method.CASH), "till_id")
    refunds = _by(Refund.objects.filter(till_id__in=ids).select_related("payment"), "till_id")
    for one in some:
        taken = _total(payment.amount for payment in payments[one.pk])
        in_cash = [refund for refund in refunds[one.pk] if refund.payment.method == Method.CASH]
        given = _total(refund.amount for refund in in_cash)
        same(one.taken_amount, taken, f"Till {one.number}", "what was taken in cash")
        same(one.given_amount, given, f"Till {one.number}", "what was given back in cash")


def receipts(some: list[Receipt]) -> None:
    payments = _by(Payment.objects.filter(receipt_id__in=[one.pk for one in some]), "receipt_id")
    for one in some:
        same(
            one.amount,
            _total(payment.amount for payment in payments[one.pk]),
            f"Receipt {one.number}",
            "its amount",
        )


def anchors(seen: list[Entry]) -> None:
    """What these rows of the audit have seen at the end of a chain still stands there."""
    noted = [one.details["ledger"].split(":") for one in seen if "ledger" in one.details]
    places: dict[str, dict[int, str]] = defaultdict(dict)
    for chain, sequence, seal in noted:
        places[chain][int(sequence)] = seal
    for chain, seals in places.items():
        _anchored(chain, seals)


def _anchored(chain: str, seals: dict[int, str]) -> None:
    rows = LedgerEntry.objects.filter(chain=chain, sequence__in=list(seals))
    there = dict(rows.values_list("sequence", "entry_hash"))
    for sequence, seal in seals.items():
        same(there.get(sequence), seal, f"Ledger row {sequence} of {chain}", "what the audit has of it")


def anchors_of_billing() -> Any:
    return Entry.objects.filter(verb__startswith="billing.", outcome=Entry.Outcome.DONE).order_by("id")


def follows(row: LedgerEntry, sequence: int, last: str) -> None:
    """It is what was booked, and the row after that of this place and hash."""
    name = f"Ledger row {row.sequence} of {row.chain}"
    same(row.sequence, sequence + 1, name, "its place")
    must(row.is_intact, name, "it is not what was booked.")
    must(row.previous_hash == last, name, "it does not follow the row before it.")
    same(row.currency, settings.CURRENCY, name, "its currency")


def _there(model: Any, rows: list[LedgerEntry], word: str) -> Iterable[UUID]:
    ids = [UUID(row.source.removeprefix(word)) for row in rows if row.source.startswith(word)]
    found: Iterable[UUID] = model.objects.filter(pk__in=ids, invoice=None).values_list("pk", flat=True)
    return found


def numbers() -> int:
    """No number of a series is missing."""
    last: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for model in (Invoice, CreditNote, Receipt, Till):
        given_out: Any = model._default_manager.exclude(number="").values_list("number", flat=True)
        for number in given_out.iterator():
            series, _dash, place = number.rpartition("-")
            given[series] += 1
            last[series] = max(last[series], int(place))
    counters = NumberSeries.objects.filter(name__startswith="billing:")
    ends = {one.name.removeprefix("billing:"): one.last for one in counters}
    for series in sorted(set(ends) | set(last)):
        same(
            (given[series], last[series]), (ends.get(series), ends.get(series)), f"Series {series}", "its end"
        )
    return CreditNote.objects.count()
