"""manage.py verify_notes: is every signed note still what was signed?"""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import Entry
from patients.models import Addendum, Encounter
from patients.services.notes import ADD

SIGN = "patients.sign_note"
CHUNK = 500


class Command(BaseCommand):
    help = "Compare every signed note and addendum with its hash, and with the audit; name the first that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        notes = addenda = 0
        for note in Encounter.objects.order_by("id").iterator(CHUNK):
            notes += note.is_signed
            if not note.is_intact:
                raise CommandError(f"Note {note.pk} is not what was signed.")
        for addendum in Addendum.objects.order_by("id").iterator(CHUNK):
            addenda += 1
            if not addendum.is_intact:
                raise CommandError(f"Addendum {addendum.pk} is not what was signed.")
        for entry in _signatures():
            if not _still_stands(entry):
                raise CommandError(
                    f"The audit says that {entry.subject_id} was signed; it is not what is here."
                )
        self.stdout.write(f"{notes:,} signed notes and {addenda:,} addenda are what was signed.")


def _signatures() -> Iterator[Entry]:
    """What the audit has seen signed, the oldest first; not the same request that came again."""
    rows = Entry.objects.filter(verb__in=[SIGN, ADD], outcome=Entry.Outcome.DONE)
    yield from (entry for entry in rows.order_by("id").iterator(CHUNK) if "sha256" in entry.details)


def _still_stands(entry: Entry) -> bool:
    source: Any = Encounter if entry.verb == SIGN else Addendum
    found = source.objects.filter(pk=entry.subject_id, content_hash=entry.details["sha256"])
    return bool(found.exists())
