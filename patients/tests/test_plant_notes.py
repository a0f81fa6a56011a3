"""Notes of the demonstration: as right as if they had been written and signed here."""

from datetime import timedelta
from random import Random

import pytest
from django.core.management import call_command

from accounts.models import Site, User
from hospital import clock
from patients import timeline
from patients.demo import Told, notes
from patients.demo.stories import STORIES
from patients.models import SECTIONS, Chart, Encounter, NoteTemplate, TimelineEntry
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("the demonstration is planted and judged alike on both engines")


@pytest.fixture
def told(site: Site, dora: User, nora: User) -> list[Told]:
    return [Told(make_patient(), story, dora, nora) for story in STORIES]


def test_planted_notes_stand_up_to_every_rule(told: list[Told], dora: User) -> None:
    now = clock.now()
    planted = []
    for number, one in enumerate(told):
        ends_at = now - timedelta(minutes=number) if number % 2 else None
        contact = notes.Contact("visit", now - timedelta(hours=1), ends_at)
        planted.append(notes.noted(one.patient, contact, notes.words_of(one, Random(number)), by=dora))
    notes.keep(planted)

    for note in Encounter.objects.all():
        before = dict(note.__dict__)
        note.check_row()
        assert note.__dict__ == before
        assert note.is_intact
        assert all(note.sections().values())
    call_command("verify_notes")
    told_first = {one.pk: one.facts for one in TimelineEntry.objects.all()}
    for one in told:
        timeline.rebuild(one.patient.pk)
        assert Chart.of(one.patient.pk).encounters == Encounter.objects.front(one.patient.pk)
    assert {one.pk: one.facts for one in TimelineEntry.objects.all()} == told_first
    assert len(told_first) == len(STORIES)


def test_there_are_words_for_every_story() -> None:
    assert {story.key for story in STORIES} == set(notes.WORDS)
    for texts in (*(text for several in notes.WORDS.values() for text in several), notes.VACCINATION):
        assert len(texts) == len(SECTIONS)


def test_templates_say_that_they_are_a_start(told: list[Told]) -> None:
    notes.plant(told, random=Random(1))

    for template in NoteTemplate.objects.all():
        template.check_row()
        assert notes.STARTER in template.name
    assert NoteTemplate.objects.offered().count() == len(notes.TEMPLATES)
