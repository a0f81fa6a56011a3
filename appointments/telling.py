"""What is said of visits, to whom, and whether it is still true when it is about to be said."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from accounts import places
from accounts.lead_times import LeadTime
from accounts.models import User
from appointments.calendars import CANCEL, REQUEST, calendar_of
from appointments.models import Appointment
from doctors.models import Doctor
from hospital import clock
from hospital.db import atomic
from hospital.models import one_of
from notifications import kinds, outbox
from notifications.kinds import Facts
from notifications.models import Message
from notifications.timing import outside_quiet_hours, remind_at

Status, Because = Appointment.Status, Message.Because
BOOKED, MOVED, CANCELLED = "appointment_booked", "appointment_moved", "appointment_cancelled"
REMINDER = "appointment_reminder"
FOR_DOCTOR = "doctor_"
TAKEN = "appointment_taken"  # to the doctor from whom a visit has gone to another
BATCH = 300
EXPECTED = frozenset({Status.BOOKED, Status.CONFIRMED})
TITLES = {
    BOOKED: gettext_lazy("Booked: %(time)s"),
    MOVED: gettext_lazy("Moved to %(time)s"),
    CANCELLED: gettext_lazy("Cancelled: %(time)s"),
    TAKEN: gettext_lazy("No longer with you: %(time)s"),
}


def on_the_wall(moment: datetime, visit: Appointment) -> str:
    """Mon 30 Nov, 10:00"""
    local = moment.astimezone(visit.zone)
    return f"{date_format(local, 'D j M')}, {local:%H:%M}"


# ── Written with the event ───────────────────────────────────────────────────


def tell_booked(visit: Appointment, *, by: User) -> None:
    """Patient and doctor are told, and the patient's reminders are written down."""
    letters = [_to_patient(BOOKED, visit), *_to_doctor(BOOKED, visit, visit.doctor, by)]
    outbox.write([*letters, *reminders_of(visit)])


def tell_moved(visit: Appointment, *, by: User, before: Doctor, starts_before: datetime) -> None:
    """What waited to be said of the old time is withdrawn; who was told of nothing yet is told of a booking.

    `before` is the doctor who had the visit until now, at `starts_before`.
    """
    outbox.withdraw(visit.pk, but=[FOR_DOCTOR + TAKEN])
    letters = [_to_patient(MOVED, visit)]
    if before.pk == visit.doctor_id:
        letters += _to_doctor(MOVED, visit, before, by)
    else:
        letters += _to_doctor(BOOKED, visit, visit.doctor, by)
        letters += _to_doctor(TAKEN, visit, before, by, time=starts_before)
    outbox.write([*letters, *reminders_of(visit)])


def tell_cancelled(visit: Appointment, *, by: User) -> None:
    """To whom nothing was said of the visit is not told that it is off."""
    outbox.withdraw(visit.pk, but=[FOR_DOCTOR + TAKEN])
    outbox.write([_to_patient(CANCELLED, visit), *_to_doctor(CANCELLED, visit, visit.doctor, by)])


def tell_died(visit: Appointment, *, by: User) -> None:
    """The patient of a visit that was cancelled has died: only the doctor is told, and nobody writes to the dead."""
    outbox.withdraw(visit.pk, but=[FOR_DOCTOR + TAKEN], because=Because.INACTIVE)
    outbox.write(_to_doctor(CANCELLED, visit, visit.doctor, by))


def _patient(visit: Appointment) -> outbox.To:
    return outbox.To("patient", visit.patient_id)


def _to_patient(kind: str, visit: Appointment) -> Message:
    return _letter(kind, visit, _patient(visit))


def to_patient(kind: str, visit: Appointment, *, due_at: datetime) -> Message:
    """A letter of any time, not written yet."""
    return outbox.message_about(visit, kind, _patient(visit), version=visit.sequence, due_at=due_at)


