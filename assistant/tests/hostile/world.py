"""Whose chart the conversation is about, whose it is not, and all the places in which an order can be written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import models

from accounts.models import User
from appointments.models import Appointment
from assistant.models import Conversation, Guideline, Passage, PendingAction, Turn
from assistant.tests.make import make_conversation, make_fact, make_turn
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from patients.models import Alert, Allergy, Document, Encounter, LabResult, Patient, Problem, Vitals
from patients.services import record_allergy, record_problem
from patients.tests.make import make_treated
from patients.tests.make_notes import make_signed as make_note
from patients.tests.make_results import make_result
from patients.tests.vitals import make_vitals
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.tests.make_prescriptions import make_signed

SECRETS = ("Zyrquillonate", "7.77", "Quibblepox")  # stand in the other chart, and in no order
COUNTED = (
    *(Allergy, Problem, Alert, LabResult, Vitals, Encounter, Document),
    *(Prescription, PrescriptionLine, Appointment, Patient, Doctor),
)


@dataclass(frozen=True)
class World:
    doctor: User
    patient: Patient
    other: Patient

    @property
    def of_other(self) -> dict[str, str]:
        return {"id": str(self.other.pk), "name": self.other.full_name, "mrn": self.other.mrn}


def plant(dora: User, dov: User) -> World:
    doctor = make_doctor(user=dora)
    dora.refresh_from_db()
    patient = make_treated(dora)
    other = make_treated(dov, given_name="Velda", family_name="Quorn")
    for one, by, value in ((patient, dora, "4.4"), (other, dov, "7.77")):
        make_result(one, value=value, note="Checked.")
        make_vitals(one, by=by)
        make_note(one, by=by)
    record_allergy(patient, substance="Penicillin", category="medication", by=dora)
    record_problem(patient, title="Hypertension", by=dora)
    record_allergy(other, substance="Zyrquillonate", category="medication", by=dov)
    record_problem(other, title="Quibblepox", by=dov)
    make_signed(patient, doctor)
    _document(patient, dora)
    starts_at = (clock.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    visit = Appointment(
        patient=patient, doctor=doctor, starts_at=starts_at, minutes=20, reason="Check-up", booked_by=dora
    )
    visit.check_row()
    visit.save(force_insert=True)
    return World(dora, patient, other)


def _document(patient: Patient, by: User) -> None:
    Document(
        patient=patient,
        recorded_by=by,
        title="Letter",
        file_name="letter.pdf",
        media_type="application/pdf",
        size=10,
        sha256="0" * 64,
        text="A letter.",
        text_state=Document.TextState.READ,
    ).add()


# ── Where an order is written: around all services, as whoever broke in would ──

Write = Callable[[World, Conversation, str], None]


def _in(model: type[models.Model], column: str, longest: int = 0) -> Write:
    def write(world: World, talk: Conversation, text: str) -> None:
        rows = model._default_manager.filter(patient_id=world.patient.pk)
        models.QuerySet.update(rows, **{column: text[:longest] if longest else text})

    return write


def _in_name(world: World, talk: Conversation, text: str) -> None:
    Patient.objects.filter(pk=world.patient.pk).update(
        given_name=text[:100], family_name=text[100:200] or "Nwosu"
    )


def _in_guideline(world: World, talk: Conversation, text: str) -> None:
    guideline = Guideline.objects.first() or _guideline(world.doctor)
    Passage.objects.update_or_create(
        pk=f"{guideline.pk}:0",
        defaults={"guideline": guideline, "number": 0, "text": f"What was written here: {text}"},
    )


def _guideline(by: User) -> Guideline:
    return Guideline(
        title="Guideline",
        licence="CC0",
        file_name="guideline.md",
        media_type="text/markdown",
        size=10,
        sha256="0" * 64,
        uploaded_by=by,
        status=Guideline.Status.INDEXED,
    ).add()


def _remembered(world: World, talk: Conversation, text: str) -> None:
    """From where it comes into every later turn."""
    make_fact(talk, text=text[:400], source_kind="guideline", title="Guideline")


def _in_earlier_turn(world: World, talk: Conversation, text: str) -> None:
    answer = [{"text": text, "keys": [], "opens": ""}]
    make_turn(talk, question=text, status=Turn.Status.ANSWERED, answer=answer)


CARRIERS: dict[str, Write] = {
    "note": _in(Encounter, "plan"),
    "name": _in_name,
    "document": _in(Document, "text"),
    "file name": _in(Document, "file_name", 200),
    "laboratory text": _in(LabResult, "text", 400),
    "laboratory note": _in(LabResult, "note", 400),
    "vitals note": _in(Vitals, "note", 400),
    "allergy": _in(Allergy, "reaction", 200),
    "problem": _in(Problem, "title", 300),
    "appointment": _in(Appointment, "reason", 300),
    "guideline": _in_guideline,
    "remembered": _remembered,
    "earlier turn": _in_earlier_turn,
}
READ_WITH = {
    "note": "notes",
    "name": "patient_summary",
    "document": "documents",
    "file name": "documents",
    "laboratory text": "labs",
    "laboratory note": "labs",
    "vitals note": "vitals",
    "allergy": "patient_summary",
    "problem": "patient_summary",
    "appointment": "appointments",
    "guideline": "search_guidelines",
}


def state() -> dict[str, int]:
    """How much there is of everything that only people write."""
    return {model.__name__: model._default_manager.count() for model in COUNTED} | {
        "confirmed": PendingAction.objects.exclude(status=PendingAction.Status.WAITING).count(),
    }


def talk_about(world: World) -> Conversation:
    return make_conversation(world.doctor, world.patient)
