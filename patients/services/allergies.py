"""What can be done with allergies, and with the statement that none are known."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from hospital import clock
from hospital.errors import LostRace, Refusal
from patients import front, timeline
from patients.clinical import allergens
from patients.models import Allergy, AllergyStatement, Patient
from patients.models.allergies import MOST_KNOWN
from patients.searching import words_of

KIND = "allergy"
NONE_KNOWN = "no_known_allergies"


@service("patients.record_allergy")
def record_allergy(
    patient: Patient,
    *,
    by: User,
    once: Once | None = None,
    substance_key: str = "",
    substance: str = "",
    category: str = "",
    **fields: Any,
) -> Allergy:
    """Write down what the patient must not be given. Ends a statement that no allergies are known.

    Either `substance_key`, of patients.clinical.allergens, or `substance` in words with its `category`. Words that
    are the exact name of something in the table mean that entry. Anything else is kept, uncoded: it cannot be
    checked against medicines. Refused with `already_known` if the same is known already.
    """
    if once and (earlier := once.earlier("patients.record_allergy", by=by)):
        return Allergy.objects.get(pk=earlier)
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    coded = coding_of(substance_key, substance) or {"substance": substance, "category": category}
    allergy: Allergy = Allergy(patient=patient, recorded_by=by, **coded, **fields).add()
    _write_down(patient, allergy)
    if once:
        once.done("patients.record_allergy", allergy, by=by)
    return allergy


@service("patients.edit_allergy")
def edit_allergy(
    allergy: Allergy, *, by: User, seen_version: int | None, substance: str = "", **changes: Any
) -> Allergy:
    """Verify, refute, say that it is over, or correct. Of what is coded the substance stays as it is.

    Raises Stale when somebody else changed it since `seen_version`, Refusal `already_known` when it would count
    again beside the same entry, and `retracted` for what was taken back.
    """
    _refuse_retracted(allergy)
    if not allergy.is_coded and substance:
        changes |= coding_of("", substance) or {"substance": substance}
    elif allergy.is_coded:
        changes.pop("category", None)
    note(fields=sorted(changes))
    allergy.change(seen_version=seen_version, **changes)
    _write_down(allergy.patient, allergy)
    return allergy


@service("patients.retract_allergy")
def retract_allergy(allergy: Allergy, *, reason: str, by: User, seen_version: int | None = None) -> Allergy:
    """Take it back as entered in error. It stays, struck through."""
    allergy.retract(because=reason, by=by, seen_version=seen_version)
    _write_down(allergy.patient, allergy)
    return allergy


@service("patients.state_no_known_allergies")
def state_no_known_allergies(patient: Patient, *, by: User) -> AllergyStatement:
    """Somebody asked, and none are known. Saying it again renews the date. Recording an allergy ends it.

    Refused with `has_allergies` while one counts.
    """
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    if Allergy.objects.known(patient.pk).exists():
        raise Refusal(
            _("Allergies are on record. Refute them or take them back before stating that none are known."),
            code="has_allergies",
        )
    _end_statement(patient)
    try:
        statement: AllergyStatement = AllergyStatement(patient=patient, recorded_by=by).add()
    except IntegrityError as error:
        raise LostRace("The same was stated a moment ago.") from error
    front.renew(patient.pk, allergies=Allergy.objects.front(patient.pk))
    told = line_of_statement(statement)
    timeline.tell(NONE_KNOWN, told.subject_id, patient_id=patient.pk, at=told.at, **told.facts)
    return statement


def coding_of(key: str, text: str) -> dict[str, Any]:
    """The columns of what the table has under this key or exact name; empty for words that it does not know."""
    found = allergens.find(key) if key else allergens.named(text)
    if found is None and key:
        raise ValidationError({"substance_key": _("This is not in the list of allergens.")})
    if found is None:
        return {}
    return {
        "substance": found.name,
        "substance_key": found.key,
        "atc": found.atc,
        "drug_class": found.drug_class,
        "category": found.category,
    }


def line_of(allergy: Allergy) -> timeline.Told:
    """What the timeline tells of an allergy."""
    facts = {
        "substance": allergy.substance,
        "says": allergy.says,
        "counts": allergy.is_known,
        "status": allergy.status,
        "by": allergy.recorded_by.full_name,
        "retracted": allergy.is_retracted,
    }
    return timeline.Told(allergy.pk, allergy.created_at, facts)


def line_of_statement(statement: AllergyStatement) -> timeline.Told:
    return timeline.Told(statement.pk, statement.stated_at, {"by": statement.recorded_by.full_name})


def _write_down(patient: Patient, allergy: Allergy) -> None:
    """What follows from any change. All writers of one patient meet in the chart's row.

    Every entry that counts stands in that row, so two that begin or cease to count write different values there:
    the second of two at once starts again, and then sees what the first has written.
    """
    if allergy.is_known:
        _refuse_twice(patient.pk, allergy)
        _end_statement(patient)
    front.renew(patient.pk, allergies=Allergy.objects.front(patient.pk))
    told = line_of(allergy)
    timeline.tell(KIND, told.subject_id, patient_id=patient.pk, at=told.at, **told.facts)


def _refuse_twice(patient_id: UUID, allergy: Allergy) -> None:
    others = [one for one in Allergy.objects.known(patient_id) if one.pk != allergy.pk]
    if any(_same(one, allergy) for one in others):
        raise Refusal(
            _("%(substance)s is on record already.") % {"substance": allergy.substance},
            code="already_known",
            field="substance",
        )
    if len(others) >= MOST_KNOWN:
        raise Refusal(_("No more than %(most)s allergies can count.") % {"most": MOST_KNOWN}, code="too_many")


def _same(one: Allergy, other: Allergy) -> bool:
    if one.substance_key or other.substance_key:
        return one.substance_key == other.substance_key
    return words_of(one.substance) == words_of(other.substance)


def _end_statement(patient: Patient) -> None:
    AllergyStatement.objects.filter(patient_id=patient.pk, is_current=True).update(
        is_current=False, updated_at=clock.now(), version=F("version") + 1
    )


def _refuse_retracted(allergy: Allergy) -> None:
    if allergy.is_retracted:
        raise Refusal(_("This was taken back; it cannot be changed any more."), code="retracted")
