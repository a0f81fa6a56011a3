"""Ten weeks of fictitious visits in all states: eight that are over, more of them every week, and two to come."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import NumberSeries, User
from appointments import telling
from appointments.availability import Slot, all_slots
from appointments.models import (
    HOLDING,
    Appointment,
    BookingPolicy,
    Claim,
    VisitType,
    WaitingBoard,
    day_key,
)
from appointments.timeline import VISIT, told
from audit.models import Entry
from doctors.models import Doctor, OpenBlock
from hospital import clock
from notifications import demo as messages
from notifications.kinds import Facts
from notifications.models import Message
from patients.demo import Told
from patients.demo import notes as written
from patients.models import CareRelation, Encounter, Patient, TimelineEntry
from patients.timeline import tell_first

Status, Priority = Appointment.Status, Appointment.Priority
BEHIND, AHEAD = timedelta(days=60), timedelta(days=14)
REASONS = (
    "Check-up",
    "Blood pressure",
    "Cough for two weeks",
    "Back pain",
    "Results of the blood test",
    "Vaccination",
    "Follow-up after surgery",
    "Headache",
    "Skin rash",
    "Knee pain",
    "Diabetes review",
    "Repeat prescription",
    "Dizziness",
    "First consultation",
    "Sick note",
)
# name, code, minutes, minutes kept free afterwards, colour, reasons that go with it
KINDS = (
    ("Vaccination", "vaccination", 10, 0, "ok", ("Vaccination", "Travel vaccination")),
    (
        "Follow-up",
        "follow-up",
        15,
        0,
        "neutral",
        ("Blood pressure", "Results of the blood test", "Sick note"),
    ),
    ("Check-up", "check-up", 20, 0, "info", ("Check-up", "Diabetes review", "Follow-up after surgery")),
    ("Examination", "examination", 25, 5, "busy", ("Knee pain", "Dizziness", "Skin rash", "Back pain")),
    ("First consultation", "first-consultation", 40, 5, "warn", ("First consultation", "Second opinion")),
)
SHARE_WITH_KIND = 0.7
BUSIEST_DAY = 14  # visits of the one doctor whose day is limited
HORIZON_DAYS = 180
BECAUSE = ("Patient is ill", "Patient asked for another day", "Doctor is away", "No longer needed")
A_DAY = timedelta(days=1)
LETTERS_AHEAD = timedelta(days=4)
MOST_LINES = 7
DRAFTS = 3  # notes that a doctor has not signed yet
BATCH = 2000
Weights = dict[str, int]
PAST: Weights = {Status.COMPLETED: 84, Status.NO_SHOW: 6, Status.CANCELLED: 10}
FUTURE: Weights = {Status.BOOKED: 55, Status.CONFIRMED: 38, Status.CANCELLED: 7}
TAKEN_TODAY, TAKEN_AHEAD = 0.8, 0.45  # shares of the hours
GROWS_FROM = timedelta(days=75)  # so long ago nobody came yet


def plant(
    *,
    doctors: Sequence[Doctor],
    patients: Sequence[Patient],
    by: User,
    random: Random,
    progress: Callable[[str], None],
) -> int:
    """Fill the doctors' hours. Returns how many visits there are."""
    today = clock.now().astimezone(doctors[0].zone).date()
    taken: set[str] = set()
    visits: list[Appointment] = []
    kinds = _plant_kinds()
    limited = _plant_rules(doctors)
    over = all_slots(doctors, today - BEHIND, today)
    for block, slot in chain(over, all_slots(doctors, today + A_DAY, today + AHEAD)):
        for visit in _fill(block, slot, patients, by, random):
            _say_what_for(visit, kinds, random)
            if _claimed(visit, taken, limited):
                visits.append(visit)
    _fill_the_waiting_room([one for one in visits if _is_of(today, one, doctors[0])], doctors[0])
    Appointment.objects.bulk_create(visits, batch_size=BATCH)
    holding = [visit for visit in visits if visit.status in HOLDING]
    claims = [Claim(key=key, appointment_id=visit.pk) for visit in holding for key in visit.claim_keys()]
    Claim.objects.bulk_create(claims, batch_size=BATCH)
    Entry.objects.bulk_create((_written_down(visit, by) for visit in visits), batch_size=BATCH)
    _plant_lines(visits, doctors)
    _plant_care(visits, doctors)
    _plant_letters(visits, random, progress)
    WaitingBoard(name="Ground floor", site=doctors[0].site).add()
    progress(f"{len(visits)} appointments")
    return len(visits)


def _plant_kinds() -> list[VisitType]:
    """Kinds of visits, by length."""
    return [
        VisitType(name=name, code=code, minutes=minutes, buffer_minutes=buffer, colour=colour).add()
        for name, code, minutes, buffer, colour, _reasons in KINDS
    ]


