"""Seeing vital signs: the card, the list, the trend, the API, the timeline."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital import clock
from hospital.tests.queries import counted
from patients import timeline
from patients.models import Patient, TimelineEntry, Vitals
from patients.services import begin_care, retract_vitals
from patients.tests.make import make_patient
from patients.tests.vitals import ago, make_vitals, weigh

pytestmark = pytest.mark.mongo_slow("the services' own tests repeat on both engines")

PAGES = ("vitals", "record_vitals", "vitals_trend")


@pytest.fixture
def amara(site: Site, nora: User, dora: User, rita: User) -> Patient:
    """Amara is treated by Nora and Dora."""
    patient = make_patient()
    for clinician in (nora, dora):
        begin_care(patient, user=clinician, because="Ward", by=rita)
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
    assert not re.search(r"[>\s]40\.9\b", text)
    assert 'data-zone="Europe/Berlin"' in text


def test_the_period_is_in_the_address(amara: Patient, nora: User, page: Any) -> None:
    make_vitals(amara, by=nora, taken_at=ago(days=40), pulse=81)

    assert "Not measured in this period" in page("vitals_trend", amara, "?measure=pulse&period=month")
    assert ">81<" in page("vitals_trend", amara, "?measure=pulse&period=year")
    assert ">81<" in page("vitals_trend", amara)
    assert "Choose one of the lists" in page("vitals_trend", amara, "?measure=nonsense", status=422)


@pytest.mark.parametrize(
    ("days", "period"),
    [((0.1,), "day"), ((3, 1), "week"), ((20, 1), "month"), ((300, 1), "year"), ((), "year")],
)
def test_who_names_no_period_sees_the_shortest_that_has_all_of_a_year(
    days: tuple[float, ...], period: str, amara: Patient, nora: User, page: Any
) -> None:
    for ago_days in days:
        make_vitals(amara, by=nora, taken_at=ago(days=ago_days), pulse=81)
    assert f'<option value="{period}" selected>' in page("vitals_trend", amara)
    assert '<option value="month" selected>' in page("vitals_trend", amara, "?period=month")


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
def test_reception_sees_none_of_it(amara: Patient, nora: User, rita: User, client: Client) -> None:
    make_vitals(amara, by=nora)
    client.force_login(rita)
    for name in PAGES:
        assert client.get(reverse(f"patients:{name}", args=[amara.pk])).status_code == 403
    assert "NEWS2" not in client.get(reverse("patients:detail", args=[amara.pk])).content.decode()


def test_each_opening_is_written_down(amara: Patient, page: Any) -> None:
    for name in PAGES:
        page(name, amara)
    parts = Entry.objects.filter(verb="patients.open_record").values_list("details", flat=True)
    assert {one["part"] for one in parts} == {"vitals_list", "record_vitals", "vitals_trend"}


# ── The API ──────────────────────────────────────────────────────────────────
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


# ── The timeline ─────────────────────────────────────────────────────────────
def test_a_line_says_the_score_and_who_measured(amara: Patient, nora: User) -> None:
    scored = make_vitals(amara, by=nora, taken_at=ago(hours=2))
    weigh(amara, "71.4", by=nora)
    drawn, _next = timeline.read(amara, nora, kinds=["vitals"])

    assert [one.line.title for one in drawn] == ["Vitals recorded", "Vitals recorded, NEWS2\u00a05"]
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


# ── The banner ───────────────────────────────────────────────────────────────
def test_the_banner_says_the_last_weight_and_when_it_was_measured(
    amara: Patient, nora: User, page: Callable[..., str]
) -> None:
    assert "<dt>Weight</dt>" not in page("detail", amara)
    weigh(amara, "71.4", by=nora, taken_at=datetime(2020, 4, 11, 23, tzinfo=ZoneInfo("UTC")))

    _, _, said = page("vitals", amara).partition("<dt>Weight</dt>")
    said, _, _ = said.partition("</dd>")

    assert "71.4 kg" in said
    assert "(12 Apr 2020)" in said
