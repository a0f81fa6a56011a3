"""A prescription on paper."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import User
from hospital import clock, paper
from patients.models import Patient
from prescriptions.dosage import Written
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.papers.numerals import figures_and_words
from prescriptions.papers.standing import standing_of
from prescriptions.papers.verifying import path_to_verify, signs_of

LONG = 400  # signs: a line of more may go on with the next page
ADULT = 18


def paper_of(prescription: Prescription, patient: Patient, *, by: User) -> bytes:
    """The PDF, as the prescription stands at this moment. Asks the database for names and for its lines."""
    one: Prescription = Prescription.objects.with_names().get(pk=prescription.pk)
    department = places.department(one.department_id)
    zone = department.site.zone
    now = clock.now().astimezone(zone)
    standing = standing_of(one, now, intact=one.is_intact, says_why=True)
    values = {
        "hospital": department.site.name,
        "from": _from(one),
        "day": _day(one.signed_at or one.created_at, zone),
        "fictitious": _("Fictitious: demonstration. Not a prescription.") if settings.DEBUG else "",
        "state": {
            "title": standing.title,
            "says": standing.says,
            "stamp": standing.stamp,
            "tone": standing.tone,
        },
        "patient": {"name": patient.full_name, "mrn": patient.mrn, "facts": _about(one, patient, now.date())},
        "quantity": _("Quantity:"),
        "lines": _lines(one, zone),
        "end": _end(one),
        "notes": _notes(one),
        "printed": _("Printed by %(name)s, %(at)s") % {"name": str(by), "at": _moment(now, zone)},
        **(_signed(one, zone) if one.is_signed else _unsigned()),
    }
    return paper.pdf("prescription", values, title=_("Prescription"))


def _from(one: Prescription) -> list[str]:
    """Department, address, doctor, licence: a line each."""
    department, doctor = places.department(one.department_id), one.doctor
    licence = (
        _("Licence number %(number)s") % {"number": doctor.licence_number} if doctor.licence_number else ""
    )
    phone = _("Phone %(number)s") % {"number": doctor.phone.as_international} if doctor.phone else ""
    address = ", ".join(department.site.address.splitlines())
    return [text for text in (department.name, address, str(doctor), licence, phone) if text]


def _about(one: Prescription, patient: Patient, today: date) -> list[list[str]]:
    """Who it is for. What a child weighs is what its doses were reckoned from."""
    born = (
        _("about %(year)d") % {"year": patient.birth_date.year}
        if patient.birth_date_is_estimated
        else date_format(patient.birth_date, "j M Y")
    )
    facts = [
        [_("Date of birth"), _("%(born)s (%(age)d y)") % {"born": born, "age": patient.age}],
        [_("MRN"), patient.mrn],
    ]
    weight = one.safety.get("asked", {}).get("weight_kg")
    if weight and patient.age < ADULT:
        facts.append([_("Weight"), f"{weight} kg"])
    if patient.address:
        facts.append([_("Address"), ", ".join(patient.address.splitlines())])
    if one.indication:
        facts.append([_("For"), one.indication])
    return facts


def _lines(one: Prescription, zone: ZoneInfo) -> list[dict[str, Any]]:
    rows = PrescriptionLine.objects.filter(prescription_id=one.pk).in_order() if one.is_signed else []
    lives = {row.position: row for row in rows}
    return [_line(at, line, lives.get(at), zone) for at, line in enumerate(one.written, start=1)]


def _line(number: int, line: Written, life: PrescriptionLine | None, zone: ZoneInfo) -> dict[str, Any]:
    says = [text for text in (line.text, line.note) if text]
    quantity = (
        figures_and_words(line.quantity, line.quantity_unit) if line.quantity is not None else _("not stated")
    )
    return {
        "number": f"{number}.",
        "medicine": line.medicine,
        "says": says,
        "quantity": quantity,
        "since": _since(life, zone) if life else [],
        "is_struck": bool(life and life.stopped_at),
        "is_long": sum(map(len, says)) > LONG,
    }


def _since(life: PrescriptionLine, zone: ZoneInfo) -> list[str]:
    """What became of it."""
    said = []
    if life.dispensed:
        given = figures_and_words(life.dispensed, life.quantity_unit)
        said.append(_("Handed out already: %(given)s") % {"given": given})
    if life.stopped_at:
        said.append(_("Stopped on %(day)s") % {"day": _day(life.stopped_at, zone)})
    return said


def _end(one: Prescription) -> str:
    """So that nobody writes another line below."""
    number = len(one.lines)
    if not number:
        return _("No medicine is written down.")
    word = _("medicine") if number == 1 else _("medicines")
    return _("End of the list: %(number)s") % {"number": figures_and_words(Decimal(number), word)}


def _notes(one: Prescription) -> list[str]:
    said = [_("Note to the pharmacy: %(note)s") % {"note": one.note}] if one.note else []
    if one.overrides:
        said.append(_("The prescriber was warned by the safety check and prescribes this knowingly."))
    return said


def _unsigned() -> dict[str, Any]:
    none = _("Not signed. This paper is worth nothing at a pharmacy.")
    empty = {"valid": "", "code": "", "proof": [], "verify": [], "drawing": "", "drawing_says": ""}
    return empty | {"signatures": [none]}


def _signed(one: Prescription, zone: ZoneInfo) -> dict[str, Any]:
    """The block of the signatures, and how whoever reads them can see that they are genuine."""
    signatures = [
        _signature(_("Electronically signed by %(name)s, %(at)s."), one.signed_by, one.signed_at, zone)
    ]
    if one.second_signed_by:
        said = _("Second signature by %(name)s, %(at)s.")
        signatures.append(_signature(said, one.second_signed_by, one.second_signed_at, zone))
    address = f"{settings.PUBLIC_URL}{path_to_verify(one)}"
    return {
        "signatures": signatures,
        "valid": _("Valid until %(day)s") % {"day": date_format(one.expires_on, "j M Y")}
        if one.expires_on
        else "",
        "code": one.shown_code,
        "proof": [[_("Code"), one.shown_code], [_("Signs"), in_groups(signs_of(one))]],
        "verify": [
            _("Genuine? Scan the square, or type code and signs at"),
            f"{settings.PUBLIC_URL}{reverse('prescriptions:verify')}".partition("://")[2],
        ],
        "drawing": square(address),
        "drawing_says": _("QR code. It leads to %(address)s") % {"address": address},
    }


def _signature(said: str, user: User | None, at: datetime | None, zone: ZoneInfo) -> str:
    return said % {"name": str(user or ""), "at": _moment(at, zone) if at else ""}


def in_groups(signs: str) -> str:
    """3fa9 77c1 09be 4d20: easier to compare and to type."""
    return " ".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def square(address: str) -> str:
    """An SVG with the QR code of an address."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()


def _day(at: datetime, zone: ZoneInfo) -> str:
    return date_format(at.astimezone(zone), "j M Y")


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{date_format(local, 'j M Y')}, {local:%H:%M}"
