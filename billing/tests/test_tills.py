"""Tills: one for each cashier, from the float to the count; what comes in meanwhile belongs to it."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from billing.models import Invoice, Payment, Till
from billing.reports import day_of_till
from billing.services import (
    Part,
    close_till,
    open_till,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
    till_of,
)
from billing.tests.conftest import code_of
from billing.tests.make import make_issued
from billing.tests.pages import post
from billing.tests.test_print import text_of
from hospital.errors import LostRace, Stale, WrongMove
from hospital.tests.queries import counted
from patients.models import Patient


def cash(amount: Any, **more: Any) -> Part:
    return Part("cash", Decimal(amount), **more)


@pytest.fixture
def till(site: object, carl: User) -> Till:
    """Carl begins the day with fifty."""
    return open_till(float_amount=Decimal(50), by=carl)


def again(till: Till) -> Till:
    found: Till = Till.objects.get(pk=till.pk)
    return found


# ── The rules ───────────────────────────────────────────────────────────────


def test_one_is_open_at_a_time(till: Till, carl: User, rita: User) -> None:
    assert code_of(lambda: open_till(float_amount=Decimal(0), by=carl)) == "till_open"
    other = open_till(float_amount=Decimal(0), by=rita)
    assert (till_of(carl), till_of(rita)) == (till, other)
    close_till(till, counted_amount=Decimal(50), by=carl)
    assert till_of(carl) is None
    assert open_till(float_amount=Decimal(50), by=carl).number > till.number


def test_the_key_decides_and_not_the_question(
    till: Till, monkeypatch: pytest.MonkeyPatch, carl: User
) -> None:
    """As if the other one had been opened between the question and the answer."""
    monkeypatch.setattr("accounts.acting.TRIES", 1)
    monkeypatch.setattr("billing.services.tills.till_of", lambda _user: None)
    with pytest.raises(LostRace):
        open_till(float_amount=Decimal(1), by=carl)


def test_what_comes_in_and_goes_out_belongs_to_it(
    till: Till, invoice: Invoice, carl: User, mona: User
) -> None:
    parts = [cash(60, tendered_amount=Decimal(100)), Part("card", Decimal(40))]
    receipt: Any = pay_invoice(invoice, parts=parts, by=carl)
    record_deposit(invoice.patient, parts=[cash(20)], by=carl)
    record_deposit(invoice.patient, parts=[cash(5)], by=mona)
    for method, amount in (("cash", 7), ("card", 3)):
        paid = receipt.payments.get(method=method)
        pay_refund(request_refund(paid, amount=Decimal(amount), reason="Too much", by=carl), by=carl)

    now = again(till)
    cash_now = [now.taken_amount, now.given_amount, now.expected_amount]
    assert cash_now == [Decimal(80), Decimal(7), Decimal(123)]
    day = day_of_till(now)
    assert [(one.method, one.count, one.amount) for one in day.methods] == [
        ("cash", 3, Decimal(73)),
        ("card", 2, Decimal(37)),
    ]
    assert Payment.objects.get(amount=5).till is None


def test_without_one_everything_works(invoice: Invoice, carl: User) -> None:
    receipt: Any = pay_invoice(invoice, parts=[cash(60)], by=carl)
    assert receipt.payments.get().till is None


def test_it_is_counted(till: Till, invoice: Invoice, carl: User) -> None:
    pay_invoice(invoice, parts=[cash(60)], by=carl)
    with pytest.raises(ValidationError, match="Say why"):
        close_till(again(till), counted_amount=Decimal(108), by=carl)
    closed = close_till(till, counted_amount=Decimal(108), because="Fell behind", by=carl)
    assert (closed.difference_amount, closed.difference_because) == (Decimal(-2), "Fell behind")
    entry = Entry.objects.filter(verb="billing.close_till", outcome="done").get()
    assert {name: Decimal(value) for name, value in entry.details.items()} == {
        "counted": 108,
        "difference": -2,
    }
    with pytest.raises(WrongMove):
        close_till(closed, counted_amount=Decimal(110), by=carl)
    assert again(till).counted_amount == 108


def test_what_came_in_since_it_was_counted_is_said(till: Till, invoice: Invoice, carl: User) -> None:
    pay_invoice(invoice, parts=[cash(60)], by=carl)
    with pytest.raises(Stale):
        close_till(till, counted_amount=Decimal(50), seen_version=till.version, by=carl)


def test_nothing_comes_into_a_till_that_was_closed_meanwhile(till: Till, carl: User) -> None:
    seen = again(till)
    close_till(till, counted_amount=Decimal(50), by=carl)
    with pytest.raises(LostRace):
        seen.move(taken=Decimal(5))
    assert again(till).taken_amount == 0


def test_that_of_somebody_else_is_for_managers(till: Till, rita: User, mona: User) -> None:
    with pytest.raises(PermissionDenied):
        close_till(till, counted_amount=Decimal(50), by=rita)
    assert close_till(till, counted_amount=Decimal(50), by=mona).closed_by == mona
    assert list(Till.objects.visible_to(rita)) == []
    assert list(Till.objects.visible_to(mona)) == [till]


def test_its_sums_are_those_of_its_payments(till: Till, patient: Patient, carl: User) -> None:
    for amount in ("0.01", "33.33", "66.67"):
        pay_invoice(make_issued(patient, by=carl), parts=[cash(amount)], by=carl)
    paid = Payment.objects.filter(till=till, method="cash").values_list("amount", flat=True)
    assert again(till).taken_amount == sum(paid) == Decimal("100.01")


# ── At the desk ─────────────────────────────────────────────────────────────


@pytest.fixture
def desk(client: Client, carl: User) -> Client:
    client.force_login(carl)
    return client


def test_it_is_opened_where_cash_is_taken(desk: Client, invoice: Invoice) -> None:
    pay = reverse("billing:pay", args=[invoice.pk])
    assert "You have no till open" in desk.get(pay).content.decode()
    answer = post(desk, reverse("billing:open_till"), float_amount="50", next=pay)
    assert answer.url == pay
    assert "You have no till open" not in desk.get(pay).content.decode()
    elsewhere = {"next": "https://example.org/"}
    assert desk.get(reverse("billing:open_till"), elsewhere).context["then"] == ""


def test_a_wrong_float_is_said(desk: Client, site: object) -> None:
    answer = post(desk, reverse("billing:open_till"), float_amount="much")
    assert answer.status_code == 422
    assert 'value="much"' in answer.content.decode()


def test_it_is_counted_at_the_desk(desk: Client, till: Till, invoice: Invoice, carl: User) -> None:
    pay_invoice(invoice, parts=[cash(60)], by=carl)
    address, close = (reverse(f"billing:{name}", args=[till.pk]) for name in ("till", "close_till"))
    with counted(at_most=6):
        page = desk.get(address).content.decode().replace("\xa0", " ")
    assert "EUR 110.00" in page
    stale = post(desk, close, counted_amount="50", version="1")
    assert stale.status_code == 422
    assert 'name="version" value="2"' in stale.content.decode()
    unsaid = post(desk, close, counted_amount="109", version="2")
    assert unsaid.status_code == 422
    assert "Say why." in unsaid.content.decode()
    assert 'value="109"' in unsaid.content.decode()
    assert post(desk, close, counted_amount="109", because="Lost", version="2").url == address
    assert close not in desk.get(address).content.decode()


def test_managers_see_all_and_others_their_own(client: Client, till: Till, rita: User, mona: User) -> None:
    client.force_login(rita)
    assert client.get(reverse("billing:till", args=[till.pk])).status_code == 404
    assert "No till yet" in client.get(reverse("billing:tills")).content.decode()
    client.force_login(mona)
    with counted(at_most=5):
        assert till.number in client.get(reverse("billing:tills")).content.decode()
    lines = client.get(reverse("billing:tills_file")).content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"{till.number},Carl Conti,{till.opened_on},open,EUR,50.00,0.00,0.00,50.00,,")


@pytest.mark.mongo_slow("what is printed does not depend on the engine")
def test_the_close_on_paper(desk: Client, till: Till, invoice: Invoice, carl: User) -> None:
    receipt = pay_invoice(invoice, parts=[cash(60), Part("card", Decimal(40))], by=carl)
    address = reverse("billing:till_paper", args=[till.pk])
    assert "OPEN" in text_of(desk.get(address).content)
    assert not Entry.objects.filter(verb="billing.print_paper").exists()
    close_till(till, counted_amount=Decimal(109), because="Lost", by=carl)

    text = text_of(desk.get(address).content)

    for words in (
        f"Close of the till {till.number}",
        "Carl Conti",
        "Cash 1 60.00 0.00 60.00",
        "Card 1 40.00 0.00 40.00",
        f"{receipt.number} {invoice.patient.mrn} Card 40.00",
        "Expected in the till EUR 110.00",
        "Counted EUR 109.00",
        "Difference −1.00",
        "It differs because: Lost",
    ):
        assert words in text, words
    assert invoice.patient.full_name not in text
    assert "Copy 1" in text_of(desk.get(address).content)
    assert desk.get(reverse("billing:till_preview", args=[till.pk])).content.startswith(b"<svg")
