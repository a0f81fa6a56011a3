"""What the assistant proposes, and what a person makes of it: confirmed once, or dismissed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from appointments.models import Appointment
from appointments.services import book_appointment
from appointments.services.booking import check_whose
from assistant.models.actions import WAITS, PendingAction, canonical, hash_of
from doctors.models import Doctor
from hospital import clock
from hospital.errors import Refusal
from hospital.models import Record
from patients.models import SECTIONS, Encounter, Patient
from patients.services import open_encounter, write_note
from prescriptions.dosage import Written
from prescriptions.services import begin_prescription
from prescriptions.services.writing import doctor_of, tidied

Kind, Status = PendingAction.Kind, PendingAction.Status
MOST_WAITING = 20


@service("assistant.propose_appointment")
def propose_appointment(
    patient: Patient,
    *,
    doctor: Doctor,
    starts_at: datetime,
    minutes: int,
    reason: str = "",
    conversation: UUID | None = None,
    by: User,
) -> PendingAction:
    """Nothing is held for it: whether the time is still free is seen when it is confirmed."""
    patient.check_open_for_work()
    visit = Appointment(
        patient=patient, doctor=doctor, starts_at=starts_at, minutes=minutes, reason=reason, booked_by=by
    )
    check_whose(visit, by)
    visit.check_row()
    if starts_at <= clock.now():
        raise ValidationError({"starts_at": _("This time has passed.")})
    arguments = {
        "doctor": str(doctor.pk),
        "starts_at": starts_at.astimezone(UTC).isoformat(timespec="minutes"),
        "minutes": minutes,
        "reason": " ".join(reason.split()),
    }
    return _propose(patient, Kind.APPOINTMENT, arguments, conversation, by)


@service("assistant.propose_prescription")
def propose_prescription(
    patient: Patient,
    *,
    lines: Sequence[Written],
    indication: str = "",
    conversation: UUID | None = None,
    by: User,
) -> PendingAction:
    """Of a draft, which is checked when it is confirmed and signed by its doctor like any other."""
    patient.check_open_for_work()
    doctor_of(by)
    arguments = {"lines": [one.as_json() for one in tidied(lines)], "indication": indication}
    return _propose(patient, Kind.PRESCRIPTION, arguments, conversation, by)


@service("assistant.propose_note")
def propose_note(
    patient: Patient, *, conversation: UUID | None = None, by: User, **sections: str
) -> PendingAction:
    """Of a draft with these words. Raises ValidationError where there are none."""
    patient.check_open_for_work()
    words = {name: sections[name].strip() for name in SECTIONS if sections.get(name, "").strip()}
    if not words:
        raise ValidationError(_("There is nothing to write down."))
    Encounter(patient=patient, author=by, recorded_by=by, **words).check_row()
    return _propose(patient, Kind.NOTE, words, conversation, by)


def _propose(
    patient: Patient, kind: str, arguments: Mapping[str, Any], conversation: UUID | None, by: User
) -> PendingAction:
    if PendingAction.objects.filter(user_id=by.pk).waiting().count() >= MOST_WAITING:
        raise Refusal(_("Too much waits for you already. Confirm or dismiss it first."), code="too_many")
    text = canonical(arguments)
    note(kind=kind, sha256=hash_of(text))
    return PendingAction(
        user=by,
        patient=patient,
        conversation_id=conversation,
        kind=kind,
        arguments=text,
        sha256=hash_of(text),
        expires_at=clock.now() + WAITS,
    ).add()


@service("assistant.confirm_action")
def confirm_action(action: PendingAction, *, seen: str, by: User) -> PendingAction:
    """Do what was proposed, once, by the ordinary service. `seen` is the hash of what the person was shown.

    Refused with `other_arguments`, `expired`, `already_decided`, and with whatever that service refuses.
    """
    _refuse_somebody_else(action, by)
    if not action.is_intact or seen != action.sha256:
        raise Refusal(_("This is not what was proposed. Nothing was done."), code="other_arguments")
    if action.has_expired:
        said = _("This was proposed more than ten minutes ago. Ask the assistant again.")
        raise Refusal(said, code="expired")
    _decide(action, Status.CONFIRMED)
    made = _DO[action.kind](action, by)
    note(made=str(made.pk), kind=action.kind)
    action.change(made_id=made.pk)
    return action


@service("assistant.dismiss_action")
def dismiss_action(action: PendingAction, *, by: User) -> PendingAction:
    """Do it not. Refused with `already_decided`."""
    _refuse_somebody_else(action, by)
    _decide(action, Status.DISMISSED)
    return action


def _refuse_somebody_else(action: PendingAction, by: User) -> None:
    if not PendingAction.objects.visible_to(by).filter(pk=action.pk).exists():
        raise PermissionDenied("assistant.confirm_action")


def _decide(action: PendingAction, status: str) -> None:
    """The conditional UPDATE decides which of two clicks counts."""
    if not action.is_waiting:
        raise Refusal(_("This was decided already. Nothing more was done."), code="already_decided")
    action.move_to(status, decided_at=clock.now())


# ── What is done ────────────────────────────────────────────────────────────


def _book(action: PendingAction, by: User) -> Record:
    given = action.given
    doctor: Doctor | None = Doctor.objects.active().visible_to(by).filter(pk=given["doctor"]).first()
    if doctor is None:
        raise Refusal(_("This doctor no longer sees patients."), code="no_doctor")
    return book_appointment(
        patient=action.patient,
        doctor=doctor,
        starts_at=datetime.fromisoformat(given["starts_at"]),
        minutes=given["minutes"],
        reason=given["reason"],
        by=by,
    )


def _prescribe(action: PendingAction, by: User) -> Record:
    given = action.given
    lines = [Written.of(one) for one in given["lines"]]
    return begin_prescription(action.patient, lines=lines, indication=given["indication"], by=by)


def _write(action: PendingAction, by: User) -> Record:
    draft = open_encounter(action.patient, kind=Encounter.Kind.OTHER, by=by)
    return write_note(draft, seen_version=draft.version, by=by, **action.given)


_DO: dict[str, Callable[[PendingAction, User], Record]] = {
    Kind.APPOINTMENT: _book,
    Kind.PRESCRIPTION: _prescribe,
    Kind.NOTE: _write,
}
