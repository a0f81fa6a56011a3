"""A planted hospital's invoices so many times over, in SQL: a million one by one would take an hour. SQLite only.

Each copy has another patient, a number and a place in the ledger of its own, and comes a little later. The hashes are
those of what was copied: so a multiplied ledger is as long and as wide as a real one, and does not verify.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Max

from accounts.models import NumberSeries
from audit.models import Entry
from billing.models import Charge, Invoice, InvoiceLine, LedgerEntry, LedgerHead, Payment, Receipt
from patients.models import TimelineEntry

# Between a row and its next copy: 90 seconds, and 40 000 places in its series or chain, which is more than there are.
COPY = "substr({0}, 1, 12) || '8' || substr({0}, 14, 15) || printf('%04x', copies.k)"  # of version 8, and in the order of time
LATER = "strftime('%Y-%m-%d %H:%M:%f', {0}, '+' || (copies.k * 90) || ' seconds') || '000'"
ANOTHER = "(SELECT _id FROM people WHERE n = (SELECT (n + copies.k * 101) % (SELECT count(*) FROM people) FROM people WHERE _id = {0}))"
SOURCE = "substr({0}, 1, instr({0}, ':')) || " + COPY.format("substr({0}, instr({0}, ':') + 1)")
AFTER = "substr({0}, 1, length({0}) - 6) || printf('%06d', substr({0}, -6) + copies.k * 40000)"
NUMBER = f"CASE WHEN {{0}} = '' THEN '' ELSE {AFTER} END"

BY_COLUMN = {
    "_id": COPY,
    "invoice_id": COPY,
    "receipt_id": COPY,
    "charge_id": COPY,
    "subject_id": COPY,
    "patient_id": ANOTHER,
    "created_at": LATER,
    "issued_at": LATER,
    "received_at": LATER,
    "at": LATER,
    "number": NUMBER,
    "source": SOURCE,
    "sequence": "{0} + copies.k * 40000",
}
BLOCK = (
    "CREATE TEMP TABLE block AS SELECT _id FROM billing_invoice WHERE policy_id IS NULL AND credited_amount = 0"
    " AND _id NOT IN (SELECT invoice_id FROM billing_refund WHERE invoice_id IS NOT NULL)"
)
PAPERS = (
    "CREATE TEMP TABLE papers AS SELECT _id FROM block"
    " UNION ALL SELECT _id FROM billing_receipt WHERE invoice_id IN (SELECT _id FROM block)"
)
OF_INVOICE = "t.invoice_id IN (SELECT _id FROM block)"
TABLES: list[tuple[Any, str, dict[str, str]]] = [
    (Invoice, "t._id IN (SELECT _id FROM block)", {}),
    (Charge, OF_INVOICE, {}),
    (InvoiceLine, OF_INVOICE, {}),
    (Receipt, OF_INVOICE, {}),
    (Payment, OF_INVOICE, {}),
    (LedgerEntry, OF_INVOICE, {}),
    (TimelineEntry, "t.subject_id IN (SELECT _id FROM papers)", {"_id": SOURCE}),
    (Entry, "t.subject_id IN (SELECT _id FROM papers)", {}),
]


def multiply(times: int, *, without: Collection[Any] = ()) -> None:
    """So many of each invoice without a policy or a credit note, of which one is there already.

    `without` are tables that stay as they are, because what is measured does not read them.
    """
    with connection.cursor() as cursor:
        prepare(cursor, times)
        for statement in (
            BLOCK,
            "CREATE INDEX temp.block_id ON block (_id)",
            PAPERS,
            "CREATE INDEX temp.papers_id ON papers (_id)",
        ):
            cursor.execute(statement)
        copy([one for one in TABLES if one[0] not in without], cursor)
    _move_the_ends()


def prepare(cursor: Any, times: int) -> None:
    """The temporary tables that a copy is made from: `copies`, of each row so many less one, and `people`."""
    for pragma in ("cache_size=-2000000", "journal_mode=OFF", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    for statement in (
        "DROP TABLE IF EXISTS temp.people",
        "DROP TABLE IF EXISTS temp.copies",
        "CREATE TEMP TABLE people AS SELECT row_number() OVER (ORDER BY _id) - 1 AS n, _id FROM patients_patient",
        "CREATE INDEX temp.people_n ON people (n)",
        "CREATE INDEX temp.people_id ON people (_id)",
        "CREATE TEMP TABLE copies (k INTEGER)",
    ):
        cursor.execute(statement)
    cursor.executemany("INSERT INTO copies VALUES (%s)", [(k,) for k in range(1, times)])


def copy(tables: Iterable[tuple[Any, str, dict[str, str]]], cursor: Any) -> None:
    """Model, which of its rows (`t`), and what becomes of its own columns."""
    for model, which, of_its_own in tables:
        cursor.execute(_copying(model, which, BY_COLUMN | of_its_own))
        print(f"    {cursor.rowcount} {model._meta.verbose_name_plural}", flush=True)


def _copying(model: Any, which: str, how: dict[str, str]) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    values = [how.get(name, "{0}").format(f't."{name}"') for name in columns]
    quoted = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({quoted}) SELECT {', '.join(values)}"
        f" FROM {table} AS t CROSS JOIN copies WHERE {which} ORDER BY t._id, copies.k"
    )


def _move_the_ends() -> None:
    """What is issued and booked now comes after the copies."""
    for head in LedgerHead.objects.all():
        last = LedgerEntry.objects.filter(chain=head.pk).order_by("-sequence")[0]
        LedgerHead.objects.filter(pk=head.pk).update(sequence=last.sequence, entry_hash=last.entry_hash)
    for series in NumberSeries.objects.filter(name__startswith="billing:"):
        name = series.name.removeprefix("billing:")
        numbers = [
            model._default_manager.filter(number__startswith=f"{name}-").aggregate(last=Max("number"))["last"]
            for model in (Invoice, Receipt)
        ]
        ends = [int(number.rpartition("-")[2]) for number in numbers if number]
        NumberSeries.objects.filter(pk=series.pk).update(last=max([series.last, *ends]))
