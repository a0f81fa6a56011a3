"""What is handed out of a prescription, and what comes back that was handed out by mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import Site, User
from accounts.once import Once
from hospital import clock
from hospital.errors import LostRace, Refusal, Stale
from prescriptions import timeline
from prescriptions.dosage import Written, plain
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Product
from prescriptions.services import stock
from prescriptions.signals import dispensing_returned, prescription_dispensed

DISPENSE = "prescriptions.dispense_prescription"
RETURN = "prescriptions.return_dispensing"
MOST_ITEMS = 60
Status = Prescription.Status


@dataclass(frozen=True, slots=True)
class Item:
    """So much of a line, in the units of its product. `product`: another one with the same substances.

    A line may come twice, for two boxes of different makers.
    """

    line_id: UUID
    quantity: Decimal
    product: Product | None = None
    because: str = ""
    batch: str = ""


@service(DISPENSE)
def dispense_prescription(
    prescription: Prescription,
    *,
    items: Sequence[Item],
    site: Site,
    seen_version: int | None = None,
    once: Once | None = None,
    by: User,
) -> Prescription:
    """Hand out of a valid prescription, everything that was asked for or nothing.

    Refused with `not_signed`, `stopped`, `expired`, `dispensed` or `broken`; with `patient_deceased`; of an item with
    `line_stopped`, `more_than_left`, `not_enough_stock`, `other_substance`, `other_strength`, `other_form` or
    `not_offered`. The field of such a refusal is `lines.<position>.quantity` or `.product`.
    """
    if once and (earlier := once.earlier(DISPENSE, by=by)):
        done: Prescription = Prescription.objects.get(pk=earlier)
        return done
    _take_latest(prescription, seen_version)
    if refusal := why_not(prescription, site=site):
        raise refusal
    lines = {one.pk: one for one in prescription.medicines.select_related("product")}
    _refuse_what_was_not_signed(prescription, lines.values())
    _check(items, lines)
    handed_out = tuple(_hand_out(prescription, lines[one.line_id], one, site=site, by=by) for one in items)
    nothing_left = not any(one.to_dispense for one in lines.values())
    prescription.move_to(Status.DISPENSED if nothing_left else Status.PARTLY)
    note(dispensings=[str(one.pk) for one in handed_out])
    timeline.tell(prescription)
    prescription_dispensed.send(Prescription, prescription=prescription, dispensings=handed_out, by=by)
    if once:
        once.done(DISPENSE, prescription, by=by)
    return prescription


@service(RETURN)
def return_dispensing(dispensing: Dispensing, *, reason: str, by: User) -> Dispensing:
    """Take back what was handed out by mistake, once: into the stock, and it may be handed out again.

    Of a prescription that was stopped or has expired too. Refused with `already_retracted`.
    """
    dispensing.retract(because=reason, by=by)
    prescription: Prescription = Prescription.objects.get(pk=dispensing.prescription_id)
    lines = {one.pk: one for one in prescription.medicines.all()}
    _count(lines[dispensing.line_id], -dispensing.quantity)
    if dispensing.product_id:
        stock.put_back(dispensing, because=reason, by=by)
    _step_back(prescription, is_untouched=not any(one.dispensed for one in lines.values()))
    timeline.tell(prescription)
    dispensing_returned.send(Dispensing, dispensing=dispensing, by=by)
    return dispensing


def why_not(prescription: Prescription, *, site: Site) -> Refusal | None:
    """Why nothing of it may be handed out today at this site; None where something may."""
    if not prescription.is_signed:
        return Refusal(_("This prescription is not signed."), code="not_signed")
    if not prescription.is_intact:
        return Broken()
    return _over(prescription, site) or _no_patient(prescription)


def _over(prescription: Prescription, site: Site) -> Refusal | None:
    if prescription.status == Status.STOPPED:
        said = _("This prescription was stopped: %(because)s. Hand nothing out.")
        because = str(prescription.get_stopped_because_display()).lower()
        return Refusal(said % {"because": because}, code="stopped")
    if prescription.status == Status.DISPENSED:
        return Refusal(_("Everything of this prescription was handed out."), code="dispensed")
    if not prescription.is_valid_on(clock.today(site.time_zone)):
        return Refusal(_("This prescription has expired. It has to be renewed."), code="expired")
    return None


def _no_patient(prescription: Prescription) -> Refusal | None:
    if prescription.patient.is_deceased:
        return Refusal(_("This patient has died. Hand nothing out."), code="patient_deceased")
    if not prescription.patient.is_active:
        return Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    return None


class Broken(Refusal):
    """It is not what was signed: somebody has gone around this program."""

    code = "broken"

    def __init__(self) -> None:
        said = _("This prescription is not what was signed. Hand nothing out and tell an administrator.")
        super().__init__(said)


def _take_latest(prescription: Prescription, seen_version: int | None) -> None:
    """As it is in this transaction. What was looked at before may be over."""
    prescription.refresh_from_db()
    if seen_version is not None and seen_version != prescription.version:
        said = _(
            "Somebody else has just changed this prescription. Look at it again; nothing was handed out."
        )
        raise Stale(said)


def _refuse_what_was_not_signed(prescription: Prescription, lines: Any) -> None:
    """The rows of the lines say again what was signed."""
    signed = dict(enumerate(prescription.lines, start=1))
    for one in lines:
        is_signed = signed.get(one.position) == one.facts and Written.of(one.facts).quantity == one.quantity
        if not is_signed or str(one.product_id or "") != one.facts["product"]:
            raise Broken


def _check(items: Sequence[Item], lines: Mapping[UUID, PrescriptionLine]) -> None:
    if not items:
        raise ValidationError(_("Say how much of which medicine is handed out."))
    if len(items) > MOST_ITEMS:
        raise ValidationError(_("At most %(n)d at once.") % {"n": MOST_ITEMS})
    if any(one.line_id not in lines for one in items):
        raise ValidationError({"line_id": _("This prescription has no such line.")})


def _hand_out(
    prescription: Prescription, line: PrescriptionLine, item: Item, *, site: Site, by: User
) -> Dispensing:
    place = f"lines.{line.position}"
    quantity = stock.read_amount(item.quantity, field=f"{place}.quantity")
    product = _product_for(line, item.product, field=f"{place}.product")
    _refuse_too_much(line, quantity, field=f"{place}.quantity")
    _count(line, quantity)
    is_substitute = product is not None and product.pk != line.product_id
    dispensing = Dispensing(
        patient_id=prescription.patient_id,
        recorded_by=by,
        prescription=prescription,
        line=line,
        product=product,
        medicine=str(product or line.medicine),
        quantity=quantity,
        quantity_unit=line.quantity_unit,
        is_substitute=is_substitute,
        because=item.because if is_substitute else "",
        batch=item.batch,
        site=site,
    ).add()
    if product is not None:
        stock.take_out(dispensing, product, site=site, field=f"{place}.quantity", by=by)
    return dispensing


def _product_for(line: PrescriptionLine, chosen: Product | None, *, field: str) -> Product | None:
    """What is handed out for a line, None for what is not in the catalogue. Refuses another medicine."""
    prescribed: Product | None = line.product
    if prescribed is None and chosen is None:
        return None
    if prescribed is None:
        said = _("What %(medicine)s consists of is not in the catalogue, so nothing else can stand for it.")
        raise Refusal(said % {"medicine": line.medicine}, code="other_substance", field=field)
    product = chosen or prescribed
    if differs := product.differs_from(prescribed):
        said = {
            "substance": _("%(given)s has not the same substances as %(prescribed)s."),
            "strength": _("%(given)s has another strength than %(prescribed)s. Ask the prescriber."),
            "form": _("%(given)s has another form than %(prescribed)s. Ask the prescriber."),
        }[differs]
        words = {"given": product, "prescribed": prescribed}
        raise Refusal(said % words, code=f"other_{differs}", field=field)
    if not product.is_active:
        said = _("%(product)s was withdrawn from the catalogue.")
        raise Refusal(said % {"product": product}, code="not_offered", field=field)
    return product


def _refuse_too_much(line: PrescriptionLine, quantity: Decimal, *, field: str) -> None:
    if line.stopped_at:
        said = _("%(medicine)s was stopped. Hand nothing out.")
        raise Refusal(said % {"medicine": line.medicine}, code="line_stopped", field=field)
    left = line.to_dispense
    if quantity > left:
        offers = [{"line_id": str(line.pk), "quantity": plain(left)}] if left else []
        said = _("Of %(medicine)s %(left)s are left.") if left else _("Of %(medicine)s nothing is left.")
        words = {"medicine": line.medicine, "left": plain(left)}
        raise Refusal(said % words, code="more_than_left", field=field, offers=offers)


def _count(line: PrescriptionLine, change_by: Decimal) -> None:
    """Have the line know how much of it was handed out. Whoever read it before somebody else is tried again."""
    then = line.dispensed + change_by
    seen = PrescriptionLine.objects.filter(pk=line.pk, version=line.version, stopped_at=line.stopped_at)
    changes: dict[str, Any] = {"dispensed": then, "version": line.version + 1, "updated_at": clock.now()}
    if not 0 <= then <= line.quantity or not seen.update(**changes):
        raise LostRace("Somebody dispensed of this line a moment ago.")
    for name, value in changes.items():
        setattr(line, name, value)


def _step_back(prescription: Prescription, *, is_untouched: bool) -> None:
    """Signed or partly dispensed again. One that was stopped or has expired stays so, but has changed."""
    if prescription.status in Prescription.BACK:
        prescription.move_back_to(Status.SIGNED if is_untouched else Status.PARTLY)
        return
    seen = Prescription.objects.filter(pk=prescription.pk, version=prescription.version)
    if not seen.update(version=prescription.version + 1, updated_at=clock.now()):
        raise LostRace("Somebody changed this prescription a moment ago.")
    prescription.version += 1
