"""The demonstration's consents, duplicates and death: as right as if they had been written down by people."""

from random import Random

import pytest

from accounts.models import Site, User
from patients import timeline
from patients.demo import plant, plant_charts
from patients.models import Chart, Consent, Patient, SuspectedPair, TimelineEntry
from patients.suspecting import suspects_for

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")


@pytest.fixture
def planted(site: Site, dora: User, nora: User) -> list[Patient]:
    patients = plant(80, random=Random(7), site=site, progress=lambda _: None)
    plant_charts(patients, doctor=dora, nurse=nora, random=Random(7), progress=lambda _: None)
    return list(Patient.objects.all())


def test_two_people_are_registered_twice_and_listed(planted: list[Patient]) -> None:
    assert len(planted) == 82
    pairs = list(SuspectedPair.objects.waiting())
    reasons = {reason["code"] for pair in pairs for reason in pair.reasons}
    assert len(pairs) == 2
    assert {"birth_date_swapped", "swapped_names", "same_phone"} <= reasons
    for pair in pairs:
        assert pair.second_id in {one.patient.pk for one in suspects_for(pair.first, but=pair.first_id)}
        pair.second.check_row()
    assert not any(one.birth_date_is_estimated for pair in pairs for one in pair.both)


def test_somebody_old_has_died(planted: list[Patient]) -> None:
    (dead,) = [one for one in planted if one.is_deceased]
    assert dead.age >= 70


def test_what_was_said_is_on_the_first_page_and_in_the_timeline(planted: list[Patient], adam: User) -> None:
    asked = set(Consent.objects.values_list("patient_id", flat=True))
    assert len(asked) == 40
    for pk in asked:
        assert Chart.of(pk).consents == Consent.objects.front(pk)
        before = list(TimelineEntry.objects.of(pk).values_list("key", "at", "facts"))
        timeline.rebuild(pk)
        assert list(TimelineEntry.objects.of(pk).values_list("key", "at", "facts")) == before


def test_too_few_patients_are_no_hindrance(site: Site, dora: User, nora: User) -> None:
    plant_charts([], doctor=dora, nurse=nora, random=Random(7), progress=lambda _: None)

    assert not SuspectedPair.objects.exists()
