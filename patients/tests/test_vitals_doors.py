"""Vital signs behind their doors: the card, the list, the form, the trend, the API."""

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
from hospital.tests.queries import counted
from patients import timeline
from patients.forms.vitals import VitalsForm
from patients.models import Encounter, Patient, TimelineEntry, Vitals
from patients.services import begin_care, deactivate_patient, retract_vitals
from patients.tests.make import make_patient
from patients.tests.vitals import ago, make_vitals, weigh

NONCE = "0123456789abcdef0123456789abcdef"


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


# ── The card ─────────────────────────────────────────────────────────────────
def test_the_record_shows_the_score_the_values_and_the_score_before(
    amara: Patient, nora: User, page: Any
) -> None:
    make_vitals(amara, by=nora, taken_at=ago(days=500), respiration=18)
    make_vitals(amara, by=nora, weight=Decimal("71.4"), height=Decimal(162))

    text = page("detail", amara)
    assert "NEWS2: medium risk" in text
    assert "was 3 on" in text
    assert 'aria-label="Respiration, last 2 readings: 18, 22"' in text
    assert "36.1 to 38.0" in text
    assert "BMI 27.2, pre-obesity" in text
    assert text.count('<span class="visually-hidden">high</span>') == 3


def test_a_score_of_long_ago_is_no_statement_about_now(amara: Patient, nora: User, page: Any) -> None:
    make_vitals(amara, by=nora, taken_at=ago(hours=12, minutes=1), respiration=25)
    text = page("detail", amara)
    assert "it says nothing about now" in text
    assert "medium risk" in text
    assert 'class="score is-neutral"' in text
    assert "Urgent review" not in text

    make_vitals(amara, by=nora, taken_at=ago(hours=11, minutes=59), respiration=25)
    text = page("detail", amara)
    assert 'class="score is-warn"' in text
    assert "Urgent review" in text


def test_a_value_that_was_not_measured_now_says_when_it_was(amara: Patient, nora: User, page: Any) -> None:
    make_vitals(amara, by=nora, taken_at=datetime(2020, 4, 12, 8, tzinfo=ZoneInfo("UTC")))
    weigh(amara, "70", by=nora)

    text = page("detail", amara)
    assert "12 to 20 · 12 Apr 2020" in text
    assert "NEWS2 not scored" in text
    assert (
        "Missing: respiration, SpO₂, air or oxygen, systolic BP, pulse, consciousness, temperature." in text
    )
    assert "the last score was 5 on 12 Apr 2020" in text


def test_a_child_has_other_ranges_and_no_score(nora: User, rita: User, page: Any, site: Site) -> None:
    today = clock.today("Europe/Berlin")
    child = make_patient(birth_date=date(today.year - 5, 1, 1), birth_date_is_estimated=True)
    begin_care(child, user=nora, because="Ward", by=rita)
    make_vitals(child, by=nora, weight=Decimal(19), height=Decimal(110), spo2=95)

    text = page("detail", child)
    assert "NEWS2 is not made for children under 16 years." in text
    assert "about 65 to 131" in text or "about 70 to 136" in text
    assert "no class under 20 years" in text


def test_where_no_range_is_kept_the_value_is_shown_without_a_flag(
    nora: User, rita: User, page: Any, site: Site
) -> None:
    child = make_patient(birth_date=date(clock.today("Europe/Berlin").year - 9, 1, 1))
    begin_care(child, user=nora, because="Ward", by=rita)
    row = make_vitals(child, by=nora, spo2=80)

    assert "spo2" not in row.as_reading()["flags"]
    assert "no range" in page("detail", child)


def test_an_empty_card_leads_to_the_form(amara: Patient, page: Any) -> None:
    text = page("detail", amara)
    assert "No vital signs yet" in text
    assert reverse("patients:record_vitals", args=[amara.pk]) in text


