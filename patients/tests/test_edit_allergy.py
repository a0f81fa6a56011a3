"""Verifying, refuting, correcting and taking back an allergy."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.errors import Refusal, Stale
from patients import timeline
from patients.models import Allergy, AllergyStatement, Chart, Patient, TimelineEntry
from patients.services import (
    deactivate_patient,
    edit_allergy,
    record_allergy,
    retract_allergy,
    state_no_known_allergies,
)
from patients.tests.make import make_treated


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    return make_treated(dora, nora)


@pytest.fixture
def latex(amara: Patient, dora: User) -> Allergy:
    return record_allergy(amara, substance_key="latex", reaction="rash", by=dora)


def again(allergy: Allergy) -> Allergy:
    found: Allergy = Allergy.objects.get(pk=allergy.pk)
    return found


def address(allergy: Allergy, name: str) -> str:
    return reverse(f"patients:{name}_allergy", args=[allergy.patient_id, allergy.pk])


def url(allergy: Allergy) -> str:
    return f"/api/v1/patients/{allergy.patient_id}/allergies/{allergy.pk}"


def known(patient: Patient) -> list[str]:
    return [one["substance"] for one in Chart.of(patient.pk).allergies["known"]]


def typed(allergy: Allergy, **changes: Any) -> dict[str, Any]:
    """What the browser sends for the form as it was shown, with changes."""
    names = ("kind", "reaction", "severity", "criticality", "verification", "status", "note", "version")
    return {name: getattr(allergy, name) for name in names} | changes


# ── The rule ─────────────────────────────────────────────────────────────────
def test_it_is_verified(latex: Allergy, amara: Patient, nora: User) -> None:
    edit_allergy(latex, verification="confirmed", severity="severe", seen_version=1, by=nora)

    assert Chart.of(amara.pk).allergies["known"][0]["says"] == "rash, severe, verified"
    assert again(latex).version == 2


@pytest.mark.parametrize("change", [{"verification": "refuted"}, {"status": "inactive"}])
def test_what_is_refuted_or_over_leaves_the_banner_and_stays_in_the_record(
    latex: Allergy, amara: Patient, nora: User, change: dict[str, str]
) -> None:
    edit_allergy(latex, seen_version=1, by=nora, **change)

    assert known(amara) == []
    assert Allergy.objects.of(amara).count() == 1


def test_what_counts_again_ends_the_statement_that_none_are_known(
    latex: Allergy, amara: Patient, nora: User
) -> None:
    edit_allergy(latex, verification="refuted", seen_version=1, by=nora)
    state_no_known_allergies(amara, by=nora)

    edit_allergy(latex, verification="confirmed", seen_version=2, by=nora)

    assert known(amara) == ["Latex"]
    assert not AllergyStatement.objects.filter(is_current=True).exists()


def test_it_does_not_count_again_beside_the_same(latex: Allergy, amara: Patient, nora: User) -> None:
    edit_allergy(latex, status="inactive", seen_version=1, by=nora)
    record_allergy(amara, substance_key="latex", by=nora)

    with pytest.raises(Refusal) as refused:
        edit_allergy(again(latex), status="active", seen_version=2, by=nora)

    assert refused.value.code == "already_known"
    assert again(latex).status == "inactive"


def test_what_was_kept_in_words_is_coded_by_its_exact_name(amara: Patient, nora: User) -> None:
    allergy = record_allergy(amara, substance="Augmentan", category="food", by=nora)

    edit_allergy(allergy, substance="Augmentin", category="food", seen_version=1, by=nora)

    kept = again(allergy)
    assert (kept.substance_key, kept.drug_class, kept.category) == (
        "amoxicillin_with_clavulanic_acid",
        "penicillins",
        "medication",
    )


def test_the_substance_of_what_is_coded_stays(latex: Allergy, nora: User) -> None:
    edit_allergy(latex, substance="Peanut", category="food", note="Gloves", seen_version=1, by=nora)

    kept = again(latex)
    assert (kept.substance, kept.category, kept.note) == ("Latex", "environment", "Gloves")


def test_the_slower_of_two_people_is_told(latex: Allergy, dora: User, nora: User) -> None:
    seen_by_the_slower = again(latex)
    edit_allergy(latex, verification="confirmed", seen_version=1, by=dora)

    with pytest.raises(Stale):
        edit_allergy(seen_by_the_slower, verification="refuted", seen_version=1, by=nora)

    assert again(latex).verification == "confirmed"


def test_it_is_taken_back_with_a_reason_and_stays_struck_through(
    latex: Allergy, amara: Patient, dora: User, nora: User
) -> None:
    retract_allergy(latex, reason="Wrong patient", by=nora)

    kept = again(latex)
    assert (kept.is_retracted, kept.retracted_because, kept.retracted_by_id) == (
        True,
        "Wrong patient",
        nora.pk,
    )
    assert known(amara) == []
    ((drawn,), _place) = timeline.read(amara, dora)
    assert (drawn.line.struck, drawn.line.tone) == (True, "")


def test_a_rebuilt_timeline_tells_the_same_of_what_was_taken_back(latex: Allergy, dora: User) -> None:
    retract_allergy(latex, reason="Wrong patient", by=dora)
    before = list(TimelineEntry.objects.values())

    timeline.rebuild(latex.patient_id)

    assert list(TimelineEntry.objects.values()) == before


def test_what_was_taken_back_is_not_changed_any_more(latex: Allergy, dora: User) -> None:
    retract_allergy(latex, reason="Wrong patient", by=dora)

    with pytest.raises(Refusal) as changed:
        edit_allergy(latex, note="x", seen_version=2, by=dora)
    with pytest.raises(Refusal) as taken_back:
        retract_allergy(latex, reason="Again", by=dora)

    assert (changed.value.code, taken_back.value.code) == ("retracted", "already_retracted")
    assert again(latex).version == 2


@pytest.mark.parametrize("reason", ["", "   ", "a\x00b"])
def test_a_reason_is_needed(latex: Allergy, dora: User, reason: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        retract_allergy(latex, reason=reason, by=dora)

    assert "reason" in wrong.value.message_dict
    assert known(latex.patient) == ["Latex"]


def test_mistakes_are_corrected_in_an_inactive_record_too(
    latex: Allergy, amara: Patient, rita: User, dora: User
) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    retract_allergy(latex, reason="Wrong patient", by=dora)

    assert known(amara) == []


# ── The pages ────────────────────────────────────────────────────────────────
def test_a_nurse_verifies_on_the_page(latex: Allergy, amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    assert 'value="rash"' in client.get(address(latex, "edit")).content.decode()

    answer = client.post(address(latex, "edit"), typed(latex, verification="confirmed"))

    assert answer.url == reverse("patients:allergies", args=[amara.pk])  # type: ignore[attr-defined]
    assert again(latex).verification == "confirmed"


def test_saving_what_nobody_changed_changes_nothing(latex: Allergy, nora: User, client: Client) -> None:
    client.force_login(nora)

    assert client.post(address(latex, "edit"), typed(latex)).status_code == 302
    assert again(latex).version == 1


def test_on_the_page_the_slower_keeps_what_was_typed(
    latex: Allergy, dora: User, nora: User, client: Client
) -> None:
    sent = typed(latex, note="Under the gloves")
    edit_allergy(latex, verification="confirmed", seen_version=1, by=dora)
    client.force_login(nora)

    answer = client.post(address(latex, "edit"), sent)

    assert answer.status_code == 422
    assert "Somebody else has just changed this allergy" in answer.content.decode()
    assert "Under the gloves" in answer.content.decode()


def test_a_nurse_takes_it_back_on_the_page(latex: Allergy, nora: User, client: Client) -> None:
    client.force_login(nora)
    empty = client.post(address(latex, "retract"), {"reason": "", "version": 1})
    assert empty.status_code == 422
    stale = client.post(address(latex, "retract"), {"reason": "Wrong patient", "version": 7})
    assert (stale.status_code, "Wrong patient" in stale.content.decode()) == (422, True)

    answer = client.post(address(latex, "retract"), {"reason": "Wrong patient", "version": 1}, follow=True)

    text = answer.content.decode()
    assert 'class="struck off"' in text
    assert "Wrong patient" in text
    assert address(latex, "edit") not in text


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_changes_with_the_version_that_was_seen(latex: Allergy, dora: User, api: Any) -> None:
    client = api(dora)
    etag = client.get(url(latex)).headers["ETag"]
    answer = client.put(url(latex), {"verification": "confirmed"}, headers={"If-Match": etag})

    assert (answer.status_code, answer.headers["ETag"], answer.json()["verification"]) == (
        200,
        '"2"',
        "confirmed",
    )
    assert client.put(url(latex), {"note": "x", "version": 2}).json()["version"] == 3


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"note": "x"}, {}, 428),
        ({"note": "x", "version": 7}, {}, 409),
        ({"note": "x"}, {"If-Match": '"7"'}, 412),
        ({"criticality": "very", "version": 1}, {}, 400),
        ({"noted_on": "1900-01-01", "version": 1}, {}, 400),
    ],
)
def test_the_api_says_why_nothing_changed(
    latex: Allergy, dora: User, api: Any, body: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    assert api(dora).put(url(latex), body, headers=headers).status_code == status
    assert again(latex).version == 1


def test_what_is_read_only_stays(latex: Allergy, dora: User, api: Any) -> None:
    """T14."""
    sent = {
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "substance_key": "peanut",
        "atc": "J01C",
        "retracted_at": "2020-01-01T00:00Z",
        "recorded_by": None,
        "version": 1,
        "note": "Gloves",
    }
    assert api(dora).put(url(latex), sent).status_code == 200

    kept = again(latex)
    assert (kept.substance_key, kept.atc, kept.is_retracted, kept.recorded_by_id) == (
        "latex",
        "",
        False,
        dora.pk,
    )


def test_the_api_takes_back_with_a_reason(latex: Allergy, amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    assert client.delete(url(latex)).status_code == 400
    assert client.delete(url(latex), {"reason": "Wrong patient"}).status_code == 204
    assert client.delete(url(latex), {"reason": "Wrong patient"}).status_code == 409

    assert client.get(url(latex)).json()["retracted_because"] == "Wrong patient"
    assert known(amara) == []


# ── Who ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("who", ["rita", "adam", "pia", "una"])
def test_others_change_nothing(
    latex: Allergy, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.post(address(latex, "edit"), typed(latex)).status_code == 403
    assert client.post(address(latex, "retract"), {"reason": "x", "version": 1}).status_code == 403
    assert api(user).put(url(latex), {"note": "x", "version": 1}).status_code == 403
    assert api(user).delete(url(latex), {"reason": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        retract_allergy(latex, reason="x", by=user)
    assert again(latex).version == 1


def test_a_doctor_who_does_not_treat_the_patient_changes_nothing(
    latex: Allergy, dov: User, client: Client, api: Any
) -> None:
    client.force_login(dov)

    assert client.post(address(latex, "edit"), typed(latex, note="x")).status_code == 404
    assert api(dov).put(url(latex), {"note": "x", "version": 1}).status_code == 404
    assert api(dov).delete(url(latex), {"reason": "x"}).status_code == 404
    assert again(latex).version == 1
    assert Entry.objects.filter(outcome="denied", actor_id=dov.pk).count() == 3