def _plant_rules(doctors: Sequence[Doctor]) -> UUID:
    """Rules of the site, and of the last doctor, whose days are limited. Gives that doctor's id."""
    last = doctors[-1]
    BookingPolicy(site=last.site, minimum_notice_minutes=0, horizon_days=HORIZON_DAYS).add()
    BookingPolicy(doctor=last, daily_cap=BUSIEST_DAY).add()
    return last.pk


def _say_what_for(visit: Appointment, kinds: Sequence[VisitType], random: Random) -> None:
    """A kind of visit that fits into the time, with its length; some visits have none."""
    half = visit.minutes / 2
    fitting = [one for one in kinds if half < one.minutes <= visit.minutes - one.buffer_minutes]
    if not fitting or random.random() > SHARE_WITH_KIND:
        return
    visit.visit_type = random.choice(fitting)
    visit.minutes, visit.buffer_minutes = visit.visit_type.minutes, visit.visit_type.buffer_minutes
    visit.ends_at = visit.starts_at + timedelta(minutes=visit.minutes)
    visit.reason = random.choice(next(kind[5] for kind in KINDS if kind[1] == visit.visit_type.code))
    if visit.finished_at is not None:
        visit.finished_at = visit.ends_at


def _claimed(visit: Appointment, taken: set[str], limited: UUID) -> bool:
    """Whether nothing is in this visit's way; then what it holds is taken."""
    if visit.status not in HOLDING:
        return True
    if visit.doctor_id == limited:
        day = visit.starts_at.astimezone(visit.zone).date()
        numbers = range(BUSIEST_DAY)
        free = (one for one in numbers if day_key(limited, day, one) not in taken)
        visit.day_number = next(free, None)
        if visit.day_number is None:
            return False
    keys = visit.claim_keys()
    if keys & taken:
        return False
    taken |= keys
    return True


def _fill(
    block: OpenBlock, slot: Slot, patients: Sequence[Patient], by: User, random: Random
) -> Iterator[Appointment]:
    """A visit in each lane of this time, or in some of them."""
    for lane in range(block.capacity):
        if random.random() > _share_taken(slot):
            continue
        visit = Appointment(
            patient=random.choice(patients),
            doctor_id=slot.doctor_id,
            room_id=block.room_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            minutes=slot.minutes,
            lane=lane,
            reason=random.choice(REASONS),
            booked_by=by,
            created_at=slot.starts_at
            - timedelta(days=random.randint(8, 40), minutes=random.randint(-90, 90)),
        )
        _say_how_far(visit, random)
        yield visit


def _is_of(day: date, visit: Appointment, doctor: Doctor) -> bool:
    return visit.starts_at.astimezone(doctor.zone).date() == day


def _fill_the_waiting_room(visits: Sequence[Appointment], doctor: Doctor) -> None:
    """Numbers for those who have come today; of those who wait one is called, two walked in, two are preferred."""
    came = sorted((one for one in visits if one.arrived_at), key=lambda one: (one.arrived_at, one.pk))
    for number, visit in enumerate(came, start=1):
        visit.token, visit.queued_at = number, visit.arrived_at
        visit.status_before, visit.stepped_at = _step_before(visit)
    waiting = [one for one in came if one.is_waiting]
    for visit, priority in zip(waiting[1:3], (Priority.PREFERRED, Priority.URGENT), strict=False):
        visit.priority = priority
    for visit in waiting[-2:]:
        visit.is_walk_in, visit.status_before, visit.stepped_at = True, "", None
    for visit in waiting[:1]:
        visit.called_at, visit.calls = clock.now() - timedelta(minutes=1), 1
    if came:
        day = came[0].starts_at.astimezone(doctor.zone)
        NumberSeries.objects.create(name=f"token:{doctor.site.pk.hex}:{day:%Y%m%d}", last=len(came))


def _step_before(visit: Appointment) -> tuple[str, datetime | None]:
    """From where the last step of somebody who has come led here, and when."""
    steps: dict[str, tuple[str, datetime | None]] = {
        Status.ARRIVED: (Status.CONFIRMED, visit.arrived_at),
        Status.IN_CONSULTATION: (Status.ARRIVED, visit.started_at),
        Status.COMPLETED: (Status.IN_CONSULTATION, visit.finished_at),
    }
    return steps[visit.status]


def _share_taken(slot: Slot) -> float:
    """How many of these hours are taken: the longer ago, the fewer."""
    ago = clock.now() - slot.starts_at
    if abs(ago) < timedelta(hours=8):
        return TAKEN_TODAY
    return TAKEN_AHEAD if ago < timedelta() else TAKEN_TODAY * (1 - ago / GROWS_FROM)


def _say_how_far(visit: Appointment, random: Random) -> None:
    """A status that fits the time, and the moments that go with it."""
    now = clock.now()
    visit.status = _status(visit.starts_at, now, random)
    visit.updated_at = min(now, visit.starts_at)
    if visit.status == Status.CANCELLED:
        visit.cancelled_because = random.choice(BECAUSE)
    if visit.status in {Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED}:
        visit.arrived_at = min(now, visit.starts_at) - timedelta(minutes=int(random.triangular(3, 40, 10)))
    if visit.status in {Status.IN_CONSULTATION, Status.COMPLETED}:
        visit.started_at = visit.starts_at + timedelta(minutes=random.randint(0, 4))
    if visit.status == Status.COMPLETED:
        visit.finished_at = visit.ends_at


