"""What is kept ready says what the rows say: rebuilt, first page and timeline are what they were."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from hospital import clock
from patients import front, services
from patients.files import let_in
from patients.models import Chart, Patient, TimelineEntry
from patients.tests.hostile import upload
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def amara(dora: User, rita: User) -> Patient:
    """Dora's patient, in whose chart stands one of everything, and of some things one that was taken back."""
    patient = make_patient()
    services.begin_care(patient, user=dora, because="booked", by=rita)
    services.record_allergy(patient, substance="Penicillin", category="medication", reaction="Rash", by=dora)
    services.retract_allergy(
        services.record_allergy(patient, substance="Dust", category="environment", by=dora),
        reason="Somebody else",
        by=dora,
    )
    problem = services.record_problem(patient, title="Type 2 diabetes", onset_on=date(2014, 1, 1), by=dora)
    services.resolve_problem(problem, ended_on=date(2020, 1, 1), by=dora)
    services.record_problem(patient, title="Hypertension", by=dora)
    services.raise_alert(patient, category="safety", text="Falls", by=dora)
    services.record_consent(patient, kind="data_sharing", is_given=True, by=rita)
    now = clock.now()
    for days, pulse in ((3, 80), (2, 96), (1, 71)):
        services.record_vitals(
            patient, taken_at=now - timedelta(days=days), pulse=pulse, confirmed=True, by=dora
        )
    for days, value in ((40, "4.2"), (1, "5.6")):
        services.record_result(
            patient,
            loinc="2823-3",
            name="Potassium",
            value=Decimal(value),
            unit="mmol/L",
            taken_at=now - timedelta(days=days),
            by=dora,
        )
    note = services.open_encounter(patient, kind="phone", by=dora)
    services.write_note(note, seen_version=note.version, assessment="Well", by=dora)
    services.open_encounter(patient, kind="phone", by=dora)
    services.upload_document(
        patient, file=let_in(upload("letter.txt", b"Dear Doctor")), title="Letter", by=dora
    )
    return patient


def kept(patient: Patient) -> tuple[Any, list[Any]]:
    [chart] = Chart.objects.filter(pk=patient.pk).values(*front.PARTS)
    return chart, list(TimelineEntry.objects.of(patient.pk).values())


def test_every_part_of_the_first_page_is_written(amara: Patient) -> None:
    chart, lines = kept(amara)
    assert [name for name, part in chart.items() if not part] == []
    assert {line["kind"] for line in lines} >= {"allergy", "problem", "vitals", "note", "document", "consent"}


@pytest.mark.parametrize("which", [["--patient"], []])
def test_rebuilt_everything_is_as_it_was(amara: Patient, which: list[str]) -> None:
    before = kept(amara)
    Chart.objects.filter(pk=amara.pk).update(allergies={}, vitals=[], results=[])
    TimelineEntry.objects.filter(patient=amara).update(facts={})
    assert kept(amara) != before

    call_command("rebuild_charts", *which, *([str(amara.pk)] if which else []))

    assert kept(amara) == before


def test_a_chart_that_never_was_is_begun(rita: User) -> None:
    patient = make_patient()
    call_command("rebuild_charts")
    assert kept(patient)[1] == []
