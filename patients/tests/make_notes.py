"""Notes for tests, and what a browser sends for one."""

from typing import Any

from accounts.models import User
from patients.models import Encounter, Patient
from patients.services import begin_care, open_encounter, sign_encounter, write_note
from patients.tests.make import clerk

WORDS = {
    "complaint": "Cough and fever for three days.",
    "examination": "38.4 °C. Crackles over the right lower lobe.",
    "assessment": "Pneumonia.",
    "plan": "Chest X-ray today.",
}


def treats(user: User, patient: Patient) -> None:
    begin_care(patient, user=user, because="Booked", by=clerk())


def make_draft(patient: Patient, *, by: User, **sections: str) -> Encounter:
    """A draft with all four sections, or with these."""
    note = open_encounter(patient, kind="visit", by=by)
    return write_note(note, seen_version=None, by=by, **(sections or WORDS))


def make_signed(patient: Patient, *, by: User) -> Encounter:
    return sign_encounter(make_draft(patient, by=by), seen_version=None, by=by)


def again(note: Encounter) -> Encounter:
    """As somebody else reads it now."""
    found: Encounter = Encounter.objects.get(pk=note.pk)
    return found


def typed(version: int, **more: Any) -> dict[str, str]:
    """What the browser sends for a note."""
    return {"template": "", **WORDS, "version": str(version), **more}
