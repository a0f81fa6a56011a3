"""Dispensing: what may be handed out, how much of it, and what becomes of the prescription and the stock."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from accounts.once import Once, fingerprint
from audit.models import Entry
from hospital.clock import bounds, now
from hospital.errors import KeyReused, Refusal, Stale
from patients.models import Chart, TimelineEntry
from patients.services import record_death
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Product, Stock, StockMovement
from prescriptions.services import Item, dispense_prescription, edit_product
from prescriptions.services.stock import stock_of
from prescriptions.signals import prescription_dispensed
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import a_line, disagreements, make_stock, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    product = make_product()
    make_stock(product, 50)
    return product


@pytest.fixture
def prescription(ibuprofen: Product) -> Prescription:
    """Twenty tablets of ibuprofen and a herbal tea that is not in the catalogue."""
    return signed(a_line(ibuprofen), a_line(quantity=2))


def lines_of(prescription: Prescription) -> list[PrescriptionLine]:
    return list(prescription.medicines.in_order())


@pytest.fixture
def hand_out(site: Site, pia: User) -> Callable[..., Prescription]:
    """Pia hands out so much of the lines, one quantity after the other; 0 leaves one out."""

    def act(prescription: Prescription, *quantities: int | str, **more: Any) -> Prescription:
        lines = lines_of(prescription)
        items = [
            Item(line.pk, Decimal(quantity))
            for line, quantity in zip(lines, quantities, strict=False)
            if quantity
        ]
        return dispense_prescription(prescription, items=items, site=site, **{"by": pia} | more)

    return act


def test_everything_is_handed_out_and_leaves_the_stock(
    prescription: Prescription, hand_out: Callable[..., Any], ibuprofen: Product, site: Site, pia: User
) -> None:
    hand_out(prescription, 20, 2)

    assert prescription.status == Prescription.Status.DISPENSED
    assert [one.to_dispense for one in lines_of(prescription)] == [0, 0]
    stock = stock_of(ibuprofen, site)
    assert stock is not None
    assert stock.on_hand == 30
    movement = StockMovement.objects.get(kind="dispensed")
    assert [movement.change_by, movement.on_hand, movement.moved_by_id] == [-20, 30, pia.pk]
    dispensing = Dispensing.objects.get(quantity=20)
    assert movement.dispensing == dispensing
    assert [dispensing.medicine, dispensing.quantity] == ["Ibuprofen 400 mg tablet", 20]
    assert Prescription.objects.get(pk=prescription.pk).is_intact
    assert not disagreements()


def test_a_part_leaves_the_rest_for_another_time(
    prescription: Prescription, hand_out: Callable[..., Any]
) -> None:
    hand_out(prescription, 5)
    assert prescription.status == Prescription.Status.PARTLY
    hand_out(prescription, 15)
    assert prescription.status == Prescription.Status.PARTLY
    hand_out(prescription, 0, 2)

    assert prescription.status == Prescription.Status.DISPENSED
    assert not disagreements()


def test_what_is_not_in_the_catalogue_needs_no_stock(
    prescription: Prescription, hand_out: Callable[..., Any]
) -> None:
    hand_out(prescription, 0, 1)

    assert not StockMovement.objects.filter(kind="dispensed").exists()
    assert Dispensing.objects.get().medicine == "Herbal tea"


def test_never_more_than_is_left(prescription: Prescription, hand_out: Callable[..., Any]) -> None:
    hand_out(prescription, 15)

    with pytest.raises(Refusal, match="5 are left") as refused:
        hand_out(prescription, 6)
    assert (refused.value.code, refused.value.field) == ("more_than_left", "lines.1.quantity")
    assert refused.value.offers[0]["quantity"] == "5"
    assert not disagreements()


def test_a_line_that_comes_twice_is_counted_together(
    prescription: Prescription, site: Site, pia: User
) -> None:
    line = lines_of(prescription)[0]
    twice = [Item(line.pk, Decimal(11)), Item(line.pk, Decimal(10))]

    with pytest.raises(Refusal) as refused:
        dispense_prescription(prescription, items=twice, site=site, by=pia)
    assert refused.value.code == "more_than_left"
    dispense_prescription(prescription, items=[twice[1], twice[1]], site=site, by=pia)
    assert not disagreements()


def test_never_more_than_is_in_stock(
    prescription: Prescription, hand_out: Callable[..., Any], ibuprofen: Product
) -> None:
    many = signed(a_line(ibuprofen, 60), patient=prescription.patient)

    with pytest.raises(Refusal, match="only 50 are in stock") as refused:
        hand_out(many, 51)
    assert (refused.value.code, refused.value.offers[0]["quantity"]) == ("not_enough_stock", "50")
    assert Prescription.objects.get(pk=many.pk).status == Prescription.Status.SIGNED


def test_of_what_nobody_has_received_there_is_none(site: Site, hand_out: Callable[..., Any]) -> None:
    prescription = signed(a_line(make_product()))

    with pytest.raises(Refusal, match="none is in stock") as refused:
        hand_out(prescription, 1)
    assert refused.value.offers == []


def test_all_or_nothing(prescription: Prescription, hand_out: Callable[..., Any]) -> None:
    with pytest.raises(Refusal):
        hand_out(prescription, 20, 3)

    assert Stock.objects.get().on_hand == 50
    assert not Dispensing.objects.exists()
    assert [one.dispensed for one in lines_of(prescription)] == [0, 0]


@pytest.mark.parametrize("quantity", ["0", "-1", "0.001", "NaN", "1e12"])
def test_a_quantity_is_a_number_that_can_be_counted(
    prescription: Prescription, quantity: str, site: Site, pia: User
) -> None:
    items = [Item(lines_of(prescription)[0].pk, Decimal(quantity))]
    with pytest.raises(ValidationError) as refused:
        dispense_prescription(prescription, items=items, site=site, by=pia)
    assert set(refused.value.message_dict) == {"lines.1.quantity"}


def test_fractions_are_exact(site: Site, hand_out: Callable[..., Any]) -> None:
    product = make_product()
    make_stock(product, "0.7")
    prescription = signed(a_line(product, 1))
    for quantity in ("0.6", "0.1"):
        hand_out(prescription, quantity)

    assert Stock.objects.get().on_hand == 0
    assert lines_of(prescription)[0].to_dispense == Decimal("0.3")


def test_nothing_is_nothing(prescription: Prescription, hand_out: Callable[..., Any]) -> None:
    with pytest.raises(ValidationError, match="how much of which"):
        hand_out(prescription)


def test_a_line_of_another_prescription_is_none_of_this(
    prescription: Prescription, ibuprofen: Product, site: Site, pia: User
) -> None:
    other = signed(a_line(ibuprofen), patient=prescription.patient)
    items = [Item(lines_of(other)[0].pk, Decimal(1))]

    with pytest.raises(ValidationError, match="no such line"):
        dispense_prescription(prescription, items=items, site=site, by=pia)


# ── Valid ───────────────────────────────────────────────────────────────────


def force(prescription: Prescription, **changes: Any) -> None:
    """Change the row as somebody could who goes around the program."""
    from django.db.models import QuerySet  # noqa: PLC0415

    QuerySet(Prescription).filter(pk=prescription.pk).update(**changes)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("not_signed", {"status": "draft"}),
        ("not_signed", {"status": "awaiting"}),
        ("stopped", {"status": "stopped", "stopped_because": "error"}),
        ("expired", {"status": "expired"}),
        ("dispensed", {"status": "dispensed"}),
        ("broken", {"note": "Give more"}),
        ("broken", {"lines": []}),
        ("broken", {"expires_on": "2099-01-01"}),
    ],
)
def test_only_a_valid_prescription_is_dispensed(
    prescription: Prescription, hand_out: Callable[..., Any], code: str, changes: dict[str, Any]
) -> None:
    force(prescription, **changes)

    with pytest.raises(Refusal) as refused:
        hand_out(prescription, 1)
    assert refused.value.code == code


def test_the_day_of_expiry_is_the_last(
    ibuprofen: Product, hand_out: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    prescription = signed(a_line(ibuprofen))
    assert prescription.expires_on is not None
    last_day, _ = bounds(prescription.expires_on, prescription.doctor.zone)
    morning = last_day + timedelta(hours=10)
    monkeypatch.setattr("hospital.clock.now", lambda: morning)
    hand_out(prescription, 1)
    monkeypatch.setattr("hospital.clock.now", lambda: morning + timedelta(days=1))

    with pytest.raises(Refusal) as refused:
        hand_out(prescription, 1)
    assert refused.value.code == "expired"


def test_a_line_that_says_more_than_was_signed_is_not_dispensed(
    prescription: Prescription, hand_out: Callable[..., Any]
) -> None:
    from django.db.models import QuerySet  # noqa: PLC0415

    QuerySet(PrescriptionLine).filter(pk=lines_of(prescription)[0].pk).update(quantity=2000)

    with pytest.raises(Refusal) as refused:
        hand_out(prescription, 1)
    assert refused.value.code == "broken"


def test_a_stopped_line_is_not_dispensed(prescription: Prescription, hand_out: Callable[..., Any]) -> None:
    line = lines_of(prescription)[0]
    PrescriptionLine.objects.filter(pk=line.pk).update(stopped_at=now(), stopped_because="ended")

    with pytest.raises(Refusal) as refused:
        hand_out(prescription, 1)
    assert refused.value.code == "line_stopped"
    # Nothing else is left to be handed out once the tea is.
    hand_out(prescription, 0, 2)
    assert prescription.status == Prescription.Status.DISPENSED


def test_nobody_dispenses_for_the_dead(
    prescription: Prescription, hand_out: Callable[..., Any], adam: User
) -> None:
    record_death(prescription.patient, died_on=now().date(), by=adam)

    with pytest.raises(Refusal) as refused:
        hand_out(Prescription.objects.get(pk=prescription.pk), 1)
    assert refused.value.code in {"patient_deceased", "stopped"}


# ── Another product ─────────────────────────────────────────────────────────


def brand(name: str, **fields: str) -> Product:
    """A product of a maker, with what the name says in it."""
    product = make_product(name, **fields)
    make_stock(product, 100)
    return product


def swap(prescription: Prescription, product: Product, *, site: Site, by: User) -> Prescription:
    line = lines_of(prescription)[0]
    items = [Item(line.pk, Decimal(10), product, "Out of stock", "B7")]
    return dispense_prescription(prescription, items=items, site=site, by=by)


def test_another_makers_tablet_may_stand_for_it(prescription: Prescription, site: Site, pia: User) -> None:
    nurofen = brand("Nurofen 400 mg tablet")
    swap(prescription, nurofen, site=site, by=pia)

    dispensing = Dispensing.objects.get()
    assert (dispensing.is_substitute, dispensing.because, dispensing.batch) == (True, "Out of stock", "B7")
    assert dispensing.medicine == "Nurofen 400 mg tablet"
    stock = stock_of(nurofen, site)
    assert stock is not None
    assert stock.on_hand == 90
    assert not disagreements()


@pytest.mark.parametrize(
    ("name", "form", "code"),
    [
        ("Paracetamol 500 mg tablet", "tablet", "other_substance"),
        ("Ibuprofen 200 mg tablet", "tablet", "other_strength"),
        ("Ibuprofen 400 mg capsule", "capsule", "other_form"),
        ("Ibuprofen 400 mg prolonged-release tablet", "prolonged-release tablet", "other_form"),
    ],
)
def test_another_medicine_may_not(
    prescription: Prescription, site: Site, pia: User, name: str, form: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        swap(prescription, brand(name, form=form), site=site, by=pia)
    assert (refused.value.code, refused.value.field) == (code, "lines.1.product")


def test_a_gram_is_a_thousand_milligrams() -> None:
    gram, milligrams = (Product(ingredients=f"x:{text}", form="tablet") for text in ("1 g", "1000 mg"))
    assert gram.differs_from(milligrams) == ""


def test_what_was_withdrawn_is_not_handed_out(
    prescription: Prescription, hand_out: Callable[..., Any], ibuprofen: Product, adam: User
) -> None:
    edit_product(ibuprofen, is_active=False, by=adam)

    with pytest.raises(Refusal) as refused:
        hand_out(prescription, 1)
    assert refused.value.code == "not_offered"


def test_nothing_stands_for_what_nobody_knows(site: Site, ibuprofen: Product, pia: User) -> None:
    with pytest.raises(Refusal) as refused:
        swap(signed(a_line()), ibuprofen, site=site, by=pia)
    assert refused.value.code == "other_substance"


# ── Once, told, allowed ─────────────────────────────────────────────────────


def test_the_same_request_counts_once(prescription: Prescription, hand_out: Callable[..., Any]) -> None:
    first, again = (Once("a key", fingerprint("5"), lambda one: one.status) for _ in range(2))
    for once in (first, again):
        hand_out(prescription, 5, once=once)

    assert again.replayed
    assert again.answer == "partly_dispensed"
    assert lines_of(prescription)[0].dispensed == 5
    with pytest.raises(KeyReused):
        hand_out(prescription, 5, once=Once("a key", fingerprint("6")))


def test_who_looked_at_it_before_somebody_else_is_told(
    prescription: Prescription, hand_out: Callable[..., Any]
) -> None:
    seen = prescription.version
    hand_out(prescription, 5)

    with pytest.raises(Stale, match="Look at it again"):
        hand_out(prescription, 5, seen_version=seen)


def test_it_stands_in_the_timeline_and_in_the_audit(
    prescription: Prescription, hand_out: Callable[..., Any], pia: User
) -> None:
    hand_out(prescription, 5)

    told = TimelineEntry.objects.get(subject_id=prescription.pk)
    assert told.facts["status"] == "partly_dispensed"
    assert Chart.of(prescription.patient_id).medicines
    entry = Entry.objects.filter(verb="prescriptions.dispense_prescription").latest("at")
    assert (entry.actor_id, entry.patient_id) == (pia.pk, prescription.patient_id)
    assert entry.details["dispensings"] == [str(Dispensing.objects.get().pk)]


def test_who_listens_is_told_in_the_transaction(
    prescription: Prescription, hand_out: Callable[..., Any]
) -> None:
    def too_bad(**_: Any) -> None:
        raise Refusal("No money", code="no_money")

    prescription_dispensed.connect(too_bad)
    try:
        with pytest.raises(Refusal, match="No money"):
            hand_out(prescription, 5)
    finally:
        prescription_dispensed.disconnect(too_bad)
    assert lines_of(prescription)[0].dispensed == 0
    assert Stock.objects.get().on_hand == 50


def test_only_the_pharmacy_dispenses(
    prescription: Prescription, hand_out: Callable[..., Any], dora: User, nora: User, adam: User
) -> None:
    for somebody in (dora, nora, adam):
        with pytest.raises(PermissionDenied):
            hand_out(prescription, 1, by=somebody)
