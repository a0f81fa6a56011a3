"""The processes of test_replay_storm: what is paid, and what became of it. Prints one JSON value."""

import argparse
import json
import os
import sys
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from accounts.models import User  # noqa: E402 Django has to be ready
from accounts.roles import Role  # noqa: E402
from billing.models import Because, Invoice, LedgerEntry, Payment, Receipt  # noqa: E402
from billing.proving import Unexplained, prove  # noqa: E402
from billing.tests.make import item, make_issued  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402

PASSWORD = "correct-horse-battery"


def prepare(bills: int, total: int) -> dict[str, Any]:
    """So many bills of so much, and somebody who may be paid."""
    carl = User.objects.create_user("carl@example.org", PASSWORD, full_name="Carl Conti", role=Role.CASHIER)
    patient = make_patient()
    return {
        "bills": [str(make_issued(patient, item(total), by=carl).pk) for _ in range(bills)],
        "who": {"email": carl.email, "password": PASSWORD},
    }


def look() -> dict[str, Any]:
    """What there is, and whether the ledger explains it."""
    try:
        prove()
        broken = ""
    except Unexplained as found:
        broken = str(found)
    return {
        "broken": broken,
        "payments": dict(Counter(Payment.objects.values_list("reference", flat=True))),
        "entries": LedgerEntry.objects.filter(because=Because.PAID).count(),
        "receipts": sorted(
            int(one.rpartition("-")[2]) for one in Receipt.objects.values_list("number", flat=True)
        ),
        "paid": [str(one.paid_amount) for one in Invoice.objects.order_by("id")],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("prepare", "look"))
    parser.add_argument("--bills", type=int, default=0)
    parser.add_argument("--total", type=int, default=0)
    asked = parser.parse_args()
    answer = prepare(asked.bills, asked.total) if asked.act == "prepare" else look()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
