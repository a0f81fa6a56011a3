"""Writing down that a patient has died, and taking it back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital import clock
from hospital.errors import Refusal, Stale
from patients import timeline
from patients.models import CareRelation, Patient, TimelineEntry, may_see_chart
from patients.services import deactivate_patient, declare_care, edit_patient, record_death, take_back_death
from patients.tests.make import make_patient

DIED = date(2026, 5, 3)


@pytest.fixture
def dead(amara: Patient, dora: User) -> Patient:
    return record_death(amara, died_on=DIED, by=dora)


def lines(patient: Patient) -> list[tuple[str, Any, Any]]:
    return list(TimelineEntry.objects.of(patient.pk).values_list("key", "at", "facts"))


# ── The rule ─────────────────────────────────────────────────────────────────
def test_it_is_written_down_with_its_date_and_who_said_so(dead: Patient, dora: User) -> None:
    after = Patient.objects.get()
    assert (after.is_deceased, after.deceased_on, after.is_active) == (True, DIED, True)
    assert not after.is_open_for_work
    entry = Entry.objects.get(verb="patients.record_death")
    assert (entry.patient_id, entry.actor_id) == (after.pk, dora.pk)


def test_age_is_that_at_death(dead: Patient) -> None:
    assert dead.age == 67


def test_nobody_dies_twice(dead: Patient, dora: User) -> None:
    with pytest.raises(Refusal) as refused:
        record_death(dead, died_on=DIED, by=dora)

    assert refused.value.code == "already_deceased"


@pytest.mark.parametrize("day", [date(1959, 2, 2), clock.today("Europe/Berlin") + timedelta(days=2)])
def test_nobody_dies_before_birth_or_tomorrow(amara: Patient, dora: User, day: date) -> None:
    with pytest.raises(ValidationError) as wrong:
        record_death(amara, died_on=day, by=dora)

    assert "deceased_on" in wrong.value.message_dict
    assert not Patient.objects.get().is_deceased


def test_of_an_estimated_birth_only_the_year_counts(site: Site, dora: User) -> None:
    patient = make_patient(birth_date=date(2026, 1, 1), birth_date_is_estimated=True)
    record_death(patient, died_on=date(2026, 2, 1), by=dora)

    assert Patient.objects.get().is_deceased


def test_nobody_writes_it_into_what_has_changed(amara: Patient, dora: User, rita: User) -> None:
    edit_patient(amara, sex="other", by=rita, seen_version=1)

    with pytest.raises(Stale):
        record_death(amara, died_on=DIED, seen_version=1, by=dora)


def test_a_corrected_birth_is_not_after_the_death(dead: Patient, rita: User) -> None:
    with pytest.raises(ValidationError):
        edit_patient(dead, birth_date=date(2026, 6, 1), by=rita, seen_version=dead.version)


def test_it_is_taken_back_with_a_reason(dead: Patient, nora: User) -> None:
    with pytest.raises(ValidationError):
        take_back_death(dead, reason=" ", by=nora)
    take_back_death(dead, reason="Another Amara Nwosu", by=nora)

    after = Patient.objects.get()
    assert (after.is_deceased, after.deceased_on, after.is_open_for_work) == (False, None, True)
    assert after.death_taken_back_because == "Another Amara Nwosu"
    with pytest.raises(Refusal, match="not written down"):
        take_back_death(dead, reason="Again", by=nora)


@pytest.mark.parametrize("who", ["rita", "pia", "mona", "ivo", "una"])
def test_who_does_not_treat_or_keep_order_writes_nothing(
    amara: Patient, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        record_death(amara, died_on=DIED, by=request.getfixturevalue(who))


# ── What is still possible ───────────────────────────────────────────────────
def test_nobody_is_newly_treated_and_who_treated_reads_on(amara: Patient, dora: User, dov: User) -> None:
    declare_care(amara, reason="Ward round", by=dora)
    record_death(amara, died_on=DIED, by=dora)

    with pytest.raises(Refusal) as refused:
        declare_care(amara, reason="Ward round", by=dov)
    assert refused.value.code == "patient_deceased"
    assert may_see_chart(dora, amara)
    assert CareRelation.objects.count() == 1


def test_dead_says_more_than_closed(dead: Patient, adam: User) -> None:
    deactivate_patient(dead, reason="Deceased", by=adam)

    with pytest.raises(Refusal) as refused:
        dead.check_open_for_work()
    assert refused.value.code == "patient_deceased"


# ── The timeline ─────────────────────────────────────────────────────────────
def test_the_timeline_says_it_and_written_anew_says_the_same(dead: Patient, adam: User) -> None:
    live = lines(dead)
    assert [key for key, _at, _facts in live] == [f"death:{dead.pk.hex}"]
    (drawn,), _next = timeline.read(dead, adam)
    assert drawn.line.title == "Died on 3 May 2026"

    timeline.rebuild(dead.pk)
    assert lines(dead) == live


def test_what_is_taken_back_leaves_the_timeline(dead: Patient, dora: User) -> None:
    take_back_death(dead, reason="Another", by=dora)
    live = lines(dead)
    timeline.rebuild(dead.pk)

    assert live == lines(dead) == []


# ── The page ─────────────────────────────────────────────────────────────────
def test_a_doctor_writes_it_down_and_takes_it_back_on_the_pages(
    amara: Patient, dora: User, client: Client
) -> None:
    client.force_login(dora)
    write, back = (
        reverse(f"patients:{name}", args=[amara.pk]) for name in ("record_death", "take_back_death")
    )
    assert client.get(write).status_code == 200
    assert client.post(write, {"deceased_on": "", "version": "1"}).status_code == 422
    wrong = client.post(write, {"deceased_on": "1900-01-01", "version": "1"})
    assert (wrong.status_code, "before the date of birth" in wrong.content.decode()) == (422, True)

    record = client.post(write, {"deceased_on": "2026-05-03", "version": "1"}, follow=True).content.decode()
    assert "Deceased 3 May 2026" in record
    assert "67 y" in record
    assert "Age at death" in record
    assert "I am treating this patient" not in record
    assert back in record
    assert client.post(write, {"deceased_on": "2026-05-03", "version": "2"}).status_code == 422

    assert client.get(back).status_code == 200
    assert client.post(back, {"reason": "", "version": "2"}).status_code == 422
    after = client.post(back, {"reason": "Another", "version": "2"}, follow=True).content.decode()
    assert "Deceased 3 May 2026" not in after


def test_lists_say_it(dead: Patient, rita: User, client: Client) -> None:
    client.force_login(rita)
    for address in (reverse("patients:list"), f"{reverse('appointments:book')}?q=nwosu"):
        page = client.get(address).content.decode()
        assert "Deceased 3 May 2026" in page, address


def test_no_button_begins_anything(dead: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)

    assert (
        reverse("appointments:book") + "?patient" not in client.get(dead.get_absolute_url()).content.decode()
    )


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_writes_it_down_and_takes_it_back(amara: Patient, nora: User, api: Any) -> None:
    client, url = api(nora), f"/api/v1/patients/{amara.pk}"
    assert client.post(f"{url}/record-death", {}).status_code == 400
    future = client.post(f"{url}/record-death", {"deceased_on": "2999-01-01"})
    assert [error["field"] for error in future.json()["errors"]] == ["deceased_on"]
    stale = client.post(f"{url}/record-death", {"deceased_on": "2026-05-03", "version": 9})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")

    body = client.post(f"{url}/record-death", {"deceased_on": "2026-05-03"}).json()
    assert (body["is_deceased"], body["deceased_on"], body["version"]) == (True, "2026-05-03", 2)
    again = client.post(f"{url}/record-death", {"deceased_on": "2026-05-03"})
    assert (again.status_code, again.json()["code"]) == (409, "already_deceased")

    assert client.post(f"{url}/take-back-death", {}).status_code == 400
    assert client.post(f"{url}/take-back-death", {"reason": "Another"}).json()["is_deceased"] is False


def test_it_is_not_written_by_editing(amara: Patient, nora: User, api: Any) -> None:
    sent = {"is_deceased": True, "deceased_on": "2026-05-03", "death_taken_back_because": "x", "version": 1}
    api(nora).patch(f"/api/v1/patients/{amara.pk}", sent)

    assert not Patient.objects.get().is_deceased


def test_declaring_care_at_the_api_is_refused_with_its_code(dead: Patient, dov: User, api: Any) -> None:
    answer = api(dov).post(f"/api/v1/patients/{dead.pk}/treat", {"reason": "Ward round"})

    assert (answer.status_code, answer.json()["code"]) == (409, "patient_deceased")
