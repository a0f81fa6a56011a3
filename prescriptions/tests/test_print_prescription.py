"""A prescription on paper: everything that is signed, nothing that could be added, and how it stands."""

import io
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import declare_care
from patients.tests.make import make_patient
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.papers import paper_of, path_to_verify
from prescriptions.papers.numerals import figures_and_words, in_words
from prescriptions.tests.make_papers import CAPSULES, forge, make_paper

pytestmark = pytest.mark.mongo_slow("what is printed does not depend on the engine")

EVIL = '#panic("owned") $x$ *b* @preview <script>alert(1)</script>'
PAINKILLER = replace(
    CAPSULES,
    medicine="Paracetamol 500 mg tablet",
    text="Take 1 to 2 tablets when needed for pain.",
    quantity=Decimal("20.5"),
    quantity_unit="tablet",
)


@pytest.fixture
def doctor(dora: User) -> Doctor:
    return make_doctor(user=dora, licence_number="DE-4711")


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    return make_patient(address="12 Harbour Street\n10115 Berlin")


def text_of(made: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(made))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def printed(one: Prescription, by: User) -> str:
    return text_of(paper_of(one, one.patient, by=by))


def address(one: Prescription) -> str:
    return reverse("prescriptions:paper", args=[one.patient_id, one.pk])


