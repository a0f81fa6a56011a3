"""Expiring: what nobody has fetched in time is no longer valid."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from time_machine import travel

from accounts import places
from accounts.models import Department, Site, User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from patients.models import Patient, TimelineEntry
from patients.tests.make import make_patient
from prescriptions.models import Prescription
from prescriptions.services import expire_prescriptions
from prescriptions.tasks import expire_prescriptions as task
from prescriptions.tests.make_prescriptions import again, lines_of, make_draft, make_signed

SIGNED_AT = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
LAST_DAY = date(2026, 11, 29)
NEXT_MORNING = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def due(patient: Patient, doctor: Doctor, **facts: Any) -> Prescription:
    return make_signed(patient, doctor, signed_at=SIGNED_AT, **{"expires_on": LAST_DAY} | facts)


@pytest.mark.parametrize("status", ["signed", "partly_dispensed"])
def test_what_was_not_fetched_in_time_expires(amara: Patient, dent: Doctor, status: str) -> None:
    prescription = due(amara, dent, status=status)
    with travel(NEXT_MORNING, tick=False):
        assert expire_prescriptions() == 1
        found = again(prescription)

    assert (found.status, found.is_intact) == ("expired", True)
    assert found.agrees_with(lines_of(found))
    entry = Entry.objects.get(verb="prescriptions.expired")
    assert (entry.actor_id, entry.subject_id, entry.patient_id) == (None, prescription.pk, amara.pk)
    assert TimelineEntry.objects.get(patient=amara).facts["status"] == "expired"


def test_what_has_expired_expires_once(amara: Patient, dent: Doctor) -> None:
    due(amara, dent)
    with travel(NEXT_MORNING, tick=False):
        assert [task(), task()] == [1, 0]
    assert Entry.objects.filter(verb="prescriptions.expired").count() == 1


def test_the_last_day_is_valid_until_its_end(amara: Patient, dent: Doctor) -> None:
    prescription = due(amara, dent)
    with travel(datetime(2026, 11, 29, 22, 59, tzinfo=UTC), tick=False):  # 23:59 in Berlin
        assert expire_prescriptions() == 0
    with travel(datetime(2026, 11, 29, 23, 0, tzinfo=UTC), tick=False):
        assert expire_prescriptions() == 1
    assert again(prescription).status == "expired"


@pytest.mark.parametrize(("zone", "hour"), [("Pacific/Kiritimati", 10), ("America/Los_Angeles", 32)])
def test_the_day_is_that_of_the_patients_site(site: Site, dora: User, zone: str, hour: int) -> None:
    """It begins fourteen hours before UTC on one side of the world, eight after it on the other."""
    far = Site(name="Far", time_zone=zone, number_prefix="FA").add()
    doctor = make_doctor(user=dora, department=Department(site=far, name="Ward", code="W").add())
    places.forget()
    due(make_patient(site=far), doctor)
    before = datetime(2026, 11, 29 + (hour - 1) // 24, (hour - 1) % 24, 59, tzinfo=UTC)
    after = datetime(2026, 11, 29 + hour // 24, hour % 24, 0, tzinfo=UTC)

    with travel(before, tick=False):
        assert expire_prescriptions() == 0
    with travel(after, tick=False):
        assert expire_prescriptions() == 1


@pytest.mark.parametrize("status", ["dispensed", "stopped", "expired"])
def test_what_is_over_already_does_not_expire(amara: Patient, dent: Doctor, status: str) -> None:
    prescription = due(amara, dent, status=status)
    with travel(NEXT_MORNING, tick=False):
        assert expire_prescriptions() == 0
    assert again(prescription).status == status


def test_what_has_no_last_day_does_not_expire(amara: Patient, dent: Doctor) -> None:
    due(amara, dent, expires_on=None)
    make_draft(amara, dent)
    with travel(NEXT_MORNING, tick=False):
        assert expire_prescriptions() == 0


def test_many_expire_in_one_go(amara: Patient, dent: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prescriptions.services.life.BATCH", 2)
    for _ in range(5):
        due(amara, dent)
    with travel(NEXT_MORNING, tick=False):
        assert expire_prescriptions() == 5


def test_the_worker_looks_every_hour() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["expire-prescriptions"]

    assert entry["task"] == task.name
    assert len(entry["schedule"].hour) == 24
