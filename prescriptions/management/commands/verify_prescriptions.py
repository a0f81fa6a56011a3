"""manage.py verify_prescriptions: is every signed prescription still what was signed?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from audit.models import Entry
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.services.signing import COUNTERSIGN, DECLINE, SIGN

CHUNK = 500


class Command(BaseCommand):
    help = (
        "Compare every signed prescription with its hashes, with the rows of its medicines, and with the audit; "
        "name the first that differs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        signed = medicines = 0
        for some in _in_chunks(Prescription.objects.order_by("id").iterator(CHUNK)):
            rows = _medicines_of(some)
            for one in some:
                if not (one.is_intact and one.agrees_with(rows[one.pk])):
                    raise CommandError(f"Prescription {one.pk} is not what was signed.")
                signed += one.is_signed
                medicines += len(rows[one.pk])
        if medicines != PrescriptionLine.objects.count():
            raise CommandError("There are prescribed medicines without a prescription.")
        for entry in _signatures():
            if not _still_stands(entry):
                raise CommandError(
                    f"The audit says that {entry.subject_id} was signed; it is not what is here."
                )
        self.stdout.write(
            f"{signed:,} signed prescriptions with {medicines:,} medicines are what was signed."
        )


def _in_chunks(rows: Iterator[Prescription]) -> Iterator[list[Prescription]]:
    while some := list(islice(rows, CHUNK)):
        yield some


def _medicines_of(some: Sequence[Prescription]) -> dict[UUID, list[PrescriptionLine]]:
    found: dict[UUID, list[PrescriptionLine]] = defaultdict(list)
    for row in PrescriptionLine.objects.filter(prescription_id__in=[one.pk for one in some]):
        found[row.prescription_id].append(row)
    return found


def _signatures() -> Iterator[Entry]:
    """What the audit has seen signed and not sent back, the oldest first; not a request that came again."""
    entries = Entry.objects.filter(outcome=Entry.Outcome.DONE)
    declined = entries.filter(verb=DECLINE).iterator(CHUNK)
    undone = {(one.subject_id, one.details.get("sha256")) for one in declined}
    for entry in entries.filter(verb__in=[SIGN, COUNTERSIGN]).order_by("id").iterator(CHUNK):
        seal = entry.details.get("sha256")
        if seal and (entry.subject_id, seal) not in undone:
            yield entry


def _still_stands(entry: Entry) -> bool:
    name = "content_hash" if entry.verb == SIGN else "second_hash"
    signed = Prescription.objects.filter(**{name: entry.details["sha256"]})
    return entry.subject_id is not None and signed.filter(pk=entry.subject_id).exists()
