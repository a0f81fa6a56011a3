"""Writing down laboratory results: the rules, and what others see of it."""

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
from hospital.tests.queries import counted
from patients.models import Chart, LabResult, Patient, TimelineEntry
from patients.services import deactivate_patient, record_result, record_results
from patients.tests.make import make_patient
from patients.tests.make_results import a_day, make_result, numbers, potassium, starter_set


@pytest.fixture
def amara(site: Site) -> Patient:
    starter_set()
    return make_patient()


@pytest.fixture
def bela(site: Site) -> Patient:
    return make_patient(given_name="Bela", family_name="Bartos")


def bare(**overrides: Any) -> dict[str, Any]:
    """A potassium without range and flag."""
    return potassium(low=None, high=None) | overrides


# ── The rules ────────────────────────────────────────────────────────────────
def test_the_range_is_that_of_the_laboratory(amara: Patient, ivo: User) -> None:
    result = record_result(amara, by=ivo, **numbers(potassium("5.1", high="5.2")))

    assert (result.low, result.high, result.flag) == (Decimal("3.5"), Decimal("5.2"), "N")
    assert LabResult.objects.get().flag == "N"


def test_else_it_is_that_of_the_list_of_tests_for_adults(amara: Patient, ivo: User) -> None:
    result = record_result(amara, by=ivo, **numbers(bare(value="5.1")))

    assert (result.range, result.flag) == ("3.5 to 5", "H")


def test_but_not_when_the_unit_is_another(amara: Patient, ivo: User) -> None:
    result = record_result(amara, by=ivo, **numbers(bare(value="20.1", unit="mg/dL")))

    assert (result.range, result.flag, result.flag_shown) == ("", "", "No range")


def test_and_not_for_a_child(amara: Patient, ivo: User) -> None:
    today = clock.now().date()
    child = make_patient(birth_date=date(today.year - 10, 1, 1))
    result = record_result(child, by=ivo, **numbers(bare(value="5.1")))

    assert (result.range, result.flag) == ("", "")


def test_and_not_beside_a_flag_that_rests_on_a_range_nobody_knows(amara: Patient, ivo: User) -> None:
    result = record_result(amara, by=ivo, **numbers(bare(value="5.1", flag="N")))

    assert (result.range, result.flag) == ("", "N")


def test_the_flag_of_the_laboratory_goes_before_the_range(amara: Patient, ivo: User) -> None:
    assert make_result(amara, value="6.9", flag="HH").flag == "HH"
    assert make_result(amara, value="5.0", flag="H").flag == "H"  # by a rule of its own


