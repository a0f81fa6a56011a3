"""That a paper was printed: the first is the original, and every other one is a copy that says so."""

import hashlib
import json
from typing import Any

from accounts.acting import note, service
from accounts.models import User
from accounts.services import next_number
from billing.models import CreditNote, Invoice, Receipt, Till
from patients.models import Patient

PRINT = "billing.print_paper"


@service(PRINT)
def print_paper(record: Invoice | CreditNote | Receipt | Till, *, by: User) -> int:
    """Count one more printing of a paper that has a number, and write it down: how often there has been one."""
    times = next_number(f"printed:{record.pk.hex}")
    note(number=record.number, copy=times - 1)
    return times


@service(PRINT)
def print_statement(patient: Patient, *, says: dict[str, Any], by: User) -> int:
    """Count one more printing of an account that says the same. Once something has moved, it is another paper."""
    sha256 = hashlib.sha256(json.dumps([patient.pk.hex, says]).encode()).hexdigest()
    times = next_number(f"printed:{sha256[:32]}")
    note(sha256=sha256, copy=times - 1)
    return times
