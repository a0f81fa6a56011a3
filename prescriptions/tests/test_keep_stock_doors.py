"""The doors of the stock: its pages and its endpoints."""

from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from doctors.tests.make import make_department
from hospital.tests.queries import counted
from prescriptions.models import Product, Stock, StockMovement
from prescriptions.services import set_reorder_level
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import apothecary, disagreements, make_stock

pytestmark = pytest.mark.django_db
STOCK, RECEIVE = "/prescriptions/stock/", "/prescriptions/stock/receive/"
API = "/api/v1/stock"
NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    return make_product()


@pytest.fixture
def stock(ibuprofen: Product) -> Stock:
    return make_stock(ibuprofen, 50)


@pytest.fixture
def shelf(pia: User, client: Client) -> Client:
    client.force_login(pia)
    return client


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def low(product: Product, on_hand: int) -> Stock:
    made = make_stock(product, on_hand)
    return set_reorder_level(made, reorder_at=Decimal(on_hand), by=apothecary())


# ── Pages ───────────────────────────────────────────────────────────────────


def test_what_is_low_comes_first(shelf: Client, stock: Stock) -> None:
    assert "Ibuprofen" in text(shelf.get(STOCK))
    low(make_product("Paracetamol 500 mg tablet"), 5)
    page = text(shelf.get(STOCK))

    assert page.index("Paracetamol") < page.index("Ibuprofen")
    assert "Ibuprofen" not in text(shelf.get(STOCK, {"is_low": "on"}))
    assert "Paracetamol" not in text(shelf.get(STOCK, {"q": "ibu 400"}))
    assert "Nothing matches" in text(shelf.get(STOCK, {"q": "qqqq"}))


def test_an_empty_stock_says_how_it_begins(shelf: Client) -> None:
    assert "begins with its first delivery" in text(shelf.get(STOCK))


def test_a_long_list_asks_no_more(shelf: Client, site: Site) -> None:
    for strength in (100, 200, 300, 400, 500, 600, 700, 800):
        make_stock(make_product(f"Ibuprofen {strength} mg tablet"))
    with counted(at_most=5):
        shelf.get(STOCK, {"q": "ibu"})


def test_a_delivery_is_found_and_received(shelf: Client, ibuprofen: Product) -> None:
    found = text(shelf.get(RECEIVE, {"q": "ibu"}, headers={"HX-Request": "true"}))
    address = f"{RECEIVE}?product={ibuprofen.pk}"
    assert address in found
    assert "<html" not in found
    assert "Not in stock here so far" in text(shelf.get(address))
    form = {"quantity": "40", "batch": "B7", "because": "4711", "nonce": NONCE}
    for _ in range(2):
        assert shelf.post(address, form).status_code == 302

    assert Stock.objects.get().on_hand == 40
    page = text(shelf.get(reverse("prescriptions:stock_of", args=[Stock.objects.get().pk])))
    assert "batch <bdi>B7</bdi>" in page
    assert "+40" in page


def test_a_wrong_delivery_keeps_what_was_typed(shelf: Client, ibuprofen: Product) -> None:
    answer = shelf.post(f"{RECEIVE}?product={ibuprofen.pk}", {"quantity": "0", "batch": "B7", "nonce": NONCE})

    assert answer.status_code == 422
    assert 'value="B7"' in text(answer)
    assert "More than 0" in text(answer)
    assert shelf.get(f"{RECEIVE}?product=nonsense").status_code == 200


def test_counting(shelf: Client, stock: Stock, ibuprofen: Product) -> None:
    address = reverse("prescriptions:count", args=[stock.pk])
    form = {"counted": "47", "because": "Yearly count", "version": stock.version}
    make_stock(ibuprofen, 5)
    answer = shelf.post(address, form)
    assert answer.status_code == 422
    assert "now 55 should be there" in text(answer)
    assert 'value="47"' in text(answer)

    assert shelf.post(address, form | {"version": stock.version + 1}).status_code == 302
    assert Stock.objects.get().on_hand == 47
    assert not disagreements()


