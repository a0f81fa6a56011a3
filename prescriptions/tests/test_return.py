"""What was handed out by mistake comes back: once, into the stock, and may be handed out again."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from hospital.errors import Refusal, Stale
from patients.models import TimelineEntry
from prescriptions.models import Dispensing, Prescription, Product, Stock, StockMovement, StopReason
from prescriptions.services import Item, dispense_prescription, return_dispensing
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import a_line, disagreements, make_stock, signed

pytestmark = pytest.mark.django_db
Status = Prescription.Status


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    product = make_product()
    make_stock(product, 50)
    return product


@pytest.fixture
def prescription(ibuprofen: Product, site: Site, pia: User) -> Prescription:
    """Twenty tablets, of which eight and then twelve were handed out."""
    made = signed(a_line(ibuprofen))
    line = made.medicines.get()
    for quantity in (8, 12):
        dispense_prescription(made, items=[Item(line.pk, Decimal(quantity), batch="B7")], site=site, by=pia)
    return made


def given(quantity: int) -> Dispensing:
    found: Dispensing = Dispensing.objects.get(quantity=quantity)
    return found


def test_it_is_in_stock_again_and_can_be_handed_out(prescription: Prescription, pia: User) -> None:
    return_dispensing(given(12), reason="Wrong box", by=pia)

    prescription.refresh_from_db()
    assert prescription.status == Status.PARTLY
    assert prescription.medicines.get().to_dispense == 12
    assert Stock.objects.get().on_hand == 42
    movement = StockMovement.objects.get(kind="returned")
    assert [movement.change_by, movement.on_hand, movement.batch] == [12, 42, "B7"]
    assert movement.because == "Wrong box"
    assert not disagreements()


def test_when_all_is_back_it_is_signed_again(prescription: Prescription, pia: User) -> None:
    for quantity in (8, 12):
        return_dispensing(given(quantity), reason="Wrong patient", by=pia)

    prescription.refresh_from_db()
    assert prescription.status == Status.SIGNED
    assert TimelineEntry.objects.get(subject_id=prescription.pk).facts["status"] == "signed"
    assert prescription.is_intact
    assert not disagreements()


def test_once(prescription: Prescription, pia: User) -> None:
    seen_by_the_slower = given(8)
    return_dispensing(given(8), reason="Wrong box", by=pia)

    with pytest.raises(Refusal) as refused:
        return_dispensing(given(8), reason="Wrong box", by=pia)
    assert refused.value.code == "already_retracted"
    with pytest.raises(Stale):
        return_dispensing(seen_by_the_slower, reason="Wrong box", by=pia)
    assert not disagreements()


def test_with_a_reason(prescription: Prescription, pia: User) -> None:
    with pytest.raises(ValidationError) as refused:
        return_dispensing(given(8), reason="  ", by=pia)
    assert set(refused.value.message_dict) == {"reason"}


def test_of_a_stopped_prescription_too(prescription: Prescription, pia: User) -> None:
    prescription.move_to(Status.STOPPED, stopped_because=StopReason.ERROR)
    return_dispensing(given(8), reason="Stopped, and not taken along", by=pia)

    now = Prescription.objects.get(pk=prescription.pk)
    assert (now.status, now.version) == (Status.STOPPED, prescription.version + 1)
    assert Stock.objects.get().on_hand == 38
    assert not disagreements()


def test_what_came_from_no_stock_goes_into_none(site: Site, pia: User) -> None:
    made = signed(a_line(quantity=2))
    items = [Item(made.medicines.get().pk, Decimal(2))]
    dispense_prescription(made, items=items, site=site, by=pia)
    return_dispensing(given(2), reason="Wrong patient", by=pia)

    assert not StockMovement.objects.exists()
    assert not disagreements()


def test_only_the_pharmacy(prescription: Prescription, dora: User, ivo: User) -> None:
    for somebody in (dora, ivo):
        with pytest.raises(PermissionDenied):
            return_dispensing(given(8), reason="Wrong box", by=somebody)
