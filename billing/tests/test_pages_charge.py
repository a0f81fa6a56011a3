"""Charging by hand at the desk: by code or name, at the price of the list or with a reason at another."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Charge, Service
from billing.tests.make import make_service
from billing.tests.pages import post
from hospital.tests.queries import counted
from patients.models import Patient

pytestmark = pytest.mark.mongo_slow("the service behind is tried on both engines")


@pytest.fixture
def xray(site: object) -> Service:
    return make_service("XR1", name="X-ray of a hand", price="84.50")


@pytest.fixture
def desk(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def address(patient: Patient) -> str:
    return reverse("billing:add_charge", args=[patient.pk])


@pytest.mark.parametrize("item", ["xr1", "XR1 X-ray of a hand", "x-ray"])
def test_by_code_or_name(desk: Client, patient: Patient, xray: Service, item: str) -> None:
    answer = post(desk, address(patient), item=item, quantity="1,5")

    charge = Charge.objects.get()
    assert answer.url == reverse("billing:of_patient", args=[patient.pk])
    assert (charge.service, charge.quantity, charge.unit_amount) == (xray, Decimal("1.5"), Decimal("84.50"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"item": "XR9"}, "This is not on the price list."),
        ({"item": "X-ray"}, "More than one service begins so."),
        ({"item": "XR1", "quantity": "0"}, "A number above zero."),
        ({"item": "XR1", "unit_amount": "90"}, "Say why it costs something else."),
        ({"item": "XR1", "unit_amount": "1", "because": "A friend"}, "You may take off at most"),
    ],
)
def test_nothing_typed_is_lost(
    desk: Client, patient: Patient, xray: Service, typed: dict[str, Any], said: str
) -> None:
    make_service("XR2", name="X-ray of a foot", price="84.50")
    answer = post(desk, address(patient), **{"quantity": "1"} | typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{typed["item"]}"' in answer.content.decode()
    assert not Charge.objects.exists()


def test_why_stands_at_the_desk(desk: Client, patient: Patient, xray: Service) -> None:
    post(desk, address(patient), item="XR1", quantity="1", unit_amount="95", because="On a Sunday")
    page = desk.get(reverse("billing:of_patient", args=[patient.pk])).content.decode()
    assert "On a Sunday" in page
    assert Charge.objects.get().unit_amount == 95


def test_pressed_twice_is_one_charge(desk: Client, patient: Patient, xray: Service) -> None:
    for _time in range(2):
        post(desk, address(patient), item="XR1", quantity="1", nonce="a" * 32)
    assert Charge.objects.count() == 1


def test_it_asks_little(desk: Client, patient: Patient, xray: Service) -> None:
    with counted(at_most=7):
        assert "XR1 X-ray of a hand" in desk.get(address(patient)).content.decode()
