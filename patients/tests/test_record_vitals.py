"""Writing vital signs down: what is kept, scored, questioned and refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from accounts.once import Once
from audit.models import Entry
from hospital import clock
from hospital.errors import Refusal
from patients.models import Chart, Encounter, Patient, Problem, TimelineEntry, Vitals
from patients.services import deactivate_patient, record_vitals, retract_vitals
from patients.tests.make import make_patient
from patients.tests.vitals import UNWELL, ago, make_vitals, weigh


def years_old(years: int, **more: Any) -> Patient:
    today = clock.today("Europe/Berlin")
    return make_patient(birth_date=date(today.year - years, 1, 1), **more)


def errors_of(patient: Patient, by: User, *, confirmed: bool = False, **values: Any) -> Any:
    """By field the codes of what stands in the way."""
    with pytest.raises(ValidationError) as raised:
        record_vitals(patient, taken_at=ago(minutes=1), confirmed=confirmed, by=by, **values)
    assert not Vitals.objects.exists()
    return {name: [one.code for one in found] for name, found in raised.value.error_dict.items()}


def problem(patient: Patient, by: User, code: str, **more: Any) -> Problem:
    return Problem(patient=patient, code=code, title=code, recorded_by=by, **more).add()


# ── What is kept ─────────────────────────────────────────────────────────────
def test_a_nurse_writes_a_set_down_and_it_is_scored(amara: Patient, nora: User) -> None:
    row = make_vitals(amara, by=nora)

    kept = Vitals.objects.get()
    assert kept.pk == row.pk
    assert (kept.news2, kept.news2_not_because, kept.temperature) == (5, "", Decimal("38.3"))
    assert kept.recorded_by_id == nora.pk
    entry = Entry.objects.get(verb="patients.record_vitals")
    assert (entry.patient_id, entry.actor_id, entry.details) == (amara.pk, nora.pk, {})


def test_the_first_page_holds_the_newest_six_with_flags_and_the_last_weight(
    amara: Patient, nora: User
) -> None:
    weigh(amara, "71.40", by=nora, taken_at=ago(days=40), height=Decimal(162))
    for hours in (9, 8, 7, 6, 5, 4):
        make_vitals(amara, by=nora, taken_at=ago(hours=hours))
    make_vitals(amara, by=nora, pulse=70)

    front: Any = Chart.of(amara.pk).vitals
    assert len(front["readings"]) == 6
    newest = front["readings"][0]
    assert newest["values"]["pulse"] == 70
    assert newest["flags"] == {
        "respiration": "high",
        "spo2": "low",
        "temperature": "high",
        "systolic": "normal",
        "diastolic": "normal",
        "pulse": "normal",
    }
    assert newest["ranges"]["temperature"] == [36.1, 38.0, "news2"]
    assert (newest["news2"], newest["has_three"]) == (4, False)
    assert front["weight"]["value"] == "71.4"
    assert front["height"]["value"] == "162.0"


def test_what_was_measured_earlier_and_written_down_later_does_not_come_first(
    amara: Patient, nora: User
) -> None:
    make_vitals(amara, by=nora, pulse=90)
    weigh(amara, "70", by=nora, taken_at=ago(hours=1))
    weigh(amara, "68", by=nora, taken_at=ago(days=3))

    front: Any = Chart.of(amara.pk).vitals
    assert [one["values"].get("pulse") for one in front["readings"]] == [90.0, None, None]
    assert front["weight"]["value"] == "70"


def test_the_timeline_tells_of_it(amara: Patient, nora: User) -> None:
    row = make_vitals(amara, by=nora)

    line = TimelineEntry.objects.get(kind="vitals")
    assert (line.subject_id, line.at, line.patient_id) == (row.pk, row.taken_at, amara.pk)
    assert (line.facts["news2"], line.facts["tone"], line.facts["by"]) == (5, "warn", "Nora Nilsson")


def test_a_set_may_belong_to_a_consultation_of_the_same_patient(
    amara: Patient, nora: User, dora: User
) -> None:
    other = make_patient(given_name="Bo")
    mine = Encounter(patient=amara, author=dora, recorded_by=dora).add()
    theirs = Encounter(patient=other, author=dora, recorded_by=dora).add()

    assert errors_of(amara, nora, encounter=theirs, pulse=80) == {"encounter": [None]}
    assert make_vitals(amara, by=nora, encounter=mine).encounter_id == mine.pk


def test_sent_twice_it_is_written_once(amara: Patient, nora: User) -> None:
    def send() -> Vitals:
        return make_vitals(amara, by=nora, once=Once("key", "print"), taken_at=at)

    at = ago(minutes=3)
    assert send().pk == send().pk
    assert Vitals.objects.count() == 1


# ── When ─────────────────────────────────────────────────────────────────────
def test_a_clock_may_be_five_minutes_fast_and_no_more(amara: Patient, nora: User) -> None:
    make_vitals(amara, by=nora, taken_at=clock.now() + timedelta(minutes=4))

    with pytest.raises(ValidationError) as raised:
        make_vitals(amara, by=nora, taken_at=clock.now() + timedelta(minutes=6))
    assert set(raised.value.error_dict) == {"taken_at"}


def test_nobody_was_measured_before_birth(nora: User, site: Site) -> None:
    today = clock.today("Europe/Berlin")
    baby = make_patient(birth_date=today)
    of_this_year = make_patient(birth_date=today, birth_date_is_estimated=True)

    record_vitals(baby, taken_at=clock.now(), confirmed=False, by=nora, pulse=140)
    with pytest.raises(ValidationError) as raised:
        record_vitals(baby, taken_at=ago(days=2), confirmed=False, by=nora, pulse=140)
    assert set(raised.value.error_dict) == {"taken_at"}
    with pytest.raises(ValidationError):
        record_vitals(of_this_year, taken_at=ago(days=366), confirmed=False, by=nora, pulse=140)


def test_an_empty_set_is_none(amara: Patient, nora: User) -> None:
    assert errors_of(amara, nora) == {"__all__": ["empty"]}
    assert errors_of(amara, nora, on_oxygen=True, consciousness="", pulse=None) == {"__all__": ["empty"]}
    record_vitals(amara, taken_at=ago(minutes=1), confirmed=False, by=nora, pain=0)


# ── Questions and refusals ───────────────────────────────────────────────────
def test_what_is_unlikely_is_asked_about_field_by_field(amara: Patient, nora: User) -> None:
    asked = errors_of(amara, nora, weight=Decimal(700), height=Decimal(17), pulse=80)
    assert asked == {"weight": ["implausible"], "height": ["implausible"]}


def test_once_confirmed_it_is_kept_and_the_audit_says_what_was_confirmed(amara: Patient, nora: User) -> None:
    row = record_vitals(
        amara, taken_at=ago(minutes=1), confirmed=True, by=nora, temperature=Decimal("33.2"), pulse=25
    )

    assert (row.temperature, row.pulse) == (Decimal("33.2"), 25)
    assert Entry.objects.get(verb="patients.record_vitals").details == {"confirmed": ["temperature", "pulse"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"systolic": 80, "diastolic": 120}, "diastolic"),
        ({"temperature": Decimal(370)}, "temperature"),
        ({"temperature": Decimal("9.9")}, "temperature"),
    ],
)
def test_what_is_impossible_is_refused_even_if_confirmed(
    amara: Patient, nora: User, values: dict[str, Any], field: str
) -> None:
    assert errors_of(amara, nora, confirmed=True, **values) == {field: ["impossible"]}


def test_a_saturation_above_a_hundred_is_refused_even_if_confirmed(amara: Patient, nora: User) -> None:
    assert "spo2" in errors_of(amara, nora, confirmed=True, spo2=101)


def test_a_weight_far_from_the_last_one_is_asked_about(amara: Patient, nora: User) -> None:
    weigh(amara, "71", by=nora, taken_at=ago(days=10))

    with pytest.raises(ValidationError) as raised:
        record_vitals(amara, taken_at=ago(hours=1), confirmed=False, by=nora, weight=Decimal(88))
    assert "71" in raised.value.message_dict["weight"][0]


def test_a_weight_that_was_taken_back_is_not_compared_with(amara: Patient, nora: User) -> None:
    wrong = weigh(amara, "17", by=nora, taken_at=ago(days=10))
    retract_vitals(wrong, reason="Typed wrong", by=nora)

    record_vitals(amara, taken_at=ago(hours=1), confirmed=False, by=nora, weight=Decimal(71))


# ── Who is scored ────────────────────────────────────────────────────────────
def test_a_child_is_measured_and_not_scored(nora: User, site: Site) -> None:
    row = make_vitals(years_old(12), by=nora)
    assert (row.news2, row.news2_not_because) == (None, "child")


def test_a_year_of_birth_alone_may_leave_it_open(nora: User, site: Site) -> None:
    row = make_vitals(years_old(16, birth_date_is_estimated=True), by=nora)
    assert row.news2_not_because == "age_not_known"
    assert make_vitals(years_old(40, birth_date_is_estimated=True), by=nora).news2 == 5


def test_an_incomplete_set_is_not_scored(amara: Patient, nora: User) -> None:
    for missing in ({"on_oxygen": None}, {"consciousness": ""}, {"spo2": None}, {"temperature": None}):
        row = make_vitals(amara, by=nora, **missing)
        assert (row.news2, row.news2_not_because) == (None, "incomplete")


def test_the_sex_does_not_matter(nora: User, site: Site) -> None:
    for sex in ("other", "unknown", "male"):
        assert make_vitals(make_patient(sex=sex), by=nora).news2 == 5


def test_scale_2_is_scored_as_such(amara: Patient, nora: User) -> None:
    on_scale_1 = make_vitals(amara, by=nora, spo2=90, respiration=16, temperature="37.0", pulse=80)
    on_scale_2 = make_vitals(
        amara, by=nora, spo2=90, respiration=16, temperature="37.0", pulse=80, spo2_scale_2=True
    )
    assert (on_scale_1.news2, on_scale_2.news2) == (3, 0)


def test_who_says_that_she_is_pregnant_is_not_scored(nora: User, site: Site) -> None:
    row = make_vitals(years_old(30), by=nora, pregnancy="yes")
    assert (row.news2, row.news2_not_because) == (None, "pregnant")
    limits = row.as_reading()["flags"]
    assert limits == {"systolic": "", "diastolic": ""}  # 128/74 is beyond none of the limits that are kept


@pytest.mark.parametrize(("days", "expected"), [(1, "pregnant"), (299, "pregnant"), (301, ""), (-1, "")])
def test_a_statement_holds_for_three_hundred_days_and_not_backwards(
    nora: User, site: Site, days: int, expected: str
) -> None:
    patient = years_old(30)
    said_at, now = (ago(days=days), ago(minutes=9)) if days > 0 else (ago(minutes=9), ago(days=-days))
    make_vitals(patient, by=nora, taken_at=said_at, pregnancy="yes")

    assert make_vitals(patient, by=nora, taken_at=now).news2_not_because == expected


def test_the_latest_statement_counts(nora: User, site: Site) -> None:
    patient = years_old(30)
    make_vitals(patient, by=nora, taken_at=ago(days=20), pregnancy="yes")
    assert make_vitals(patient, by=nora, taken_at=ago(days=2), pregnancy="no").news2 == 5
    assert make_vitals(patient, by=nora).news2 == 5


def test_a_statement_that_was_taken_back_does_not_count(nora: User, site: Site) -> None:
    patient = years_old(30)
    said = make_vitals(patient, by=nora, taken_at=ago(days=20), pregnancy="yes")
    retract_vitals(said, reason="Another patient", by=nora)

    assert make_vitals(patient, by=nora).news2 == 5


def test_an_active_problem_says_that_she_is_pregnant(nora: User, dora: User, site: Site) -> None:
    patient = years_old(30)
    problem(patient, dora, "I10")
    assert make_vitals(patient, by=nora).news2 == 5
    problem(patient, dora, "Z34.90")

    assert make_vitals(patient, by=nora).news2_not_because == "pregnant"
    assert make_vitals(patient, by=nora, pregnancy="no").news2 == 5


@pytest.mark.parametrize("more", [{"status": "resolved"}, {"retracted_at": clock.now()}])
def test_a_problem_that_is_over_does_not(nora: User, dora: User, site: Site, more: dict[str, Any]) -> None:
    patient = years_old(30)
    problem(patient, dora, "O26.843", **more)

    assert make_vitals(patient, by=nora).news2 == 5


# ── Who may ──────────────────────────────────────────────────────────────────
def test_reception_writes_nothing_down(amara: Patient, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        make_vitals(amara, by=rita)
    assert not Vitals.objects.exists()


def test_nothing_new_is_written_under_an_inactive_record(amara: Patient, nora: User, rita: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        make_vitals(amara, by=nora)
    assert refused.value.code == "patient_inactive"


def test_whatever_else_is_wrong_is_said_by_field(amara: Patient, nora: User) -> None:
    with pytest.raises(ValidationError) as raised:
        record_vitals(
            amara, taken_at=ago(hours=1), confirmed=True, by=nora, **UNWELL | {"consciousness": "X"}
        )
    assert set(raised.value.error_dict) == {"consciousness"}
