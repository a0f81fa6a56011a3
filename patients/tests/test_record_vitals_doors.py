"""Writing vital signs down, behind each door: what is asked, what is refused, who may."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts.models import Site, User
from audit.models import Entry
from hospital import clock
from patients.forms.vitals import VitalsForm
from patients.models import Encounter, Patient, Vitals
from patients.services import begin_care, deactivate_patient
from patients.tests.make import make_patient
from patients.tests.vitals import ago, make_vitals

pytestmark = pytest.mark.mongo_slow("the services' own tests repeat on both engines")

NONCE = "0123456789abcdef0123456789abcdef"
PAGES = ("vitals", "record_vitals", "vitals_trend")


@pytest.fixture
def amara(site: Site, nora: User, dora: User, rita: User) -> Patient:
    """Amara is treated by Nora and Dora."""
    patient = make_patient()
    for clinician in (nora, dora):
        begin_care(patient, user=clinician, because="Ward", by=rita)
    return patient


@pytest.fixture
def bo(site: Site, dov: User, rita: User) -> Patient:
    """Bo is treated by Dov alone."""
    patient = make_patient(given_name="Bo", family_name="Quillon")
    begin_care(patient, user=dov, because="Ward", by=rita)
    return patient


@pytest.fixture
def page(client: Client, nora: User) -> Callable[..., str]:
    """What Nora reads at a page of a patient."""

    def read(name: str, patient: Patient, query: str = "", status: int = 200) -> str:
        client.force_login(nora)
        answer = client.get(reverse(f"patients:{name}", args=[patient.pk]) + query)
        assert answer.status_code == status
        return answer.content.decode()

    return read


def typed(**changes: str) -> dict[str, str]:
    """What a browser in Berlin sends for somebody who is unwell."""
    wall = clock.now().astimezone(ZoneInfo("Europe/Berlin")) - timedelta(minutes=4)
    sent = {
        "taken_at": f"{wall:%Y-%m-%dT%H:%M}",
        "respiration": "22",
        "spo2": "94",
        "on_oxygen": "no",
        "systolic": "128",
        "diastolic": "74",
        "pulse": "98",
        "consciousness": "A",
        "temperature": "38,3",
        "nonce": NONCE,
    }
    return sent | changes


def send(client: Client, patient: Patient, **changes: str) -> Any:
    return client.post(reverse("patients:record_vitals", args=[patient.pk]), typed(**changes))


def url(patient: Patient, row: Vitals | None = None) -> str:
    return f"/api/v1/patients/{patient.pk}/vitals" + (f"/{row.pk}" if row else "")


# ── The form ─────────────────────────────────────────────────────────────────
def test_a_nurse_records_a_set_on_the_page(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    answer = send(client, amara, weight="71,4")

    assert answer.status_code == 302
    row = Vitals.objects.get()
    assert (row.news2, row.temperature, row.weight) == (5, Decimal("38.3"), Decimal("71.4"))
    assert (row.on_oxygen, row.consciousness) == (False, "A")
    assert timedelta(0) < clock.now() - row.taken_at < timedelta(minutes=6)
    assert "Written down. NEWS2 5, medium risk." in client.get(answer.headers["Location"]).content.decode()


def test_the_same_form_counts_once(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    sent = typed()
    for _again in range(2):
        assert client.post(reverse("patients:record_vitals", args=[amara.pk]), sent).status_code == 302
    assert Vitals.objects.count() == 1


def test_what_is_unlikely_is_asked_about_and_kept_once_confirmed(
    amara: Patient, nora: User, client: Client
) -> None:
    client.force_login(nora)
    asked = send(client, amara, weight="700", temperature="34")
    text = asked.content.decode()

    assert asked.status_code == 422
    assert "Did you mean 70.0?" in text
    assert "I have checked these values" in text
    assert 'value="700"' in text
    assert not Vitals.objects.exists()
    assert send(client, amara, weight="700", temperature="34", confirmed="on").status_code == 302
    assert Vitals.objects.get().weight == 700


def test_what_is_impossible_is_refused_whatever_was_ticked(
    amara: Patient, nora: User, client: Client
) -> None:
    client.force_login(nora)
    answer = send(client, amara, temperature="370", diastolic="140", confirmed="on")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Did you mean 37.0?" in text
    assert "The diastolic pressure cannot be higher than the systolic one." in text
    assert not Vitals.objects.exists()


def test_a_form_without_a_question_does_not_ask_for_a_tick(page: Any, amara: Patient) -> None:
    text = page("record_vitals", amara)
    assert "I have checked these values" not in text
    assert 'inputmode="decimal"' in text
    assert 'inputmode="numeric"' in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pulse": "fast"}, "Enter a number."),
        ({"pulse": "72.5"}, "Ensure that there are no more than 0 decimal places."),
        ({"temperature": "38.33"}, "Ensure that there are no more than 1 decimal place."),
        ({"consciousness": "X"}, "Select a valid choice."),
        ({"taken_at": ""}, "This field is required."),
        ({"taken_at": "0001-01-01T00:00"}, "Write the day and the time."),
        ({"taken_at": "9999-12-31T23:59"}, "Write the day and the time."),
        ({"taken_at": "2199-01-01T10:00"}, "This time is in the future."),
        ({"taken_at": "1940-01-01T10:00"}, "The patient was not born yet."),
        ({"pain": "11"}, "Ensure this value is less than or equal to 10."),
    ],
)
def test_bad_input_is_said_at_its_field_and_what_was_typed_stays(
    amara: Patient, nora: User, client: Client, changes: dict[str, str], said: str
) -> None:
    client.force_login(nora)
    answer = send(client, amara, note="Slept badly", **changes)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="Slept badly"' in answer.content.decode()


def test_the_scale_of_the_last_set_is_proposed_and_can_be_left(
    amara: Patient, nora: User, page: Any, client: Client
) -> None:
    ticked = 'id="id_spo2_scale_2" checked'
    make_vitals(amara, by=nora, taken_at=ago(hours=2))
    assert "As in the last set." not in page("record_vitals", amara)
    make_vitals(amara, by=nora, taken_at=ago(hours=1), spo2=90, spo2_scale_2=True)
    text = page("record_vitals", amara)
    assert "As in the last set." in text
    assert ticked in " ".join(text.split())

    send(client, amara)
    assert Vitals.objects.newest()[0].spo2_scale_2 is False


def test_pregnancy_is_asked_where_it_can_be(nora: User, rita: User, page: Any, site: Site) -> None:
    year = clock.today("Europe/Berlin").year
    for years, sex, asked in (
        (30, "female", True),
        (30, "unknown", True),
        (30, "male", False),
        (80, "female", False),
    ):
        patient = make_patient(birth_date=date(year - years, 1, 1), sex=sex)
        begin_care(patient, user=nora, because="Ward", by=rita)
        assert ("Not pregnant" in page("record_vitals", patient)) is asked


@pytest.mark.parametrize(
    ("now", "wall", "taken_at"),
    [
        ("2026-10-25T00:10Z", "2026-10-25T02:05", "2026-10-25T00:05Z"),  # the second 02:05 is still to come
        ("2026-10-25T01:10Z", "2026-10-25T02:05", "2026-10-25T01:05Z"),
        ("2026-10-25T09:00Z", "2026-10-25T09:30", "2026-10-25T08:30Z"),
        ("2026-03-29T09:00Z", "2026-03-29T09:30", "2026-03-29T07:30Z"),
    ],
)
def test_the_time_is_that_of_the_clock_on_the_wall(
    amara: Patient, nora: User, now: str, wall: str, taken_at: str
) -> None:
    with travel(now, tick=False):
        form = VitalsForm(typed(taken_at=wall), patient=amara)
        assert form.is_valid()
    assert form.cleaned_data["taken_at"] == datetime.fromisoformat(taken_at)


# ── Who may ──────────────────────────────────────────────────────────────────
def test_whoever_does_not_treat_the_patient_is_led_to_the_record(
    bo: Patient, nora: User, client: Client
) -> None:
    row = make_vitals(bo, by=nora)
    client.force_login(nora)
    for name in PAGES:
        answer = client.get(reverse(f"patients:{name}", args=[bo.pk]))
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("#declare")
    assert send(client, bo).status_code == 404
    assert client.post(reverse("patients:retract_vitals", args=[bo.pk, row.pk]), {}).status_code == 404
    assert Vitals.objects.get().retracted_at is None


def test_a_set_of_another_patient_is_not_found_under_this_one(
    amara: Patient, bo: Patient, nora: User, dora: User, client: Client, api: Any
) -> None:
    """T02"""
    theirs = make_vitals(bo, by=nora)
    client.force_login(nora)
    address = reverse("patients:retract_vitals", args=[amara.pk, theirs.pk])

    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "x", "version": "1"}).status_code == 404
    for answer in (
        api(nora).get(url(amara, theirs)),
        api(nora).delete(url(amara, theirs), {"reason": "x"}),
        api(dora).get(url(bo)),
        api(dora).post(url(bo), {"taken_at": ago(hours=1).isoformat(), "pulse": 80}),
    ):
        assert answer.status_code == 404
        assert "Quillon" not in answer.content.decode()
    assert Vitals.objects.get().version == 1
    assert Entry.objects.filter(outcome=Entry.Outcome.DENIED).count() >= 5


def test_an_id_in_the_body_moves_nothing(amara: Patient, bo: Patient, nora: User, api: Any) -> None:
    """T03"""
    theirs = make_vitals(bo, by=nora)
    before = Vitals.objects.filter(pk=theirs.pk).values().get()
    body = {
        "id": str(theirs.pk),
        "patient": str(bo.pk),
        "news2": 0,
        "recorded_by": str(bo.pk),
        "taken_at": ago(hours=1).isoformat(),
        "pulse": 80,
    }
    made = api(nora).post(url(amara), body).json()

    assert Vitals.objects.filter(pk=theirs.pk).values().get() == before
    assert (made["patient"], made["news2"], made["recorded_by"]) == (str(amara.pk), None, str(nora.pk))
    assert made["id"] != str(theirs.pk)


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_records_a_set_and_reads_it_back(amara: Patient, nora: User, api: Any) -> None:
    sent = {
        "taken_at": ago(hours=1).isoformat(),
        "respiration": 22,
        "spo2": 94,
        "on_oxygen": False,
        "systolic": 128,
        "pulse": 98,
        "consciousness": "A",
        "temperature": "38.3",
    }
    answer = api(nora).post(url(amara), sent)

    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert (answer.json()["news2"], answer.json()["risk"]) == (5, "medium")
    read = api(nora).get(answer.headers["Location"])
    assert read.json() == answer.json()


def test_the_api_carries_a_key_out_once(amara: Patient, nora: User, api: Any) -> None:
    body = {"taken_at": ago(hours=1).isoformat(), "pulse": 80}
    answers = [api(nora).post(url(amara), body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Vitals.objects.count() == 1


def test_the_api_asks_and_accepts_what_was_confirmed(amara: Patient, nora: User, api: Any) -> None:
    body = {"taken_at": ago(hours=1).isoformat(), "temperature": "33.2", "pulse": 80}
    asked = api(nora).post(url(amara), body)

    assert asked.status_code == 400
    assert [(one["field"], one["code"]) for one in asked.json()["errors"]] == [("temperature", "implausible")]
    assert api(nora).post(url(amara), body | {"confirmed": True}).status_code == 201
    refused = api(nora).post(url(amara), body | {"confirmed": True, "temperature": "370"})
    assert [(one["field"], one["code"]) for one in refused.json()["errors"]] == [
        ("temperature", "impossible")
    ]
    assert Vitals.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"pulse": 80}, "taken_at"),
        ({"taken_at": "yesterday", "pulse": 80}, "taken_at"),
        ({"taken_at": "0001-01-01T00:00:00+14:00", "pulse": 80}, "taken_at"),
        ({"taken_at": "0001-01-01T00:00:00Z", "pulse": 80}, "taken_at"),
        ({"taken_at": "9999-12-31T23:59:59Z", "pulse": 80}, "taken_at"),
        ({"taken_at": "9999-12-31T23:59:59-14:00", "pulse": 80}, "taken_at"),
        ({"taken_at": "2020-01-01T00:00Z"}, ""),
        ({"taken_at": "2020-01-01T00:00Z", "pulse": "quick"}, "pulse"),
        ({"taken_at": "2020-01-01T00:00Z", "pulse": {"$ne": 1}}, "pulse"),
        ({"taken_at": "2020-01-01T00:00Z", "spo2": 101}, "spo2"),
        ({"taken_at": "2020-01-01T00:00Z", "pulse": 80, "note": "\u202e"}, "note"),
        (
            {
                "taken_at": "2020-01-01T00:00Z",
                "pulse": 80,
                "encounter": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
            },
            "encounter",
        ),
    ],
)
def test_the_api_says_which_field_is_wrong(
    amara: Patient, nora: User, api: Any, body: dict[str, Any], field: str
) -> None:
    answer = api(nora).post(url(amara), body)
    assert answer.status_code == 400
    assert field in {one["field"] for one in answer.json()["errors"]}
    assert not Vitals.objects.exists()


def test_the_api_knows_the_consultation(
    amara: Patient, bo: Patient, nora: User, dora: User, api: Any
) -> None:
    mine = Encounter(patient=amara, author=dora, recorded_by=dora).add()
    theirs = Encounter(patient=bo, author=dora, recorded_by=dora).add()
    body = {"taken_at": ago(hours=1).isoformat(), "pulse": 80}

    assert api(nora).post(url(amara), body | {"encounter": str(theirs.pk)}).status_code == 400
    assert api(nora).post(url(amara), body | {"encounter": str(mine.pk)}).json()["encounter"] == str(mine.pk)


def test_an_inactive_patient_is_refused_at_both_doors(
    amara: Patient, nora: User, rita: User, client: Client, api: Any
) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)
    client.force_login(nora)

    assert send(client, amara).status_code == 422
    answer = api(nora).post(url(amara), {"taken_at": ago(hours=1).isoformat(), "pulse": 80})
    assert (answer.status_code, answer.json()["code"]) == (409, "patient_inactive")
