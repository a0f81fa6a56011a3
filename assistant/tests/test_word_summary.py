"""A report in the words of a provider outside: with consent, without names, and only what stands in the report."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant.models import Disclosure
from assistant.providers import retrying
from assistant.summarising import summarised, worded
from assistant.tests.outside import a_provider_outside, agree
from assistant.tests.test_analyze import REPORT
from assistant.tests.wire import OpenAiWire
from patients.files import let_in
from patients.files.reading import read_text
from patients.models import Document, Patient
from patients.services import upload_document
from patients.tests.hostile import upload
from patients.tests.make import make_treated

# The parts: s1 and s2 impressions, s3 to s6 values, s7 and s8 what is to be done, s9 to s11 findings, then what is absent.
RIGHT = "A 14 mm nodule in the right upper lobe is suspicious for malignancy [s9]. Potassium 5.9 mmol/L is high [s3]."
NOT_SHOWN = "does not stand in the report"


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAiWire]:
    monkeypatch.setattr(retrying, "FIRST_WAIT", 0.01)
    with a_provider_outside(settings) as server:
        yield server


@pytest.fixture
def amara(dora: User) -> Patient:
    patient = make_treated(dora)
    agree(patient, by=dora)
    return patient


@pytest.fixture
def document(amara: Patient, dora: User) -> Document:
    text = REPORT.replace(
        "pericardial effusion.", "pericardial effusion. Amara Nwosu was told of the nodule."
    )
    kept = upload_document(
        amara, file=let_in(upload("ct.txt", text.encode())), kind="report", title="CT", by=dora
    )
    read_text(kept.pk)
    return Document.objects.get(pk=kept.pk)


def test_each_sentence_leads_to_where_it_stands(amara: Patient, dora: User, server: OpenAiWire) -> None:
    server.then(server.says(RIGHT))

    said = worded(summarised(REPORT), amara, by=dora)

    assert (said.provider, said.because) == ("OpenAI", "")
    assert [(one.text, one.starts) for one in said.phrases] == [
        (
            "A 14 mm nodule in the right upper lobe is suspicious for malignancy.",
            (REPORT.index("There is a 14 mm"),),
        ),
        ("Potassium 5.9 mmol/L is high.", (REPORT.index("Potassium"),)),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "A 41 mm nodule in the right upper lobe is suspicious for malignancy [s9].",
        "Potassium 5.9 mmol/L is low [s3].",
        "Potassium 9.5 mmol/L is high [s3].",
        "There is pulmonary embolism [s2].",
        "A 14 mm nodule in the right upper lobe is a malignancy [s9].",
        "PET-CT within 6 weeks [s7].",
        "The patient should take amoxicillin [s9].",
        "A 14 mm nodule in the right upper lobe is suspicious for malignancy.",
        "Hb 9.8 g/dL [s99].",
        "",
    ],
    ids=["size", "judgement", "value", "denial", "certainty", "date", "advice", "no part", "unknown", "none"],
)
def test_one_sentence_that_does_not_stand_there_and_none_is_shown(
    wrong: str, amara: Patient, dora: User, server: OpenAiWire
) -> None:
    server.then(server.says(f"{RIGHT} {wrong}" if wrong else ""))

    said = worded(summarised(REPORT), amara, by=dora)

    assert said.phrases == ()
    assert said.because


def test_nothing_that_names_the_patient_leaves(document: Document, dora: User, server: OpenAiWire) -> None:
    server.then(server.says(RIGHT))

    worded(summarised(document.text), document.patient, by=dora)

    (sent,) = [one.body.decode().casefold() for one in server.received]
    assert "14 mm nodule" in sent
    assert not [name for name in ("amara", "nwosu") if name in sent]
    (disclosure,) = Disclosure.objects.all()
    assert (disclosure.patient_id, disclosure.outcome) == (document.patient_id, "answered")


def test_without_consent_nothing_is_sent(dora: User, server: OpenAiWire) -> None:
    said = worded(summarised(REPORT), make_treated(dora), by=dora)

    assert said.phrases == ()
    assert "has not agreed" in said.because
    assert server.received == []


def test_a_provider_that_fails_leaves_the_words_of_the_report(
    amara: Patient, dora: User, server: OpenAiWire
) -> None:
    server.then(server.fails(400))

    said = worded(summarised(REPORT), amara, by=dora)

    assert said.phrases == ()
    assert said.because


# ── Doors ───────────────────────────────────────────────────────────────────


def test_the_page_asks_only_when_it_is_told_to(
    document: Document, dora: User, server: OpenAiWire, client: Client
) -> None:
    client.force_login(dora)
    page = reverse("assistant:summary_of", args=[document.patient_id, document.pk])

    assert "Have it worded by OpenAI" in client.get(page).content.decode()
    assert server.received == []
    server.then(server.says(RIGHT), server.says("Potassium 9.5 mmol/L is high [s3]."))
    shown, wrong = (client.post(page).content.decode() for _ in range(2))

    assert "Potassium 5.9 mmol/L is high." in shown
    assert "Worded by OpenAI, outside of the hospital" in shown
    assert NOT_SHOWN in wrong
    assert "9.5 mmol/L" not in wrong
    assert all("Suspicious nodule." in one for one in (shown, wrong))


def test_a_house_without_a_provider_outside_offers_none(
    document: Document, dora: User, client: Client
) -> None:
    client.force_login(dora)
    page = reverse("assistant:summary_of", args=[document.patient_id, document.pk])

    assert "Have it worded" not in client.get(page).content.decode()


def test_the_api_words_it_where_it_is_told_whom_it_is_about(
    amara: Patient, dora: User, dov: User, server: OpenAiWire, api: Any
) -> None:
    url = "/api/v1/ai/analyze"
    server.then(server.says(RIGHT))
    assert api(dora).post(url, {"text": REPORT}, format="json").json()["worded"] is None
    assert server.received == []

    found = api(dora).post(url, {"text": REPORT, "patient": str(amara.pk)}, format="json").json()
    assert found["worded"]["provider"] == "OpenAI"
    assert found["worded"]["phrases"][1] == {
        "text": "Potassium 5.9 mmol/L is high.",
        "starts": [REPORT.index("Potassium")],
    }
    assert len(found["impressions"]) == 2
    strange = api(dov).post(url, {"text": REPORT, "patient": str(amara.pk)}, format="json")
    assert strange.status_code == 404
