"""What the timetable and the worker leave behind, by which one knows that they live."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from analytics import tasks
from analytics.health.looks import LOST_AFTER, SILENT_AFTER, STUCK_AFTER, last_heard, timetable
from analytics.health.pulse import Pulsing
from analytics.health.register import Reading
from analytics.models import State, Verification
from audit.models import Seal
from audit.services import record
from hospital import clock
from hospital.celery import app

pytestmark = pytest.mark.django_db
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def beats(tmp_path: Path) -> Iterator[Any]:
    scheduler = Pulsing(app=app, schedule={}, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    scheduler.setup_schedule()
    scheduler.data = {}
    yield scheduler
    scheduler.close()


def test_the_timetable_beats_when_it_looks_what_is_due(beats: Any, settings: Any) -> None:
    settings.REDIS_URL = "redis://somewhere/0"
    assert timetable().state == State.DOWN, "it was never heard"
    beats.tick()
    assert timetable().state == State.OK
    for age, state in ((SILENT_AFTER, State.WARNING), (LOST_AFTER, State.DOWN)):
        with time_machine.travel(clock.now() + age + A_SECOND):
            assert timetable().state == state


def test_a_worker_that_answers_and_finishes_nothing_is_stuck() -> None:
    answers = Reading(State.OK, "1 answers", "1", 1)
    none = Reading(State.DOWN, "None answers", "0", 0)
    assert "never heard" in str(last_heard(none).sentence)
    tasks.tick()
    assert last_heard(answers).state == State.OK
    with time_machine.travel(clock.now() + STUCK_AFTER + A_SECOND):
        assert last_heard(answers).state == State.WARNING
        assert str(last_heard(none).sentence) == "None answers; last heard 3 min ago."


def test_the_tasks_of_the_night(settings: Any) -> None:
    settings.REDIS_URL = ""
    record("patients.open_record", actor_id=None)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        tasks.begin_proofs()
        tasks.prove()
    assert Verification.objects.get(name="audit").proved_rows == Seal.objects.get().rows > 0
    assert set(Verification.objects.values_list("outcome", flat=True)) == {"intact"}
