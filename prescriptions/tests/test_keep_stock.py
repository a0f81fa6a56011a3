"""Stock: received, counted, with a level at which more is ordered."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from accounts.once import Once, fingerprint
from doctors.tests.make import make_department
from hospital.errors import Refusal, Stale
from prescriptions.models import Product, Stock, StockMovement
from prescriptions.services import count_stock, edit_product, receive_stock, set_reorder_level
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import disagreements, make_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    return make_product()


@pytest.fixture
def stock(ibuprofen: Product) -> Stock:
    return make_stock(ibuprofen, 50)


def test_the_first_delivery_begins_the_stock(ibuprofen: Product, site: Site, pia: User) -> None:
    stock = receive_stock(ibuprofen, site=site, quantity=Decimal(40), batch=" B7 ", because="Order 9", by=pia)
    receive_stock(ibuprofen, site=site, quantity=Decimal("0.5"), by=pia)

    stock = Stock.objects.get(pk=stock.pk)
    assert stock.on_hand == Decimal("40.5")
    first, second = StockMovement.objects.order_by("created_at", "id")
    assert (first.batch, first.because, first.on_hand, first.moved_by_id) == ("B7", "Order 9", 40, pia.pk)
    assert (second.change_by, second.on_hand) == (Decimal("0.5"), Decimal("40.5"))
    assert not disagreements()


def test_each_site_has_its_own(stock: Stock, ibuprofen: Product, pia: User) -> None:
    elsewhere = make_department().site
    receive_stock(ibuprofen, site=elsewhere, quantity=Decimal(3), by=pia)

    assert sorted(Stock.objects.values_list("on_hand", flat=True)) == [3, 50]


def test_the_same_delivery_counts_once(ibuprofen: Product, site: Site, pia: User) -> None:
    first, again = (Once("a key", fingerprint("40")) for _ in range(2))
    for once in (first, again):
        receive_stock(ibuprofen, site=site, quantity=Decimal(40), once=once, by=pia)

    assert again.replayed
    assert Stock.objects.get().on_hand == 40


@pytest.mark.parametrize("quantity", ["0", "-1", "0.001", "1000001", "Infinity"])
def test_a_delivery_is_a_number(ibuprofen: Product, site: Site, pia: User, quantity: str) -> None:
    with pytest.raises(ValidationError) as refused:
        receive_stock(ibuprofen, site=site, quantity=Decimal(quantity), by=pia)
    assert set(refused.value.message_dict) == {"quantity"}


def test_nothing_is_received_that_was_withdrawn(
    ibuprofen: Product, site: Site, pia: User, adam: User
) -> None:
    edit_product(ibuprofen, is_active=False, by=adam)

    with pytest.raises(Refusal) as refused:
        receive_stock(ibuprofen, site=site, quantity=Decimal(1), by=pia)
    assert refused.value.code == "not_offered"


def test_what_was_counted_is_there(stock: Stock, pia: User) -> None:
    count_stock(stock, counted=Decimal(47), because="Yearly count", seen_version=stock.version, by=pia)

    assert Stock.objects.get().on_hand == 47
    movement = StockMovement.objects.get(kind="counted")
    assert [movement.change_by, movement.on_hand, movement.because] == [-3, 47, "Yearly count"]
    assert not disagreements()


def test_who_counted_while_something_came_in_counts_again(
    stock: Stock, ibuprofen: Product, pia: User
) -> None:
    seen = stock.version
    make_stock(ibuprofen, 5)

    with pytest.raises(Stale, match="now 55"):
        count_stock(stock, counted=Decimal(50), because="Yearly count", seen_version=seen, by=pia)
    assert Stock.objects.get().on_hand == 55


def test_a_count_needs_a_reason_and_is_not_below_zero(stock: Stock, pia: User) -> None:
    for fields, wrong in (
        ({"counted": Decimal(1), "because": " "}, "because"),
        ({"counted": Decimal(-1), "because": "Count"}, "counted"),
    ):
        with pytest.raises(ValidationError) as refused:
            count_stock(stock, seen_version=stock.version, by=pia, **fields)  # type: ignore[arg-type]
        assert set(refused.value.message_dict) == {wrong}


def test_it_is_low_from_the_level_on(stock: Stock, ibuprofen: Product, pia: User) -> None:
    set_reorder_level(stock, reorder_at=Decimal(10), by=pia)
    assert not Stock.objects.low().exists()
    count_stock(stock, counted=Decimal(10), because="Count", seen_version=stock.version, by=pia)
    assert list(Stock.objects.low()) == [stock]
    make_stock(ibuprofen, 1)
    assert not Stock.objects.low().exists()

    stock.refresh_from_db()
    set_reorder_level(stock, reorder_at=Decimal(11), by=pia)
    assert Stock.objects.low().exists()
    set_reorder_level(stock, reorder_at=None, by=pia)
    assert not Stock.objects.low().exists()


def test_only_the_pharmacy_keeps_it(
    stock: Stock, ibuprofen: Product, site: Site, adam: User, dora: User, ivo: User
) -> None:
    for somebody in (adam, dora, ivo):
        with pytest.raises(PermissionDenied):
            receive_stock(ibuprofen, site=site, quantity=Decimal(1), by=somebody)
        with pytest.raises(PermissionDenied):
            count_stock(stock, counted=Decimal(1), because="Count", seen_version=1, by=somebody)
