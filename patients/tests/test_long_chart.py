"""A chart of thousands of entries opens with as many statements as an empty one: at most eight. Ten thousand: bench."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital import clock
from hospital.tests.queries import counted
from patients import front, services, timeline
from patients.models import Chart, Encounter, LabResult, Patient, TimelineEntry, Vitals
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db(transaction=True)
EACH = 1_000


@pytest.fixture
def amara(dora: User, rita: User) -> Patient:
    """Dora has treated her for many years."""
    patient = make_patient()
    services.begin_care(patient, user=dora, because="booked", by=rita)
    now = clock.now()
    entry = {"patient_id": patient.pk, "recorded_by": dora}
    rows: list[list[Model]] = [
        [
            Vitals(**entry, taken_at=now - timedelta(hours=n), pulse=60 + n % 40, systolic=110 + n % 50)
            for n in range(2 * EACH)
        ],
        [
            LabResult(
                **entry,
                loinc="2823-3",
                name="Potassium",
                unit="mmol/L",
                value=Decimal(30 + n % 30) / 10,
                taken_at=now - timedelta(days=n),
            )
            for n in range(EACH)
        ],
        [
            Encounter(**entry, author=dora, assessment="Stable", began_at=now - timedelta(days=n))
            for n in range(EACH)
        ],
    ]
    for nouns in rows:
        type(nouns[0])._default_manager.bulk_create(nouns, batch_size=500)
    timeline.rebuild(patient.pk)
    front.rebuild(patient.pk)
    return patient


@pytest.mark.mongo_slow(
    "thousands of rows are slow to write there; how many statements a page asks is the same"
)
def test_the_record_and_each_of_its_pages_costs_at_most_eight(
    amara: Patient, dora: User, client: Client
) -> None:
    assert TimelineEntry.objects.of(amara.pk).count() >= 2 * EACH
    client.force_login(dora)
    client.get("/")  # whatever is read once for the process
    for page in (
        "detail",
        "timeline",
        "vitals",
        "results",
        "note_list",
        "documents",
        "problems",
        "allergies",
    ):
        with counted(at_most=8):
            answer = client.get(reverse(f"patients:{page}", args=[amara.pk]))
        assert answer.status_code == 200, page
    first_page = Chart.of(amara.pk)
    assert len(first_page.vitals["readings"]) == 6
    assert len(first_page.results) == 1
    assert len(first_page.encounters) <= 12
