"""What waits at the desk, the lists, the account of a patient, one invoice and what corrects it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department, User
from audit.models import Entry
from billing.models import Charge, CreditNote, Invoice, Policy, Price, TaxRate
from billing.services import Part, add_charge, issue_invoice, pay_invoice, request_refund
from billing.tests.make import (
    LONG_AGO,
    item,
    make_draft,
    make_issued,
    make_payer,
    make_policy,
    make_rates,
    make_service,
)
from billing.tests.pages import post
from hospital import clock
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient


@pytest.fixture
def desk(client: Client, carl: User) -> Client:
    client.force_login(carl)
    return client


def overdue(bill: Invoice) -> Invoice:
    """As if it had been due long ago."""
    long_ago = clock.today("Europe/Berlin") - timedelta(days=40)
    super(type(Invoice.objects.all()), Invoice.objects.filter(pk=bill.pk)).update(
        due_on=long_ago, open_due_on=long_ago
    )
    return Invoice.objects.get(pk=bill.pk)


def page_of(client: Client, name: str, *args: object, **question: str) -> str:
    answer = client.get(reverse(f"billing:{name}", args=list(args)), question)
    assert answer.status_code == 200
    return str(answer.content.decode())


# ── The desk ────────────────────────────────────────────────────────────────


def test_the_cashier_sees_what_waits(desk: Client, patient: Patient, carl: User) -> None:
    add_charge(patient, service=make_service(name="Wound care", price=20), by=carl)
    late = overdue(make_issued(patient, by=carl))
    half = make_issued(patient, by=carl)
    pay_invoice(half, parts=[Part("cash", Decimal(50))], by=carl)
    request_refund(half.payments.get(), amount=Decimal(7), reason="Paid too much", by=carl)

    with counted(at_most=7):
        page = desk.get("/").content.decode()

    assert "Wound care" in page
    assert late.number in page
    assert half.number not in page
    assert "EUR\xa0150.00" in page  # unpaid
    assert "EUR\xa0100.00" in page  # of it overdue
    assert "Paid too much" in page


def test_an_empty_desk_says_what_will_stand_there(desk: Client, site: object) -> None:
    page = page_of(desk, "desk")

    assert "Nothing to be billed" in page
    assert "Nothing is overdue" in page
    assert "No refund waits" in page


def test_what_waits_and_refunds_have_lists(desk: Client, patient: Patient, carl: User) -> None:
    for _ in range(30):
        add_charge(patient, service=make_service(price=20), by=carl)
    bill = make_issued(patient, by=carl)
    pay_invoice(bill, parts=[Part("cash", Decimal(50))], by=carl)
    for _ in range(3):
        request_refund(bill.payments.get(), amount=Decimal(1), reason="One back", by=carl)

    with counted(at_most=4):
        assert 'rel="next"' in page_of(desk, "unbilled")
    with counted(at_most=4):
        assert page_of(desk, "refunds").count("One back") == 3


# ── Lists ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("question", ["number", "name", "mrn", "amount"])
def test_an_invoice_is_found(desk: Client, patient: Patient, carl: User, question: str) -> None:
    bill = make_issued(patient, item("77.31"), by=carl)
    other = make_issued(make_patient(given_name="Zoe", family_name="Zander"), by=carl)
    asked = {"number": bill.number, "name": "archer", "mrn": patient.mrn, "amount": "77,31"}

    page = page_of(desk, "list", q=asked[question])

    assert bill.number in page
    assert other.number not in page


def test_filters_stand_in_the_address(
    desk: Client, patient: Patient, carl: User, department: Department
) -> None:
    draft = make_draft(patient, by=carl)
    late = overdue(make_issued(patient, by=carl))
    here = make_issued(patient, by=carl, department=department)

    assert str(draft.pk) in page_of(desk, "list", status="draft")
    assert late.number not in page_of(desk, "list", status="draft")
    assert here.number not in page_of(desk, "list", overdue="true")
    assert late.number in page_of(desk, "list", overdue="true")
    assert here.number in page_of(desk, "list", department=str(department.pk))
    assert late.number not in page_of(desk, "list", department=str(department.pk))
    assert "No invoice matches" in page_of(desk, "list", status="nonsense")


def test_the_list_asks_little(desk: Client, patient: Patient, carl: User) -> None:
    for number in range(27):
        make_draft(make_patient(family_name=f"Nr{number}"), by=carl, policy=None)

    with counted(at_most=3):
        assert 'rel="next"' in page_of(desk, "list")
    with counted(at_most=5):
        page_of(desk, "list", q="nr1", status="draft")


def test_what_is_owed_has_an_age(desk: Client, patient: Patient, carl: User) -> None:
    overdue(make_issued(patient, item("33.10"), by=carl))

    with counted(at_most=7):
        page = page_of(desk, "ageing")

    assert "31 to 60 days" in page
    assert page.count("EUR\xa033.10") >= 4
    assert "Ann Archer" in page


# ── The patient ─────────────────────────────────────────────────────────────


def test_the_account_of_a_patient(desk: Client, patient: Patient, carl: User) -> None:
    charge = add_charge(
        patient, service=make_service(name="Wound care", price="20"), quantity=Decimal(2), by=carl
    )
    make_issued(patient, by=carl)
    make_policy(patient, 80, payer=make_payer("AOK"))

    with counted(at_most=10):
        page = page_of(desk, "of_patient", patient.pk)

    assert f'value="{charge.pk}"' in page
    assert "EUR\xa040.00" in page
    assert "EUR\xa0100.00" in page
    assert "Payer AOK" in page
    assert "llergies" not in page  # whoever takes money need not know
    opened = Entry.objects.get(verb="patients.open_record", patient_id=patient.pk)
    assert opened.details == {"part": "bills"}


def test_a_statement_has_every_movement(desk: Client, patient: Patient, carl: User) -> None:
    bill = make_issued(patient, by=carl)
    pay_invoice(bill, parts=[Part("cash", Decimal(30))], by=carl)

    page = page_of(desk, "statement", patient.pk)

    assert bill.number in page
    assert "EUR\xa0−30.00" in page
    assert "EUR\xa070.00" in page
    wrong = desk.get(reverse("billing:statement", args=[patient.pk]), {"since": "nonsense"})
    assert wrong.status_code == 422
    assert 'value="nonsense"' in wrong.content.decode()


def test_a_policy_is_added(desk: Client, patient: Patient) -> None:
    payer = make_payer()
    url = reverse("billing:add_policy", args=[patient.pk])
    sent = {"payer": str(payer.pk), "number": "P 1", "coverage_percent": "80", "valid_from": "2026-01-01"}

    wrong = post(desk, url, **sent | {"coverage_percent": "101"})
    post(desk, url, **sent)

    assert wrong.status_code == 422
    assert 'value="P 1"' in wrong.content.decode()
    assert [one.coverage_percent for one in Policy.objects.filter(patient_id=patient.pk)] == [80]


def test_a_manager_waives_a_charge(client: Client, patient: Patient, carl: User, mona: User) -> None:
    charge = add_charge(patient, service=make_service(price=20), by=carl)
    url = reverse("billing:waive", args=[charge.pk])
    client.force_login(carl)
    assert client.get(url).status_code == 403
    client.force_login(mona)

    without = post(client, url, version=charge.version, reason="")
    post(client, url, version=charge.version, reason="Our fault")

    assert without.status_code == 422
    assert Charge.objects.get(pk=charge.pk).waived_because == "Our fault"


def test_the_record_says_what_is_owed(
    client: Client, patient: Patient, rita: User, carl: User, nora: User
) -> None:
    overdue(make_issued(patient, item("61.70"), by=carl))
    client.force_login(rita)

    page = client.get(patient.get_absolute_url()).content.decode()

    assert "EUR\xa061.70" in page
    assert reverse("billing:of_patient", args=[patient.pk]) in page
    client.force_login(nora)
    assert "EUR\xa061.70" not in client.get(patient.get_absolute_url()).content.decode()


# ── One invoice ─────────────────────────────────────────────────────────────


def test_an_invoice_says_all_of_it(desk: Client, patient: Patient, carl: User, mona: User) -> None:
    make_rates()
    policy = make_policy(patient, 80)
    bill = make_issued(patient, item(100, 2, tax_class="standard"), by=carl, policy=policy)
    pay_invoice(bill, parts=[Part("cash", Decimal(10)), Part("card", Decimal(5))], by=carl)

    with counted(at_most=9):
        page = page_of(desk, "detail", bill.pk)

    for words in (
        "EUR\xa0200.00",
        "EUR\xa0160.00",
        "EUR\xa031.93",
        "EUR\xa025.00",
        "Took a payment",
        "Partly paid",
    ):
        assert words in page
    assert Entry.objects.filter(verb="billing.view_invoice", subject_id=bill.pk).count() == 1


def test_a_draft_is_issued_once(desk: Client, patient: Patient, carl: User) -> None:
    bill = make_draft(patient, by=carl)
    sent = {"nonce": "d" * 32, "version": bill.version}

    answers = [desk.post(reverse("billing:issue", args=[bill.pk]), sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    issued = Invoice.objects.get()
    assert issued.number
    assert issued.number in page_of(desk, "detail", bill.pk)


def test_other_sums_than_those_that_were_seen_are_not_issued(
    desk: Client, patient: Patient, carl: User
) -> None:
    make_rates()
    bill = make_draft(patient, item(100, tax_class="standard"), by=carl)
    TaxRate(tax_class="standard", percent=Decimal(25), valid_from=LONG_AGO + timedelta(days=1)).add()

    answer = post(desk, reverse("billing:issue", args=[bill.pk]), version=bill.version)

    assert answer.status_code == 422
    assert "look at the sums" in answer.content.decode()
    assert reverse("billing:edit", args=[bill.pk]) in answer.content.decode()


def test_a_draft_is_made_void_by_whoever_may(desk: Client, patient: Patient, carl: User, rita: User) -> None:
    bill = make_draft(patient, by=carl)
    url = reverse("billing:void", args=[bill.pk])

    without = post(desk, url, version=bill.version, reason="")
    post(desk, url, version=bill.version, reason="Written twice")

    assert without.status_code == 422
    assert Invoice.objects.get().status == Invoice.Status.VOID
    assert "Written twice" in page_of(desk, "detail", bill.pk)
    desk.force_login(rita)
    issued = make_issued(patient, by=carl)
    assert desk.get(reverse("billing:void", args=[issued.pk])).status_code == 403


def test_what_is_paid_is_not_made_void(desk: Client, invoice: Invoice, carl: User) -> None:
    pay_invoice(invoice, parts=[Part("cash", Decimal(5))], by=carl)
    version = Invoice.objects.get().version

    answer = post(desk, reverse("billing:void", args=[invoice.pk]), version=version, reason="Wrong patient")

    assert answer.status_code == 422
    assert "Refund it first" in answer.content.decode()
    assert 'value="Wrong patient"' in answer.content.decode()


def test_a_credit_note_line_by_line(client: Client, patient: Patient, carl: User, mona: User) -> None:
    bill = make_issued(patient, item(60), item(40), by=carl)
    pay_invoice(bill, parts=[Part("cash", Decimal(100))], by=carl)
    bill = Invoice.objects.get()
    line = bill.lines.get(position=2)
    client.force_login(mona)
    url, name = reverse("billing:credit", args=[bill.pk]), f"line_{line.pk.hex}"

    nothing = post(client, url, version=bill.version, reason="Not done")
    too_much = post(client, url, version=bill.version, reason="Not done", **{name: "40.01"})
    post(client, url, version=bill.version, reason="Not done", **{name: "40"})

    assert [nothing.status_code, too_much.status_code] == [422, 422]
    assert 'value="40.01"' in too_much.content.decode()
    assert [one.total_amount for one in CreditNote.objects.all()] == [40]
    page = page_of(client, "detail", bill.pk)
    assert "Owed to the patient" in page
    assert "EUR\xa0−40.00" in page  # the credit note
    client.force_login(carl)
    assert client.get(url).status_code == 403


def test_what_the_payer_declines_is_passed_on(desk: Client, patient: Patient, carl: User) -> None:
    bill = make_issued(patient, by=carl, policy=make_policy(patient, 80))
    url = reverse("billing:pass_on", args=[bill.pk])

    too_much = post(desk, url, version=bill.version, amount="80.01", reason="Declined")
    post(desk, url, version=bill.version, amount="80", reason="Declined")

    assert too_much.status_code == 422
    assert Invoice.objects.get().patient_due_amount == 100


def test_an_invoice_that_was_changed_behind_our_back_says_so(desk: Client, invoice: Invoice) -> None:
    super(type(Invoice.objects.all()), Invoice.objects.filter(pk=invoice.pk)).update(note="Forged")

    assert "This is not what was issued" in page_of(desk, "detail", invoice.pk)


# ── The price list ──────────────────────────────────────────────────────────


def test_prices_are_looked_at_by_all_and_kept_by_managers(
    client: Client, site: object, carl: User, mona: User
) -> None:
    service = make_service("XR1", name="X-ray", price="84.50")
    url = reverse("billing:set_price", args=[service.pk])
    sent = {"unit_amount": "90", "valid_from": "2026-02-01"}
    client.force_login(carl)

    with counted(at_most=4):
        assert "EUR\xa084.50" in page_of(client, "price_list", q="x-r")
    assert "No service matches" in page_of(client, "price_list", q="qqq")
    assert post(client, url, **sent).status_code == 403
    client.force_login(mona)
    wrong = post(client, url, **sent | {"unit_amount": "cheap"})
    post(client, url, **sent)

    assert wrong.status_code == 422
    assert 'value="cheap"' in wrong.content.decode()
    assert Price.objects.filter(unit_amount=90).count() == 1
    assert "EUR\xa090.00" in page_of(client, "service", service.pk)


def test_each_door_is_the_same_rule(client: Client, patient: Patient, carl: User, nora: User) -> None:
    """Whoever may not see bills learns from no page whether there is one."""
    bill = issue_invoice(make_draft(patient, by=carl), by=carl)
    client.force_login(nora)

    there = [
        client.get(reverse(f"billing:{name}", args=[bill.pk])).status_code
        for name in ("detail", "pay", "edit")
    ]
    nothing = client.get(reverse("billing:detail", args=[patient.pk])).status_code

    assert there == [403, 403, 403]
    assert nothing == 403
