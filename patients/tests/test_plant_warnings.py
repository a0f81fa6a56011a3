"""Allergies, problems and alerts of the demonstration: as right as if they had been written down one by one."""

from random import Random

import pytest

from accounts.models import Site, User
from patients import timeline
from patients.demo import plant, plant_charts
from patients.models import Alert, Allergy, AllergyStatement, Chart, Patient, Problem, TimelineEntry

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")

KINDS = ("allergy", "no_known_allergies", "problem", "alert")


@pytest.fixture
def planted(site: Site, dora: User, nora: User) -> list[Patient]:
    random = Random(11)
    people = plant(100, random=random, site=site, progress=lambda _: None)
    plant_charts(people, doctor=dora, nurse=nora, random=random, progress=lambda _: None)
    return people


def test_every_planted_entry_stands_up_to_every_rule(planted: list[Patient]) -> None:
    rows = [
        row
        for model in (Allergy, AllergyStatement, Problem, Alert)
        for row in model.objects.select_related("patient")
    ]
    assert {type(row) for row in rows} == {Allergy, AllergyStatement, Problem, Alert}
    for row in rows:
        before = dict(row.__dict__)
        row.check_row()
        assert row.__dict__ == before


def test_no_chart_says_what_no_service_would_have_let_it_say(planted: list[Patient]) -> None:
    for patient in planted:
        known = list(Allergy.objects.known(patient.pk))
        assert len({one.substance_key or one.substance for one in known}) == len(known)
        assert not (known and AllergyStatement.objects.current(patient.pk))
        active = list(Problem.objects.active(patient.pk))
        assert len({one.code for one in active}) == len(active)


def test_the_first_pages_say_what_stands_in_the_rows(planted: list[Patient]) -> None:
    for patient in planted:
        chart = Chart.of(patient.pk)
        assert chart.allergies in ({}, Allergy.objects.front(patient.pk))
        assert bool(chart.allergies) == (
            Allergy.objects.of(patient).exists() or AllergyStatement.objects.of(patient).exists()
        )
        assert chart.problems == Problem.objects.front(patient.pk)
        assert chart.alerts == Alert.objects.front(patient.pk)


def test_the_timeline_is_the_one_that_would_be_rebuilt(planted: list[Patient]) -> None:
    fullest = max(planted, key=lambda one: len(Chart.of(one.pk).problems))
    lines = TimelineEntry.objects.filter(patient_id=fullest.pk, kind__in=KINDS).order_by("key")
    before = list(lines.values())
    assert before

    timeline.rebuild(fullest.pk)

    assert list(lines.values()) == before