def _status(starts_at: datetime, now: datetime, random: Random) -> str:
    late = now - starts_at
    if timedelta() <= late < timedelta(minutes=20):
        return Status.IN_CONSULTATION
    if timedelta(minutes=-25) < late < timedelta():
        return random.choice((Status.ARRIVED, Status.CONFIRMED))
    weights = PAST if late > timedelta() else FUTURE
    return random.choices(list(weights), list(weights.values()))[0]


def _written_down(visit: Appointment, by: User) -> Entry:
    """The audit row of the booking, as the service would have written it."""
    details: dict[str, Any] = {
        "starts_at": visit.starts_at.isoformat(),
        "minutes": visit.minutes,
        "doctor": str(visit.doctor_id),
    }
    return Entry(
        at=visit.created_at,
        actor=by,
        verb="appointments.book_appointment",
        subject_type="appointments.appointment",
        subject_id=visit.pk,
        patient_id=visit.patient_id,
        door="demo",
        outcome=Entry.Outcome.DONE,
        details=details,
    )


def _plant_lines(visits: Sequence[Appointment], doctors: Sequence[Doctor]) -> None:
    """One line of the timeline for each visit."""
    known = {one.pk: one for one in doctors}
    for visit in visits:
        visit.doctor = known[visit.doctor_id]
    lines = (tell_first(VISIT, told(visit), patient_id=visit.patient_id) for visit in visits)
    TimelineEntry.objects.bulk_create(lines, batch_size=BATCH)


def _plant_care(visits: Sequence[Appointment], doctors: Sequence[Doctor]) -> None:
    """Who has a visit with a doctor is in that doctor's care."""
    users: dict[UUID, UUID] = {one.pk: one.user_id for one in doctors if one.user_id}
    pairs = {(visit.patient_id, users[visit.doctor_id]) for visit in visits if visit.doctor_id in users}
    relations = (
        CareRelation(
            patient_id=patient, user_id=user, since=clock.now() - BEHIND, because="booked", is_open=True
        )
        for patient, user in sorted(pairs)
    )
    CareRelation.objects.bulk_create(relations, batch_size=BATCH)


def plant_notes(told: Sequence[Told], *, random: Random, progress: Callable[[str], None]) -> int:
    """The notes of these patients' visits to the doctor who treats them: the last of today are drafts still."""
    known = {one.patient.pk: one for one in told}
    doctors = {one.doctor.profile_id for one in told if one.doctor.profile_id}
    had = Appointment.objects.filter(
        doctor_id__in=doctors, status__in=[Status.COMPLETED, Status.IN_CONSULTATION]
    )
    visits = [one for one in had.order_by("starts_at", "id") if one.patient_id in known]
    open_yet = {one.pk for one in [visit for visit in visits if visit.status == Status.COMPLETED][-DRAFTS:]}
    notes = []
    for visit in visits:
        one, ends_at = known[visit.patient_id], None if visit.pk in open_yet else visit.finished_at
        contact = written.Contact(Encounter.Kind.VISIT, visit.started_at or visit.starts_at, ends_at)
        words = written.words_of(one, random, reason=visit.reason)
        notes.append(written.noted(one.patient, contact, words, by=one.doctor))
    written.keep(notes)
    for visit, note in zip(visits, notes, strict=True):
        Appointment.objects.filter(pk=visit.pk).update(encounter=note)
    progress(f"{len(notes)} notes of visits")
    return len(notes)


def _plant_letters(visits: Sequence[Appointment], random: Random, progress: Callable[[str], None]) -> None:
    """What patients and doctors were told of the visits of these days, and what they will be."""
    now = clock.now()
    near = [one for one in visits if now - A_DAY < one.starts_at < now + LETTERS_AHEAD]
    pairs: list[tuple[Message, Facts]] = []
    lines: list[Message] = []
    for visit in near:
        booked = telling.to_patient(telling.BOOKED, visit, due_at=visit.created_at)
        pairs.append((booked, telling.facts_of(visit, telling.BOOKED)))
        if visit.status not in HOLDING:
            continue
        for lead in visit.doctor.site.reminder_times:
            due_at = telling.due_of(lead, visit)
            pairs.append(
                (telling.reminder(visit, lead.code, due_at), telling.facts_of(visit, telling.REMINDER))
            )
        if visit.starts_at > now and visit.doctor.user_id and len(lines) < MOST_LINES:
            lines.append(telling.line(telling.BOOKED, visit, visit.doctor.user_id, visit.starts_at))
    messages.plant(pairs, lines, random, progress)
    messages.silence(near[0].patient_id)
