"""The summary of a record on paper: what is dangerous first, nothing left out, every name readable."""

import io
import time
from datetime import timedelta

import pypdf
import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital import clock
from hospital.tests.queries import counted
from patients import front
from patients.models import Patient
from patients.papers import summary_of
from patients.services import deactivate_patient, declare_care
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("what is printed does not depend on the engine")

EVIL = '#panic("owned") $x$ *b* @preview <script>alert(1)</script>'
AT = "2026-04-12T13:55:00+00:00"
VITALS = {
    "readings": [
        {
            "at": AT,
            "values": {"respiration": 22.0, "spo2": 94.0, "temperature": 38.3, "pain": 3.0},
            "ranges": {
                "respiration": [12.0, 20.0, "news2"],
                "spo2": [96.0, None, "news2"],
                "temperature": [36.1, 38.0, "x"],
            },
            "flags": {"respiration": "high", "spo2": "low", "temperature": "high"},
            "news2": 5,
            "consciousness": "A",
            "on_oxygen": True,
        }
    ]
}
RESULTS = [
    {"name": "CRP", "value": "118", "unit": "mg/L", "range": "0 to 5", "flag": "H", "at": AT},
    {"name": "Potassium", "value": "6.8", "unit": "mmol/L", "range": "3.5 to 5.1", "flag": "HH", "at": AT},
    {"name": "Haemoglobin", "value": "12.8", "unit": "g/dL", "range": "12.0 to 15.5", "flag": "N", "at": AT},
    {"name": "Zinc", "value": "9", "unit": "µmol/L", "range": "", "flag": "", "at": AT},
]


