"""What becomes of a signed prescription: stopped, renewed, expired."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

import audit.services
from accounts import places
from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import User
from accounts.once import Once
from hospital import clock, engine
from hospital.db import atomic
from hospital.errors import LostRace, Refusal, WrongMove
from hospital.models import one_of
from patients import front
from patients.models import Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from prescriptions.models import Prescription, PrescriptionLine, StopReason
from prescriptions.services.writing import BEGIN, begin_prescription, refuse_what_is_broken
from prescriptions.timeline import medicines_of, tell

STOP = "prescriptions.stop_prescription"
RENEW = "prescriptions.renew_prescription"
EXPIRED = "prescriptions.expired"
BATCH = 200
A_DAY = timedelta(days=1)
Status = Prescription.Status
RENEWS = tuple(status for status in Status if status != Status.DISCARDED)


# ── Stopping ────────────────────────────────────────────────────────────────


@service(STOP)
def stop_prescription(
    prescription: Prescription,
    *,
    because: str,
    note: str = "",
    lines: Collection[UUID] | None = None,
    seen_version: int | None = None,
    by: User,
) -> Prescription:
    """Say that medicines are no longer to be taken; nothing more of them is dispensed. Without `lines` all.

    `lines` are ids of PrescriptionLine. The last day on which they were taken is the one before. Only when all
    lines are stopped the prescription is; it is dispensed where nothing of the others is left. Refused with `not_signed`, `already_stopped`.
    """
    if not prescription.is_signed:
        raise Refusal(_("This prescription is not signed: there is nothing to stop."), code="not_signed")
    refuse_what_is_broken(prescription)
    words = _words(because, note)
    standing = {one.pk: one for one in _medicines(prescription) if one.stopped_at is None}
    chosen = set(standing) if lines is None else set(lines)
    if unknown := chosen - {one.pk for one in _medicines(prescription)}:
        raise ValidationError(
            {"lines": _("%(n)d of these lines are not of this prescription.") % {"n": len(unknown)}}
        )
    chosen &= set(standing)
    if not chosen:
        raise Refusal(_("This was stopped already."), code="already_stopped")
    _stop(
        prescription,
        chosen,
        because,
        words,
        seen_version=seen_version,
        left=[one for pk, one in standing.items() if pk not in chosen],
        by=by,
    )
    write_down(because=because, lines=sorted(str(pk) for pk in chosen))
    return prescription


def stop_at_death(patient: Patient, *, by: User) -> list[UUID]:
    """Stop whatever a patient who has died was still to be given or to take. Whoever writes the death down may.

    The first page is written in any case: whoever signs for this patient at the same moment meets this there.
    """
    stopped = []
    for prescription in _still_going_on(patient):
        standing = {one.pk for one in _medicines(prescription) if one.stopped_at is None}
        _stop(prescription, standing, StopReason.DIED, "", seen_version=None, left=[], by=by)
        stopped.append(prescription.pk)
    front.renew(patient.pk, medicines=medicines_of(patient.pk))
    return stopped


def _still_going_on(patient: Patient) -> Iterator[Prescription]:
    """What can still be dispensed, or what somebody still takes."""
    taken = PrescriptionLine.objects.taken(patient.pk, _today(patient)).filter(stopped_at=None)
    going_on = set(taken.values_list("prescription_id", flat=True))
    rows = Prescription.objects.of(patient).filter(
        status__in=[Status.SIGNED, Status.PARTLY, Status.DISPENSED, Status.EXPIRED]
    )
    for prescription in rows.select_related("doctor").order_by("id"):
        if prescription.status in Prescription.TO_DISPENSE or prescription.pk in going_on:
            yield prescription


def _stop(
    prescription: Prescription,
    chosen: Collection[UUID],
    because: str,
    words: str,
    *,
    seen_version: int | None,
    left: Collection[PrescriptionLine],
    by: User,
) -> None:
    now, yesterday = clock.now(), _today(prescription.patient) - A_DAY
    if not left:
        prescription.move_to(
            Status.STOPPED,
            seen_version=seen_version,
            stopped_at=now,
            stopped_by=by,
            stopped_because=because,
            stopped_note=words,
        )
    elif prescription.status == Status.PARTLY and not any(one.to_dispense for one in left):
        prescription.move_to(Status.DISPENSED, seen_version=seen_version)
    else:
        prescription.change(seen_version=seen_version)
    rows = PrescriptionLine.objects.filter(pk__in=list(chosen), stopped_at=None)
    rows.filter(taken_until__gt=yesterday).update(taken_until=yesterday)
    rows.update(stopped_at=now, stopped_by=by, stopped_because=because, stopped_note=words)
    tell(prescription)


def _medicines(prescription: Prescription) -> list[PrescriptionLine]:
    return list(PrescriptionLine.objects.filter(prescription_id=prescription.pk).in_order())


def _words(because: str, note: str) -> str:
    words = tidy(note, lines=False)
    if because not in StopReason.values:
        raise ValidationError({"because": _("Choose a reason.")})
    if because == StopReason.OTHER and not words:
        raise ValidationError({"note": _("Say in words why.")})
    if has_forbidden(words, lines=False):
        raise ValidationError({"note": UNPRINTABLE})
    return words


def _today(patient: Patient) -> date:
    return clock.today(places.site(patient.site_id).time_zone)


# ── Renewing ────────────────────────────────────────────────────────────────


@service(RENEW)
def renew_prescription(prescription: Prescription, *, once: Once | None = None, by: User) -> Prescription:
    """Begin a draft with the same medicines, without those that were stopped. Each prescription is renewed once.

    Refused with `not_signed`, `prescription_stopped`, `already_renewed`, which offers the id of the renewal; one
    that was discarded does not count.
    """
    if not prescription.is_signed:
        raise Refusal(_("This prescription is not signed: go on with the draft."), code="not_signed")
    if prescription.status == Status.STOPPED:
        raise Refusal(
            _("This prescription was stopped. What is needed again is written anew."),
            code="prescription_stopped",
        )
    medicines = _medicines(prescription)
    refuse_what_is_broken(prescription, medicines)
    if not (once and once.earlier(BEGIN, by=by)):
        _refuse_renewed(prescription)
    lines = [one.written for one in medicines if one.stopped_at is None]
    return begin_prescription(
        prescription.patient,
        lines=lines,
        indication=prescription.indication,
        note=prescription.note,
        renews=prescription,
        once=once,
        by=by,
    )


def _refuse_renewed(prescription: Prescription) -> None:
    renewal = one_of(Prescription.objects.filter(renews_id=prescription.pk, status__in=RENEWS))
    if renewal is not None:
        raise Refusal(
            _("This prescription has been renewed already."),
            code="already_renewed",
            offers=[{"id": str(renewal.pk)}],
        )


# ── Expiring ────────────────────────────────────────────────────────────────


def expire_prescriptions() -> int:
    """What nobody has fetched in time is no longer valid, partly fetched or not. How many there were.

    The last day is one of the patient's site. Two workers at once do each of them once.
    """
    latest = clock.now().date() + A_DAY  # no zone is further
    rows = Prescription.objects.filter(status__in=Prescription.TO_DISPENSE, expires_on__lt=latest)
    due = rows.select_related("patient", "doctor").order_by("expires_on", "id")
    number = 0
    while batch := [one for one in due[:BATCH] if one.expires_on < _today(one.patient)]:
        done = sum(_expire(one) for one in batch)
        number += done
        if done < BATCH:
            break
    return number


def _expire(prescription: Prescription) -> bool:
    """Whether it is done; what somebody else is changing at the moment is left to the next hour."""
    try:
        with atomic():
            prescription.move_to(Status.EXPIRED)
            audit.services.record(
                EXPIRED,
                actor_id=None,
                subject_type=prescription._meta.label_lower,
                subject_id=prescription.pk,
                patient_id=prescription.patient_id,
            )
            tell(prescription)
    except WrongMove:
        return False
    except Exception as error:
        if isinstance(error, LostRace) or engine.is_transient(error):
            return False
        raise
    return True
