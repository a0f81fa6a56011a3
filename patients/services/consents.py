"""What a patient allows, written down as it was said."""

from typing import Any

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from patients import front, timeline
from patients.models import Consent, Patient

KIND = "consent"


@service("patients.record_consent")
def record_consent(
    patient: Patient, *, kind: str, is_given: bool, note_text: str = "", once: Once | None = None, by: User
) -> Consent:
    """Write down a yes or a no, said now. Earlier statements stay as they are; the latest of a kind counts.

    A yes is refused once the record is closed or the patient has died; a no is taken at any time.
    """
    if once and (earlier := once.earlier("patients.record_consent", by=by)):
        return Consent.objects.get(pk=earlier)
    if is_given:
        patient.check_open_for_work()
    consent: Consent = Consent(
        patient=patient, kind=kind, is_given=is_given, note=note_text, recorded_by=by
    ).add()
    note(kind=kind, is_given=is_given)
    front.renew(patient.pk, consents=Consent.objects.front(patient.pk))
    timeline.tell(KIND, consent.pk, patient_id=patient.pk, at=consent.said_at, **facts_of(consent))
    if once:
        once.done("patients.record_consent", consent, by=by)
    return consent


def facts_of(consent: Consent) -> dict[str, Any]:
    """What the line of the timeline keeps."""
    return {"to": consent.kind, "is_given": consent.is_given, "by": str(consent.recorded_by)}
