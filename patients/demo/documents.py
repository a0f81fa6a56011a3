"""Letters about fictitious patients from fictitious houses, as PDF files."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.formats import date_format

from hospital import clock, paper
from hospital.models import new_secret
from patients import timeline
from patients.files import store
from patients.models import Chart, Document, Patient, TimelineEntry
from patients.services.documents import facts_of

if TYPE_CHECKING:
    from patients.demo.charts import Told

MOST = 14  # each is a file on the disk and a hundredth of a second
FICTITIOUS = "Fictitious: demonstration. No real patient, no real sender."


@dataclass(frozen=True)
class Letter:
    """What somebody wrote: kind, title, sender, paragraphs."""

    kind: str
    title: str
    sender: str
    paragraphs: tuple[str, ...]


# By the story of the patient.
LETTERS: dict[str, tuple[Letter, ...]] = {
    "hypertension": (
        Letter(
            "report",
            "24-hour blood pressure",
            "Cardiology practice, Südfeld",
            (
                "Ambulatory measurement over 24 hours, cuff on the left arm, with most readings usable.",
                "The mean of the day is above the aim; the fall at night is kept. No symptoms during the recording.",
                (
                    "Suggested: go on as agreed, measure at home in the morning and in the evening, and see again in "
                    "three months."
                ),
            ),
        ),
    ),
    "diabetes": (
        Letter(
            "letter",
            "Diabetes clinic: yearly review",
            "Diabetes clinic, Altenmuster",
            (
                "Seen for the yearly review of type 2 diabetes. Feels well. Weight is slowly coming down.",
                "Feet: pulses felt on both sides, monofilament felt everywhere, skin whole.",
                "Eyes: the last photographs show no retinopathy; the next ones are due in a year.",
            ),
        ),
        Letter(
            "consent",
            "Consent to the education programme",
            "Diabetes clinic, Altenmuster",
            ("The programme was explained. The patient agrees to take part and may leave it at any time.",),
        ),
    ),
    "kidney": (
        Letter(
            "letter",
            "Nephrology: first visit",
            "Kidney centre, Musterau",
            (
                "Referred with chronic kidney disease, stage 3a, and hypertension of many years.",
                "Ultrasound: both kidneys of usual size, cortex a little thinned, no obstruction.",
                (
                    "Please avoid non-steroidal anti-inflammatory drugs, and repeat creatinine and potassium in "
                    "four weeks."
                ),
            ),
        ),
    ),
    "lungs": (
        Letter(
            "report",
            "Spirometry",
            "Lung practice, Beispielhausen",
            (
                "Obstruction that does not resolve after salbutamol, in keeping with the known COPD.",
                "Inhaler technique was shown and practised. Help with giving up smoking was offered.",
            ),
        ),
    ),
    "pneumonia": (
        Letter(
            "report",
            "Chest X-ray",
            "Radiology, Nordfeld",
            (
                "Two views, standing. Consolidation in the right lower lobe. No effusion, no pneumothorax.",
                "Heart of usual size. A check-up in six weeks is suggested.",
            ),
        ),
    ),
    "pregnant": (
        Letter(
            "letter",
            "Antenatal booking visit",
            "Midwives’ house, Nordfeld",
            ("Booked for antenatal care. Feels well. The next visit and the next scan are agreed.",),
        ),
    ),
}


def plant(told: "Sequence[Told]", *, random: Random, progress: Callable[[str], object]) -> None:
    """Put the first letters into the charts. Goes around the services, as all planting does."""
    asked = [(one, letter) for one in told for letter in LETTERS.get(one.story.key, ())][:MOST]
    planted = [_put(one, letter, random) for one, letter in asked]
    Document.objects.bulk_create(planted)
    TimelineEntry.objects.bulk_create(
        timeline.tell_first(
            "document", timeline.Told(one.pk, one.created_at, facts_of(one)), patient_id=one.patient_id
        )
        for one in planted
    )
    _renew_fronts({one.patient_id: one.patient for one in planted})
    progress(f"{len(planted)} documents")


def _put(told: "Told", letter: Letter, random: Random) -> Document:
    """The row of a letter, whose file lies there already."""
    written = clock.now() - timedelta(days=random.randrange(3, 300))
    day = date_format(written, "j M Y")
    patient = told.patient
    content = paper.pdf(
        "letter",
        {
            "from": letter.sender,
            "day": day,
            "fictitious": FICTITIOUS,
            "about": f"{patient.full_name}, {patient.mrn}, {date_format(patient.birth_date, 'j M Y')}",
            "paragraphs": letter.paragraphs,
            "signed": letter.sender,
            "foot": f"{letter.title} · {patient.mrn}",
        },
        title=letter.title,
    )
    key = new_secret()
    with store.new_file(key) as file:
        file.write(content)
    with store.kept(key):
        return Document(
            patient=patient,
            recorded_by=told.nurse,
            created_at=written + timedelta(days=1),
            updated_at=written + timedelta(days=1),
            kind=letter.kind,
            title=letter.title,
            dated_on=written.date(),
            file_name=f"{letter.title.replace(':', '')}.pdf",
            media_type="application/pdf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            key=key,
            pages=1,
            text="\n\n".join((letter.sender, day, letter.title, *letter.paragraphs)),
            text_state=Document.TextState.READ,
        )


def _renew_fronts(patients: dict[UUID, Patient]) -> None:
    known = set(Chart.objects.filter(pk__in=list(patients)).values_list("pk", flat=True))
    Chart.objects.bulk_create(Chart(pk=pk) for pk in patients if pk not in known)
    for pk in patients:
        Chart.objects.filter(pk=pk).update(documents=Document.objects.front(pk))
