"""Four patients who never existed, with charts that do not change: what the questions are about."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Department, Site, User
from accounts.roles import Role
from appointments.models import Appointment
from assistant.demo import TEXTS
from assistant.models import Guideline, Passage
from assistant.retrieval.chunking import chunks_of
from assistant.tests.question_set.charts import CHARTS
from doctors.models import Doctor
from hospital import clock
from patients.clinical.loinc import BY_CODE
from patients.clinical.results import flag_by_range
from patients.models import (
    Alert,
    Allergy,
    AllergyStatement,
    Document,
    Encounter,
    LabResult,
    LabTest,
    Patient,
    Problem,
    Vitals,
)
from patients.services import begin_care, register_patient
from prescriptions.tests.make_prescriptions import make_line, make_signed

TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MORNING = 7


@dataclass(frozen=True)
class World:
    doctor: User
    patients: dict[str, Patient]

    def whose(self, key: str) -> Patient | None:
        """None for a question about nobody."""
        return self.patients.get(key)


def plant() -> World:
    """On the day of the questions; call it inside `clock.pretending(TODAY)`."""
    site = (
        Site.objects.first() or Site(name="Northfield", time_zone="Europe/Berlin", number_prefix="NF").add()
    )
    department = Department(site=site, name="General medicine", code="GEN").add()
    clerk = User.objects.create_user("desk@example.org", full_name="Desk", role=Role.RECEPTIONIST)
    user = User.objects.create_user("treats@example.org", full_name="Dora Dietz", role=Role.DOCTOR)
    doctor = Doctor(given_name="Dora", family_name="Dietz", department=department, user=user).add()
    user.change(profile_id=doctor.pk)
    LabTest.objects.load_starters()
    patients: dict[str, Patient] = {}
    for key, chart in CHARTS.items():
        patient = register_patient(by=clerk, **chart["person"])
        begin_care(patient, user=user, because="Booked", by=clerk)
        _Planting(patient, user, doctor).chart(chart)
        patients[key] = patient
    _guidelines(user)
    return World(user, patients)


def _guidelines(by: User) -> None:
    """Those of the demonstration, cut into passages as the worker does it; without an index they are found by words."""
    for path in sorted(TEXTS.glob("*.md")):
        text = path.read_text()
        guideline = Guideline(
            title=text.partition("\n")[0].removeprefix("# "),
            licence="CC0 1.0",
            file_name=path.name,
            media_type="text/markdown",
            size=len(text),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            uploaded_by=by,
            status=Guideline.Status.INDEXED,
        ).add()
        Passage.objects.bulk_create(
            Passage(
                pk=f"{guideline.pk}:{number}",
                guideline=guideline,
                number=number,
                heading=one.heading,
                text=one.text,
            )
            for number, one in enumerate(chunks_of([text], is_markdown=True))
        )


def moment(text: str, hour: int = MORNING) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).replace(hour=hour)


class _Planting:
    def __init__(self, patient: Patient, user: User, doctor: Doctor) -> None:
        self.patient, self.user, self.doctor = patient, user, doctor
        self.own: dict[str, Any] = {"patient": patient, "recorded_by": user}

    def chart(self, chart: dict[str, Any]) -> None:
        self._measured(chart)
        for fields in chart.get("allergies", []):
            Allergy(**self.own, **fields).add()
        if "no_allergies_on" in chart:
            AllergyStatement(**self.own, stated_at=moment(chart["no_allergies_on"])).add()
        for fields in chart.get("problems", []):
            Problem(**self.own, **fields).add()
        for category, text in chart.get("alerts", []):
            Alert(**self.own, category=category, text=text, raised_at=moment("2026-03-02")).add()
        self._texts(chart)
        self._medicines(chart.get("medicines", []))
        for on, hour, reason, status in chart.get("appointments", []):
            self._visit(moment(on, hour), reason, status)

    def _measured(self, chart: dict[str, Any]) -> None:
        for loinc, series in chart.get("labs", {}).items():
            for on, value in series:
                self._result(loinc, on, value)
        for on, values in chart.get("vitals", []):
            exact = {
                name: Decimal(str(one)) if isinstance(one, float) else one for name, one in values.items()
            }
            Vitals(**self.own, taken_at=moment(on), **exact).add()

    def _result(self, loinc: str, on: str, value: str) -> None:
        known = BY_CODE[loinc]
        number = Decimal(value)
        LabResult(
            **self.own,
            loinc=loinc,
            name=known.short_name,
            value=number,
            unit=known.unit,
            low=known.low,
            high=known.high,
            flag=flag_by_range(number, "", known.low, known.high),
            taken_at=moment(on),
            laboratory="Laboratory Nordfeld",
        ).add()

    def _texts(self, chart: dict[str, Any]) -> None:
        for on, sections in chart.get("notes", []):
            signed = {"status": "signed", "signed_by": self.user, "signed_at": moment(on, 10)}
            note = Encounter(
                **self.own, kind="visit", author=self.user, began_at=moment(on, 9), **signed, **sections
            )
            note.content_hash = note.seal()
            note.add()
        for on, kind, title, text in chart.get("documents", []):
            Document(
                **self.own,
                kind=kind,
                title=title,
                dated_on=date.fromisoformat(on),
                file_name=f"{title.lower().replace(' ', '-')}.pdf",
                media_type="application/pdf",
                size=len(text),
                sha256="0" * 64,
                text=text,
                text_state=Document.TextState.READ,
            ).add()

    def _medicines(self, medicines: list[tuple[str, str, str, int | None]]) -> None:
        for on, name, text, days in medicines:
            line = make_line(name, text=text, days=days)
            make_signed(self.patient, self.doctor, line, signed_at=moment(on))

    def _visit(self, starts_at: datetime, reason: str, status: str) -> None:
        visit = Appointment(
            patient=self.patient,
            doctor=self.doctor,
            starts_at=starts_at,
            minutes=20,
            reason=reason,
            booked_by=self.user,
            status=status,
        )
        visit.check_row()
        visit.save(force_insert=True)


def planted() -> World:
    with clock.pretending(TODAY):
        return plant()