def test_the_card_asks_the_database_nothing_of_its_own(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    record = reverse("patients:detail", args=[amara.pk])
    client.get(record)
    with counted(at_most=10):
        client.get(record)
    for hours in range(8):
        make_vitals(amara, by=nora, taken_at=ago(hours=hours + 1))
    with counted(at_most=10):
        client.get(record)


# ── The list ─────────────────────────────────────────────────────────────────
def test_the_list_has_the_newest_first_and_what_was_taken_back_struck_through(
    amara: Patient, nora: User, page: Any
) -> None:
    first = make_vitals(amara, by=nora, taken_at=ago(hours=3), note="On the way to X-ray")
    make_vitals(amara, by=nora, temperature="39.4")
    retract_vitals(first, reason="Another patient", by=nora)

    text = page("vitals", amara)
    assert text.index("39.4") < text.index("38.3")
    assert text.count('class="off struck"') == 1
    assert "Taken back by Nora Nilsson: Another patient" in text
    assert "On the way to X-ray" in text
    assert "Not scored" not in text
    assert "National Early Warning Score (NEWS) 2, 2017" in text


def test_the_list_says_why_a_set_has_no_score(amara: Patient, nora: User, page: Any) -> None:
    make_vitals(amara, by=nora, on_oxygen=None, pulse=None)
    assert "Not scored: incomplete (without air or oxygen, pulse)" in page("vitals", amara)


def test_the_list_has_pages_and_costs_the_same_for_many(amara: Patient, nora: User, client: Client) -> None:
    rows = [
        Vitals(patient=amara, recorded_by=nora, pulse=60 + number % 40, taken_at=ago(hours=number + 1))
        for number in range(45)
    ]
    Vitals.objects.bulk_create(rows)
    client.force_login(nora)
    address = reverse("patients:vitals", args=[amara.pk])
    client.get(address)
    with counted(at_most=7):
        text = client.get(address).content.decode()
    assert text.count("<tr id=") == 20
    assert client.get(f"{address}?page=3").content.decode().count("<tr id=") == 5


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


# ── Taking back ──────────────────────────────────────────────────────────────
def test_a_set_is_taken_back_on_the_page_with_a_reason(amara: Patient, nora: User, client: Client) -> None:
    row = make_vitals(amara, by=nora)
    client.force_login(nora)
    address = reverse("patients:retract_vitals", args=[amara.pk, row.pk])
    assert "38.3" in client.get(address).content.decode()
    assert client.post(address, {"reason": "", "version": "1"}).status_code == 422
    assert client.post(address, {"reason": "Wrong", "version": "7"}).status_code == 422

    assert client.post(address, {"reason": "Wrong", "version": "1"}).status_code == 302
    assert Vitals.objects.get().retracted_because == "Wrong"


# ── The trend ────────────────────────────────────────────────────────────────
def test_the_trend_draws_a_value_with_its_band_and_says_the_same_in_a_table(
    amara: Patient, nora: User, page: Any
) -> None:
    for days, temperature in ((3, "37.2"), (2, "38.6"), (1, "35.8")):
        make_vitals(amara, by=nora, taken_at=ago(days=days), temperature=temperature)
    gone = make_vitals(amara, by=nora, taken_at=ago(days=1, hours=2), temperature="40.9")
    retract_vitals(gone, reason="Another patient", by=nora)

    text = page("vitals_trend", amara, "?measure=temperature&period=week")
    assert '<svg class="curve"' in text
    assert '<rect class="band"' in text
    assert text.count('<td class="muted opt">36.1 to 38.0</td>') == 3
    assert "High ↑" in text
    assert "Low ↓" in text
    assert "40.9" not in text
    assert 'data-zone="Europe/Berlin"' in text


def test_the_period_is_in_the_address(amara: Patient, nora: User, page: Any) -> None:
    make_vitals(amara, by=nora, taken_at=ago(days=40), pulse=81)

    assert "Not measured in this period" in page("vitals_trend", amara, "?measure=pulse&period=month")
    assert ">81<" in page("vitals_trend", amara, "?measure=pulse&period=year")
    assert ">81<" in page("vitals_trend", amara)
    assert "Choose one of the lists" in page("vitals_trend", amara, "?measure=nonsense", status=422)


def test_too_many_values_are_thinned_and_that_is_said(amara: Patient, nora: User, client: Client) -> None:
    start = ago(days=200)
    rows = [
        Vitals(
            patient=amara,
            recorded_by=nora,
            pulse=190 if number == 1500 else 60 + number % 30,
            taken_at=start + timedelta(hours=number),
        )
        for number in range(2400)
    ]
    Vitals.objects.bulk_create(rows)
    client.force_login(nora)
    address = reverse("patients:vitals_trend", args=[amara.pk])
    client.get(address)
    with counted(at_most=7):
        text = client.get(address, {"measure": "pulse", "period": "all"}).content.decode()

    assert "2400 values are too many for one picture" in text
    assert ", 190.0]" in text  # the highest is never lost
    assert text.count("</tr>") == 26


# ── Who may ──────────────────────────────────────────────────────────────────
PAGES = ("vitals", "record_vitals", "vitals_trend")


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


def test_reception_sees_none_of_it(amara: Patient, nora: User, rita: User, client: Client) -> None:
    make_vitals(amara, by=nora)
    client.force_login(rita)
    for name in PAGES:
        assert client.get(reverse(f"patients:{name}", args=[amara.pk])).status_code == 403
    assert "NEWS2" not in client.get(reverse("patients:detail", args=[amara.pk])).content.decode()


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


def test_each_opening_is_written_down(amara: Patient, page: Any) -> None:
    for name in PAGES:
        page(name, amara)
    parts = Entry.objects.filter(verb="patients.open_record").values_list("details", flat=True)
    assert {one["part"] for one in parts} == {"vitals_list", "record_vitals", "vitals_trend"}


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


def test_the_list_is_narrowed_by_time_and_costs_the_same_for_many(
    amara: Patient, nora: User, api: Any
) -> None:
    moments = [ago(days=days) for days in range(1, 31)]
    Vitals.objects.bulk_create(
        Vitals(patient=amara, recorded_by=nora, pulse=80, taken_at=moment) for moment in moments
    )
    client = api(nora)
    with counted(at_most=8):
        everything = client.get(url(amara)).json()
    assert len(everything["results"]) == 25
    assert everything["results"][0]["taken_at"] > everything["results"][1]["taken_at"]
    narrowed = client.get(url(amara), {"from": moments[9].isoformat(), "to": moments[4].isoformat()}).json()
    assert len(narrowed["results"]) == 5
    assert client.get(url(amara), {"pulse": "80"}).status_code == 400


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x", "\x00"])
def test_no_moment_breaks_the_list(amara: Patient, nora: User, api: Any, moment: str) -> None:
    """T15"""
    client = api(nora)
    for name in ("from", "to", "cursor", "ordering"):
        assert client.get(url(amara), {name: moment}).status_code in {200, 400, 404}


def test_the_api_takes_back_with_a_reason(amara: Patient, nora: User, api: Any) -> None:
    row = make_vitals(amara, by=nora)
    assert api(nora).delete(url(amara, row), {}).status_code == 400
    stale = api(nora).delete(url(amara, row), {"reason": "Wrong"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    done = api(nora).delete(url(amara, row), {"reason": "Wrong"}, headers={"If-Match": '"1"'})

    assert (done.status_code, done.headers["ETag"]) == (204, '"2"')
    again = api(nora).delete(url(amara, row), {"reason": "Wrong"})
    assert (again.status_code, again.json()["code"]) == (409, "already_retracted")
    assert api(nora).get(url(amara, row)).json()["retracted_because"] == "Wrong"


def test_an_inactive_patient_is_refused_at_both_doors(
    amara: Patient, nora: User, rita: User, client: Client, api: Any
) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)
    client.force_login(nora)

    assert send(client, amara).status_code == 422
    answer = api(nora).post(url(amara), {"taken_at": ago(hours=1).isoformat(), "pulse": 80})
    assert (answer.status_code, answer.json()["code"]) == (409, "patient_inactive")


# ── The timeline ─────────────────────────────────────────────────────────────
def test_a_line_says_the_score_and_who_measured(amara: Patient, nora: User) -> None:
    scored = make_vitals(amara, by=nora, taken_at=ago(hours=2))
    weigh(amara, "71.4", by=nora)
    drawn, _next = timeline.read(amara, nora, kinds=["vitals"])

    assert [one.line.title for one in drawn] == ["Vitals recorded", "Vitals recorded, NEWS2 5"]
    assert drawn[1].line.detail.startswith("BP 128/74 mmHg, Respiration 22 /min")
    assert drawn[1].line.detail.endswith("Nora Nilsson")
    assert drawn[1].line.tone == "warn"
    retract_vitals(scored, reason="Another patient", by=nora)
    struck = timeline.read(amara, nora, kinds=["vitals"])[0][1].line
    assert (struck.struck, struck.detail, struck.tone) == (True, "Taken back: Another patient", "")


def test_rebuilt_lines_are_as_they_were(amara: Patient, nora: User) -> None:
    make_vitals(amara, by=nora, taken_at=ago(hours=2))
    retract_vitals(weigh(amara, "71.4", by=nora), reason="Wrong", by=nora)
    before = list(TimelineEntry.objects.filter(kind="vitals").order_by("key").values())
    timeline.rebuild(amara.pk)

    assert list(TimelineEntry.objects.filter(kind="vitals").order_by("key").values()) == before