def _letter(kind: str, visit: Appointment, to: outbox.To, prefix: str = "", title: str = "") -> Message:
    """As it has to be for somebody who may not know of the visit yet: a move is a booking, an end is no news."""
    unheard = kind != BOOKED and not outbox.was_told(visit.pk, to)
    if unheard and kind == MOVED:
        kind = BOOKED
    letter = outbox.message_about(
        visit, prefix + kind, to, version=visit.sequence, due_at=_soon(visit), title=title
    )
    if unheard and kind in {CANCELLED, TAKEN}:
        letter.status, letter.because = Message.Status.WITHDRAWN, Because.NEVER_TOLD
    return letter


def _soon(visit: Appointment) -> datetime:
    return outside_quiet_hours(clock.now(), visit.doctor.site, visit.starts_at)


def _to_doctor(
    kind: str, visit: Appointment, doctor: Doctor, by: User, *, time: datetime | None = None
) -> list[Message]:
    """A line in the doctor's inbox, or a letter to a doctor without an account. Not of what they did themselves."""
    time = time or visit.starts_at
    if doctor.user_id is None:
        to = outbox.To("doctor", doctor.pk)
        title = _title(kind, visit, time)
        return [_letter(kind, visit, to, FOR_DOCTOR, title=title)] if doctor.email else []
    if doctor.user_id == by.pk:
        return []
    return [line(kind, visit, doctor.user_id, time)]


def _title(kind: str, visit: Appointment, time: datetime) -> str:
    return str(TITLES[kind] % {"time": on_the_wall(time, visit)})


def line(kind: str, visit: Appointment, user_id: UUID, time: datetime) -> Message:
    """For an inbox. Without the patient's name: who may know it follows the link, and that is on the record."""
    to, title = outbox.To("user", user_id), _title(kind, visit, time)
    return outbox.inbox_about(
        visit, FOR_DOCTOR + kind, to, version=visit.sequence, title=title, url=visit.get_absolute_url()
    )


# ── Reminders ────────────────────────────────────────────────────────────────


def reminders_of(visit: Appointment) -> list[Message]:
    """The reminders of a visit that are still ahead, one for each lead time of its site."""
    due = {lead.code: due_of(lead, visit) for lead in visit.doctor.site.reminder_times}
    now = clock.now()
    return [reminder(visit, code, due_at) for code, due_at in due.items() if due_at > now]


def reminder(visit: Appointment, rule: str, due_at: datetime) -> Message:
    """Not written yet."""
    to = _patient(visit)
    return outbox.message_about(visit, REMINDER, to, version=visit.sequence, rule=rule, due_at=due_at)


def plan_missing_reminders() -> int:
    """Reminders that are ahead and not written down: a site has got a new lead time. How many there were."""
    now = clock.now()
    longest = max((lead.days for site in places.sites() for lead in site.reminder_times), default=0) + 3
    coming = Appointment.objects.filter(
        status__in=EXPECTED, starts_at__gt=now, starts_at__lt=now + timedelta(days=longest)
    )
    written = 0
    for visits in _in_batches(coming.select_related("doctor").order_by("starts_at", "id")):
        owed = {one.key: one for visit in visits for one in reminders_of(visit)}
        there = set(Message.objects.filter(key__in=list(owed)).values_list("key", flat=True))
        missing = [one for key, one in owed.items() if key not in there]
        with atomic():
            outbox.write(missing)
        written += len(missing)
    return written


