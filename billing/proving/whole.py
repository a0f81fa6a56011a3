"""Whether the ledger explains every amount: all rows, papers and balances, compared with each other."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing.models import (
    GENESIS,
    Account,
    Deposit,
    Invoice,
    LedgerEntry,
    LedgerHead,
    Payment,
    Policy,
    Receipt,
    Till,
)
from billing.proving import rules
from billing.proving.rules import follows, same
from hospital.money import NOTHING

CHUNK = 500


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
    for seen in _chunks(rules.anchors_of_billing()):
        rules.anchors(seen)
    used: dict[UUID, Decimal] = defaultdict(Decimal)
    for invoices in _chunks(Invoice.objects.order_by("id")):
        rules.invoices(invoices, used)
        proof.invoices += len(invoices)
    _policies(used)
    for payments in _chunks(Payment.objects.filter(invoice=None).order_by("id")):
        rules.without_invoice(payments)
    for rows in _chunks(LedgerEntry.objects.filter(invoice=None).order_by("chain", "sequence")):
        rules.have_papers(rows)
    _deposits(on_account)
    for tills in _chunks(Till.objects.order_by("id")):
        rules.tills(tills)
    for receipts in _chunks(Receipt.objects.order_by("id")):
        rules.receipts(receipts)
        proof.papers += len(receipts)
    proof.papers += rules.numbers()
    return proof


def _chunks(rows: Any) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


# ── The chains ──────────────────────────────────────────────────────────────


def _chains(proof: Proof) -> dict[UUID, Decimal]:
    """Each row is what was booked and follows the one before. Returns what patients have on account by the ledger."""
    on_account: dict[UUID, Decimal] = defaultdict(Decimal)
    ends: dict[str, tuple[int, str]] = {}
    for row in LedgerEntry.objects.in_order().iterator(CHUNK):
        follows(row, *ends.get(row.chain, (0, GENESIS)))
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
        same(ends.get(chain, (0, GENESIS)), heads.get(chain), f"Chain {chain}", "its end")
    return on_account


# ── What belongs to no invoice ──────────────────────────────────────────────


def _policies(used: dict[UUID, Decimal]) -> None:
    for policy in Policy.objects.order_by("id").iterator(CHUNK):
        same(policy.used_amount, used[policy.pk], f"Policy {policy.pk}", "what is used of it")


def _deposits(on_account: dict[UUID, Decimal]) -> None:
    left = dict(on_account)
    for deposit in Deposit.objects.order_by("id").iterator(CHUNK):
        reckoned = left.pop(deposit.patient_id, NOTHING)
        same(deposit.amount, reckoned, f"Deposit {deposit.pk}", "what is on account")
    for patient, amount in left.items():
        same(NOTHING, amount, f"Deposit of patient {patient}", "what is on account")
