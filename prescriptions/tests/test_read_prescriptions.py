"""Reading prescriptions in the record: the list, one of them, the panel; and that what was changed is found out."""

import re
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts import places
from accounts.models import User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from hospital.tests.queries import counted
from patients.models import Chart, Patient
from patients.services import deactivate_patient
from patients.tests.make import make_patient, make_treated
from prescriptions.models import Dispensing, Prescription
from prescriptions.panels import card_of
from prescriptions.services import begin_prescription, discard_prescription
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import lines_of, make_draft, make_line, make_signed

EVIL = '<img src=x onerror="owned=1"><script>owned=1</script>'


@pytest.fixture
def doctor(site: object, dora: User) -> Doctor:
    return make_doctor(user=dora)


@pytest.fixture
def amara(doctor: Doctor, dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def desk(amara: Patient, dora: User, client: Client) -> Client:
    client.force_login(dora)
    return client


def the_list(patient: Patient) -> str:
    return reverse("prescriptions:list", args=[patient.pk])


# ── the list ─────────────────────────────────────────────────────────────────


def test_what_is_taken_now_stands_first(desk: Client, amara: Patient, doctor: Doctor) -> None:
    make_signed(amara, doctor, make_line("Warfarin 5 mg tablet", days=None))
    make_signed(
        amara, doctor, make_line("Amoxicillin 500 mg capsule"), signed_at=clock.now() - timedelta(days=30)
    )
    make_draft(amara, doctor, make_line("Ibuprofen 400 mg tablet"))
    answer = desk.get(the_list(amara))

    assert [one.medicine for one in answer.context["taken"]] == ["Warfarin 5 mg tablet"]
    assert [one.written[0].medicine for one in answer.context["drafts"]] == ["Ibuprofen 400 mg tablet"]
    assert len(answer.context["page"]) == 2
    assert "further notice" in answer.content.decode()


def test_an_empty_list_says_what_belongs_here(desk: Client, amara: Patient) -> None:
    page = desk.get(the_list(amara)).content.decode()

    assert "Nothing is taken now" in page
    assert "No prescriptions yet" in page
    assert page.count(reverse("prescriptions:begin", args=[amara.pk])) == 2


@pytest.mark.parametrize("page", ["list", "begin"])
def test_its_pages_stand_early_in_the_record_and_under_patients(
    page: str, desk: Client, amara: Patient
) -> None:
    text = desk.get(reverse(f"prescriptions:{page}", args=[amara.pk])).content.decode()
    tabs = [str(tab) for tab in re.findall(r'<a class="tab".*?>([^<]+)</a>', text)]
    assert tabs[:4] == ["Summary", "Timeline", "Notes", "Medicines"]
    current = re.findall(r'<a class="nav-item" href="([^"]+)"[^>]* aria-current', text)
    assert current == [reverse("patients:list")]


def test_only_who_may_is_offered_to_prescribe(amara: Patient, pia: User, adam: User, client: Client) -> None:
    client.force_login(pia)
    page = client.get(the_list(amara))
    assert page.status_code == 200
    assert reverse("prescriptions:begin", args=[amara.pk]) not in page.content.decode()
    assert client.get(reverse("prescriptions:begin", args=[amara.pk])).status_code == 403


def test_nothing_is_offered_in_a_closed_record(desk: Client, amara: Patient, adam: User) -> None:
    deactivate_patient(amara, reason="Moved", by=adam)
    for address in (the_list(amara), amara.get_absolute_url()):
        assert reverse("prescriptions:begin", args=[amara.pk]) not in desk.get(address).content.decode()


def test_who_does_not_treat_the_patient_is_led_to_the_record(
    amara: Patient, doctor: Doctor, dov: User, client: Client
) -> None:
    signed = make_signed(amara, doctor)
    client.force_login(dov)
    for address in (the_list(amara), signed.get_absolute_url()):
        assert client.get(address).headers["Location"].endswith("#declare")


def test_what_many_prescriptions_cost_does_not_depend_on_them(
    desk: Client, amara: Patient, doctor: Doctor
) -> None:
    make_signed(amara, doctor)
    for rows in (1, 4):
        for _ in range(rows):
            make_signed(amara, doctor)
            make_draft(amara, doctor)
        with counted(at_most=9):  # session, user, patient, care, audit, chart; taken, drafts, history
            assert desk.get(the_list(amara)).status_code == 200


# ── one of them ──────────────────────────────────────────────────────────────


def test_a_signed_prescription_shows_its_lines_signature_and_life(
    desk: Client, amara: Patient, doctor: Doctor, pia: User
) -> None:
    signed = make_signed(amara, doctor, make_line(note="After meals"), indication="Back pain")
    line = lines_of(signed)[0]
    Dispensing(
        patient=amara,
        recorded_by=pia,
        prescription=signed,
        line=line,
        medicine="Ibuprofen 400 mg tablet, other maker",
        quantity=10,
        quantity_unit="tablet",
        is_substitute=True,
        because="Not in stock",
        site_id=amara.site_id,
    ).add()
    page = desk.get(signed.get_absolute_url()).content.decode()

    for words in ("After meals", "Back pain", "Not in stock", "10 tablets", "this is what was signed"):
        assert words in page
    assert signed.content_hash in page


def test_a_prescription_that_was_changed_is_found_out(desk: Client, amara: Patient, doctor: Doctor) -> None:
    """T36: what somebody does who goes around this program."""
    signed = make_signed(amara, doctor)
    stronger = [one | {"dose": "4"} for one in signed.lines]
    QuerySet(Prescription).filter(pk=signed.pk).update(lines=stronger)

    assert "This prescription is not what was signed." in desk.get(signed.get_absolute_url()).content.decode()
    assert "Not what was signed" in desk.get(the_list(amara)).content.decode()


def test_renewals_are_a_chain(desk: Client, amara: Patient, doctor: Doctor, dora: User) -> None:
    first = make_signed(amara, doctor)
    second = begin_prescription(amara, lines=first.written, renews=first, by=dora)

    assert second.shown_code in desk.get(first.get_absolute_url()).content.decode()
    editor = desk.get(second.get_absolute_url(), follow=True).content.decode()
    assert first.get_absolute_url() in editor


def test_a_draft_opens_in_the_editor_of_its_writer_only(
    desk: Client, amara: Patient, doctor: Doctor, pia: User, client: Client
) -> None:
    draft = make_draft(amara, doctor)
    write = reverse("prescriptions:write", args=[amara.pk, draft.pk])
    assert desk.get(draft.get_absolute_url()).headers["Location"] == write

    client.force_login(pia)
    page = client.get(draft.get_absolute_url())
    assert (page.status_code, write in page.content.decode()) == (200, False)


def test_a_prescription_of_somebody_else_is_not_found_here(
    desk: Client, amara: Patient, doctor: Doctor, dora: User
) -> None:
    """T02: a prescription of B addressed under patient A."""
    other = make_draft(make_treated(dora, given_name="Bea"), doctor)
    for name in ("detail", "write", "discard"):
        assert desk.get(reverse(f"prescriptions:{name}", args=[amara.pk, other.pk])).status_code == 404
    for name in ("write", "discard", "restore"):
        assert desk.post(reverse(f"prescriptions:{name}", args=[amara.pk, other.pk])).status_code == 404


def test_a_page_of_a_prescription_costs_a_fixed_number_of_queries(
    desk: Client, amara: Patient, doctor: Doctor
) -> None:
    signed = make_signed(amara, doctor, *[make_line() for _ in range(4)])
    with counted(at_most=10):  # the frame's six; the entry, its lines, dispensings, renewal
        assert desk.get(signed.get_absolute_url()).status_code == 200


# ── the record page ──────────────────────────────────────────────────────────


def test_the_record_page_shows_what_is_taken(desk: Client, amara: Patient, doctor: Doctor) -> None:
    make_signed(amara, doctor, make_line("Warfarin 5 mg tablet", days=None))
    page = desk.get(amara.get_absolute_url()).content.decode()

    assert 'id="panel-medicines"' in page
    assert "Warfarin 5 mg tablet" in page
    assert "long-term" in page
    assert 'data-keys="r x"' in page


def test_what_has_ended_since_is_not_on_the_record_page(desk: Client, amara: Patient, doctor: Doctor) -> None:
    """The first page of the chart is written when something is signed; days pass without a writing."""
    make_signed(amara, doctor, make_line("Warfarin 5 mg tablet", days=3))
    ended = [one | {"until": "2020-01-02"} for one in Chart.of(amara.pk).medicines]
    Chart.objects.filter(pk=amara.pk).update(medicines=ended)
    panel = desk.get(amara.get_absolute_url()).content.decode().split('id="panel-medicines"')[1]

    assert "No medicines prescribed here" in panel


def test_the_panel_asks_nothing_of_the_database(
    desk: Client, amara: Patient, doctor: Doctor, dora: User
) -> None:
    make_signed(amara, doctor)
    patient = Patient.objects.get(pk=amara.pk)
    patient.site_id, patient.chart.medicines = amara.site_id, Chart.of(amara.pk).medicines
    places.site(amara.site_id)
    with counted(at_most=1):  # the sites, kept in the process for half a minute
        assert len(card_of(patient, dora)["medicines"]) == 1


# ── T18: what somebody typed is text everywhere ──────────────────────────────


def test_a_script_in_a_medicine_is_inert(desk: Client, amara: Patient, doctor: Doctor, dora: User) -> None:
    line = make_line(EVIL, note=EVIL, as_needed=True, as_needed_for=EVIL, text=EVIL)
    signed = make_signed(amara, doctor, line, indication=EVIL, note=EVIL)
    draft = make_draft(amara, doctor, line)
    gone = make_draft(amara, doctor, line)
    discard_prescription(gone, reason="<script>owned=1</script>", by=dora)
    addresses = (
        amara.get_absolute_url(),
        the_list(amara),
        signed.get_absolute_url(),
        gone.get_absolute_url(),
        reverse("prescriptions:write", args=[amara.pk, draft.pk]),
        reverse("prescriptions:begin", args=[amara.pk]),
        reverse("prescriptions:discard", args=[amara.pk, draft.pk]),
    )
    for address in addresses:
        page = desk.get(address)
        assert page.status_code == 200, address
        text = page.content.decode()
        assert "<script>owned" not in text, address
        assert "<img src=x" not in text, address


def test_somebody_else_finds_nothing_by_guessing(desk: Client, dora: User) -> None:
    stranger = make_patient(given_name="Bea")
    assert desk.get(the_list(stranger)).status_code == 302


def test_a_product_that_is_withdrawn_is_still_read(desk: Client, amara: Patient, doctor: Doctor) -> None:
    product = make_product()
    signed = make_signed(amara, doctor, make_line(product))
    product.change(is_active=False)
    assert product.name in desk.get(signed.get_absolute_url()).content.decode()