def test_the_level(shelf: Client, stock: Stock) -> None:
    address = reverse("prescriptions:level", args=[stock.pk])
    shelf.post(address, {"reorder_at": "50", "version": stock.version})
    assert Stock.objects.get().is_low
    assert shelf.post(address, {"reorder_at": "", "version": stock.version}).status_code == 422
    shelf.post(address, {"reorder_at": "", "version": stock.version + 1})
    assert Stock.objects.get().reorder_at is None


def test_one_product_with_many_movements(shelf: Client, ibuprofen: Product) -> None:
    stock, *_more = [make_stock(ibuprofen, 1) for _ in range(30)]
    with counted(at_most=5):
        page = text(shelf.get(reverse("prescriptions:stock_of", args=[stock.pk])))
    assert "page=2" in page


def test_of_several_sites_one_is_looked_at(shelf: Client, stock: Stock, ibuprofen: Product) -> None:
    elsewhere = make_department().site
    make_stock(ibuprofen, 3, site=elsewhere)

    assert ">3<" in text(shelf.get(STOCK, {"site": str(elsewhere.pk)}))
    assert ">3<" not in text(shelf.get(STOCK))


def test_managers_look_and_change_nothing(client: Client, mona: User, stock: Stock) -> None:
    client.force_login(mona)
    page = text(client.get(reverse("prescriptions:stock_of", args=[stock.pk])))

    assert "Correct the stock" not in page
    assert "Receive a delivery" not in page


# ── Endpoints ───────────────────────────────────────────────────────────────


def test_systems_read_the_stock(api: Any, ivo: User, stock: Stock) -> None:
    low(make_product("Paracetamol 500 mg tablet"), 5)
    client = api(ivo)
    rows = client.get(API).json()["results"]
    assert [(row["product_name"], row["on_hand"]) for row in rows] == [
        ("Ibuprofen 400 mg tablet", "50.00"),
        ("Paracetamol 500 mg tablet", "5.00"),
    ]
    assert len(client.get(API, {"is_low": "true"}).json()["results"]) == 1
    assert len(client.get(API, {"q": "para"}).json()["results"]) == 1
    moved = client.get(f"{API}/{stock.pk}/movements").json()["results"]
    assert [(one["kind"], one["change_by"]) for one in moved] == [("received", "50.00")]
    with counted(at_most=5):
        client.get(API)


def test_a_delivery_by_another_system(api: Any, pia: User, ibuprofen: Product) -> None:
    client, delivery = api(pia), {"product": str(ibuprofen.pk), "quantity": "40", "batch": "B7"}
    key = {"HTTP_IDEMPOTENCY_KEY": "delivery 4711"}
    first, again = (client.post(f"{API}/receive", delivery, **key) for _ in range(2))

    assert (first.status_code, first.json()["on_hand"]) == (201, "40.00")
    assert again.json() == first.json()
    assert StockMovement.objects.count() == 1
    assert client.post(f"{API}/receive", delivery | {"quantity": "0"}).status_code == 400
    assert client.post(f"{API}/receive", {"quantity": "1", "product": "x"}).status_code == 400


def test_a_count_by_another_system(api: Any, pia: User, stock: Stock) -> None:
    client, counted_now = api(pia), {"counted": "47", "because": "Yearly count"}
    address = f"{API}/{stock.pk}/count"
    assert client.post(address, counted_now).status_code == 428
    assert client.post(address, counted_now | {"version": 99}).status_code == 409
    answer = client.post(address, counted_now | {"version": stock.version})
    assert (answer.status_code, answer.json()["on_hand"]) == (200, "47.00")
    level = client.post(f"{API}/{stock.pk}/reorder-level", {"reorder_at": "50"})
    assert level.json()["is_low"] is True
