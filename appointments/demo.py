"""Four weeks of fictitious visits in all states, around today."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import User
from appointments import telling
from appointments.availability import Slot, all_slots
from appointments.models import HOLDING, Appointment, Claim
from audit.models import Entry
from doctors.models import Doctor, OpenBlock
from hospital import clock
from notifications import demo as messages
from notifications.kinds import Facts
from notifications.models import Message
from patients.models import CareRelation, Patient

Status = Appointment.Status
TWO_WEEKS = timedelta(days=14)
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
BECAUSE = ("Patient is ill", "Patient asked for another day", "Doctor is away", "No longer needed")
A_DAY = timedelta(days=1)
LETTERS_AHEAD = timedelta(days=4)
MOST_LINES = 7
BATCH = 2000
Weights = dict[str, int]
PAST: Weights = {Status.COMPLETED: 84, Status.NO_SHOW: 6, Status.CANCELLED: 10}
FUTURE: Weights = {Status.BOOKED: 55, Status.CONFIRMED: 38, Status.CANCELLED: 7}
SHARE_TAKEN = {"past": 0.85, "today": 0.8, "future": 0.45}


def plant(
    *,
    doctors: Sequence[Doctor],
    patients: Sequence[Patient],
    by: User,
    random: Random,
    progress: Callable[[str], None],
) -> int:
    """Fill the doctors' hours from two weeks ago to two weeks ahead. Returns how many visits there are."""
    today = clock.now().astimezone(doctors[0].zone).date()
    taken: set[str] = set()
    visits: list[Appointment] = []
    for block, slot in all_slots(doctors, today - TWO_WEEKS, today + TWO_WEEKS):
        visits += _fill(block, slot, patients, by, random, taken)
    Appointment.objects.bulk_create(visits, batch_size=BATCH)
    holding = [visit for visit in visits if visit.status in HOLDING]
    claims = [Claim(key=key, appointment_id=visit.pk) for visit in holding for key in visit.claim_keys()]
    Claim.objects.bulk_create(claims, batch_size=BATCH)
    Entry.objects.bulk_create((_written_down(visit, by) for visit in visits), batch_size=BATCH)
    _plant_care(visits, doctors)
    _plant_letters(visits, random, progress)
    progress(f"{len(visits)} appointments")
    return len(visits)


def _fill(
    block: OpenBlock, slot: Slot, patients: Sequence[Patient], by: User, random: Random, taken: set[str]
) -> Iterator[Appointment]:
    """A visit in each lane of this time, or in some of them."""
    for lane in range(block.capacity):
        if random.random() > SHARE_TAKEN[_when(slot)]:
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
        keys = visit.claim_keys() if visit.status in HOLDING else set()
        if not keys & taken:
            taken |= keys
            yield visit


def _when(slot: Slot) -> str:
    away = slot.starts_at - clock.now()
    if abs(away) < timedelta(hours=8):
        return "today"
    return "future" if away > timedelta() else "past"


def _say_how_far(visit: Appointment, random: Random) -> None:
    """A status that fits the time, and the moments that go with it."""
    now = clock.now()
    visit.status = _status(visit.starts_at, now, random)
    visit.updated_at = min(now, visit.starts_at)
    if visit.status == Status.CANCELLED:
        visit.cancelled_because = random.choice(BECAUSE)
    if visit.status in {Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED}:
        visit.arrived_at = min(now, visit.starts_at) - timedelta(minutes=random.randint(3, 25))
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


def _plant_care(visits: Sequence[Appointment], doctors: Sequence[Doctor]) -> None:
    """Who has a visit with a doctor is in that doctor's care."""
    users: dict[UUID, UUID] = {one.pk: one.user_id for one in doctors if one.user_id}
    pairs = {(visit.patient_id, users[visit.doctor_id]) for visit in visits if visit.doctor_id in users}
    relations = (
        CareRelation(
            patient_id=patient, user_id=user, since=clock.now() - TWO_WEEKS, because="booked", is_open=True
        )
        for patient, user in sorted(pairs)
    )
    CareRelation.objects.bulk_create(relations, batch_size=BATCH)


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
