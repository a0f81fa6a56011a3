"""Patients of the demonstration: as right as if they had been registered."""

from random import Random

from accounts.models import Site
from patients.demo import plant
from patients.models import Patient, SearchKey
from patients.searching import keys_for
from patients.tests.make import make_patient


def test_planted_patients_stand_up_to_every_rule_and_are_found(site: Site) -> None:
    planted = plant(120, random=Random(7), site=site, progress=lambda _: None)

    assert Patient.objects.count() == len(planted) == 120
    for patient in planted:
        before = dict(patient.__dict__)
        patient.check_row()
        assert patient.__dict__ == before
    assert SearchKey.objects.count() == sum(len(keys_for(patient)) for patient in planted)
    assert planted[5].pk in {one.pk for one in Patient.objects.search(planted[5].mrn)}


def test_the_same_seed_plants_the_same_people(site: Site) -> None:
    def names(start: int) -> list[str]:
        return [str(one) for one in plant(20, random=Random(7), site=site, progress=lambda _: start)]

    assert names(0) == names(20)


def test_whoever_registers_next_gets_the_next_number(site: Site) -> None:
    plant(20, random=Random(7), site=site, progress=lambda _: None)

    assert make_patient(site=site).mrn.startswith("NF-000021-")
