"""That a paper was printed: the first is the original, and every other one is a copy that says so."""

from accounts.acting import note, service
from accounts.models import User
from accounts.services import next_number
from billing.models import CreditNote, Invoice, Receipt


@service("billing.print_paper")
def print_paper(record: Invoice | CreditNote | Receipt, *, by: User) -> int:
    """Count one more printing of a paper that has a number, and write it down: how often there has been one."""
    times = next_number(f"printed:{record.pk.hex}")
    note(number=record.number, copy=times - 1)
    return times
