"""Whether a printed prescription is genuine: a code and the beginning of the hash are compared with what was signed.

Who asks is a stranger. Nothing is answered that says anything about a patient, a medicine or a doctor; and an
unknown code, a wrong hash and a prescription that was never signed get one and the same answer, for the same work.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from uuid import UUID

import structlog
from django.urls import reverse

from accounts import places
from hospital import clock
from hospital.models import one_of
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.papers.standing import Standing, standing_of

log = structlog.get_logger(__name__)

LENGTH_OF_SIGNS = 16
MANY_LINES = 4


@dataclass(frozen=True)
class Verdict:
    """What a stranger may know of a prescription that is genuine."""

    pk: UUID
    hospital: str
    signed_on: date
    valid_until: date | None
    medicines: int
    stopped: int
    standing: Standing
    at: datetime


def signs_of(prescription: Prescription) -> str:
    """The beginning of the hash: what stands on the paper, and in the address of its QR code."""
    return prescription.content_hash[:LENGTH_OF_SIGNS]


def path_to_verify(prescription: Prescription) -> str:
    return reverse("prescriptions:verify_paper", args=[prescription.code, signs_of(prescription)])


def verified(code: str, signs: str) -> Verdict | None:
    """The verdict on code and signs, both in their plain form; None for what is not genuine."""
    found: Prescription | None = one_of(
        Prescription.objects.filter(code=code, status__in=Prescription.SEALED)
    )
    one = found or _nobodys()
    says_what_was_signed = one.is_intact
    is_it = compare_digest(signs_of(one).encode(), signs.encode())
    if found is None or not is_it:
        return None
    if not says_what_was_signed:
        log.error("prescription_not_intact", prescription=str(found.pk))
        return None
    return _verdict(found)


def _nobodys() -> Prescription:
    """What is hashed where there is nothing, so that an unknown code takes as long as a known one."""
    now = clock.now()
    line = {"medicine": "x" * 40, "text": "x" * 80, "quantity": "1"}
    return Prescription(
        status=Prescription.Status.SIGNED,
        lines=[line] * MANY_LINES,
        signed_at=now,
        content_hash="x" * 64,
    )


def _verdict(found: Prescription) -> Verdict:
    site = places.department(found.department_id).site
    now = clock.now().astimezone(site.zone)
    signed_at = found.second_signed_at or found.signed_at or found.created_at
    return Verdict(
        pk=found.pk,
        hospital=site.name,
        signed_on=signed_at.astimezone(site.zone).date(),
        valid_until=found.expires_on,
        medicines=len(found.lines),
        stopped=PrescriptionLine.objects.filter(prescription_id=found.pk, stopped_at__isnull=False).count(),
        standing=standing_of(found, now),
        at=now,
    )
