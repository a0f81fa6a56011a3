"""Taking money at the desk: several ways at once, change, twice pressed once paid; and giving it back."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from billing.models import Invoice, Payment, Receipt, Refund
from billing.services import Part, deposit_of, pay_invoice, pay_refund, record_deposit, request_refund
from billing.tests.make import make_issued, make_policy
from billing.tests.pages import post
from hospital.tests.queries import counted
from patients.models import Patient

Status = Invoice.Status


@pytest.fixture
def desk(client: Client, carl: User) -> Client:
    client.force_login(carl)
    return client


def pay_url(bill: Invoice) -> str:
    return reverse("billing:pay", args=[bill.pk])


def again(bill: Invoice) -> Invoice:
    return Invoice.objects.get(pk=bill.pk)


def paid(bill: Invoice, amount: Any, by: User) -> Payment:
    pay_invoice(bill, parts=[Part("cash", Decimal(amount))], by=by)
    return Payment.objects.get(invoice_id=bill.pk)


def test_several_ways_at_once_with_change(desk: Client, invoice: Invoice) -> None:
    answer = post(
        desk,
        pay_url(invoice),
        version=invoice.version,
        cash_amount="60",
        tendered_amount="100",
        card_amount="40,00",
        card_reference="TX 4711",
    )

    receipt = Receipt.objects.get()
    assert answer.url == reverse("billing:receipt", args=[receipt.pk])
    assert again(invoice).status == Status.PAID
    page = desk.get(answer.url).content.decode()
    assert receipt.number in page
    assert "Change to hand back</span><strong>EUR\xa040.00" in page
    assert "TX 4711" in page


def test_pressed_twice_it_is_paid_once(desk: Client, invoice: Invoice) -> None:
    sent = {"nonce": "b" * 32, "version": invoice.version, "cash_amount": "30"}

    addresses = {desk.post(pay_url(invoice), sent)["Location"] for _ in range(3)}

    assert len(addresses) == Payment.objects.count() == 1
    assert again(invoice).paid_amount == 30


def test_the_form_is_filled_with_what_is_due(desk: Client, patient: Patient, carl: User) -> None:
    bill = make_issued(patient, by=carl, policy=make_policy(patient, 80))

    cash = desk.get(pay_url(bill)).context["form"]
    insurance = desk.get(pay_url(bill), {"by": "insurance"}).context["form"]

    assert cash["cash_amount"].value() == 20
    assert insurance["insurance_amount"].value() == 80
    assert insurance["cash_amount"].value() is None


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Say how it is paid"),
        ({"cash_amount": "100.01"}, "The patient owes EUR 100"),
        ({"cash_amount": "60", "tendered_amount": "50"}, "This is less than the amount in cash"),
        ({"card_amount": "-1"}, "greater than or equal to 0"),
        ({"card_amount": "1.005"}, "2 decimal places"),
        ({"deposit_amount": "5"}, "There is not so much on account"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: Client, invoice: Invoice, sent: dict[str, str], said: str
) -> None:
    answer = post(desk, pay_url(invoice), version=invoice.version, mobile_reference="Kept", **sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(f'value="{value}"' in page for value in [*sent.values(), "Kept"])
    assert not Payment.objects.exists()


def test_without_its_nonce_nothing_is_paid(desk: Client, invoice: Invoice) -> None:
    answer = desk.post(pay_url(invoice), {"version": invoice.version, "cash_amount": "5"})

    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_who_was_faster_is_named(desk: Client, invoice: Invoice, rita: User) -> None:
    paid(invoice, 60, rita)

    answer = post(desk, pay_url(invoice), version=invoice.version, cash_amount="40")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Rita Ramos" in page
    assert "paid EUR\xa060.00, due EUR\xa040.00" in page
    assert 'value="40"' in page
    assert f'name="version" value="{again(invoice).version}"' in page


def test_change_is_reckoned_while_one_types(desk: Client, invoice: Invoice) -> None:
    url = reverse("billing:pay_sums", args=[invoice.pk])

    page = post(
        desk, url, version=1, cash_amount="80", tendered_amount="100", card_amount="5"
    ).content.decode()

    assert [amount in page for amount in ("EUR\xa085.00", "EUR\xa015.00", "EUR\xa020.00")] == [True] * 3
    assert not Payment.objects.exists()


def test_money_on_account_pays_an_invoice(desk: Client, patient: Patient, carl: User) -> None:
    post(desk, reverse("billing:deposit", args=[patient.pk]), version=1, cash_amount="50")
    bill = make_issued(patient, by=carl)

    page = desk.get(pay_url(bill)).content.decode()
    post(desk, pay_url(bill), version=bill.version, deposit_amount="30")

    assert "EUR\xa050.00 on account" in page
    assert deposit_of(patient.pk).amount == 20
    assert again(bill).paid_amount == 30


def test_a_deposit_can_only_be_of_money(desk: Client, patient: Patient) -> None:
    answer = post(desk, reverse("billing:deposit", args=[patient.pk]), version=1, cash_amount="none")

    assert answer.status_code == 422
    assert 'value="none"' in answer.content.decode()
    assert deposit_of(patient.pk).amount == 0


# ── Refunds ─────────────────────────────────────────────────────────────────


def test_a_small_refund_is_asked_for_and_paid_out_once(desk: Client, invoice: Invoice, carl: User) -> None:
    payment = paid(invoice, 100, carl)

    post(desk, reverse("billing:refund", args=[payment.pk]), amount="10", reason="Too much")
    refund = Refund.objects.get()
    sent = {"nonce": "c" * 32, "version": refund.version}
    answers = [desk.post(reverse("billing:pay_refund", args=[refund.pk]), sent) for _ in range(2)]

    assert {one["Location"] for one in answers} == {reverse("billing:detail", args=[invoice.pk])}
    assert Refund.objects.get().status == Refund.Status.PAID
    assert again(invoice).paid_amount == 90


def test_above_the_limit_somebody_else_approves(
    desk: Client, patient: Patient, carl: User, mona: User, client: Client
) -> None:
    record_deposit(patient, parts=[Part("cash", Decimal(500))], by=mona)
    refund = request_refund(Payment.objects.get(), amount=Decimal(300), reason="Moved away", by=mona)
    url = reverse("billing:approve_refund", args=[refund.pk])

    assert post(desk, url, version=refund.version).status_code == 403
    client.force_login(mona)
    own = post(client, url, version=refund.version)
    assert own.status_code == 422
    assert "Somebody else has to approve" in own.content.decode()
    assert "Approve" not in client.get(reverse("billing:refunds")).content.decode().partition("<tbody>")[2]


def test_a_refund_is_approved_or_declined_by_the_second_person(
    client: Client, patient: Patient, carl: User, mona: User
) -> None:
    record_deposit(patient, parts=[Part("cash", Decimal(900))], by=carl)
    payment = Payment.objects.get()
    yes, no = (request_refund(payment, amount=Decimal(200), reason="Moved", by=carl) for _ in range(2))
    client.force_login(mona)

    post(client, reverse("billing:approve_refund", args=[yes.pk]), version=yes.version)
    without = post(client, reverse("billing:decline_refund", args=[no.pk]), version=no.version, reason="")
    post(client, reverse("billing:decline_refund", args=[no.pk]), version=no.version, reason="Was spent")

    assert without.status_code == 422
    assert Refund.objects.get(pk=yes.pk).status == Refund.Status.APPROVED
    assert Refund.objects.get(pk=no.pk).declined_because == "Was spent"


def test_more_than_was_paid_is_not_given_back(desk: Client, invoice: Invoice, carl: User) -> None:
    payment = paid(invoice, 100, carl)
    pay_refund(request_refund(payment, amount=Decimal(60), reason="First", by=carl), by=carl)

    answer = post(desk, reverse("billing:refund", args=[payment.pk]), amount="41", reason="Second")

    assert answer.status_code == 422
    assert "more than is left of this payment" in answer.content.decode()
    assert 'value="Second"' in answer.content.decode()


def test_who_opens_a_receipt_is_written_down(desk: Client, invoice: Invoice, carl: User) -> None:
    paid(invoice, 5, carl)
    receipt = Receipt.objects.get()

    with counted(at_most=5):
        desk.get(reverse("billing:receipt", args=[receipt.pk]))

    opened = Entry.objects.filter(verb="billing.view_receipt", subject_id=receipt.pk)
    assert [one.patient_id for one in opened] == [invoice.patient_id]


def test_taking_money_asks_little(desk: Client, invoice: Invoice) -> None:
    with counted(at_most=6):
        desk.get(pay_url(invoice))
