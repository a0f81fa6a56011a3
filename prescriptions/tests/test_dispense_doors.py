"""The pharmacist's pages: who waits, what is found, what is handed out and taken back, and what a refusal keeps."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.clock import now
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import record_allergy
from patients.tests.make import make_patient
from prescriptions.forms.dispensing import codes_in
from prescriptions.models import Dispensing, Prescription, Product, Stock
from prescriptions.services import add_product
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import a_line, disagreements, handed_out, make_stock, signed

pytestmark = pytest.mark.django_db
QUEUE = "/prescriptions/queue/"
NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    product = make_product()
    make_stock(product, 50)
    return product


@pytest.fixture
def prescription(ibuprofen: Product, amara: Patient) -> Prescription:
    return signed(a_line(ibuprofen), a_line(quantity=2), patient=amara)


@pytest.fixture
def counter(pia: User, client: Client) -> Client:
    client.force_login(pia)
    return client


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def page_of(prescription: Prescription) -> str:
    return reverse("prescriptions:dispense", args=[prescription.pk])


def typed(prescription: Prescription, **fields: Any) -> dict[str, Any]:
    """What the form sends: the quantities of the lines by their positions, `q1="5"`, and whatever else."""
    names = {"q": "quantity", "p": "product", "b": "batch"}
    lines = {
        f"lines.{name[1:]}.{names[name[0]]}": value for name, value in fields.items() if name[1:].isdecimal()
    }
    others = {name: value for name, value in fields.items() if not name[1:].isdecimal()}
    return {"version": prescription.version, "nonce": NONCE} | lines | others


def force(prescription: Prescription, **changes: Any) -> None:
    QuerySet(Prescription).filter(pk=prescription.pk).update(**changes)


# ── Who waits ───────────────────────────────────────────────────────────────


def test_who_waits_longest_comes_first_and_today_before_yesterday(
    counter: Client, ibuprofen: Product
) -> None:
    for name, hours in (("Yesterday", 30), ("Second", 0), ("First", 0)):
        patient = make_patient(family_name=name)
        signed(a_line(ibuprofen), patient=patient, signed_at=now() - timedelta(hours=hours))
    last, first = Prescription.objects.order_by("-signed_at")[:2]
    page = text(counter.get(QUEUE))

    order = [page.index(one.patient.full_name) for one in (first, last)]
    assert order == sorted(order)
    assert page.index("Yesterday") > max(order)


def test_what_is_over_waits_no_more(counter: Client, prescription: Prescription) -> None:
    assert "Amara" in text(counter.get(QUEUE))
    for status in ("draft", "awaiting", "dispensed", "stopped", "expired", "discarded"):
        force(prescription, status=status)
        assert "Amara" not in text(counter.get(QUEUE)), status
    force(prescription, status="signed", expires_on=now().date() - timedelta(days=1))
    assert "Nothing to dispense" in text(counter.get(QUEUE))


def test_a_long_queue_asks_no_more_than_a_short_one(counter: Client, ibuprofen: Product) -> None:
    for number in range(40):
        patient = make_patient(family_name=f"Patient {number}")
        signed(a_line(ibuprofen), a_line(), patient=patient, signed_at=now() - timedelta(hours=number * 2))
    with counted(at_most=8):
        counter.get(QUEUE)


def test_a_list_that_reads_itself_again_is_written_down_once(
    counter: Client, prescription: Prescription
) -> None:
    first = counter.get(QUEUE)
    again = first.context["again_url"]
    for _ in range(3):
        counter.get(again, headers={"HX-Request": "true"})
    looks = Entry.objects.filter(verb="prescriptions.view_prescription", subject_id=None)

    assert looks.count() == 1
    signed(a_line(), patient=prescription.patient)
    counter.get(again, headers={"HX-Request": "true"})
    assert looks.count() == 2


# ── What is found ───────────────────────────────────────────────────────────


def test_a_code_leads_to_its_prescription(counter: Client, prescription: Prescription) -> None:
    code = prescription.code
    for scanned in (
        code,
        prescription.shown_code.lower(),
        f"https://clinic.example/prescriptions/verify/{code}/3f9a/",
        f"https://clinic.example/prescriptions/verify/?code={prescription.shown_code}",
    ):
        answer = counter.get(QUEUE, {"q": scanned})
        assert answer.status_code == 302, scanned
        assert answer["Location"] == page_of(prescription)
    by_htmx = counter.get(QUEUE, {"q": code}, headers={"HX-Request": "true"})
    assert by_htmx["HX-Redirect"] == page_of(prescription)


def test_letters_that_are_no_digits_are_read_as_those_that_were_meant() -> None:
    assert codes_in("oOiI lL11 2345") == ["001111112345"]
    assert codes_in("K7QM2F9DXTA4") == codes_in(" k7qm-2f9d-xta4.") == ["K7QM2F9DXTA4"]
    assert codes_in("K7QM-2F9D-XTA") == codes_in("") == codes_in("Northumberland") == []


def test_a_name_of_twelve_letters_is_a_name(counter: Client, ibuprofen: Product) -> None:
    signed(a_line(ibuprofen), patient=make_patient(family_name="Featherstone"))

    assert "Ibuprofen" in text(counter.get(QUEUE, {"q": "featherstone"}))


def test_by_the_patient_what_is_over_is_found_with_a_clear_word(
    counter: Client, prescription: Prescription
) -> None:
    for status, word in (("expired", "Expired"), ("stopped", "Stopped"), ("dispensed", "Dispensed")):
        force(prescription, status=status)
        assert word in text(counter.get(QUEUE, {"q": "nwosu"}))
    force(prescription, status="signed", expires_on=now().date() - timedelta(days=1))
    assert "Expired" in text(counter.get(QUEUE, {"q": "nwosu"}))
    force(prescription, status="draft")
    assert "No prescription matches" in text(counter.get(QUEUE, {"q": "nwosu"}))


# ── At the counter ──────────────────────────────────────────────────────────


def test_the_pharmacist_sees_what_the_doctor_overrode(
    counter: Client, amara: Patient, ibuprofen: Product, dora: User
) -> None:
    record_allergy(amara, substance="Latex", category="environment", by=dora)
    finding = {
        "key": "k",
        "rule": "vka-nsaid",
        "check": "interactions",
        "severity": "contraindicated",
        "medicines": ["warfarin", "ibuprofen"],
        "text": "Bleeding <b>",
        "source": "",
        "second": False,
    }
    safety = {"findings": [finding], "not_screened": [{"medicine": "Tea", "why": "Unknown."}]}
    overrides = [{"key": "k", "rule": "vka-nsaid", "because": "monitored", "reason": "INR on Friday"}]
    prescription = signed(a_line(ibuprofen), patient=amara, safety=safety, overrides=overrides)
    page = text(counter.get(page_of(prescription)))

    for said in ("Latex", "warfarin + ibuprofen", "It will be monitored", "INR on Friday", "could not be"):
        assert said in page
    entry = Entry.objects.filter(verb="prescriptions.view_prescription").latest("at")
    assert (entry.subject_id, entry.patient_id) == (prescription.pk, amara.pk)


def test_what_is_left_or_in_stock_is_filled_in(counter: Client, amara: Patient, ibuprofen: Product) -> None:
    few = make_product("Paracetamol 500 mg tablet")
    make_stock(few, 7)
    prescription = signed(a_line(ibuprofen), a_line(few), a_line(), patient=amara)
    form = counter.get(page_of(prescription)).context["form"]

    assert [form[f"lines.{number}.quantity"].initial for number in (1, 2, 3)] == ["20", "7", "20"]


def test_handing_out(counter: Client, prescription: Prescription) -> None:
    answer = counter.post(page_of(prescription), typed(prescription, q1="5", b1="B7", q2=""), follow=True)

    assert "The rest stays for another time" in text(answer)
    dispensing = Dispensing.objects.get()
    assert [dispensing.quantity, dispensing.batch] == [5, "B7"]
    assert "15</strong> of 20 tablets left" in text(answer)
    assert not disagreements()


def test_the_form_that_is_sent_twice_counts_once(counter: Client, prescription: Prescription) -> None:
    form = typed(prescription, q1="5")
    for _ in range(2):
        assert counter.post(page_of(prescription), form).status_code == 302
    assert Dispensing.objects.count() == 1


def test_a_refusal_keeps_what_was_typed_and_says_it_at_the_field(
    counter: Client, prescription: Prescription
) -> None:
    answer = counter.post(page_of(prescription), typed(prescription, q1="21", b1="B7", q2="1"))

    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors["lines.1.quantity"] == ["Of Ibuprofen 400 mg tablet 20 are left."]
    assert 'value="B7"' in text(answer)
    assert not Dispensing.objects.exists()


@pytest.mark.parametrize("quantity", ["-1", "x", "1.234", "1e400", "NaN"])
def test_nonsense_is_said_at_the_field(counter: Client, prescription: Prescription, quantity: str) -> None:
    answer = counter.post(page_of(prescription), typed(prescription, q1=quantity))

    assert answer.status_code == 422
    assert "lines.1.quantity" in answer.context["form"].errors


def test_who_was_slower_sees_what_is_left_now(counter: Client, prescription: Prescription) -> None:
    form = typed(prescription, q1="20")
    handed_out(prescription, 15)
    answer = counter.post(page_of(prescription), form)

    assert answer.status_code == 422
    page = text(answer)
    assert "Somebody else has just changed this prescription" in page
    assert "5</strong> of 20 tablets left" in page
    assert f'name="version" value="{prescription.version}"' in page


def test_another_makers_product_can_be_chosen(
    counter: Client, prescription: Prescription, ibuprofen: Product, adam: User
) -> None:
    facts = {name: getattr(ibuprofen, name) for name in ("ingredients", "form", "route")}
    brand = add_product(key="nurofen", name="Nurofen 400 mg tablet", **facts, by=adam)
    make_stock(brand, 60)
    assert "Nurofen 400 mg tablet, 60 in stock" in text(counter.get(page_of(prescription)))
    chosen = {"lines.1.because": "Less sugar"}
    counter.post(page_of(prescription), typed(prescription, q1="20", p1=str(brand.pk), **chosen))

    dispensing = Dispensing.objects.get()
    assert [dispensing.is_substitute, dispensing.because] == [True, "Less sugar"]
    assert Stock.objects.get(product_id=brand.pk).on_hand == 40


def test_of_one_that_is_over_nothing_can_be_handed_out(counter: Client, prescription: Prescription) -> None:
    for changes, word in (
        ({"status": "expired"}, "has expired"),
        ({"status": "stopped", "stopped_because": "error"}, "was stopped: prescribed in error"),
        ({"status": "signed", "note": "Give more"}, "not what was signed"),
    ):
        force(prescription, **changes)
        page = text(counter.get(page_of(prescription)))
        assert word in page
        assert "Hand out</button>" not in page
    answer = counter.post(page_of(prescription), typed(prescription, q1="5"))
    assert answer.status_code == 422


def test_a_draft_is_nothing_for_the_counter(counter: Client, prescription: Prescription) -> None:
    force(prescription, status="draft")
    assert counter.get(page_of(prescription)).status_code == 404


def test_the_counter_asks_the_same_for_every_number_of_lines(
    counter: Client, amara: Patient, ibuprofen: Product
) -> None:
    products = [ibuprofen, *(make_product(f"Ibuprofen {n} mg tablet") for n in (200, 600, 800))]
    prescription = signed(*(a_line(one) for one in products * 3), patient=amara)
    with counted(at_most=10):
        counter.get(page_of(prescription))


# ── Taking back ─────────────────────────────────────────────────────────────


def test_taking_back_asks_why(counter: Client, prescription: Prescription) -> None:
    dispensing = handed_out(prescription, 5)
    address = reverse("prescriptions:return", args=[dispensing.pk])
    assert address in text(counter.get(page_of(prescription)))
    assert "Ibuprofen 400 mg tablet: 5 tablets" in text(counter.get(address))
    assert counter.post(address, {"reason": ""}).status_code == 422

    answer = counter.post(address, {"reason": "Wrong box"}, follow=True)
    assert "Taken back" in text(answer)
    assert "Wrong box" in text(answer)
    assert "taken back already" in text(counter.get(address))
    assert counter.post(address, {"reason": "Wrong box"}).status_code == 422
    assert not disagreements()


# ── The first page ──────────────────────────────────────────────────────────


def test_the_first_page_of_the_pharmacy(counter: Client, prescription: Prescription) -> None:
    stock = Stock.objects.get()
    stock.change(reorder_at=Decimal(60), is_low=True)
    with counted(at_most=9):
        page = text(counter.get("/"))

    assert "Amara" in page
    assert "50 on hand, order at 60" in page