def test_everything_that_was_signed_stands_on_it(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(
        amara, doctor, CAPSULES, PAINKILLER, by=dora, indication="Otitis", note="Show the inhaler"
    )

    text = printed(one, dora)

    today = f"{clock.today(doctor.site.time_zone):%Y}"
    for words in (
        doctor.site.name,
        doctor.place.name,
        str(doctor),
        "Licence number DE-4711",
        "Amara Nwosu",
        "3 Feb 1959",
        amara.mrn,
        "12 Harbour Street, 10115 Berlin",
        "For Otitis",
        "℞",
        "1. Amoxicillin 500 mg capsule Take 1 capsule by mouth three times a day",
        "Quantity: 21 (twenty-one) capsules",
        "2. Paracetamol 500 mg tablet",
        "Quantity: 20.5 (twenty point five) tablets",
        "End of the list: 2 (two) medicines",
        "Note to the pharmacy: Show the inhaler",
        "Electronically signed by Dora Dietz",
        "Valid until",
        today,
        one.shown_code,
        " ".join(one.content_hash[at : at + 4] for at in range(0, 16, 4)),
        "Printed by Dora Dietz",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert one.content_hash not in text
    for mark in ("NOT VALID", "DRAFT", "STOPPED", "EXPIRED", "Second signature"):
        assert mark not in text


def test_its_square_leads_to_the_page_that_verifies_it(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(amara, doctor, by=dora)

    with override_settings(PUBLIC_URL="https://clinic.example"):
        made = paper_of(one, amara, by=dora)

    [page] = pypdfium2.PdfDocument(made)
    [found] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert found.text == f"https://clinic.example{path_to_verify(one)}"
    assert one.code in found.text
    assert one.content_hash[:16] in found.text


def test_it_is_tagged_and_the_square_is_described(amara: Patient, doctor: Doctor, dora: User) -> None:
    reader = pypdf.PdfReader(io.BytesIO(paper_of(make_paper(amara, doctor, by=dora), amara, by=dora)))
    root: Any = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    tags = list(_elements(root["/StructTreeRoot"]))
    [described] = [str(one["/Alt"]) for one in tags if "/Alt" in one]
    assert described.startswith("QR code. It leads to http")
    assert {"/H1", "/P", "/Figure"} <= {one.get("/S") for one in tags}


def _elements(element: Any) -> Any:
    element = element.get_object() if hasattr(element, "get_object") else element
    if not isinstance(element, dict):
        return
    yield element
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield from _elements(child)


@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        ({"status": "draft"}, ("Not signed: draft.", "DRAFT", "worth nothing at a pharmacy")),
        ({"status": "discarded"}, ("Discarded.", "DISCARDED")),
        ({"status": "awaiting", "needs_second": True}, ("The second signature is missing", "NOT VALID YET")),
    ],
)
def test_what_is_not_signed_says_so_and_has_nothing_to_be_verified(
    amara: Patient, doctor: Doctor, dora: User, fields: dict[str, Any], marks: tuple[str, ...]
) -> None:
    one = make_paper(amara, doctor, by=dora, **fields)

    made = paper_of(one, amara, by=dora)

    text = text_of(made)
    for mark in marks:
        assert mark in text, mark
    assert one.shown_code not in text
    assert "Electronically signed" not in text
    assert not zxingcpp.read_barcodes(pypdfium2.PdfDocument(made)[0].render(scale=3).to_pil())


@pytest.mark.parametrize(
    ("fields", "mark", "says"),
    [
        ({"status": "dispensed"}, "DISPENSED", "All of it has been handed out"),
        ({"status": "expired"}, "EXPIRED", "It was valid until"),
        (
            {"status": "stopped", "stopped_at": clock.now(), "stopped_because": "interaction"},
            "STOPPED",
            "Interaction or contraindication",
        ),
    ],
)
def test_what_is_over_is_stamped_across(
    amara: Patient, doctor: Doctor, dora: User, fields: dict[str, Any], mark: str, says: str
) -> None:
    text = printed(make_paper(amara, doctor, by=dora, **fields), dora)

    assert mark in text
    assert says in text


def test_it_is_expired_on_the_day_after_whoever_notices_first(
    amara: Patient, doctor: Doctor, dora: User
) -> None:
    """The worker that moves the status comes once an hour."""
    today = clock.today(doctor.site.time_zone)

    assert "EXPIRED" in printed(
        make_paper(amara, doctor, by=dora, expires_on=today - timedelta(days=1)), dora
    )
    assert "EXPIRED" not in printed(make_paper(amara, doctor, by=dora, expires_on=today), dora)


def test_what_was_handed_out_and_what_was_stopped_is_said_of_each_line(
    amara: Patient, doctor: Doctor, dora: User
) -> None:
    one = make_paper(amara, doctor, CAPSULES, PAINKILLER, by=dora, status="partly_dispensed")
    PrescriptionLine.objects.filter(prescription=one, position=1).update(dispensed=Decimal(10))
    PrescriptionLine.objects.filter(prescription=one, position=2).update(stopped_at=clock.now())

    text = printed(one, dora)

    assert "Partly dispensed. A part has been handed out." in text
    assert "Handed out already: 10 (ten) capsules" in text
    assert text.index("Stopped on") > text.index("Paracetamol")


def test_what_is_not_what_was_signed_is_not_valid(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(amara, doctor, by=dora)
    forge(one, lines=[replace(CAPSULES, quantity=Decimal(2100)).as_json()])

    text = printed(one, dora)

    assert "NOT VALID" in text
    assert "It does not say what was signed." in text


def test_both_signatures_are_named(amara: Patient, doctor: Doctor, dora: User, dov: User) -> None:
    one = make_paper(amara, doctor, by=dora, needs_second=True, second_signed_by=dov)

    text = printed(one, dora)

    assert "Electronically signed by Dora Dietz" in text
    assert "Second signature by Dov Dayan" in text


def test_a_child_is_weighed_on_it(doctor: Doctor, dora: User) -> None:
    born = clock.now().date() - timedelta(days=4 * 366)
    child = make_patient(given_name="Bo", birth_date=born)
    safety = {"asked": {"weight_kg": "16.4"}}

    assert "Weight 16.4 kg" in printed(make_paper(child, doctor, by=dora, safety=safety), dora)
    assert "Weight" not in printed(make_paper(child, doctor, by=dora), dora)


def test_a_warning_that_was_overridden_is_told_to_the_pharmacy(
    amara: Patient, doctor: Doctor, dora: User
) -> None:
    overrides = [{"key": "x", "because": "benefit", "reason": ""}]

    text = printed(make_paper(amara, doctor, by=dora, overrides=overrides), dora)

    assert "prescribes this knowingly" in text


# ── Amounts ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "zero"),
        ("1", "one"),
        ("12", "twelve"),
        ("20", "twenty"),
        ("21", "twenty-one"),
        ("99", "ninety-nine"),
        ("100", "one hundred"),
        ("101", "one hundred one"),
        ("110.50", "one hundred ten point five"),
        ("1000", "one thousand"),
        ("2316", "two thousand three hundred sixteen"),
        (
            "9999999.99",
            "nine million nine hundred ninety-nine thousand nine hundred ninety-nine point nine nine",
        ),
        ("0.25", "zero point two five"),
    ],
)
def test_an_amount_is_said_in_words(number: str, words: str) -> None:
    assert in_words(Decimal(number)) == words


def test_figures_stand_before_the_words_and_the_unit_behind() -> None:
    assert figures_and_words(Decimal("21.00"), "capsules") == "21 (twenty-one) capsules"


# ── Whatever stands in it ───────────────────────────────────────────────────


