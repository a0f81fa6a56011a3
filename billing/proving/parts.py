"""The same proof a part at a time, for a ledger that is in use. Each part is small and keeps nothing in memory.

`place` says how far it has come, in words that JSON knows: begin with {}, go on with what came back, until None.
While somebody pays, a part may read a row before and another after: what it finds counts if it is found again.
"""

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

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
from billing.proving.rules import follows, must, same
from hospital.models import one_of
from hospital.money import NOTHING

PART = 300
Place = dict[str, Any]


def next_part(place: Place) -> tuple[Place | None, int]:
    """Prove the part at this place. The place of the next, None at the end, and how many rows were looked at."""
    kinds = list(KINDS)
    kind = place.get("kind", kinds[0])
    after, rows = KINDS[kind](place)
    if after is not None:
        return {"kind": kind, **after}, rows
    following = kinds[kinds.index(kind) + 1 :]
    return ({"kind": following[0]} if following else None), rows


# ── The chains ──────────────────────────────────────────────────────────────


def _chain(place: Place) -> tuple[Place | None, int]:
    """Some rows of one chain; at its end the next chain."""
    name = place.get("chain")
    if name is None:
        return _chain_after("")
    sequence, last = place["sequence"], place["hash"]
    rows = list(LedgerEntry.objects.filter(chain=name, sequence__gt=sequence).order_by("sequence")[:PART])
    for row in rows:
        follows(row, sequence, last)
        sequence, last = row.sequence, row.entry_hash
    _have_accounts(rows)
    if rows:
        return {"chain": name, "sequence": sequence, "hash": last}, len(rows)
    head = LedgerHead.objects.get(pk=name)
    same((sequence, last), (head.sequence, head.entry_hash), f"Chain {name}", "its end")
    return _chain_after(name)


def _have_accounts(rows: list[LedgerEntry]) -> None:
    """Who has put money on account has an account; what stands on it is looked at with the deposits."""
    patients = {row.patient_id for row in rows if Account.DEPOSITS in (row.debit, row.credit)}
    known = (
        set(Deposit.objects.filter(patient_id__in=patients).values_list("patient_id", flat=True))
        if patients
        else set()
    )
    for patient in patients:
        must(patient in known, f"Deposit of patient {patient}", "it is not there.")


def _chain_after(name: str) -> tuple[Place | None, int]:
    head: LedgerHead | None = one_of(LedgerHead.objects.filter(pk__gt=name).order_by("pk"))
    if head is not None:
        return {"chain": head.pk, "sequence": 0, "hash": GENESIS}, 0
    known = LedgerHead.objects.values_list("pk", flat=True)
    stray: LedgerEntry | None = one_of(LedgerEntry.objects.exclude(chain__in=list(known)).order_by("chain"))
    must(stray is None, f"Chain {stray.chain if stray else ''}", "it has rows and no end.")
    return None, 0


# ── Rows by their ids ───────────────────────────────────────────────────────


def _each(
    rows: Callable[[], Any], rule: Callable[[list[Any]], None]
) -> Callable[[Place], tuple[Place | None, int]]:
    def part(place: Place) -> tuple[Place | None, int]:
        found = list(rows().filter(pk__gt=UUID(place["id"]))[:PART] if "id" in place else rows()[:PART])
        rule(found)
        return ({"id": str(found[-1].pk)} if len(found) == PART else None), len(found)

    return part


def _invoices(some: list[Invoice]) -> None:
    rules.invoices(some, defaultdict(Decimal))


def _policies(some: list[Policy]) -> None:
    billed = Invoice.objects.filter(policy_id__in=[one.pk for one in some]).exclude(number="")
    sums = {
        row["policy_id"]: row["used"]
        for row in billed.values("policy_id").annotate(used=Sum("insurer_share_amount"))
    }
    for one in some:
        same(one.used_amount, sums.get(one.pk) or NOTHING, f"Policy {one.pk}", "what is used of it")


def _deposits(some: list[Deposit]) -> None:
    patients = [one.patient_id for one in some]
    came, went = _on_account(patients, "credit"), _on_account(patients, "debit")
    for one in some:
        reckoned = came.get(one.patient_id, NOTHING) - went.get(one.patient_id, NOTHING)
        same(one.amount, reckoned, f"Deposit {one.pk}", "what is on account")


def _on_account(patients: list[UUID], side: str) -> dict[UUID, Decimal]:
    rows = LedgerEntry.objects.filter(patient_id__in=patients, **{side: Account.DEPOSITS})
    return {row["patient_id"]: row["sum"] for row in rows.values("patient_id").annotate(sum=Sum("amount"))}


def _numbers(_: Place) -> tuple[Place | None, int]:
    return None, rules.numbers()


KINDS: dict[str, Callable[[Place], tuple[Place | None, int]]] = {
    "chains": _chain,
    "anchors": _each(rules.anchors_of_billing, rules.anchors),
    "invoices": _each(lambda: Invoice.objects.order_by("pk"), _invoices),
    "policies": _each(lambda: Policy.objects.order_by("pk"), _policies),
    "payments": _each(lambda: Payment.objects.filter(invoice=None).order_by("pk"), rules.without_invoice),
    "papers": _each(lambda: LedgerEntry.objects.filter(invoice=None).order_by("pk"), rules.have_papers),
    "deposits": _each(lambda: Deposit.objects.order_by("pk"), _deposits),
    "tills": _each(lambda: Till.objects.order_by("pk"), rules.tills),
    "receipts": _each(lambda: Receipt.objects.order_by("pk"), rules.receipts),
    "numbers": _numbers,
}
