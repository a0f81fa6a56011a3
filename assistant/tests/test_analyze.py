"""A report in short: in its own words, with where they stand; what it denies is no finding, and no number is new."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from assistant.summarising import Summary, summarised
from assistant.summarising.negation import Polarity, polarity_of
from patients.files import let_in, store
from patients.files.reading import read_text
from patients.services import upload_document
from patients.tests.hostile import pdf, upload
from patients.tests.make import make_treated

REPORT = """CT CHEST

Clinical history: Smoker, 62 years. No fever.

FINDINGS:
There is a 14 mm nodule in the right upper lobe, suspicious for malignancy.
No evidence of pulmonary embolism. No pleural effusion or
pneumothorax, but mild cardiomegaly is present. The liver is unremarkable.
Heart enlarged with no pericardial effusion.

Laboratory:
Potassium: 5.9 mmol/L (3.5 - 5.1)
Sodium 140 mmol/L (136-145)
Hb 9.8 g/dL [12.0-16.0]
CRP 84 mg/L
Creatinine 130 umol/L H

IMPRESSION:
1. Suspicious nodule.
2. No pulmonary embolism.

Recommendation: PET-CT within 2 weeks. Follow-up CT on 12 May 2026.
"""


def told(some: Any) -> list[str]:
    return [" ".join(one.text.split()) for one in some]


# ── What it says ─────────────────────────────────────────────────────────────


def test_findings_are_what_is_affirmed() -> None:
    assert told(summarised(REPORT).findings) == [
        "There is a 14 mm nodule in the right upper lobe, suspicious for malignancy.",
        "mild cardiomegaly is present.",
        "Heart enlarged",
    ]


def test_what_is_denied_or_normal_stands_by_itself() -> None:
    assert told(summarised(REPORT).absent) == [
        "No evidence of pulmonary embolism.",
        "No pleural effusion or pneumothorax",
        "The liver is unremarkable.",
        "no pericardial effusion.",
    ]


def test_impressions_are_told_whole() -> None:
    some = summarised(REPORT).impressions

    assert told(some) == ["Suspicious nodule.", "No pulmonary embolism."]
    assert [one.is_denied for one in some] == [False, True]


def test_values_are_judged_by_the_report_before_our_ranges() -> None:
    some = {one.name: one for one in summarised(REPORT).abnormal}

    assert {name: (one.flag, one.judged_by) for name, one in some.items()} == {
        "Potassium": ("H", "range"),
        "Hb": ("L", "range"),
        "CRP": ("H", "reference"),
        "Creatinine": ("H", "flag"),
    }
    assert (some["Potassium"].number, some["Potassium"].unit) == ("5.9", "mmol/L")
    assert some["Potassium"].range == "3.5 - 5.1"
    assert "American Board" in some["CRP"].reference


def test_what_is_to_be_done_says_when() -> None:
    assert [(one.text, one.when) for one in summarised(REPORT).follow_ups] == [
        ("PET-CT within 2 weeks.", "within 2 weeks"),
        ("Follow-up CT on 12 May 2026.", "on 12 May 2026"),
    ]


@pytest.mark.parametrize(
    ("sentence", "when"),
    [
        ("Repeat ultrasound in 3 months.", "in 3 months"),
        ("We recommend a recheck after 6 to 8 weeks.", "after 6 to 8 weeks"),
        ("Suggest repeat endoscopy in one year.", "in one year"),
        ("Follow-up annually.", "annually"),
    ],
)
def test_next_steps_are_found_without_a_heading(sentence: str, when: str) -> None:
    (one,) = summarised(f"Cyst of the left kidney.\n{sentence}").follow_ups

    assert one.when == when


@pytest.mark.parametrize(
    ("clause", "polarity"),
    [
        ("No evidence of fracture", Polarity.DENIED),
        ("no\nevidence  of fracture", Polarity.DENIED),
        ("Patient denies chest pain", Polarity.DENIED),
        ("Lungs are free of infiltrates", Polarity.DENIED),
        ("Fracture was ruled out", Polarity.DENIED),
        ("A stone is not seen", Polarity.DENIED),
        ("Absence of lymphadenopathy", Polarity.DENIED),
        ("No significant change of the known nodule", Polarity.AFFIRMED),
        ("Pneumonia cannot be excluded", Polarity.AFFIRMED),
        ("Not only oedema", Polarity.AFFIRMED),
        ("Gram negative rods", Polarity.AFFIRMED),
        ("Nodule of the left lobe", Polarity.AFFIRMED),
        ("Abnormal contour of the heart", Polarity.AFFIRMED),
        ("The spleen is normal", Polarity.NORMAL),
        ("Kidneys within normal limits", Polarity.NORMAL),
    ],
)
def test_denials_are_told_from_what_only_looks_so(clause: str, polarity: Polarity) -> None:
    assert polarity_of(clause) is polarity


def test_a_denial_at_the_end_of_a_short_line_goes_on_in_the_next() -> None:
    assert summarised("Findings:\nNo evidence of\nPulmonary embolism").findings == ()


def test_what_is_said_beside_a_denial_stays_a_finding() -> None:
    found = summarised("Findings:\nNodule of 14 mm, not calcified. Mass of the left lobe without necrosis.")

    assert told(found.findings) == ["Nodule of 14 mm", "Mass of the left lobe"]
    assert told(found.absent) == ["not calcified.", "without necrosis."]


def test_parts_of_the_findings_belong_to_them() -> None:
    found = summarised(
        "CT of the chest\n\nFINDINGS\n\nLUNGS:\nNodule of 8 mm.\n\nBones\n\nFracture of a rib."
    )

    assert "Nodule of 8 mm." in told(found.findings)
    assert "Fracture of a rib." in told(found.findings)
    assert "CT of the chest" not in told(found.findings)


def test_a_history_is_no_finding_and_ends_with_the_next_heading() -> None:
    found = summarised("Family history: Breast cancer.\nHEART:\nEnlarged.\nImpression: Failure of the heart.")

    assert told(found.findings) == ["Enlarged."]


# ── Nothing is new ───────────────────────────────────────────────────────────

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_number = st.one_of(
    st.integers(0, 9999).map(str),
    st.decimals(0, 999, places=2).map(str),
    st.sampled_from(["1,250", "12.5", "0,8", "10"]),
)
_thing = st.sampled_from(
    ["Potassium", "Hb", "CRP", "nodule", "Vitamin B12", "cyst", "WBC", "fracture", "Größe"]
)
_unit = st.sampled_from(["mmol/L", "g/dL", "mg/L", "mm", "x10^9/L", "%", "", "µg/L"])
_sentence = st.one_of(
    st.builds("{} {} {} ({}-{})".format, _thing, _number, _unit, _number, _number),
    st.builds("{}: {} {} H".format, _thing, _number, _unit),
    st.builds("There is a {} of {} {}.".format, _thing, _number, _unit),
    st.builds("No {} above {}, but a {} of {} mm.".format, _thing, _number, _thing, _number),
    st.builds("Repeat {} in {} months.".format, _thing, _number),
    st.text("ab .,;:-()[]/<>0123456789\n\r\t%HLno", max_size=60),
)
_heading = st.sampled_from(["Findings:", "IMPRESSION", "Laboratory:", "Plan:", "History:", "", "## Results"])
_report = st.lists(st.one_of(_heading, _sentence), max_size=14).flatmap(
    lambda parts: st.sampled_from(["\n", "\n\n", "\r\n", " "]).map(lambda between: between.join(parts))
)


def every(found: Summary) -> list[Any]:
    return [*found.findings, *found.impressions, *found.abnormal, *found.follow_ups, *found.absent]


@settings(max_examples=150, deadline=None)
@given(_report)
def test_every_word_and_number_of_the_summary_is_in_the_report(report: str) -> None:
    numbers = set(NUMBER.findall(report))
    found = summarised(report)

    for one in every(found):
        assert one.text
        assert report[one.start : one.end] == one.text
    for value in found.abnormal:
        said = f"{value.number} ; {value.range}"
        assert set(NUMBER.findall(said)) <= numbers | set(NUMBER.findall(value.text)), value
        assert value.number in value.text
        assert value.unit in value.text
        assert value.range in value.text
    for step in found.follow_ups:
        assert step.when in step.text


@settings(max_examples=60, deadline=None)
@given(st.lists(_sentence, max_size=5), st.sampled_from(["fracture", "embolism", "stenosis"]))
def test_what_there_is_no_evidence_of_is_never_a_finding(others: list[str], what: str) -> None:
    report = "\n\n".join(["Findings:", *others, f"No evidence of {what} here.", *others])

    assert not any(f"evidence of {what}" in one.text for one in summarised(report).findings)


# ── Doors ────────────────────────────────────────────────────────────────────


def test_a_pasted_report_stands_beside_its_summary(dora: User, client: Client) -> None:
    client.force_login(dora)

    page = client.post(reverse("assistant:summary"), {"text": REPORT}).content.decode()

    at = REPORT.index("There is a 14 mm")
    assert f'href="#at-{at}"' in page
    assert f'<mark id="at-{at}">There is a 14 mm nodule' in page
    assert "Smoker" in page


def test_a_file_is_read_and_not_kept(dora: User, client: Client) -> None:
    client.force_login(dora)

    answer = client.post(
        reverse("assistant:summary"), {"text": "", "file": upload("ct.txt", REPORT.encode())}
    )

    assert answer.context["found"].impressions
    assert [one for one in store.folder().rglob("*") if one.is_file()] == []


def test_a_pdf_is_read_too(dora: User, client: Client) -> None:
    client.force_login(dora)

    answer = client.post(
        reverse("assistant:summary"), {"file": upload("ct.pdf", pdf("Impression: Nodule of 8 mm."))}
    )

    assert told(answer.context["found"].impressions) == ["Nodule of 8 mm."]


def test_a_document_of_the_chart_is_told_in_short(dora: User, client: Client) -> None:
    patient = make_treated(dora)
    document = upload_document(
        patient, file=let_in(upload("ct.txt", REPORT.encode())), kind="report", title="CT", by=dora
    )
    short = reverse("assistant:summary_of", args=[patient.pk, document.pk])
    client.force_login(dora)

    assert client.get(short)["Location"] == document.get_absolute_url()
    assert short not in client.get(document.get_absolute_url()).content.decode()
    read_text(document.pk)

    assert short in client.get(document.get_absolute_url()).content.decode()
    assert len(client.get(short).context["found"].impressions) == 2
    assert (
        client.get(reverse("assistant:summary_of", args=[make_treated(dora).pk, document.pk])).status_code
        == 404
    )


@pytest.mark.parametrize("sent", [{"text": "  "}, {"text": "x" * 100_001}])
def test_what_cannot_be_read_is_said(dora: User, client: Client, sent: dict[str, str]) -> None:
    client.force_login(dora)

    assert client.post(reverse("assistant:summary"), sent).status_code == 422


def test_the_same_over_json_and_by_a_file(dora: User, api: Any) -> None:
    by_text = api(dora).post("/api/v1/ai/analyze", {"text": REPORT}, format="json")
    file = SimpleUploadedFile("ct.txt", REPORT.encode(), "text/plain")
    by_file = api(dora).post("/api/v1/ai/analyze", {"file": file}, format="multipart")

    assert by_text.status_code == by_file.status_code == 200
    found = by_text.json()
    assert found["impressions"] == by_file.json()["impressions"]
    one = found["abnormal"][0]
    assert found["source"][one["start"] : one["end"]] == one["text"]


@pytest.mark.parametrize("body", [{}, {"text": ""}])
def test_one_of_the_two_is_asked_for(dora: User, api: Any, body: dict[str, str]) -> None:
    assert api(dora).post("/api/v1/ai/analyze", body, format="json").status_code == 400


def test_what_is_no_report_is_refused(dora: User, api: Any) -> None:
    file = SimpleUploadedFile("a.exe", b"MZ\x00\x01", "text/plain")

    assert api(dora).post("/api/v1/ai/analyze", {"file": file}, format="multipart").status_code == 400