def test_twenty_lines_and_the_longest_notes_fit(amara: Patient, doctor: Doctor, dora: User) -> None:
    long = replace(CAPSULES, note="Mind the gap. " * 142, medicine="Very long name " * 16)
    one = make_paper(amara, doctor, *[long] * 20, by=dora, note="Please call. " * 46)

    made = paper_of(one, amara, by=dora)

    assert b"pdfuaid" in made
    text = text_of(made)

    assert text.count("Quantity: 21 (twenty-one) capsules") == 20
    assert text.count("Mind") == 142 * 20
    assert "End of the list: 20 (twenty) medicines" in text
    assert text.count(f"{amara.mrn} · {one.shown_code}") == text.count("Page ")


@pytest.mark.parametrize("name", [EVIL, "Nguyễn Thị Hương", "Олена", "שרה", "{{ settings.SECRET_KEY }}"])
def test_any_name_is_printed_as_it_stands(doctor: Doctor, dora: User, name: str) -> None:
    patient = make_patient(given_name=name, family_name="Nwosu", address=name)
    line = replace(CAPSULES, medicine=name, text=name, note=name)

    text = printed(make_paper(patient, doctor, line, by=dora, indication=name, note=name), dora)

    assert text.count(name) >= 7, text


def test_arabic_has_letters_and_chinese_has_boxes_that_are_explained(doctor: Doctor, dora: User) -> None:
    fatima = make_patient(given_name="فاطمة", family_name="الخطيب")
    wang = make_patient(given_name="秀英", family_name="王")

    assert b"NotoSansArabic" in paper_of(make_paper(fatima, doctor, by=dora), fatima, by=dora)
    text = printed(make_paper(wang, doctor, by=dora), dora)
    assert "A box" in text
    assert wang.mrn in text


def test_a_draft_without_medicines_can_be_printed(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(amara, doctor, by=dora, status="draft")
    Prescription.objects.filter(pk=one.pk).update(lines=[])

    assert "No medicine is written down." in printed(one, dora)


def test_a_demonstration_says_that_it_is_none(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(amara, doctor, by=dora)

    assert "Fictitious" not in printed(one, dora)
    with override_settings(DEBUG=True):
        assert "Fictitious: demonstration. Not a prescription." in printed(one, dora)


def test_it_is_made_in_a_moment(amara: Patient, doctor: Doctor, dora: User) -> None:
    one = make_paper(amara, doctor, *[CAPSULES] * 20, by=dora)
    printed(one, dora)
    before = time.process_time()
    paper_of(one, amara, by=dora)

    assert time.process_time() - before < 0.6


# ── The page ────────────────────────────────────────────────────────────────


def test_a_doctor_prints_it_and_each_printing_is_written_down(
    amara: Patient, doctor: Doctor, dora: User, client: Client
) -> None:
    declare_care(amara, reason="Ward round", by=dora)
    one = make_paper(amara, doctor, by=dora)
    client.force_login(dora)

    with counted(at_most=10):
        answer = client.get(address(one))
    client.get(address(one))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{one.shown_code}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"%PDF-")
    entries = Entry.objects.filter(verb="patients.open_record", patient_id=amara.pk)
    assert [one.details for one in entries] == [{"part": "paper"}] * 2


def test_the_pharmacist_prints_it_too(
    amara: Patient, doctor: Doctor, dora: User, pia: User, client: Client
) -> None:
    client.force_login(pia)

    assert client.get(address(make_paper(amara, doctor, by=dora))).content.startswith(b"%PDF-")


def test_who_does_not_treat_the_patient_is_led_to_the_record(
    amara: Patient, doctor: Doctor, dora: User, dov: User, client: Client
) -> None:
    client.force_login(dov)

    answer = client.get(address(make_paper(amara, doctor, by=dora)))

    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{amara.pk}/#declare")


@pytest.mark.parametrize("who", ["rita", "carl", "adam", "mona"])
def test_others_print_nothing(
    amara: Patient, doctor: Doctor, dora: User, client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))

    answer = client.get(address(make_paper(amara, doctor, by=dora)))

    assert answer.status_code == 403
    assert b"%PDF" not in answer.content


def test_of_another_patient_it_is_not_found(
    amara: Patient, doctor: Doctor, dora: User, pia: User, client: Client
) -> None:
    other = make_patient(given_name="Other")
    one = make_paper(amara, doctor, by=dora)
    client.force_login(pia)

    answer = client.get(reverse("prescriptions:paper", args=[other.pk, one.pk]))

    assert answer.status_code == 404
    assert b"Nwosu" not in answer.content
