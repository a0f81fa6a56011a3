"""Builds what a pharmacy needs for tests, and sees that stock, movements, lines and dispensings agree."""

from decimal import Decimal
from typing import Any

from accounts import places
from accounts.models import Department, Site, User
from accounts.roles import Role
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from patients.models import Patient
from patients.tests.make import clerk, make_patient
from prescriptions.dosage import Written
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Product, Stock, StockMovement
from prescriptions.services import Item, dispense_prescription, receive_stock
from prescriptions.tests.make_prescriptions import make_line, make_signed

APOTHECARY = "apothecary@example.org"
Status = Prescription.Status


def apothecary() -> User:
    """Somebody in the pharmacy, made when first needed."""
    found: User | None = User.objects.filter(email=APOTHECARY).first()
    return found or User.objects.create_user(APOTHECARY, full_name="Ann Apothecary", role=Role.PHARMACIST)


def a_line(product: Product | None = None, quantity: int | str = 20, **facts: Any) -> Written:
    """So many tablets of a product, or of what is not in the catalogue."""
    return make_line(product or "Herbal tea", quantity=Decimal(quantity), **facts)


def signed(*lines: Written, patient: Patient | None = None, **facts: Any) -> Prescription:
    """Signed by some doctor, for Amara unless somebody else is named."""
    doctor = Doctor.objects.order_by("created_at").first() or make_doctor(department=_department())
    return make_signed(patient or make_patient(), doctor, *lines, by=doctor.user or clerk(), **facts)


def _department() -> Department:
    """One of the first site, so that there is no other site to choose."""
    site = Site.objects.order_by("created_at", "id")[0]
    found: Department | None = Department.objects.filter(site=site).first()
    made = found or Department(site=site, name="General medicine", code="GEN").add()
    places.forget()
    return made


def make_stock(product: Product, on_hand: int | str = 100, *, site: Site | None = None) -> Stock:
    """So much of a product at a site, the first one unless another is named."""
    site = site or Site.objects.order_by("created_at", "id")[0]
    return receive_stock(product, site=site, quantity=Decimal(on_hand), by=apothecary())


def handed_out(prescription: Prescription, quantity: int | str, *, position: int = 1) -> Dispensing:
    """So much of one line, by somebody in the pharmacy."""
    line = prescription.medicines.get(position=position)
    site = Site.objects.order_by("created_at", "id")[0]
    dispense_prescription(prescription, items=[Item(line.pk, Decimal(quantity))], site=site, by=apothecary())
    found: Dispensing = Dispensing.objects.filter(line_id=line.pk).order_by("-id")[0]
    return found


def disagreements() -> list[str]:
    """What does not agree: stock with its movements, lines with what was handed out, dispensings with movements."""
    return [*_of_stock(), *_of_lines(), *_of_dispensings()]


def _of_stock() -> list[str]:
    found = []
    for stock in Stock.objects.all():
        moved = list(StockMovement.objects.filter(stock_id=stock.pk).order_by("created_at", "id"))
        total = sum((one.change_by for one in moved), Decimal(0))
        if total != stock.on_hand or stock.on_hand < 0:
            found.append(f"stock {stock.on_hand}, movements {total}")
        if not _each_follows(moved):
            found.append("a movement does not follow from the one before")
    return found


def _each_follows(moved: list[StockMovement]) -> bool:
    """Whether the balances can be put into a row; movements of one millisecond may stand in any order."""
    starts = [one.on_hand - one.change_by for one in moved]
    ends = [one.on_hand for one in moved]
    last = Decimal(0) if not ends else sum((one.change_by for one in moved), Decimal(0))
    return sorted([*starts, last]) == sorted([Decimal(0), *ends])


def _of_lines() -> list[str]:
    found = []
    standing = list(Dispensing.objects.standing())
    for line in PrescriptionLine.objects.all():
        given = sum((one.quantity for one in standing if one.line_id == line.pk), Decimal(0))
        if given != line.dispensed or line.dispensed > line.quantity:
            found.append(f"line {line.dispensed} of {line.quantity}, handed out {given}")
    for one in Prescription.objects.filter(status__in=[Status.SIGNED, Status.PARTLY, Status.DISPENSED]):
        lines = list(one.medicines.all())
        if one.status != _status_of(lines):
            found.append(f"the prescription is {one.status}, of its lines it would be {_status_of(lines)}")
    return found


def _status_of(lines: list[PrescriptionLine]) -> str:
    if not any(one.dispensed for one in lines):
        return Status.SIGNED
    return Status.PARTLY if any(one.to_dispense for one in lines) else Status.DISPENSED


def _of_dispensings() -> list[str]:
    """Each that came out of stock has one movement, and one more if it came back."""
    found = []
    for one in Dispensing.objects.exclude(product=None):
        moved = StockMovement.objects.filter(dispensing_id=one.pk)
        kinds = sorted(moved.values_list("kind", flat=True))
        if kinds != (["dispensed", "returned"] if one.is_retracted else ["dispensed"]):
            found.append(f"a dispensing has the movements {kinds}")
    return found
