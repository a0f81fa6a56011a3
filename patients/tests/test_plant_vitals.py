"""The vital signs of the demonstration stand up to every rule, and every page of theirs is ready."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from accounts.models import Site, User
from hospital import clock
from patients import timeline
from patients.clinical import news2
from patients.clinical.plausible import IMPOSSIBLE, doubts
from patients.demo import vitals
from patients.demo.charts import Told
from patients.demo.stories import STORIES
from patients.models import Chart, TimelineEntry, Vitals
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")


@pytest.fixture
def told(site: Site, dora: User, nora: User) -> list[Told]:
    """One patient of each story; of children, one of each age at which ranges change, the youngest born today."""
    today = clock.today("Europe/Berlin")
    people = []
    for story in STORIES:
        ages = [0, 1, 4, 9, 15] if story.key == "child" else [max(story.ages[0], 30)]
        for years in ages:
            patient = make_patient(birth_date=date(today.year - years, 1, 1) if years else today)
            people.append(Told(patient, story, dora, nora))
    vitals.plant(people, random=Random(7), progress=lambda _: None)
    return people


def test_every_set_stands_up_to_the_rules(told: list[Told]) -> None:
    rows = list(Vitals.objects.select_related("patient"))
    assert len(rows) >= 4 * len(told)
    for row in rows:
        row.check_row()
        assert row.taken_at <= clock.now()
        assert row.taken_at.date() >= row.patient.birth_date - timedelta(days=1)
        found = doubts(row.values, age=row.age, taken_at=row.taken_at)
        assert [one for one in found if one.code == IMPOSSIBLE] == []
        expected = news2.score(row.parameters) if not row.news2_not_because else None
        assert row.news2 == (expected.total if expected else None)


def test_each_story_is_told_by_its_values(told: list[Told]) -> None:
    def of(key: str) -> Any:
        ids = [one.patient.pk for one in told if one.story.key == key]
        return Vitals.objects.filter(patient_id__in=ids).order_by("taken_at")

    assert {row.news2_not_because for row in of("child")} == {"child"}
    assert {row.news2_not_because for row in of("pregnant")} == {"pregnant"}
    ill = list(of("pneumonia"))
    assert len(ill) >= 9
    assert ill[-1].taken_at - ill[0].taken_at < timedelta(days=4)
    assert ill[0].news2 > 4
    assert ill[0].temperature > ill[-1].temperature
    assert min(row.systolic for row in of("hypertension")) > 120


def test_the_first_page_and_the_timeline_are_as_the_services_would_leave_them(told: list[Told]) -> None:
    for one in told:
        assert Chart.of(one.patient.pk).vitals == Vitals.objects.front(one.patient.pk)
        before = list(TimelineEntry.objects.filter(patient_id=one.patient.pk).order_by("key").values())
        timeline.rebuild(one.patient.pk)
        after = list(TimelineEntry.objects.filter(patient_id=one.patient.pk).order_by("key").values())
        assert before == after
