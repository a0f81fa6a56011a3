"""Writing into the ledger: the only way in. Call it in the transaction that moves the money it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from accounts.acting import note
from accounts.models import User
from billing.models import Account, Because, Invoice, LedgerEntry, LedgerHead, Method
from billing.reckoning import pour
from hospital import clock
from hospital.errors import LostRace
from hospital.models import one_of

# Where money is that came in one way.
HELD_IN: dict[str, str] = {
    Method.CASH: Account.CASH,
    Method.CARD: Account.CARD,
    Method.BANK_TRANSFER: Account.BANK,
    Method.MOBILE: Account.MOBILE,
    Method.INSURANCE: Account.INSURANCE,
    Method.DEPOSIT: Account.DEPOSITS,
}
OWED: dict[str, str] = {Method.INSURANCE: Account.FROM_PAYERS}  # by a patient else


def owed_to_us(method: str) -> str:
    """The account of what this way of paying settles."""
    return OWED.get(method, Account.FROM_PATIENTS)


@dataclass(frozen=True)
class Move:
    """An amount from the credit of one account to the debit of another."""

    debit: str
    credit: str
    amount: Decimal
    source: str


def moves_of_sale(
    *, patient: Decimal, insurer: Decimal, net: Decimal, tax: Decimal, source: str, back: bool = False
) -> list[Move]:
    """What an invoice books, or with `back` a credit note: two parties owe what is revenue and tax."""
    parties = [(str(Account.FROM_PATIENTS), patient), (str(Account.FROM_PAYERS), insurer)]
    pairs = pour(parties, [(str(Account.REVENUE), net), (str(Account.TAX), tax)])
    return [
        Move(side if back else party, party if back else side, amount, source)
        for party, side, amount in pairs
    ]


def post(
    because: Because,
    moves: Sequence[Move],
    *,
    site_id: UUID,
    patient_id: UUID,
    invoice: Invoice | None,
    by: User,
) -> None:
    """Add rows at the end of the site's chain, and their last hash to the audit.

    The end of the chain is one row, which is moved by a conditional UPDATE: of two who book at once the slower begins
    again. Nothing is booked for amounts of nothing.
    """
    moves = [move for move in moves if move.amount]
    if not moves:
        return
    chain = site_id.hex
    head = _head(chain)
    sequence, last, rows = head.sequence, head.entry_hash, []
    for move in moves:
        sequence += 1
        row = LedgerEntry(
            chain=chain,
            sequence=sequence,
            at=clock.now(),
            because=because,
            debit=move.debit,
            credit=move.credit,
            amount=move.amount,
            currency=settings.CURRENCY,
            source=move.source,
            patient_id=patient_id,
            invoice=invoice,
            booked_by=by,
            previous_hash=last,
        )
        row.entry_hash = last = row.seal()
        rows.append(row)
    seen: Any = LedgerHead.objects.filter(pk=chain, sequence=head.sequence, entry_hash=head.entry_hash)
    if not seen.update(sequence=sequence, entry_hash=last):
        raise LostRace("Somebody else has just booked something.")
    _insert(rows)
    note(ledger=f"{chain}:{sequence}:{last}")


def _head(chain: str) -> LedgerHead:
    head: LedgerHead | None = one_of(LedgerHead.objects.filter(pk=chain))
    if head is not None:
        return head
    try:
        return LedgerHead.objects.create(chain=chain)
    except IntegrityError as error:
        raise LostRace("Somebody else has just begun this chain.") from error


def _insert(rows: list[LedgerEntry]) -> None:
    try:
        LedgerEntry.objects.bulk_create(rows)
    except IntegrityError as error:
        raise LostRace("These rows were booked a moment ago.") from error