@pytest.mark.parametrize(("value", "flag"), [("6.9", "N"), ("6.9", "L"), ("2.1", "HH")])
def test_a_flag_that_cannot_go_with_the_range_is_asked_about(amara: Patient, value: str, flag: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_result(amara, value=value, flag=flag)

    assert list(refused.value.message_dict) == ["flag"]


def test_a_result_in_words_has_no_flag(amara: Patient, ivo: User) -> None:
    result = record_result(amara, loinc="5802-4", text="negative", taken_at=a_day(), by=ivo)

    assert (result.name, result.shown, result.flag_shown) == ("Urine, nitrite", "negative", "No range")


def test_less_than_is_kept_with_the_value(amara: Patient, ivo: User) -> None:
    crp: dict[str, Any] = {
        "loinc": "1988-5",
        "value": Decimal("0.6"),
        "comparator": "<",
        "unit": "mg/L",
        "taken_at": a_day(),
    }
    result = record_result(amara, by=ivo, **crp)

    assert (result.shown, result.flag) == ("<\N{NARROW NO-BREAK SPACE}0.6", "N")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"loinc": "2823-4"}, "loinc"),
        ({"loinc": ""}, "loinc"),
        ({"value": None}, "value"),
        ({"value": None, "comparator": "<"}, "value"),
        ({"value": "123456789012"}, "value"),
        ({"value": "1.23456"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "430000"}, "value"),
        ({"unit": ""}, "unit"),
        ({"unit": "m\x07"}, "unit"),
        ({"low": "6"}, "high"),
        ({"flag": "X"}, "flag"),
        ({"comparator": "~"}, "comparator"),
        ({"loinc": "1994-3", "name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"note": "a\u202eb"}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(amara: Patient, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_result(amara, **wrong)

    assert field in refused.value.message_dict
    assert not LabResult.objects.exists()
    assert not Chart.of(amara.pk).results


def test_a_sample_is_not_taken_in_the_future_nor_before_birth(amara: Patient) -> None:
    for taken_at in (clock.now() + timedelta(hours=1), a_day().replace(year=1959, month=2, day=1)):
        with pytest.raises(ValidationError) as refused:
            make_result(amara, taken_at=taken_at)
        assert list(refused.value.message_dict) == ["taken_at"]
    make_result(amara, taken_at=clock.now() + timedelta(minutes=2))  # their clock is ahead of ours
    make_result(amara, taken_at=a_day().replace(year=1959, month=2, day=3))


def test_of_an_estimated_birth_only_the_year_counts(site: Site) -> None:
    patient = make_patient(birth_date=date(1959, 1, 1), birth_date_is_estimated=True)

    make_result(patient, taken_at=a_day().replace(year=1959, month=3, day=1))


def test_an_unlikely_value_is_taken_once_somebody_has_looked_again(amara: Patient, ivo: User) -> None:
    fields = numbers(potassium("99999"))
    with pytest.raises(ValidationError, match="10 000 times"):
        record_result(amara, by=ivo, **fields)

    assert record_result(amara, by=ivo, confirmed=True, **fields).flag == "H"


def test_nothing_is_written_into_an_inactive_record(amara: Patient, rita: User) -> None:
    deactivate_patient(amara, by=rita)
    with pytest.raises(Refusal) as refused:
        make_result(amara)

    assert refused.value.code == "patient_inactive"


def test_a_number_of_a_laboratory_is_one_result(amara: Patient, bela: Patient) -> None:
    make_result(amara, laboratory="Nord", external_id="1")
    with pytest.raises(Refusal) as refused:
        make_result(bela, laboratory="Nord", external_id="1")

    assert refused.value.code == "already_recorded"
    make_result(bela, laboratory="Süd", external_id="1")
    make_result(bela, laboratory="Nord")
    make_result(bela, laboratory="Nord")
    assert LabResult.objects.count() == 4


def test_several_are_written_down_or_none(amara: Patient, ivo: User) -> None:
    good, bad = numbers(potassium()), numbers(potassium("4.4", loinc="2823-4", unit=""))
    with pytest.raises(ValidationError) as refused:
        record_results(amara, results=[good, bad, good | {"flag": "L", "value": Decimal(9)}], by=ivo)

    assert set(refused.value.message_dict) == {"1.loinc", "2.flag"}
    assert not LabResult.objects.exists()
    assert len(record_results(amara, results=[good, good], by=ivo)) == 2


def test_the_same_number_twice_in_one_request_is_refused(amara: Patient, ivo: User) -> None:
    one = numbers(potassium(laboratory="Nord", external_id="7"))
    with pytest.raises(ValidationError, match="same number"):
        record_results(amara, results=[one, one], by=ivo)


@pytest.mark.parametrize("number", [0, 501])
def test_no_more_than_five_hundred_at_once(amara: Patient, ivo: User, number: int) -> None:
    with pytest.raises(ValidationError, match="500"):
        record_results(amara, results=[numbers(potassium())] * number, by=ivo)


def test_reception_records_nothing(amara: Patient, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        record_result(amara, by=rita, **numbers(potassium()))

    assert not LabResult.objects.exists()
    assert Entry.objects.filter(verb="patients.record_result", outcome="denied", actor_id=rita.pk).exists()


def test_recording_is_written_down_and_costs_few_statements(amara: Patient, ivo: User) -> None:
    make_result(amara, by=ivo)
    with counted(at_most=9):
        result = make_result(amara, by=ivo, value="4.9")

    entry = Entry.objects.get(subject_id=result.pk)
    assert (entry.verb, entry.actor_id, entry.patient_id) == ("patients.record_result", ivo.pk, amara.pk)


def test_the_same_request_records_once(amara: Patient, ivo: User) -> None:
    first, second = (
        record_result(amara, once=Once("k", "print"), by=ivo, **numbers(potassium())) for _ in range(2)
    )

    assert first.pk == second.pk
    assert LabResult.objects.count() == 1


# ── What others see of it ────────────────────────────────────────────────────
def test_the_first_page_has_the_latest_of_each_test(amara: Patient) -> None:
    make_result(amara, value="4.1", taken_at=a_day(30))
    make_result(amara, value="5.60", taken_at=a_day(2))
    make_result(amara, value="3.9", taken_at=a_day(60))
    make_result(amara, value="150", unit="mg/L", loinc="1988-5", name="CRP", low=None, high="5")

    crp, latest = Chart.of(amara.pk).results  # inflammation stands before the electrolytes

    assert (crp["name"], crp["value"], crp["range"], crp["before"]) == ("CRP", "150", "≤ 5", "")
    assert latest == {
        "loinc": "2823-3",
        "name": "Potassium",
        "value": "5.6",
        "unit": "mmol/L",
        "range": "3.5 to 5.1",
        "flag": "H",
        "at": a_day(2).isoformat(),
        "before": "4.1",
    }


def test_a_value_before_in_another_unit_is_not_compared(amara: Patient) -> None:
    make_result(amara, value="16", unit="mg/dL", low=None, high=None, taken_at=a_day(3))
    make_result(amara, value="4.1")

    assert Chart.of(amara.pk).results[0]["before"] == ""


def test_one_line_of_the_timeline_tells_of_a_whole_sample(amara: Patient) -> None:
    make_result(amara, laboratory="Nord")
    make_result(
        amara, laboratory="Nord", loinc="1988-5", name="CRP", value="118", unit="mg/L", low=None, high="5"
    )
    make_result(amara, laboratory="Süd")

    lines = TimelineEntry.objects.of(amara.pk).filter(kind="result")
    told = {tuple(tuple(one) for one in entry.facts["values"]) for entry in lines}
    assert told == {(("CRP", "118"), ("Potassium", "4.3")), (("Potassium", "4.3"),)}
