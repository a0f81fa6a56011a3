"""What is printed of money: all that was issued, how it adds up, which copy it is, and who may print it."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from billing.models import CreditNote, Invoice
from billing.papers import invoice_paper
from billing.services import Part, credit_invoice, pay_invoice, print_paper, record_deposit, void_invoice
from billing.tests.make import item, make_draft, make_issued, make_policy, make_rates, off
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("what is printed does not depend on the engine")

IBAN = "DE89370400440532013000"
EVIL = '#panic("owned") $x$ *b* =1+1'


def text_of(made: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(made))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\xa0", " ").split())


def printed(invoice: Invoice, by: User, **more: Any) -> str:
    return text_of(invoice_paper(invoice, invoice.patient, by=by, **more))


def square_on(made: bytes) -> str:
    [page] = pypdfium2.PdfDocument(made)
    [found] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    return str(found.text)


def again(invoice: Invoice) -> Invoice:
    found: Invoice = Invoice.objects.get(pk=invoice.pk)
    return found


def cash(amount: Any, **more: Any) -> Part:
    return Part("cash", Decimal(amount), **more)


@pytest.fixture
def taxed(patient: Patient, carl: User) -> Invoice:
    """Two lines with tax inside, a discount on one and on the whole, half of it paid by an insurer."""
    make_rates()
    patient.change(address="12 Harbour Street\n10115 Berlin")
    lines = [
        item(100, 2, tax_class="standard", description="Plaster cast"),
        item("33.33", tax_class="reduced", discount=off(percent=1, because="Regular")),
    ]
    return make_issued(
        patient,
        *lines,
        policy=make_policy(patient, 50),
        discount=off(amount="1.11"),
        note="Thank you",
        by=carl,
    )


def test_everything_that_was_issued_stands_on_it(taxed: Invoice, carl: User) -> None:
    text = printed(taxed, carl)

    for words in (
        taxed.site.name,
        "Ann Archer",
        "12 Harbour Street",
        "10115 Berlin",
        taxed.patient.mrn,
        f"Invoice {taxed.number}",
        "Plaster cast",
        "19 %",
        "7 %",
        f"Sum, tax included {taxed.gross_amount}",
        f"Discounts −{taxed.discounts_amount}",
        f"Net {taxed.net_amount}",
        f"Total EUR {taxed.total_amount}",
        f"Share of Payer {str(taxed.policy.payer).removeprefix('Payer ')} {taxed.insurer_amount}",  # type: ignore[union-attr]
        f"To be paid by you EUR {taxed.patient_due_amount}",
        "Thank you",
        "Discount on the whole: Hardship",
        "Discount on line 2: Regular",
        taxed.content_hash[:4],
        "Printed by Carl Conti",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert "Copy" not in text
    assert "VOID" not in text


def test_it_is_tagged_and_the_square_is_described(taxed: Invoice, carl: User) -> None:
    reader = pypdf.PdfReader(io.BytesIO(invoice_paper(taxed, taxed.patient, by=carl)))
    root: Any = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_without_an_account_the_square_says_which_paper_it_is(invoice: Invoice, carl: User) -> None:
    made = invoice_paper(invoice, invoice.patient, by=carl)
    assert square_on(made) == f"{invoice.number} {invoice.content_hash}"
    assert "IBAN" not in text_of(made)


@override_settings(BANK_IBAN=IBAN, BANK_BIC="COBADEFFXXX", BANK_ACCOUNT_NAME="Northfield gGmbH")
def test_with_an_account_the_square_is_a_transfer_of_what_is_due(invoice: Invoice, carl: User) -> None:
    pay_invoice(invoice, parts=[cash("30.10")], by=carl)
    made = invoice_paper(invoice, invoice.patient, by=carl)

    assert square_on(made).splitlines() == [
        *("BCD", "002", "1", "SCT", "COBADEFFXXX", "Northfield gGmbH", IBAN, "EUR69.9", "", ""),
        invoice.number,
    ]
    text = text_of(made)
    for words in ("DE89 3704 0044 0532 0130 00", "COBADEFFXXX", "Northfield gGmbH", "Pay with your bank"):
        assert words in text, words


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_a_transfer_in_another_currency_has_no_such_square(
    patient: Patient, carl: User, currency: str, settings: Any
) -> None:
    settings.CURRENCY, settings.BANK_IBAN = currency, IBAN
    invoice = make_issued(patient, item(7), by=carl)
    made = invoice_paper(invoice, patient, by=carl)
    assert square_on(made).startswith(invoice.number)
    assert IBAN[:4] in text_of(made)


@override_settings(BANK_IBAN=IBAN)
def test_what_is_paid_asks_for_no_money(invoice: Invoice, carl: User) -> None:
    pay_invoice(invoice, parts=[cash(100)], by=carl)
    made = invoice_paper(invoice, invoice.patient, by=carl)
    assert square_on(made).startswith(invoice.number)
    assert "Paid −100.00 To be paid by you EUR 0.00" in text_of(made)


def test_drafts_and_void_ones_say_so(patient: Patient, invoice: Invoice, carl: User, mona: User) -> None:
    draft = printed(make_draft(patient, by=carl), carl)
    assert "DRAFT" in draft
    assert "no number" in draft
    void_invoice(invoice, reason="Twice", by=mona)
    void = printed(again(invoice), carl)
    assert "VOID" in void
    assert "Nothing has to be paid." in void


def test_what_was_tampered_with_says_so(invoice: Invoice, carl: User) -> None:
    from django.db.models import QuerySet  # noqa: PLC0415 around the guards

    QuerySet(Invoice).filter(pk=invoice.pk).update(note="Nothing to pay")
    assert "NOT VALID" in printed(again(invoice), carl)


def test_what_is_owed_back_is_said(invoice: Invoice, carl: User, mona: User) -> None:
    pay_invoice(invoice, parts=[cash(100)], by=carl)
    credit_invoice(invoice, reason="Not done", parts={invoice.lines.get().pk: Decimal(25)}, by=mona)
    assert "Credited −25.00 Paid −100.00 Owed to you EUR 25.00" in printed(again(invoice), carl)


def test_values_are_no_markup(patient: Patient, carl: User) -> None:
    assert EVIL in printed(make_issued(patient, item(1, description=EVIL), by=carl), carl)


def test_a_hundred_lines_go_on_with_the_next_page(patient: Patient, carl: User) -> None:
    made = invoice_paper(make_issued(patient, *[item(1)] * 100, by=carl), patient, by=carl)
    assert "Page 3 of 3" in text_of(made)


# ── Doors ───────────────────────────────────────────────────────────────────


def test_the_second_printing_is_a_copy_and_each_is_written_down(
    invoice: Invoice, carl: User, client: Client
) -> None:
    client.force_login(carl)
    address = reverse("billing:invoice_paper", args=[invoice.pk])

    first, second, third = (text_of(client.get(address).content) for _ in range(3))

    assert "Copy" not in first
    assert "Copy 1" in second
    assert "Copy 2" in third
    entries = Entry.objects.filter(verb="billing.print_paper", subject_id=invoice.pk).order_by("at")
    assert [one.details["copy"] for one in entries] == [0, 1, 2]
    assert {one.patient_id for one in entries} == {invoice.patient_id}


def test_it_is_shown_in_the_browser_and_kept_nowhere(invoice: Invoice, carl: User, client: Client) -> None:
    client.force_login(carl)
    print_paper(invoice, by=carl)
    with counted(at_most=12):
        answer = client.get(reverse("billing:invoice_paper", args=[invoice.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{invoice.number}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


def test_a_preview_is_a_picture_and_no_printing(invoice: Invoice, carl: User, client: Client) -> None:
    client.force_login(carl)
    with counted(at_most=10):
        answer = client.get(reverse("billing:invoice_preview", args=[invoice.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert b"<script" not in answer.content
    assert Entry.objects.filter(verb="billing.view_invoice", subject_id=invoice.pk).exists()
    assert not Entry.objects.filter(verb="billing.print_paper").exists()


@pytest.mark.parametrize("kind", ["receipt", "credit_note"])
def test_so_is_that_of_what_came_after(
    invoice: Invoice, carl: User, mona: User, client: Client, kind: str
) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "receipt": lambda: pay_invoice(invoice, parts=[cash(40)], by=carl),
        "credit_note": lambda: credit_invoice(invoice, reason="Not done", by=mona),
    }
    made = acts[kind]()
    client.force_login(carl)
    answer = client.get(reverse(f"billing:{kind}_preview", args=[made.pk]))
    assert answer.content.startswith(b"<svg")
    assert answer["Cache-Control"] == "private, no-store"
    assert not Entry.objects.filter(verb="billing.print_paper").exists()


def test_looking_at_a_draft_is_no_printing(patient: Patient, carl: User, client: Client) -> None:
    client.force_login(carl)
    client.get(reverse("billing:invoice_paper", args=[make_draft(patient, by=carl).pk]))
    assert not Entry.objects.filter(verb="billing.print_paper").exists()


def test_a_receipt_says_what_was_paid_how(invoice: Invoice, carl: User, client: Client) -> None:
    parts = [cash("20.50", tendered_amount=Decimal(50)), Part("card", Decimal(10), reference="4711")]
    receipt = pay_invoice(invoice, parts=parts, by=carl)
    client.force_login(carl)
    address = reverse("billing:receipt_paper", args=[receipt.pk])

    text = text_of(client.get(address).content)

    for words in (
        f"Receipt {receipt.number}",
        f"Invoice {invoice.number}",
        "Cash 50.00 29.50 20.50",
        "Card 4711 10.00",
        "Received EUR 30.50",
        "Received by Carl Conti",
    ):
        assert words in text, words
    assert "Copy 1" in text_of(client.get(address).content)
    deposit = record_deposit(invoice.patient, parts=[cash(5)], by=carl)
    said = text_of(client.get(reverse("billing:receipt_paper", args=[deposit.pk])).content)
    assert "For Deposit" in said


def test_a_credit_note_takes_back(taxed: Invoice, carl: User, mona: User, client: Client) -> None:
    credit: CreditNote = credit_invoice(taxed, reason="Not done", by=mona)
    client.force_login(carl)

    made = client.get(reverse("billing:credit_note_paper", args=[credit.pk])).content

    text = text_of(made)
    for words in (
        f"Credit note {credit.number}",
        f"To the invoice {taxed.number}",
        "Because Not done",
        f"Net −{credit.net_amount} Tax −{credit.tax_amount} Credited EUR −{credit.total_amount}",
        f"Of it you −{credit.patient_amount}",
    ):
        assert words in text, words
    assert square_on(made) == f"{credit.number} {credit.content_hash}"


def test_the_account_of_a_patient_on_paper(
    invoice: Invoice, patient: Patient, carl: User, client: Client
) -> None:
    pay_invoice(invoice, parts=[cash(40)], by=carl)
    client.force_login(carl)
    address = reverse("billing:statement_paper", args=[patient.pk])

    text = text_of(client.get(address).content)

    for words in (
        "Statement of account",
        f"Invoice issued {invoice.number} 100.00 100.00 0.00",
        "−40.00 60.00 0.00",
        "EUR 60.00",
        f"Open invoices Invoice Date To be paid by Total Due from you {invoice.number}",
    ):
        assert words in text, words
    assert "Nothing moved" in text_of(client.get(address, {"until": "2020-01-01", "since": "x"}).content)
    assert Entry.objects.filter(verb="patients.open_record", details={"part": "statement_paper"}).count() == 2


def test_an_account_that_says_the_same_is_a_copy(
    invoice: Invoice, patient: Patient, carl: User, client: Client
) -> None:
    client.force_login(carl)
    address = reverse("billing:statement_paper", args=[patient.pk])

    assert "Copy" not in text_of(client.get(address).content)
    assert "Copy 1" in text_of(client.get(address).content)
    pay_invoice(invoice, parts=[cash(40)], by=carl)
    assert "Copy" not in text_of(client.get(address).content)
    entries = Entry.objects.filter(verb="billing.print_paper", subject_id=patient.pk).order_by("at")
    assert [one.details["copy"] for one in entries] == [0, 1, 0]


@pytest.mark.parametrize("who", ["dora", "nora"])
@pytest.mark.parametrize("route", ["invoice_paper", "statement_paper"])
def test_others_print_nothing(
    invoice: Invoice, client: Client, who: str, route: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    pk = invoice.pk if route == "invoice_paper" else invoice.patient_id
    assert client.get(reverse(f"billing:{route}", args=[pk])).status_code == 403


def test_what_is_not_there_is_not_found(patient: Patient, carl: User, client: Client) -> None:
    client.force_login(carl)
    for route in ("invoice_paper", "receipt_paper", "credit_note_paper"):
        assert client.get(reverse(f"billing:{route}", args=[patient.pk])).status_code == 404


# ── Files ───────────────────────────────────────────────────────────────────


def lines_of(answer: Any) -> list[str]:
    return str(answer.content.decode("utf-8-sig")).splitlines()


def test_the_list_as_a_file_is_narrowed_as_the_list_is(invoice: Invoice, carl: User, client: Client) -> None:
    evil = make_patient(given_name="=cmd()", family_name="Baker")
    make_issued(evil, item("41.50"), by=carl)
    client.force_login(carl)

    with counted(at_most=8):
        answer = client.get(reverse("billing:list_file"))
    narrowed = lines_of(client.get(reverse("billing:list_file"), {"q": "baker", "unknown": "1"}))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert len(lines_of(answer)) == 3
    [head, line] = narrowed
    assert head.startswith("number,issued_on,due_on,status,patient,mrn,payer,currency,gross_amount")
    assert ",'=cmd() Baker," in line
    assert line.endswith(",41.50,0.00")
    entry = Entry.objects.filter(verb="billing.view_invoice", subject_id=None).latest("at")
    assert entry.details["count"] == 1
    assert "baker" not in str(entry.details)


def test_a_question_that_is_none_is_refused(site: object, carl: User, client: Client) -> None:
    client.force_login(carl)
    assert client.get(reverse("billing:list_file"), {"amount_from": "x"}).status_code == 422


def test_what_is_owed_as_a_file(invoice: Invoice, carl: User, client: Client) -> None:
    client.force_login(carl)
    [head, line, last] = lines_of(client.get(reverse("billing:ageing_file")))
    assert head.split(",")[4:6] == ["Not yet due", "1 to 30 days"]
    assert line.startswith("Ann Archer,")
    assert last == f"All,,,{settings.CURRENCY},100.00,0.00,0.00,0.00,0.00,100.00"
