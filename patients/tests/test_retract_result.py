"""Taking back a result that was entered in error: it stays, struck through, and no longer counts."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from hospital.errors import Refusal
from patients.models import Chart, LabResult, Patient, TimelineEntry
from patients.services import begin_care, retract_result
from patients.tests.make import make_patient
from patients.tests.make_results import a_day, make_result


@pytest.fixture
def amara(site: Site, rita: User, dora: User) -> Patient:
    """Dora treats her."""
    patient = make_patient()
    begin_care(patient, user=dora, because="Booked", by=rita)
    return patient


def address_of(patient: Patient, result: LabResult) -> str:
    return reverse("patients:retract_result", args=[patient.pk, result.pk])


def test_what_is_wrong_is_taken_back_with_a_reason(amara: Patient, dora: User) -> None:
    make_result(amara, value="4.1", taken_at=a_day(5))
    wrong = make_result(amara, value="7.9")
    assert Chart.of(amara.pk).results[0]["value"] == "7.9"

    retract_result(wrong, reason="Sample mixed up", by=dora)

    kept = LabResult.objects.get(pk=wrong.pk)
    assert (kept.retracted_by, kept.retracted_because, kept.value) == (dora, "Sample mixed up", wrong.value)
    assert [row["value"] for row in Chart.of(amara.pk).results] == ["4.1"]


def test_the_line_of_a_sample_is_struck_when_all_of_it_was_taken_back(amara: Patient, dora: User) -> None:
    crp, kalium = (
        make_result(amara, loinc="1988-5", name="CRP", unit="mg/L", high="5", low=None),
        make_result(amara),
    )

    retract_result(crp, reason="Mixed up", by=dora)
    facts = TimelineEntry.objects.get(kind="result").facts
    assert (facts["values"], facts["retracted"]) == ([["Potassium", "4.3"]], False)

    retract_result(kalium, reason="Mixed up", by=dora)
    assert TimelineEntry.objects.get(kind="result").facts["retracted"]


def test_a_value_that_was_taken_back_is_compared_with_none(amara: Patient, dora: User) -> None:
    make_result(amara, value="4.0", taken_at=a_day(9))
    taken_back = retract_result(make_result(amara, value="9", taken_at=a_day(3)), reason="Mixed up", by=dora)
    later = make_result(amara)
    LabResult.objects.put_deltas([taken_back, later])

    assert taken_back.delta is None
    assert later.delta is not None
    assert later.delta.text == "+0.3"
    assert Chart.of(amara.pk).results[0]["before"] == "4"


def test_only_once_and_only_with_a_reason(amara: Patient, dora: User) -> None:
    result = make_result(amara)
    with pytest.raises(ValidationError):
        retract_result(result, reason="  ", by=dora)
    retract_result(result, reason="Mixed up", by=dora)
    with pytest.raises(Refusal) as refused:
        retract_result(result, reason="Again", by=dora)

    assert refused.value.code == "already_retracted"


def test_another_system_takes_nothing_back(amara: Patient, ivo: User) -> None:
    with pytest.raises(PermissionDenied):
        retract_result(make_result(amara), reason="Mixed up", by=ivo)


def test_a_doctor_takes_back_on_the_page(amara: Patient, dora: User, client: Client) -> None:
    result = make_result(amara)
    client.force_login(dora)
    assert "Potassium 4.3 mmol/L" in client.get(address_of(amara, result)).content.decode()
    assert client.post(address_of(amara, result), {"reason": "", "version": "1"}).status_code == 422
    stale = client.post(address_of(amara, result), {"reason": "Mixed up", "version": "7"})
    assert stale.status_code == 422
    assert "Mixed up" in stale.content.decode()

    client.post(address_of(amara, result), {"reason": "Mixed up", "version": "1"})

    page = client.get(reverse("patients:results_list", args=[amara.pk])).content.decode()
    assert "<s>4.3</s>" in page
    assert "Taken back by Dora Dietz: Mixed up" in page


def test_a_result_of_another_patient_is_not_found_here(
    amara: Patient, dora: User, client: Client, api: Any
) -> None:
    """T02"""
    theirs = make_result(make_patient(given_name="Bela"))
    client.force_login(dora)

    assert client.get(address_of(amara, theirs)).status_code == 404
    assert client.post(address_of(amara, theirs), {"reason": "x", "version": "1"}).status_code == 404
    answer = api(dora).delete(f"/api/v1/patients/{amara.pk}/results/{theirs.pk}", {"reason": "x"})
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert not theirs.is_retracted


def test_a_doctor_takes_back_at_the_api(amara: Patient, dora: User, api: Any) -> None:
    client, result = api(dora), make_result(amara)
    address = f"/api/v1/patients/{amara.pk}/results/{result.pk}"
    assert client.delete(address, {}).status_code == 400
    assert client.delete(address, {"reason": "x"}, headers={"If-Match": '"9"'}).status_code == 412

    assert client.delete(address, {"reason": "Mixed up"}, headers={"If-Match": '"1"'}).status_code == 204
    assert client.delete(address, {"reason": "Again"}).json()["code"] == "already_retracted"
    assert client.get(address).json()["retracted_because"] == "Mixed up"
