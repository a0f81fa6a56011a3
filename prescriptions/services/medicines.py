"""The lines of a prescription: whether they are complete, and the medicines that its signature makes of them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from hospital.errors import Refusal
from prescriptions.asking.medicines import Taken, is_replaced, products_of, substances_of
from prescriptions.dosage import Written, missing
from prescriptions.models import NO_END, Prescription, PrescriptionLine, Product

Products = Mapping[str, Product]  # by their ids as text
ONE_DAY = timedelta(days=1)


def refuse_incomplete(lines: Sequence[Written], products: Products) -> None:
    """Refuse with `incomplete`; offers the number of each such line, from 1, with what is missing in it."""
    if not lines:
        raise Refusal(_("There is nothing to sign yet: no medicine is written."), code="incomplete")
    lacking = {number: _lacking(line, products) for number, line in enumerate(lines, start=1)}
    wrong = {number: missing for number, missing in lacking.items() if missing}
    if wrong:
        names = {number: lines[number - 1].medicine for number in wrong}
        said = "; ".join(_said(number, names[number], missing) for number, missing in wrong.items())
        raise Refusal(
            _("Not complete: %(what)s.") % {"what": said},
            code="incomplete",
            offers=[
                {"line": number, "medicine": names[number], "missing": missing}
                for number, missing in wrong.items()
            ],
        )


def _lacking(line: Written, products: Products) -> list[str]:
    gone = bool(line.product) and line.product not in products
    return [*missing(line)] or (["product"] if gone else [])


def _said(number: int, medicine: str, missing: list[str]) -> str:
    words = {
        "medicine": _("the medicine"),
        "dose": _("the dose, or an instruction in words"),
        "route": _("the way it is taken"),
        "frequency": _("how often"),
        "quantity": _("the quantity"),
        "product": _("a product that is in the catalogue"),
    }
    return _("line %(number)s (%(medicine)s) lacks %(what)s") % {
        "number": number,
        "medicine": medicine or "–",
        "what": ", ".join(words[name] for name in missing),
    }


def make_medicines(prescription: Prescription, products: Products, *, on: date) -> list[PrescriptionLine]:
    """The row of each signed line, which has the life of that medicine. What it renews ends the day before."""
    rows = rows_of(prescription, products, on=on)
    PrescriptionLine.objects.bulk_create(rows)
    if prescription.renews_id:
        _take_over(prescription.renews_id, prescription.written, on=on)
    return rows


def rows_of(prescription: Prescription, products: Products, *, on: date) -> list[PrescriptionLine]:
    """The same rows, checked and unsaved."""
    rows = [
        _row(prescription, position, line, products, on)
        for position, line in enumerate(prescription.written, start=1)
    ]
    for row in rows:
        row.check_row()
    return rows


def _row(
    prescription: Prescription, position: int, line: Written, products: Products, on: date
) -> PrescriptionLine:
    return PrescriptionLine(
        prescription=prescription,
        patient_id=prescription.patient_id,
        doctor_id=prescription.doctor_id,
        department_id=prescription.department_id,
        position=position,
        product=products.get(line.product),
        medicine=line.medicine,
        substances=_substances(line, products),
        facts=prescription.lines[position - 1],
        quantity=line.quantity or Decimal(0),
        quantity_unit=line.quantity_unit,
        signed_on=on,
        taken_until=NO_END if line.days is None else on + timedelta(days=line.days - 1),
    )


def _substances(line: Written, products: Products) -> str:
    """`|key|key|`; empty where nobody knows what is in it."""
    keys = sorted(substances_of(line, products))
    return f"|{'|'.join(keys)}|" if keys else ""


def _take_over(renewed_id: UUID, lines: Sequence[Written], *, on: date) -> None:
    """What is prescribed anew is not taken twice: the older line ends where the new one begins."""
    standing = PrescriptionLine.objects.filter(prescription_id=renewed_id, stopped_at=None)
    older = list(standing.filter(taken_until__gte=on))
    products = products_of(lines)
    over = [one.pk for one in older if is_replaced(Taken.of(one), lines, products)]
    PrescriptionLine.objects.filter(pk__in=over).update(taken_until=on - ONE_DAY)