def printed(patient: Patient, by: User) -> str:
    reader = pypdf.PdfReader(io.BytesIO(summary_of(Patient.objects.get(pk=patient.pk), by=by)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def address(patient: Patient) -> str:
    return reverse("patients:summary", args=[patient.pk])


def test_an_empty_chart_says_that_nobody_has_asked_yet(amara: Patient, dora: User) -> None:
    text = printed(amara, dora)

    for words in (
        "Amara Nwosu",
        amara.mrn,
        "3 Feb 1959",
        "Northfield",
        "Allergies: not asked yet",
        "Active problems None are written down.",
        "Vital signs None are written down.",
        "Laboratory No results are written down.",
        "Printed by Dora Dietz",
        "Page 1 of 1",
    ):
        assert words in text, words
    assert "No known allergies" not in text
    assert "Normal" not in text


def test_what_is_dangerous_comes_first(amara: Patient, dora: User) -> None:
    front.renew(
        amara.pk,
        allergies={
            "known": [{"substance": "Penicillin", "says": "anaphylaxis"}, {"substance": "Latex", "says": ""}]
        },
        alerts=[{"text": "Falls"}],
        problems=[
            {"title": "Type 2 diabetes", "code": "E11.9", "when": "since 2014", "is_active": True},
            {"title": "Cholecystectomy", "code": "", "when": "2009", "is_active": False},
        ],
        vitals=VITALS,
        results=RESULTS,
    )

    text = printed(amara, dora)

    order = [
        "Allergies: Penicillin (anaphylaxis) · Latex",
        "Alert: Falls",
        "Type 2 diabetes E11.9 since 2014",
        "Vital signs of 12 Apr 2026, 15:55",
        "NEWS2: 5, medium risk.",
        "On oxygen.",
        "22 /min 12 – 20 High ↑",
        "94 % from 96 Low ↓",
        "CRP 118 mg/L 0 to 5 High ↑",
        "6.8 mmol/L 3.5 to 5.1 Critically high ↑",
        "12.0 to 15.5 Normal",
        "9 µmol/L No range",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, [words for words, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)
    assert "Cholecystectomy" not in text


def test_medicines_are_those_that_are_taken_still(amara: Patient, dora: User) -> None:
    today = clock.today("Europe/Berlin")
    taken = {
        "medicine": "Ramipril 5 mg tablet",
        "text": "Take 1 tablet in the morning.",
        "since": "2026-02-03",
    }
    front.renew(
        amara.pk,
        medicines=[
            taken | {"until": ""},
            taken | {"medicine": "Amoxicillin", "until": today.isoformat()},
            taken | {"medicine": "Prednisolone", "until": (today - timedelta(days=1)).isoformat()},
        ],
    )

    text = printed(amara, dora)

    assert "Ramipril 5 mg tablet Take 1 tablet in the morning. 3 Feb 2026 further notice" in text
    assert "Amoxicillin" in text
    assert "Prednisolone" not in text
    assert "What was prescribed in this hospital. Ask what else is taken." in text


def test_no_medicine_from_here_is_not_no_medicine(amara: Patient, dora: User) -> None:
    text = printed(amara, dora)

    assert "Medicines None are prescribed here at present. What was prescribed in this hospital." in text


def test_what_has_no_range_is_not_shown_as_normal(amara: Patient, dora: User) -> None:
    front.renew(amara.pk, vitals=VITALS)

    assert "3 /10 no range" in printed(amara, dora)


def test_no_known_allergies_is_said_with_its_day(amara: Patient, dora: User) -> None:
    front.renew(amara.pk, allergies={"known": [], "none_stated_on": "2026-04-12"})

    text = printed(amara, dora)

    assert "No known allergies (asked 12 Apr 2026)" in text
    assert "not asked yet" not in text


def test_a_score_that_was_not_made_is_not_zero(amara: Patient, dora: User) -> None:
    reading = VITALS["readings"][0] | {
        "news2": None,
        "news2_not_because": "incomplete",
        "on_oxygen": False,
        "consciousness": "",
    }
    front.renew(amara.pk, vitals={"readings": [reading]})

    text = printed(amara, dora)

    assert "NEWS2: not scored. Not everything that NEWS2 asks for was measured." in text
    assert "On oxygen" not in text
    assert "Consciousness" not in text


@pytest.mark.parametrize(
    "name", [EVIL, "Nguyễn Thị Hương", "Олена", "Ελένη", "שרה", "{{ settings.SECRET_KEY }} {% debug %}"]
)
def test_any_name_is_printed_as_it_stands(site: Site, dora: User, name: str) -> None:
    patient = make_patient(given_name=name, family_name="Nwosu")
    front.renew(patient.pk, alerts=[{"text": name}])

    text = printed(patient, dora)

    assert text.count(name) >= 3, text


def test_an_arabic_name_is_set_with_letters_of_its_own(site: Site, dora: User) -> None:
    patient = make_patient(given_name="فاطمة", family_name="الخطيب")

    made = summary_of(patient, by=dora)

    assert b"NotoSansArabic" in made
    assert "A box" not in printed(patient, dora)


def test_a_name_without_letters_here_is_said_and_the_number_stands(site: Site, dora: User) -> None:
    patient = make_patient(given_name="秀英", family_name="王")

    text = printed(patient, dora)

    assert "A box" in text
    assert patient.mrn in text


def test_a_closed_record_says_so(amara: Patient, dora: User, rita: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    assert "This record is inactive." in printed(amara, dora)


def test_a_demonstration_says_that_nobody_is_real(amara: Patient, dora: User) -> None:
    assert "Fictitious" not in printed(amara, dora)

    with override_settings(DEBUG=True):
        text = printed(amara, dora)

    assert "Fictitious: demonstration" in text


def test_a_long_record_has_numbered_pages(amara: Patient, dora: User) -> None:
    front.renew(amara.pk, results=RESULTS * 40)

    text = printed(amara, dora)

    assert "Page 2 of 4" in text or "Page 2 of 5" in text
    assert text.count(f"{amara.mrn} · Printed by") == text.count("Page ")


def test_it_is_made_in_a_moment(amara: Patient, dora: User) -> None:
    front.renew(amara.pk, vitals=VITALS, results=RESULTS)
    printed(amara, dora)
    before = time.process_time()
    summary_of(amara, by=dora)

    assert time.process_time() - before < 0.5


# ── The page ────────────────────────────────────────────────────────────────


def test_a_doctor_saves_it_and_that_is_written_down(amara: Patient, dora: User, client: Client) -> None:
    declare_care(amara, reason="Ward round", by=dora)
    client.force_login(dora)
    assert address(amara) in client.get(amara.get_absolute_url()).content.decode()

    with counted(at_most=8):
        answer = client.get(address(amara))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{amara.mrn}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"%PDF-")
    entry = Entry.objects.filter(verb="patients.open_record").order_by("-id")[0]
    assert (entry.patient_id, entry.details) == (amara.pk, {"part": "summary"})


def test_who_does_not_treat_the_patient_is_led_to_the_record(
    amara: Patient, dov: User, client: Client
) -> None:
    client.force_login(dov)

    answer = client.get(address(amara))

    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{amara.pk}/#declare")


@pytest.mark.parametrize("who", ["rita", "pia", "ivo", "adam"])
def test_others_print_nothing(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))

    answer = client.get(address(amara))

    assert answer.status_code == 403
    assert b"%PDF" not in answer.content