def _in_batches(rows: Any) -> Iterator[list[Appointment]]:
    """All rows, some at a time, by their order of time."""
    last: Appointment | None = None
    while True:
        after = Q(starts_at__gt=last.starts_at) | Q(starts_at=last.starts_at, id__gt=last.pk) if last else Q()
        batch = list(rows.filter(after)[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def due_of(lead: LeadTime, visit: Appointment) -> datetime:
    """When this reminder is due, outside the quiet hours of the site."""
    due_at = remind_at(lead, visit.starts_at, visit.zone)
    return outside_quiet_hours(due_at, visit.doctor.site, visit.starts_at)


# ── Read anew, just before it is said ────────────────────────────────────────


def _visit(message: Message) -> Appointment | None:
    visits = Appointment.objects.select_related("patient", "doctor", "room")
    visit: Appointment | None = one_of(visits.filter(pk=message.subject_id))
    return visit


def _why_not(message: Message, visit: Appointment | None) -> Message.Because | None:
    """Why this must not be said any more."""
    if visit is None or visit.sequence != message.subject_version:
        return Because.SUPERSEDED
    if not visit.patient.is_open_for_work and message.recipient_type == "patient":
        return Because.INACTIVE
    if message.kind.endswith(CANCELLED):
        return None if visit.status == Status.CANCELLED else Because.SUPERSEDED
    if visit.status not in EXPECTED or visit.starts_at <= clock.now():
        return Because.SUPERSEDED
    given_up = message.kind == REMINDER and message.rule not in {
        one.code for one in visit.doctor.site.reminder_times
    }
    return Because.SUPERSEDED if given_up else None


def for_patient(message: Message) -> Facts | Message.Because:
    visit = _visit(message)
    why_not = _why_not(message, visit)
    if why_not is not None or visit is None:
        return why_not or Because.SUPERSEDED
    return facts_of(visit, message.kind)


def facts_of(visit: Appointment, kind: str) -> Facts:
    """What a letter of this kind to the patient of a visit says."""
    patient, cancelled = visit.patient, kind == CANCELLED
    with_calendar = kind != REMINDER
    return Facts(
        name=patient.full_name,
        site=visit.doctor.site,
        context=_words(visit),
        email=patient.email,
        phone=patient.phone.as_e164 if patient.phone else "",
        language=patient.language,
        starts_at=visit.starts_at,
        calendar=calendar_of(visit, stamp=visit.updated_at, cancelled=cancelled) if with_calendar else "",
        method=CANCEL if cancelled else REQUEST,
    )


def for_doctor(message: Message) -> Facts | Message.Because:
    """For a doctor without an account. No patient's name leaves the house."""
    visit = _visit(message)
    why_not = _why_not(message, visit)
    if why_not is not None or visit is None:
        return why_not or Because.SUPERSEDED
    return Facts(
        name=str(visit.doctor),
        site=visit.doctor.site,
        context=_words(visit),
        email=visit.doctor.email,
        starts_at=visit.starts_at,
        path=visit.get_absolute_url(),
    )


def for_former_doctor(message: Message) -> Facts | Message.Because:
    """Of the time that the visit had. It stands on the visit no more: the title was written with the event."""
    visit = _visit(message)
    doctor: Doctor | None = one_of(Doctor.objects.filter(pk=message.recipient_id))
    if visit is None or doctor is None or visit.doctor_id == doctor.pk:
        return Because.SUPERSEDED
    context = {"said": message.title}
    return Facts(name=str(doctor), site=doctor.site, context=context, email=doctor.email)


def _words(visit: Appointment) -> dict[str, Any]:
    starts = visit.starts_at.astimezone(visit.zone)
    return {
        "doctor": str(visit.doctor),
        "department": visit.doctor.place.name,
        "room": visit.room.name if visit.room else "",
        "starts": starts,
        "ends": visit.ends_at.astimezone(visit.zone),
        "minutes": visit.minutes,
        "zone": str(visit.zone),
    }


def register_kinds() -> None:
    """Called once, when all apps are ready."""
    for name, label in (
        (BOOKED, gettext_lazy("Booking")),
        (MOVED, gettext_lazy("Move")),
        (CANCELLED, gettext_lazy("Cancellation")),
    ):
        kinds.register(kinds.Kind(name, label, for_patient))
        kinds.register(kinds.Kind(FOR_DOCTOR + name, label, for_doctor))
    taken = kinds.Kind(FOR_DOCTOR + TAKEN, gettext_lazy("Visit given to another doctor"), for_former_doctor)
    kinds.register(taken)
    kinds.register(kinds.Kind(REMINDER, gettext_lazy("Reminder"), for_patient, is_reminder=True))
