"""Tools about people: who is meant, and the first page of a chart."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import acting
from assistant.sources import Kind, Source
from assistant.tools.gathering import Asking, Found, Gathering
from assistant.tools.saying import day, sentences, zone_of
from hospital import clock
from patients.models import Alert, Allergy, AllergyStatement, Patient, Problem
from prescriptions.models import PrescriptionLine

MOST_PATIENTS = 8
MOST_ENTRIES = 60


def find_patient(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Links to those whom the words mean; nothing of a chart."""
    found = Patient.objects.visible_to(asking.by).ranked(given["name"])[:MOST_PATIENTS]
    acting.listed("patients.view_patient", by=asking.by, filters={"q": given["name"]}, count=len(found))
    sources = [_who(one, asking.turn) for one in found]
    return Found(sources, [] if found else [_("Nobody is found under these words.")])


def _who(patient: Patient, turn: Gathering) -> Source:
    born = day(patient.birth_date) if not patient.birth_date_is_estimated else str(patient.birth_date.year)
    text = f"{patient.full_name}, born {born}, {patient.get_sex_display().lower()}, {patient.mrn}."
    return turn.keep(
        Kind.PATIENT,
        patient.pk,
        title=patient.full_name,
        text=text,
        url=patient.get_absolute_url(),
        patient=patient.pk,
    )


def patient_summary(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Who it is; then allergies, alerts, problems and medicines, as far as the asker's role sees them."""
    patient, by = asking.patient, asking.by
    found = Found([_about(patient, asking.turn)])
    for permission, part in (
        ("patients.view_allergy", _allergies),
        ("patients.view_alert", _alerts),
        ("patients.view_problem", _problems),
        ("prescriptions.view_prescription", _medicines),
    ):
        if by.has_perm(permission):
            part(patient, asking.turn, found)
        else:
            found.notes.append(_not_seen(permission))
    return found


def _not_seen(permission: str) -> str:
    return _("Your role does not see this part: %(part)s.") % {"part": permission.partition(".view_")[2]}


def _about(patient: Patient, turn: Gathering) -> Source:
    born = str(patient.birth_date.year) if patient.birth_date_is_estimated else day(patient.birth_date)
    text = sentences(
        f"{patient.get_sex_display()}, {patient.age} years old, born {born}",
        f"Blood group {patient.blood_group}" if patient.blood_group else "",
        f"Died on {day(patient.deceased_on)}" if patient.deceased_on else "",
    )
    return turn.keep(
        Kind.PATIENT,
        patient.pk,
        title=patient.full_name,
        text=text,
        url=patient.get_absolute_url(),
        patient=patient.pk,
    )


def _allergies(patient: Patient, turn: Gathering, found: Found) -> None:
    url = reverse("patients:allergies", args=[patient.pk])
    known = sorted(Allergy.objects.known(patient.pk), key=lambda one: (one.urgency, one.pk))
    for one in known[:MOST_ENTRIES]:
        found.sources.append(
            turn.keep(
                Kind.ALLERGY, one.pk, title=one.substance, text=allergy_said(one), url=url, patient=patient.pk
            )
        )
    if known:
        return
    statement = AllergyStatement.objects.current(patient.pk)
    if statement is None:
        found.notes.append(_("Nothing is recorded about allergies; nobody has stated that there are none."))
        return
    on = day(statement.stated_at.astimezone(zone_of(patient)))
    said = f"No known allergies, stated on {on}."
    found.sources.append(
        turn.keep(Kind.ALLERGY, statement.pk, title="Allergies", text=said, url=url, patient=patient.pk)
    )


def allergy_said(one: Allergy) -> str:
    """Allergy to penicillin: anaphylaxis, severe; criticality high; verified."""
    what = "Intolerance of" if one.kind == Allergy.Kind.INTOLERANCE else "Allergy to"
    reaction = ", ".join(filter(None, [one.reaction, one.get_severity_display().lower()]))
    return sentences(
        f"{what} {one.substance}" + (f": {reaction}" if reaction else ""),
        f"Criticality {one.get_criticality_display().lower()}, {one.get_verification_display().lower()}",
        f"First noted on {day(one.noted_on)}" if one.noted_on else "",
        f"Note: {one.note}" if one.note else "",
    )


def _alerts(patient: Patient, turn: Gathering, found: Found) -> None:
    rows = list(Alert.objects.standing_now(patient.pk).order_by("-id")[:MOST_ENTRIES])
    url, zone = reverse("patients:alerts", args=[patient.pk]), zone_of(patient)
    for one in rows:
        text = f"Alert ({one.get_category_display().lower()}): {one.text}, raised on {day(one.raised_at.astimezone(zone))}."
        found.sources.append(
            turn.keep(Kind.PROBLEM, one.pk, title="Alert", text=text, url=url, patient=patient.pk)
        )
    if not rows:
        found.notes.append(_("No alert stands in the record."))


def _problems(patient: Patient, turn: Gathering, found: Found) -> None:
    rows = list(Problem.objects.of(patient).standing().order_by("status", "-id")[:MOST_ENTRIES])
    url = reverse("patients:problems", args=[patient.pk])
    for one in rows:
        text = sentences(
            f"{'Problem' if one.is_active else 'Resolved problem'}: {one.title}"
            + (f" ({one.code})" if one.code else "")
            + (f", {one.when}" if one.when else ""),
            f"Note: {one.note}" if one.note else "",
        )
        found.sources.append(
            turn.keep(Kind.PROBLEM, one.pk, title=one.title, text=text, url=url, patient=patient.pk)
        )
    if not rows:
        found.notes.append(_("No problem is recorded."))


def _medicines(patient: Patient, turn: Gathering, found: Found) -> None:
    taken = taken_now(patient)
    found.sources += [medicine_said(one, patient, turn) for one in taken]
    if not taken:
        found.notes.append(_("No medicine prescribed here is taken now."))


def taken_now(patient: Patient) -> list[PrescriptionLine]:
    today = clock.now().astimezone(zone_of(patient)).date()
    return list(PrescriptionLine.objects.taken(patient.pk, today)[:MOST_ENTRIES])


def medicine_said(line: PrescriptionLine, patient: Patient, turn: Gathering) -> Source:
    """Amlodipine 5 mg tablet: Take 1 tablet once a day. Prescribed on 12 Apr 2026, until further notice."""
    until = "until further notice" if line.is_long_term else f"taken until {day(line.taken_until)}"
    stopped = f"Stopped on {day(line.stopped_at.astimezone(zone_of(patient)))}" if line.stopped_at else ""
    reason = f" ({line.get_stopped_because_display().lower()})" if line.stopped_because else ""
    note = line.written.note
    return turn.keep(
        Kind.PRESCRIPTION,
        line.pk,
        title=line.medicine,
        text=sentences(
            f"{line.medicine}: {line.written.text}" if line.written.text else line.medicine,
            f"Prescribed on {day(line.signed_on)}, {until}",
            f"{stopped}{reason}" if stopped else "",
            f"Note: {note}" if note else "",
        ),
        url=reverse("prescriptions:detail", args=[patient.pk, line.prescription_id]),
        patient=patient.pk,
    )
