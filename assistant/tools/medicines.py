"""Tools about medicines: what is prescribed, and whether it is safe beside what is known."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from assistant.sources import Kind, Source
from assistant.tools.gathering import Asking, Found
from assistant.tools.people import medicine_said, taken_now
from assistant.tools.saying import at, day, sentences, zone_of
from patients.models import Patient
from prescriptions.asking import Checked, checked
from prescriptions.dosage import Prescribable, Written, form_in, written
from prescriptions.models import Prescription, PrescriptionLine, Product

MOST_LINES = 40
MOST_PRODUCTS = 2
_DOSED = re.compile(
    r"(?P<name>\D+?),? (?P<dose>\d+(?:[.,]\d+)? ?(?:mg|g|mcg|ug|[µμ]g|IU|milligrams?|grams?|micrograms?|units?)),?"
    r"(?: (?P<often>.+))?",
    re.IGNORECASE,
)


def prescriptions(asking: Asking, given: Mapping[str, Any]) -> Found:
    """What is taken now; on request also what was taken before, and drafts."""
    patient, words = asking.patient, given["medicine"].casefold()
    lines = taken_now(patient)
    if given["past"]:
        rows = PrescriptionLine.objects.filter(patient_id=patient.pk).order_by("-signed_on", "-id")
        lines = list({one.pk: one for one in (*lines, *rows[:MOST_LINES])}.values())
    lines = [one for one in lines if words in one.medicine.casefold()]
    found = Found([medicine_said(one, patient, asking.turn) for one in lines])
    if given["past"]:
        drafts = Prescription.objects.of(patient).filter(status=Prescription.Status.DRAFT).latest_first()
        found.sources += [_draft_said(one, patient, asking) for one in drafts[:MOST_LINES] if one.lines]
    if not found.sources:
        found.notes.append(_("No such medicine is prescribed here."))
    return found


def _draft_said(draft: Prescription, patient: Patient, asking: Asking) -> Source:
    medicines = "; ".join(line.medicine for line in draft.written)
    on = day(draft.created_at.astimezone(zone_of(patient)))
    return asking.turn.keep(
        Kind.PRESCRIPTION,
        draft.pk,
        title=_("Draft of a prescription"),
        text=f"Draft of {on}, not signed: {medicines}.",
        url=draft.get_absolute_url(),
        patient=patient.pk,
    )


def safety_check(asking: Asking, given: Mapping[str, Any]) -> Found:
    """What the rules say of these medicines for this patient, and what could not be checked. Nothing is kept."""
    patient = asking.patient
    lines = [_meant(text) for text in given["medicines"]]
    answer = checked(patient, lines, without=None)
    return Found(_answer_said(answer, patient, asking), [_("A rule that is not there says nothing.")])


def _meant(text: str) -> Written:
    """Ibuprofen 400 mg three times a day: the medicine, a dose of it, and how often. What is not understood so is a name."""
    found = _DOSED.fullmatch(" ".join(text.split()))
    if found is None or form_in(found["often"] or ""):
        return line_for(text)
    dosed = {"dose": found["dose"], "frequency": found["often"] or ""}
    for name in (f"{found['name']} {found['dose']}", found["name"]):
        try:
            return line_for(name, **dosed)
        except ValidationError:
            continue
    return line_for(text)


def line_for(medicine: str, **typed: Any) -> Written:
    """The line that is meant: of the product of the catalogue that bears this name, else by its name alone."""
    name = " ".join(medicine.split())
    offered = Product.objects.offered().ranked(name, MOST_PRODUCTS)
    of = offered[0].prescribable if _is_it(name, offered) else Prescribable.named(name)
    try:
        return written(of, **typed)
    except ValidationError as error:
        raise ValidationError(f"{name}: {' '.join(error.messages)}") from error


def _is_it(name: str, offered: list[Product]) -> bool:
    return bool(offered) and (
        offered[0].name.casefold() == name.casefold()
        or (len(offered) == 1 and any(sign.isdigit() for sign in name))
    )


def _answer_said(answer: Checked, patient: Patient, asking: Asking) -> list[Source]:
    when = at(answer.checked_at, zone_of(patient))
    names = ", ".join(answer.asked["medicines"])
    url = f"{reverse('prescriptions:begin', args=[patient.pk])}"
    said = [
        sentences(
            f"{one.finding.severity.value.capitalize()}: {one.finding.text}", f"Rule: {one.finding.source}"
        )
        for one in answer.findings
    ]
    said += [f"{one.medicine} could not be checked: {one.why}" for one in answer.not_screened]
    if not answer.findings:
        said.append(f"No rule speaks against {names}, checked on {when}.")
    said += answer.asked["left_out"]
    return [
        asking.turn.keep(
            Kind.SAFETY,
            f"{patient.pk}:{number}",
            title=_("Safety check, %(medicines)s") % {"medicines": names},
            text=text,
            url=url,
            patient=patient.pk,
        )
        for number, text in enumerate(said)
    ]
