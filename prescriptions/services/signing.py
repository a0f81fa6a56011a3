"""Signing: what must be so before a name stands under a prescription, and what is made when it does."""

from collections.abc import Callable, Collection, Mapping
from copy import copy
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note, service
from accounts.models import User
from accounts.proof import Proof
from hospital import clock
from hospital.errors import Refusal
from patients.models import Patient
from patients.models.words import has_forbidden, tidy
from prescriptions.asking import checked
from prescriptions.asking.medicines import products_of
from prescriptions.models import Prescription
from prescriptions.services.answering import (
    Override,
    answered,
    decide,
    findings_never_shown,
    reopen,
    stored_keys,
)
from prescriptions.services.medicines import make_medicines, refuse_incomplete
from prescriptions.services.prescribers import licensed
from prescriptions.services.writing import refuse_what_is_broken, refuse_what_is_no_draft
from prescriptions.timeline import tell

SIGN = "prescriptions.sign_prescription"
COUNTERSIGN = "prescriptions.countersign_prescription"
DECLINE = "prescriptions.decline_prescription"
NO_OVERRIDES: Mapping[str, Override] = MappingProxyType({})
Status = Prescription.Status


@service(SIGN)
def sign_prescription(
    prescription: Prescription,
    *,
    proof: Proof,
    seen_version: int | None,
    overrides: Mapping[str, Override] = NO_OVERRIDES,
    seen: Collection[str] = (),
    by: User,
) -> Prescription:
    """Sign a draft, which never changes afterwards; it then waits where the gravest was overridden.

    Whoever signs is its doctor. `overrides` answers findings by their keys. The check is made anew: a finding that
    is neither in the draft's last check nor in `seen`, the keys of what the signer was shown since, is refused with
    `new_findings`; a contraindicated one without an answer with `unanswered_findings`; both offer the findings.
    Refused too with `not_proven`, `no_licence`, `licence_expired`, `incomplete`, `patient_deceased`,
    `patient_inactive`, `prescription_signed`, `prescription_awaiting`, `prescription_discarded`; Stale when somebody else was faster.
    """
    proof.check(by)
    refuse_what_is_no_draft(prescription)
    doctor = licensed(by)
    patient = _open_patient(prescription)
    products = products_of(prescription.written)
    refuse_incomplete(prescription.written, products)
    check = checked(patient, prescription.written, without=prescription).as_json()
    findings_never_shown(check["findings"], stored_keys(prescription) | {*seen, *overrides})
    answers = answered(check["findings"], overrides)
    changes: dict[str, Any] = {
        "doctor": doctor,
        "department": doctor.place,
        "safety": check,
        "overrides": answers,
        "needs_second": any(one["second"] for one in answers),
        "expires_on": _today(patient) + timedelta(days=settings.PRESCRIPTION_VALID_DAYS),
        "signed_at": clock.now(),
        "signed_by": by,
    }
    signed = copy(prescription)
    for name, value in changes.items():
        setattr(signed, name, value)
    signed.check_row()
    prescription.move_to(
        Status.AWAITING if signed.needs_second else Status.SIGNED,
        seen_version=seen_version,
        content_hash=signed.seal(),
        declined_because="",
        **changes,
    )
    decide(prescription, on=_today(patient))
    note(sha256=prescription.content_hash, overridden=[one["rule"] for one in answers])
    if prescription.is_signed:
        make_medicines(prescription, products, on=_today(patient))
    tell(prescription)
    return prescription


@service(COUNTERSIGN)
def countersign_prescription(
    prescription: Prescription, *, proof: Proof, seen_version: int | None, by: User
) -> Prescription:
    """Agree to what another doctor has overridden: only now the prescription is signed.

    Refused with `same_signer`, `not_awaiting`, `not_proven`, `no_licence`, `licence_expired`,
    `prescription_expired`, `prescription_broken`, for a patient who is not open for work, and with `new_findings`
    where the check finds now what its first signer could not know: then it has to be signed anew.
    """
    proof.check(by)
    _refuse_what_does_not_wait(prescription)
    _refuse_the_first_signer(prescription, by)
    licensed(by)
    patient = _open_patient(prescription)
    today = _today(patient)
    _refuse_too_late(prescription, today)
    check = checked(patient, prescription.written, without=prescription).as_json()
    findings_never_shown(check["findings"], stored_keys(prescription))
    signed = copy(prescription)
    signed.second_signed_at, signed.second_signed_by = clock.now(), by
    prescription.move_to(
        Status.SIGNED,
        seen_version=seen_version,
        second_signed_at=signed.second_signed_at,
        second_signed_by=by,
        second_hash=signed.second_seal(),
    )
    note(sha256=prescription.second_hash)
    make_medicines(prescription, products_of(prescription.written), on=today)
    tell(prescription)
    return prescription


@service(DECLINE)
def decline_prescription(
    prescription: Prescription, *, reason: str, seen_version: int | None = None, by: User
) -> Prescription:
    """Send back what waits for its second signature: a draft again, without any signature, with the reason.

    The first signer may take it back in the same way.
    """
    _refuse_what_does_not_wait(prescription)
    reason = tidy(reason, lines=False)
    if not reason or has_forbidden(reason, lines=False):
        raise ValidationError({"reason": _("Say why.")})
    note(sha256=prescription.content_hash)
    prescription.move_to(
        Status.DRAFT,
        seen_version=seen_version,
        declined_because=reason,
        content_hash="",
        signed_at=None,
        signed_by=None,
        needs_second=False,
        overrides=[],
        expires_on=None,
    )
    reopen(prescription)
    tell(prescription)
    return prescription


def obstacles(prescription: Prescription, *, by: User) -> list[Refusal]:
    """What stands in the way of this user's signature, whatever is typed: to be said before the password is."""
    looks: list[Callable[[], Any]] = [lambda: licensed(by), lambda: _open_patient(prescription)]
    if prescription.status == Status.AWAITING:
        looks += [
            lambda: _refuse_what_does_not_wait(prescription),
            lambda: _refuse_the_first_signer(prescription, by),
            lambda: _refuse_too_late(prescription, _today(prescription.patient)),
        ]
    else:
        lines = prescription.written
        looks += [
            lambda: refuse_what_is_no_draft(prescription),
            lambda: refuse_incomplete(lines, products_of(lines)),
        ]
    return [refusal for look in looks if (refusal := _refusal_of(look)) is not None]


def _refusal_of(look: Callable[[], Any]) -> Refusal | None:
    try:
        look()
    except Refusal as refusal:
        return refusal
    return None


def _refuse_the_first_signer(prescription: Prescription, by: User) -> None:
    if by.pk == prescription.signed_by_id:
        raise Refusal(_("The second signature is that of another doctor."), code="same_signer")


def _refuse_too_late(prescription: Prescription, today: date) -> None:
    if prescription.expires_on is not None and prescription.expires_on < today:
        raise Refusal(
            _("This prescription has waited too long and is no longer valid. Send it back."),
            code="prescription_expired",
        )


def _open_patient(prescription: Prescription) -> Patient:
    """The patient as he or she is now, not as read before the transaction."""
    patient: Patient = Patient.objects.get(pk=prescription.patient_id)
    patient.check_open_for_work()
    return patient


def _today(patient: Patient) -> date:
    return clock.today(places.site(patient.site_id).time_zone)


def _refuse_what_does_not_wait(prescription: Prescription) -> None:
    if prescription.status != Status.AWAITING:
        raise Refusal(_("This prescription does not wait for a second signature."), code="not_awaiting")
    refuse_what_is_broken(prescription)
