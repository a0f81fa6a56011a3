"""Drafts of prescriptions: begun, written, discarded and taken back; and the lines that somebody keeps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note as audit
from accounts.acting import service
from accounts.models import User
from accounts.once import Once
from doctors.models import Doctor
from hospital import clock
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from patients.models import Patient
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from prescriptions.asking import Checked, Found, checked
from prescriptions.asking.medicines import products_of
from prescriptions.dosage import Prescribable, Written, written
from prescriptions.models import Favourite, Prescription, PrescriptionLine, Product, Route, Warned
from prescriptions.models.prescribing import MOST_LINES
from prescriptions.timeline import tell

BEGIN = "prescriptions.write_prescription"
MOST_FAVOURITES = 100
Status = Prescription.Status


@service(BEGIN)
def begin_prescription(
    patient: Patient,
    *,
    lines: Sequence[Written] = (),
    indication: str = "",
    note: str = "",
    renews: Prescription | None = None,
    once: Once | None = None,
    by: User,
) -> Prescription:
    """Begin a prescription as a draft, checked. Its doctor is who writes it.

    Refused with `not_a_doctor`, with `already_renewed` where another prescription renews the same one, and for
    a patient for whom nothing can be begun. Raises ValidationError on `lines`.
    """
    if once and (earlier := once.earlier(BEGIN, by=by)):
        begun: Prescription = Prescription.objects.get(pk=earlier)
        return begun
    patient.check_open_for_work()
    doctor = doctor_of(by)
    _refuse_what_cannot_be_renewed(patient, renews)
    prescription = Prescription(
        patient=patient,
        doctor=doctor,
        department_id=doctor.department_id,
        recorded_by=by,
        indication=indication,
        note=note,
        renews=renews,
        lines=_as_json(tidied(lines, known=renews)),
    )
    answer = checked(patient, prescription.written, without=prescription)
    prescription.safety = answer.as_json()
    try:
        prescription.add()
    except IntegrityError as error:
        raise LostRace("Somebody renews the same prescription.") from error
    _keep_warnings(prescription, answer)
    tell(prescription)
    if once:
        once.done(BEGIN, prescription, by=by)
    return prescription


@service(BEGIN)
def write_prescription(
    prescription: Prescription,
    *,
    seen_version: int | None,
    lines: Sequence[Written],
    indication: str,
    note: str,
    by: User,
) -> Prescription:
    """Write a draft anew and check it. Whoever writes on is its doctor then; who began it stays on record.

    Nothing is written where nothing differs, not even in what the check says. Raises Stale when somebody else
    has written since `seen_version`, ValidationError on `lines`, and is refused with `prescription_signed`,
    `prescription_awaiting` or `prescription_discarded`.
    """
    refuse_what_is_no_draft(prescription)
    patient = prescription.patient
    patient.check_open_for_work()
    doctor = doctor_of(by)
    kept = tidied(lines, known=prescription)
    answer = checked(patient, kept, without=prescription)
    changes = {
        "lines": _as_json(kept),
        "indication": tidy(indication, lines=False),
        "note": tidy(note, lines=True),
        "safety": answer.as_json(),
        "doctor_id": doctor.pk,
        "department_id": doctor.department_id,
    }
    differing = {name: value for name, value in changes.items() if _differs(prescription, name, value)}
    if not differing:
        return prescription
    prescription.change(seen_version=seen_version, **differing | {"safety": changes["safety"]})
    audit(fields=sorted(differing))
    _keep_warnings(prescription, answer)
    tell(prescription)
    return prescription


@service("prescriptions.discard_prescription")
def discard_prescription(
    prescription: Prescription, *, reason: str, seen_version: int | None = None, by: User
) -> Prescription:
    """Put a draft aside, with the reason. It is kept and can be taken back."""
    refuse_what_is_no_draft(prescription)
    reason = tidy(reason, lines=False)
    if not reason or has_forbidden(reason, lines=False):
        raise ValidationError({"reason": _("Say why.")})
    prescription.move_to(
        Status.DISCARDED,
        seen_version=seen_version,
        retracted_at=clock.now(),
        retracted_by=by,
        retracted_because=reason,
    )
    tell(prescription)
    return prescription


@service("prescriptions.discard_prescription")
def restore_prescription(
    prescription: Prescription, *, seen_version: int | None = None, by: User
) -> Prescription:
    """Make a draft again of one that was discarded. What it says is checked when it is next saved or signed."""
    refuse_what_is_broken(prescription)
    prescription.patient.check_open_for_work()
    if prescription.renews_id:
        _refuse_second_renewal(prescription.renews_id)
    audit(restored=True)
    try:
        prescription.move_to(
            Status.DRAFT,
            seen_version=seen_version,
            retracted_at=None,
            retracted_by=None,
            retracted_because="",
        )
    except IntegrityError as error:
        raise LostRace("Somebody renews the same prescription.") from error
    tell(prescription)
    return prescription


# ── Favourites ──────────────────────────────────────────────────────────────


@service("prescriptions.keep_favourites")
def keep_favourite(line: Written, *, name: str, by: User) -> Favourite:
    """Keep a line under a name, instead of what stood under it before. Refused with `too_many`."""
    (kept,) = tidied([line])
    name = tidy(name, lines=False)
    existing: Favourite | None = one_of(Favourite.objects.filter(user_id=by.pk, name=name))
    if existing is not None:
        existing.change(line=kept.as_json())
        return existing
    if Favourite.objects.filter(user_id=by.pk).count() >= MOST_FAVOURITES:
        raise Refusal(
            _("You keep %(n)d lines already. Remove one first.") % {"n": MOST_FAVOURITES}, code="too_many"
        )
    try:
        return Favourite(user=by, name=name, line=kept.as_json()).add()
    except IntegrityError as error:
        raise LostRace("The same name was taken a moment ago.") from error


@service("prescriptions.keep_favourites")
def remove_favourite(favourite: Favourite, *, by: User) -> None:
    """Keep it no longer. Refused with `not_yours`."""
    if favourite.user_id != by.pk:
        raise Refusal(_("Somebody else keeps this line."), code="not_yours")
    favourite.delete()


# ── Rules ───────────────────────────────────────────────────────────────────


def doctor_of(user: User) -> Doctor:
    """The doctor that a user is. Refused with `not_a_doctor`."""
    found: Doctor | None = one_of(Doctor.objects.filter(pk=user.profile_id)) if user.profile_id else None
    if found is None:
        raise Refusal(
            _("Only doctors prescribe. An administrator can link your account to a doctor."),
            code="not_a_doctor",
        )
    return found


def refuse_what_is_no_draft(prescription: Prescription) -> None:
    if prescription.is_signed:
        raise Refusal(
            _("This prescription is signed: it never changes. Stop it and write another one."),
            code="prescription_signed",
        )
    if prescription.status == Status.AWAITING:
        raise Refusal(
            _("This prescription waits for its second signature. It can be sent back first."),
            code="prescription_awaiting",
        )
    if prescription.status == Status.DISCARDED:
        raise Refusal(_("This draft was discarded. Take it back first."), code="prescription_discarded")
    refuse_what_is_broken(prescription)


def refuse_what_is_broken(
    prescription: Prescription, medicines: Sequence[PrescriptionLine] | None = None
) -> None:
    """Somebody has gone around this program."""
    if not (prescription.is_intact and (medicines is None or prescription.agrees_with(medicines))):
        raise Refusal(
            _("This prescription is not what was signed. Tell an administrator."), code="prescription_broken"
        )


def _refuse_what_cannot_be_renewed(patient: Patient, renews: Prescription | None) -> None:
    if renews is None:
        return
    if renews.patient_id != patient.pk or not renews.is_signed:
        raise Refusal(_("Only a signed prescription of this patient can be renewed."), code="not_renewable")
    _refuse_second_renewal(renews.pk)


def _refuse_second_renewal(pk: Any) -> None:
    others = Prescription.objects.filter(
        renews_id=pk, status__in=[one for one in Status if one != Status.DISCARDED]
    )
    if others.exists():
        raise Refusal(
            _("This prescription is renewed already, or a draft that renews it has been begun."),
            code="already_renewed",
        )


# ── Lines ───────────────────────────────────────────────────────────────────


def tidied(lines: Sequence[Written], *, known: Prescription | None = None) -> list[Written]:
    """The lines as they are kept: name, quantity, text and times a day follow from the rest, whoever sent them.

    A product that is not offered any more may stay where `known` has it. Raises ValidationError on `lines`.
    """
    if len(lines) > MOST_LINES:
        raise ValidationError({"lines": _("At most %(n)d medicines.") % {"n": MOST_LINES}})
    products = products_of(lines)
    had = {line.product for line in known.written} if known else set()
    wrong: list[str] = []
    kept: list[Written] = []
    for number, line in enumerate(lines, start=1):
        try:
            kept.append(_tidy_line(line, products, had))
        except ValidationError as error:
            wrong += [
                _("Line %(number)d: %(text)s") % {"number": number, "text": text} for text in error.messages
            ]
    if wrong:
        raise ValidationError({"lines": wrong})
    return kept


def _tidy_line(line: Written, products: Mapping[str, Product], had: set[str]) -> Written:
    texts = (line.medicine, line.note, line.as_needed_for)
    if any(has_forbidden(text, lines=False) for text in texts):
        raise ValidationError({"medicine": UNPRINTABLE})
    if line.route and line.route not in Route.values:
        raise ValidationError({"route": _("There is no such route.")})
    return written(
        _prescribable(line, products, had),
        dose=line.dose,
        unit=line.unit,
        route=line.route,
        frequency=line.frequency,
        days=line.days,
        as_needed=line.as_needed,
        as_needed_for=tidy(line.as_needed_for, lines=False),
        quantity=line.quantity,
        quantity_unit=line.quantity_unit,
        note=tidy(line.note, lines=False),
    )


def _prescribable(line: Written, products: Mapping[str, Product], had: set[str]) -> Prescribable:
    if not line.product:
        return Prescribable.named(tidy(line.medicine, lines=False))
    product = products.get(line.product)
    if product is None:
        raise ValidationError({"medicine": _("There is no such product.")})
    if not product.is_active and line.product not in had:
        said = _("%(product)s is not offered any more. Choose another product.")
        raise ValidationError({"medicine": said % {"product": product.name}})
    return product.prescribable


def _as_json(lines: Sequence[Written]) -> list[dict[str, Any]]:
    return [line.as_json() for line in lines]


def _differs(prescription: Prescription, name: str, value: Any) -> bool:
    """When a check was made is no difference by itself."""
    before = getattr(prescription, name)
    if name == "safety":
        return bool({**before, "checked_at": ""} != {**value, "checked_at": ""})
    return bool(before != value)


# ── Warnings ────────────────────────────────────────────────────────────────


def _keep_warnings(prescription: Prescription, answer: Checked) -> None:
    """A row for each finding that ever stood over the draft. One that is gone stays open until it is signed."""
    there = {one.key: one for one in Warned.objects.filter(prescription_id=prescription.pk)}
    new = [_warned(prescription, one) for one in answer.findings if one.key not in there]
    try:
        Warned.objects.bulk_create(new)
    except IntegrityError as error:
        raise LostRace("The same draft was checked a moment ago.") from error
    for one in answer.findings:
        row = there.get(one.key)
        said = _said(one)
        if row is not None and any(getattr(row, name) != value for name, value in said.items()):
            row.change(**said)
    audit(rules=[one.finding.rule for one in answer.findings], ruleset=answer.ruleset_version)


def _warned(prescription: Prescription, one: Found) -> Warned:
    return Warned(
        prescription=prescription,
        doctor_id=prescription.doctor_id,
        department_id=prescription.department_id,
        key=one.key,
        rule=one.finding.rule,
        check_name=one.finding.check.value,
        medicines=list(dict.fromkeys(one.finding.medicines)),
        **_said(one),
    )


def _said(one: Found) -> dict[str, str]:
    return {
        "severity": one.finding.severity.value,
        "text": one.finding.text,
        "source": one.finding.source,
    }
