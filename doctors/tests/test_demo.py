"""The fictitious doctors of a demonstration."""

from itertools import combinations
from random import Random

from accounts.models import Site
from doctors import demo
from doctors.models import Doctor, ScheduleBlock, TimeOff


def test_twelve_doctors_work_in_six_departments_without_overlap(site: Site) -> None:
    said: list[str] = []
    doctors = demo.plant(random=Random(1), site=site, progress=said.append)
    assert len(doctors) == 12
    assert len({one.department_id for one in doctors}) == 6
    assert all(one.specialities for one in Doctor.objects.with_specialities())
    assert said
    for doctor in doctors:
        blocks = list(ScheduleBlock.objects.filter(doctor=doctor))
        assert len(blocks) > 5
        for one, other in combinations(blocks, 2):
            assert not one.overlaps(other), (one, other)
    assert TimeOff.objects.filter(doctor=None).count() == 1


def test_every_doctor_is_marked_as_fictitious(site: Site) -> None:
    doctors = demo.plant(random=Random(7), site=site, progress=lambda _text: None)
    assert all("Fictitious" in one.qualifications for one in doctors)
    assert all(one.email.endswith("@example.org") for one in doctors)


def test_one_licence_expires_soon_and_one_has_expired(site: Site) -> None:
    demo.plant(random=Random(1), site=site, progress=lambda _text: None)
    words = [doctor.licence for doctor in Doctor.objects.all()]

    assert sum(one.expires_soon for one in words) == 1
    assert sum(one.has_expired for one in words) == 1
    assert sum(one.needs_attention for one in words) == 2
