"""Whatever is booked, moved and cancelled in whatever order: the rules hold, and what is offered can be had."""

from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Site, User
from appointments.availability import free_slots
from appointments.models import Appointment, Claim, VisitType
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.tests.conftest import at
from appointments.tests.make import make_policy, make_visit_type
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_room
from hospital.errors import Refusal
from hospital.tests.mongo import ON_MONGO
from patients.models import Patient
from patients.tests.make import make_patient

DAYS = 2  # the doctor is here on Monday and Tuesday, from 9 to 12
TRIED = 5  # of the times that are offered in the end, so many are booked

limits = st.fixed_dictionaries(
    {
        "daily_cap": st.sampled_from([None, 1, 2, 4]),
        "buffer_minutes": st.sampled_from([0, 5, 15]),
        "minimum_notice_minutes": st.sampled_from([0, 150]),
        "horizon_days": st.sampled_from([1, 30]),
    }
)
# Act, day, 5-minute cell after nine, kind of visit, patient, with a reason to pass over rules?
acts = st.tuples(
    st.sampled_from(["book", "book", "book", "move", "cancel"]),
    st.integers(0, DAYS - 1),
    st.integers(-6, 40),
    st.integers(0, 2),
    st.integers(0, 5),
    st.booleans(),
)


@pytest.fixture
def kinds(site: Site) -> list[VisitType]:
    return [
        make_visit_type("Vaccination", minutes=10),
        make_visit_type("Check-up", minutes=20, buffer_minutes=10),
        make_visit_type("First consultation", minutes=45, buffer_minutes=5),
    ]


@pytest.fixture
def patients(site: Site) -> list[Patient]:
    return [make_patient() for _ in range(6)]


def carry_out(act: Any, doctor: Doctor, kinds: list[VisitType], patients: list[Patient], by: User) -> None:
    """Do it, or be refused; anything but a refusal is an error."""
    what, day, cell, kind, patient, insists = act
    starts_at = at(9, days=day) + timedelta(minutes=5 * cell)
    because: dict[str, Any] = {"override_because": "It hurts" if insists else "", "by": by}
    mine = list(Appointment.objects.live().filter(doctor_id=doctor.pk).order_by("id"))
    with suppress(Refusal):
        if what == "book" or not mine:
            book_appointment(
                patient=patients[patient],
                doctor=doctor,
                starts_at=starts_at,
                visit_type=kinds[kind],
                **because,
            )
        elif what == "move":
            move_appointment(
                mine[patient % len(mine)], starts_at=starts_at, visit_type=kinds[kind], **because
            )
        else:
            cancel_appointment(mine[patient % len(mine)], reason="Flu", **because)


def seen(doctor: Doctor, cap: int | None) -> None:
    """Reckoned from the visits alone, without the claims; then that the claims say the same."""
    live = list(Appointment.objects.live().filter(doctor_id=doctor.pk).order_by("starts_at", "id"))
    lanes: dict[int, list[Appointment]] = {}
    for visit in live:
        lanes.setdefault(visit.lane, []).append(visit)
    for lane in lanes.values():
        assert all(earlier.free_again_at <= later.starts_at for earlier, later in pairwise(lane))
    regular = Counter(_day(visit.starts_at) for visit in live if not visit.overridden_because)
    assert cap is None or all(number <= cap for number in regular.values())
    owed = {key for visit in live for key in visit.claim_keys()}
    held = Claim.objects.filter(appointment_id__in=[visit.pk for visit in live])
    assert set(held.values_list("key", flat=True)) == owed
    dead = Appointment.objects.filter(doctor_id=doctor.pk, status="cancelled")
    assert not Claim.objects.filter(appointment_id__in=list(dead.values_list("pk", flat=True))).exists()


def _day(moment: datetime) -> date:
    return (moment + timedelta(hours=1)).date()


@given(
    limits=limits, capacity=st.integers(1, 2), has_room=st.booleans(), sequence=st.lists(acts, max_size=12)
)
@settings(
    max_examples=4 if ON_MONGO else 15,  # an example is some dozen bookings
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking would try hundreds of bookings
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_sequence_keeps_the_rules_and_every_offer_can_be_booked(
    kinds: list[VisitType],
    patients: list[Patient],
    nora: User,
    limits: dict[str, Any],
    capacity: int,
    has_room: bool,
    sequence: list[Any],
) -> None:
    doctor = make_doctor()
    room = make_room(places=capacity) if has_room else None
    for weekday in range(DAYS):
        make_block(doctor, weekday=weekday, capacity=capacity, room=room)
    make_policy(doctor, **limits)
    for act in sequence:
        carry_out(act, doctor, kinds, patients, nora)
    seen(doctor, limits["daily_cap"])

    somebody = make_patient()
    for kind in (None, *kinds):
        first, last = at(9).date(), at(9, days=DAYS - 1).date()
        offered = free_slots([doctor], first, last, visit_type=kind)[doctor.pk]
        for slot in offered[:: max(1, len(offered) // TRIED)]:
            visit = book_appointment(
                patient=somebody,
                doctor=doctor,
                starts_at=slot.starts_at,
                minutes=slot.minutes,
                visit_type=kind,
                by=nora,
            )
            cancel_appointment(visit, reason="Only tried", by=nora)
    seen(doctor, limits["daily_cap"])
