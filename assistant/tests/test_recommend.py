"""Candidates for a prescription: read strictly from guidelines, checked with the patient's data, blocked with the reason."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant.demo import TEXTS
from assistant.models import Guideline
from assistant.recommending import Diagnosis, Fit, Recommended, recommend
from assistant.recommending.tables import Row, Unread, rows_in
from assistant.services import retire_guideline
from assistant.tests.make_treatments import HEAD, PNEUMONIA, make_read, make_treatments
from audit.models import Entry
from doctors.tests.make import make_doctor
from hospital.tests.queries import counted
from patients.models import Patient
from patients.services import record_allergy, record_problem
from patients.tests.make import make_patient, make_treated
from prescriptions.models import Prescription
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import make_line, make_signed

HTMX = {"HX-Request": "true"}


@pytest.fixture
def amara(dora: User, adam: User) -> Patient:
    make_doctor(user=dora)
    make_treatments(*PNEUMONIA, by=adam)
    return make_treated(dora)


@pytest.fixture
def desk(amara: Patient, dora: User, client: Client) -> Client:
    client.force_login(dora)
    return client


def asked(patient: Patient, by: User, typed: str = "J18.9") -> Recommended:
    return recommend(patient, Diagnosis.typed(typed), by=by)


def names(some: Any) -> list[str]:
    return [one.line.medicine for one in some]


def at(patient: Patient, name: str = "treatment") -> str:
    return reverse(f"assistant:{name}", args=[patient.pk])


# ── Reading ──────────────────────────────────────────────────────────────────


def test_a_plain_row_is_read() -> None:
    (row,) = rows_in(f"{HEAD}\n{PNEUMONIA[0]}")

    assert isinstance(row, Row)
    assert (row.codes, row.dose, row.unit, row.route) == (("J18.9",), "500", "mg", "oral")
    assert (row.frequency, row.days, row.when_not) == ("tds", 5, ("allergy to penicillin",))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("| Asthma (J45.901) | Salbutamol | 100 micrograms, 4 puffs | inhaled | bd | 1 | none |", "dose"),
        ("| Gout (M10.9) | Colchicine | 0.5-1 mg | by mouth | bd | 6 | none |", "dose"),
        ("| Gout (M10.9) | Colchicine | 0.5 mg | somehow | bd | 6 | none |", "route"),
        ("| Gout (M10.9) | Colchicine | 0.5 mg | by mouth | now and then | 6 | none |", "How often"),
        ("| Gout (M10.9) | Colchicine | 0.5 mg | by mouth | bd | some | none |", "How long"),
        ("| Gout (M10.9) | Moonshine | 0.5 mg | by mouth | bd | 6 | none |", "not known here"),
        ("| Gout | Colchicine | 0.5 mg | by mouth | bd | 6 | none |", "no code"),
        ("| Gout (M10.9) | Colchicine | 0.5 mg | by mouth | bd | 6 |", "seven columns"),
        ("| Gout (M10.9) | Colchicine | 0.5 mg | by mouth | bd | 6 | none | more |", "seven columns"),
    ],
)
def test_what_is_not_plain_is_not_understood(row: str, why: str) -> None:
    (read,) = rows_in(f"{HEAD}\n{row}")

    assert isinstance(read, Unread)
    assert read.text == row
    assert why in read.why


def test_a_table_with_other_columns_is_not_understood_and_one_about_something_else_is_none() -> None:
    (read,) = rows_in("| Medicine | Dose |\n|---|---|\n| Amoxicillin | 500 mg |")

    assert isinstance(read, Unread)
    assert rows_in("| Stage | eGFR |\n|---|---|\n| 3 | 30 |") == []


# ── Candidates ───────────────────────────────────────────────────────────────


def test_each_candidate_has_its_dose_and_leads_to_where_it_stands(amara: Patient, dora: User) -> None:
    amoxicillin = make_product("Amoxicillin 500 mg capsule", form="capsule")

    found = asked(amara, dora)

    assert set(names(found.candidates)) == {amoxicillin.name, "Doxycycline", "Clarithromycin"}
    one = next(one for one in found.candidates if one.in_catalogue)
    assert one.line.product == str(amoxicillin.pk)
    assert one.line.text == "Take 1 capsule (500 mg) by mouth 3 times a day for 5 days."
    assert one.sources[0].quote == PNEUMONIA[0]
    assert one.sources[0].url.endswith("#p0")
    assert not Prescription.objects.exists()


def test_an_allergy_blocks_and_says_why(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance="Penicillin", category="medicine", by=dora)

    found = asked(amara, dora)

    assert names(found.blocked) == ["Amoxicillin"]
    assert "enicillin" in found.blocked[0].blocked[0].text
    assert found.with_key(found.blocked[0].key) is None


def test_what_is_taken_already_blocks(amara: Patient, dora: User) -> None:
    make_signed(amara, dora.doctor, make_line("Simvastatin 20 mg tablet"))

    (blocked,) = asked(amara, dora).blocked

    assert blocked.line.medicine == "Clarithromycin"
    assert [one.severity for one in blocked.blocked] == ["contraindicated", ""]
    assert "together with simvastatin" in blocked.blocked[1].text


def test_what_nobody_has_looked_at_is_said(amara: Patient, dora: User) -> None:
    found = {one.line.medicine: " ".join(one.not_screened) for one in asked(amara, dora).candidates}

    assert "long QT" in found["Clarithromycin"]
    assert "simvastatin" not in found["Clarithromycin"]
    assert "llergies" in found["Amoxicillin"]


def test_without_reading_nothing_is_guessed(amara: Patient, dora: User, adam: User) -> None:
    row = "| Pneumonia (J18.9) | Amoxicillin | 1 to 2 g | by mouth | tds | 5 | none |"
    make_treatments(row, by=adam, title="Another")

    found = asked(amara, dora)

    assert [one.text for one in found.not_understood] == [row]
    assert len(found.candidates) == 3


@pytest.mark.parametrize(
    ("typed", "fit"),
    [("j18.9", Fit.CODE), ("J18", Fit.NEAR_CODE), ("J18.1", Fit.CATEGORY), ("pneumonia", Fit.WORDS)],
)
def test_what_is_treated_is_a_code_or_words(amara: Patient, dora: User, typed: str, fit: Fit) -> None:
    assert {one.fit for one in asked(amara, dora, typed).candidates} == {fit}


def test_other_words_are_found_by_what_they_mean_and_that_is_said(
    amara: Patient, dora: User, adam: User
) -> None:
    text = (TEXTS / "hypertension.md").read_text(encoding="utf-8")
    make_read(by=adam, text=text, title="Hypertension in adults")

    found = asked(amara, dora, "high blood pressure")

    assert {one.fit for one in found.candidates} == {Fit.SEARCH}
    assert "Amlodipine" in names(found.candidates)
    assert "Doxycycline" not in names(found.candidates)
    assert "index of passages cannot be reached" in found.missing


@pytest.mark.parametrize("typed", ["J20.9", "broken leg"])
def test_something_else_gets_nothing(amara: Patient, dora: User, typed: str) -> None:
    found = asked(amara, dora, typed)

    assert found.candidates == found.blocked == ()


def test_a_retired_guideline_gives_nothing(amara: Patient, dora: User, adam: User) -> None:
    retire_guideline(Guideline.objects.get(), reason="Superseded", by=adam)

    assert asked(amara, dora).candidates == ()


# ── Doors ────────────────────────────────────────────────────────────────────


def test_the_panel_costs_the_same_whatever_it_finds(desk: Client, amara: Patient) -> None:
    with counted(at_most=25):
        answer = desk.get(at(amara), {"diagnosis": "J18.9"}, headers=HTMX)

    assert answer.status_code == 200
    assert "data-fields" in answer.content.decode()


def test_a_problem_of_the_patient_stands_for_its_code(desk: Client, amara: Patient, dora: User) -> None:
    problem = record_problem(amara, title="Pneumonia", code="J18.9", by=dora)
    of_another = record_problem(make_treated(dora), title="Pneumonia", code="J18.9", by=dora)

    assert len(desk.get(at(amara), {"problem": str(problem.pk)}).context["found"].candidates) == 3
    assert desk.get(at(amara), {"problem": str(of_another.pk)}).status_code == 404


def test_the_editor_offers_it(desk: Client, amara: Patient) -> None:
    assert at(amara) in desk.get(reverse("prescriptions:begin", args=[amara.pk])).content.decode()


def test_one_press_begins_a_draft_with_that_line(desk: Client, amara: Patient) -> None:
    shown = desk.get(at(amara), {"diagnosis": "J18.9"}).context["found"].candidates[0]

    answer = desk.post(at(amara, "begin_draft"), {"diagnosis": "J18.9", "key": shown.key})

    draft = Prescription.objects.get()
    assert answer["Location"] == reverse("prescriptions:write", args=[amara.pk, draft.pk])
    assert (draft.status, draft.written) == (Prescription.Status.DRAFT, [shown.line])


def test_what_is_blocked_meanwhile_is_not_begun(desk: Client, amara: Patient, dora: User) -> None:
    found = desk.get(at(amara), {"diagnosis": "J18.9"}).context["found"]
    key = next(one.key for one in found.candidates if one.line.medicine == "Amoxicillin")
    record_allergy(amara, substance="Penicillin", category="medicine", by=dora)

    answer = desk.post(at(amara, "begin_draft"), {"diagnosis": "J18.9", "key": key})

    assert answer.status_code == 422
    assert "not offered any more" in answer.content.decode()
    assert not Prescription.objects.exists()


def test_the_same_over_json(amara: Patient, dora: User, api: Any) -> None:
    record_allergy(amara, substance="Penicillin", category="medicine", by=dora)

    answer = api(dora).post(
        "/api/v1/ai/prescribe", {"patient": str(amara.pk), "diagnosis": "J18.9"}, format="json"
    )

    assert answer.status_code == 200, answer.json()
    found = answer.json()
    assert [one["line"]["medicine"] for one in found["blocked"]] == ["Amoxicillin"]
    assert found["blocked"][0]["blocked"][0]["text"]
    assert {one["line"]["frequency"] for one in found["candidates"]} == {"bd"}
    opened = Entry.objects.filter(verb="patients.open_record").values_list("details", flat=True)
    assert {"part": "treatment"} in list(opened)


@pytest.mark.parametrize(
    "asked_for", [{}, {"diagnosis": "J18.9", "text": "x"}, {"diagnosis": "zz"}, {"problem": "no"}]
)
def test_one_of_the_three_is_asked_for(
    amara: Patient, dora: User, api: Any, asked_for: dict[str, str]
) -> None:
    body = {"patient": str(amara.pk)} | asked_for

    assert api(dora).post("/api/v1/ai/prescribe", body, format="json").status_code == 400


def test_of_somebody_who_is_not_in_care_nothing_is_told(amara: Patient, dora: User, api: Any) -> None:
    body = {"patient": str(make_patient().pk), "diagnosis": "J18.9"}

    assert api(dora).post("/api/v1/ai/prescribe", body, format="json").status_code == 404
