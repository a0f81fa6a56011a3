"""Laboratory results of the demonstration: as right as if a laboratory had sent them."""

from random import Random

import pytest

from accounts.models import Site, User
from patients import timeline
from patients.demo import plant, plant_charts
from patients.models import Chart, LabResult, Patient, TimelineEntry

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")


def test_planted_results_stand_up_to_every_rule(site: Site, dora: User, nora: User) -> None:
    random = Random(7)
    patients = plant(40, random=random, site=site, progress=lambda _: None)
    plant_charts(patients, doctor=dora, nurse=nora, random=random, progress=lambda _: None)

    rows = list(LabResult.objects.all())
    assert len(rows) > 200
    for row in rows:
        before = dict(row.__dict__)
        row.check_row()
        assert row.__dict__ == before
    assert any(row.is_abnormal for row in rows)
    assert any(row.reviewed_at is None for row in rows)
    assert sum(row.reviewed_at is None for row in rows) < len(rows) / 2


def test_cards_and_lines_are_those_that_the_services_would_have_written(
    site: Site, dora: User, nora: User
) -> None:
    random = Random(8)
    patients = plant(15, random=random, site=site, progress=lambda _: None)
    plant_charts(patients, doctor=dora, nurse=nora, random=random, progress=lambda _: None)

    for patient in Patient.objects.all():
        assert Chart.of(patient.pk).results == LabResult.objects.front(patient.pk)
        lines = TimelineEntry.objects.of(patient.pk).filter(kind="result").order_by("key")
        before = list(lines.values_list("key", "at", "facts"))
        timeline.rebuild(patient.pk)
        assert list(lines.values_list("key", "at", "facts")) == before
