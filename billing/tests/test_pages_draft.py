"""The editor of drafts: from charges, from the price list, in words; nothing that was typed is lost."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Charge, Invoice, InvoiceLine, Service
from billing.services import add_charge, edit_invoice, items_of
from billing.tests.make import item, make_draft, make_policy, make_price, make_service, off
from billing.tests.pages import lines, post
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient


@pytest.fixture
def xray(site: object) -> Service:
    return make_service("XR1", name="X-ray", price="84.50")


@pytest.fixture
def desk(client: Client, carl: User) -> Client:
    client.force_login(carl)
    return client


def draft_url(patient: Patient) -> str:
    return reverse("billing:draft", args=[patient.pk])


def the_lines() -> list[tuple[str, Decimal]]:
    return list(InvoiceLine.objects.order_by("position").values_list("description", "total_amount"))


def test_a_line_is_of_the_price_list_or_in_words(desk: Client, patient: Patient, xray: Service) -> None:
    written = lines(
        {"item": "xr1"},
        {"item": "XR1 X-ray of the left hand", "quantity": "2", "unit_amount": "80"},
        {"item": "Bandage", "quantity": "1,5", "unit_amount": "12,30"},
        {},
    )

    answer = post(desk, draft_url(patient), **written)

    bill = Invoice.objects.get()
    assert answer.url == reverse("billing:detail", args=[bill.pk])
    expected = [("X-ray", "84.50"), ("X-ray of the left hand", "160.00"), ("Bandage", "18.45")]
    assert the_lines() == [(words, Decimal(amount)) for words, amount in expected]
    assert bill.total_amount == Decimal("262.95")
    assert [one.service for one in items_of(bill)] == [xray, xray, None]


def test_what_was_ticked_is_on_the_invoice(desk: Client, patient: Patient, carl: User, xray: Service) -> None:
    first, other = (add_charge(patient, service=xray, by=carl) for _ in range(2))
    make_policy(patient, 50)

    page = desk.get(draft_url(patient), {"charge": str(first.pk)}).content.decode()

    assert str(first.pk) in page
    assert str(other.pk) not in page
    assert page.count("EUR\xa042.25") == 2, "the sums stand there at once, also without script"
    post(desk, draft_url(patient), **lines({"item": "X-ray", "charge": str(first.pk)}))
    assert Charge.objects.get(pk=first.pk).invoice == Invoice.objects.get()
    assert Charge.objects.get(pk=other.pk).status == Charge.Status.UNBILLED


def test_the_same_form_twice_is_one_draft(desk: Client, patient: Patient) -> None:
    sent = {"nonce": "a" * 32} | lines({"item": "Bandage", "unit_amount": "5"})

    addresses = {desk.post(draft_url(patient), sent)["Location"] for _ in range(2)}

    assert len(addresses) == Invoice.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"item": "Bandage"}, "Not on the price list today"),
        ({"item": "Bandage", "unit_amount": "twelve"}, "Enter a number"),
        ({"item": "Bandage", "unit_amount": "1.234"}, "2 decimal places"),
        ({"unit_amount": "5"}, "Say what this is for"),
        ({"item": "Bandage", "unit_amount": "5", "quantity": "0"}, "A number above zero"),
        ({"item": "Bandage", "unit_amount": "5", "discount_percent": "3"}, "Say why there is a discount"),
        (
            {"item": "XR1", "discount_percent": "11", "discount_because": "Staff"},
            "You may take off at most 10 %",
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: Client, patient: Patient, xray: Service, line: dict[str, str], said: str
) -> None:
    answer = post(desk, draft_url(patient), note="Typed already", **lines(line))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Typed already" in page
    assert all(f'value="{value}"' in page for value in line.values())
    assert not Invoice.objects.exists()


def test_another_line_keeps_what_was_typed(desk: Client, patient: Patient) -> None:
    answer = post(desk, draft_url(patient), more="1", **lines({"item": "Bandage"}))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="Bandage"' in page
    assert 'name="line-1-item"' in page
    assert not Invoice.objects.exists()


def test_sums_are_shown_while_one_types_and_nothing_is_written(
    desk: Client, patient: Patient, xray: Service
) -> None:
    policy = make_policy(patient, 50)
    url = reverse("billing:sums", args=[patient.pk])

    page = post(desk, url, policy=str(policy.pk), **lines({"item": "XR1", "quantity": "2"})).content.decode()

    assert "EUR\xa0169.00" in page
    assert "EUR\xa084.50" in page
    assert "Not on the price list" not in page
    assert not Invoice.objects.exists()
    wrong = post(desk, url, **lines({"item": "Bandage"}))
    assert wrong.status_code == 200
    assert "A line has no price" in wrong.content.decode()


def test_an_edit_shows_what_there_is_and_keeps_it(
    desk: Client, patient: Patient, carl: User, xray: Service
) -> None:
    charge = add_charge(patient, service=xray, by=carl)
    bill = make_draft(patient, item("9.99", 2, description="Bandage"), by=carl, discount=off(5), note="Hello")
    edit_invoice(
        bill,
        items=[
            *items_of(bill),
            *items_of(make_draft(patient, item("84.50", service=xray, description=""), by=carl)),
        ],
        seen_version=None,
        discount=off(5),
        by=carl,
    )
    url = reverse("billing:edit", args=[bill.pk])
    before = the_lines()

    form = desk.get(url)
    sent = {
        f"{one.prefix}-{name}": one[name].value() or ""
        for one in form.context["lines"]
        for name in one.fields
    }
    sent |= {name: form.context["form"][name].value() or "" for name in form.context["form"].fields}
    sent |= {"line-TOTAL_FORMS": 3, "line-INITIAL_FORMS": 2}
    answer = post(desk, url, **sent)

    assert answer.status_code == 302
    assert the_lines() == before
    assert Invoice.objects.get(pk=bill.pk).discount_percent == 5
    assert charge.status == Charge.Status.UNBILLED


def test_who_was_faster_is_named_and_nothing_is_lost(
    desk: Client, patient: Patient, carl: User, mona: User
) -> None:
    bill = make_draft(patient, item(100), by=carl)
    edit_invoice(bill, items=[item(40)], seen_version=None, by=mona)
    url = reverse("billing:edit", args=[bill.pk])

    answer = post(desk, url, version=bill.version, **lines({"item": "Mine", "unit_amount": "7"}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mona Meyer" in page
    assert "total EUR\xa040.00" in page
    assert 'value="Mine"' in page
    again = post(desk, url, version=bill.version + 1, **lines({"item": "Mine", "unit_amount": "7"}))
    assert again.status_code == 302
    assert the_lines() == [("Mine", Decimal(7))]


def test_the_charge_of_another_patient_is_not_taken(
    desk: Client, patient: Patient, carl: User, xray: Service
) -> None:
    theirs = add_charge(make_patient(), service=xray, by=carl)

    answer = post(desk, draft_url(patient), **lines({"item": "X-ray", "charge": str(theirs.pk)}))

    assert answer.status_code == 422
    assert Charge.objects.get(pk=theirs.pk).status == Charge.Status.UNBILLED


def test_the_editor_asks_little(desk: Client, patient: Patient, carl: User) -> None:
    for _ in range(12):
        make_service(price=1)
    bill = make_draft(patient, *(item(1) for _ in range(20)), by=carl)

    with counted(at_most=10):
        desk.get(reverse("billing:edit", args=[bill.pk]))
    make_price(make_service(), 2)
    with counted(at_most=9):
        desk.get(draft_url(patient))


def test_an_issued_invoice_has_no_editor(desk: Client, invoice: Invoice) -> None:
    url = reverse("billing:edit", args=[invoice.pk])

    assert desk.get(url)["Location"] == reverse("billing:detail", args=[invoice.pk])
    answer = post(desk, url, version=invoice.version, **lines({"item": "Mine", "unit_amount": "7"}))
    assert answer.status_code == 422
    assert "An issued invoice never changes" in answer.content.decode()
