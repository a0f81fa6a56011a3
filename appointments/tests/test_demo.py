"""The demonstration's morning: whoever has come has a number, and the waiting room is not empty."""

from datetime import timedelta
from random import Random

import pytest
import time_machine

from accounts.models import NumberSeries, User
from appointments import demo, services
from appointments.models import Appointment, WaitingBoard
from appointments.tests.conftest import at
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from patients.demo import Told
from patients.demo.stories import STORIES
from patients.tests.make import make_patient

Status = Appointment.Status
BEFORE = {Status.ARRIVED: "confirmed", Status.IN_CONSULTATION: "arrived", Status.COMPLETED: "in_consultation"}


@pytest.fixture
def doctors(doctor: Doctor) -> list[Doctor]:
    others = [make_doctor() for _ in range(6)]
    for one in others:
        make_block(one, weekday=0, starts="08:00", ends="14:00", visit_minutes=10)
    return [doctor, *others]


def test_numbers_follow_the_arrivals_without_a_gap(doctors: list[Doctor], rita: User) -> None:
    with time_machine.travel(at(10, 31), tick=False):
        patients = [make_patient() for _ in range(40)]
        demo.plant(doctors=doctors, patients=patients, by=rita, random=Random(1), progress=lambda _: None)
        came = Appointment.objects.exclude(token=None).order_by("token")
        assert [one.token for one in came] == list(range(1, len(came) + 1))
        assert [one.queued_at for one in came] == sorted(one.arrived_at for one in came)
        assert {one.status for one in came} == set(BEFORE)
        assert all(one.status_before in {BEFORE[one.status], ""} for one in came)
        waiting = [one for one in came if one.is_waiting]
        assert sum(one.is_called for one in waiting) == 1
        assert sum(one.is_walk_in for one in waiting) == 2
        assert {one.priority for one in waiting} == {1, 2, 3}
        assert WaitingBoard.objects.get().is_open
        assert [series.last for series in NumberSeries.objects.filter(name__startswith="token:")] == [
            len(came)
        ]
        expected = Appointment.objects.filter(status=Status.CONFIRMED, starts_at__gte=at(10, 31))
        first = expected.order_by("starts_at").first()
        assert first is not None
        assert services.check_in_appointment(first, by=rita).token == len(came) + 1


def test_more_have_come_in_the_last_weeks_than_in_those_before(doctors: list[Doctor], rita: User) -> None:
    with time_machine.travel(at(10, 31), tick=False):
        demo.plant(
            doctors=doctors, patients=[make_patient()], by=rita, random=Random(1), progress=lambda _: None
        )
    a_month_ago, now = at(10, 31) - timedelta(days=30), at(10, 31)
    before = Appointment.objects.filter(starts_at__lt=a_month_ago).count()
    assert 0 < before < Appointment.objects.filter(starts_at__range=(a_month_ago, now)).count()


def test_the_visits_of_the_demo_doctor_have_their_notes(
    doctors: list[Doctor], rita: User, dora: User
) -> None:
    doctor = doctors[0]
    dora.change(profile_id=doctor.pk)
    with time_machine.travel(at(10, 31), tick=False):
        patients = [make_patient() for _ in range(40)]
        demo.plant(doctors=doctors, patients=patients, by=rita, random=Random(1), progress=lambda _: None)
        told = [Told(one, STORIES[0], dora, rita) for one in patients]
        demo.plant_notes(told, random=Random(1), progress=lambda _: None)

        had = Appointment.objects.filter(status__in=[Status.COMPLETED, Status.IN_CONSULTATION])
        visits = list(had.filter(doctor=doctor).select_related("encounter"))
        assert visits
        for visit in visits:
            assert visit.encounter is not None
            assert visit.encounter.patient_id == visit.patient_id
            assert visit.encounter.is_intact
        drafts = [one for one in visits if one.encounter and one.encounter.is_draft]
        assert len([one for one in drafts if one.status == Status.COMPLETED]) == demo.DRAFTS
        assert not had.exclude(doctor=doctor).exclude(encounter=None).exists()
