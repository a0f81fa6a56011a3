"""Doses at the edges: what is allowed, the next step above it, twice as much; ages, weights, sums over lines."""

from decimal import Decimal
from typing import Any

import pytest

from prescriptions.safety.question import Check, Line, Severity
from prescriptions.tests.ask import ask, clear_of, dosed, found, only, why_not

C, S, W = Severity.CONTRAINDICATED, Severity.SERIOUS, Severity.CAUTION


def test_four_grams_of_paracetamol_are_allowed_and_a_milligram_more_is_not() -> None:
    assert ask(dosed("paracetamol", 1000, times_a_day=4)).findings == ()
    assert only(ask(dosed("paracetamol", "1000.25", times_a_day=3))).severity is S
    assert only(ask(dosed("paracetamol", 1000, times_a_day=5))).rule == "dose-paracetamol-from-12"


def test_more_than_twice_as_much_is_contraindicated() -> None:
    assert only(ask(dosed("paracetamol", 1000, times_a_day=8))).severity is S
    assert only(ask(dosed("paracetamol", 1000, times_a_day="8.1"))).severity is C


def test_a_loading_dose_is_no_mistake_by_a_factor_of_ten() -> None:
    assert only(ask(dosed("clopidogrel", 300))).severity is S
    assert only(ask(dosed("clopidogrel", 75, times_a_day=10))).severity is C


def test_the_text_says_how_much_it_is_and_how_much_it_may_be() -> None:
    finding = only(ask(dosed("paracetamol", 1, "g", 5)))
    assert "5000 mg of Paracetamol in a day; the most is 4000 mg" in finding.text


@pytest.mark.parametrize(
    ("dose", "unit"),
    [("0.5", "mg"), ("500", "micrograms"), ("500", "µg"), ("500", "mcg"), ("0.0005", "g")],
)
def test_units(dose: str, unit: str) -> None:
    assert ask(dosed("digoxin", dose, unit)).findings == ()
    assert only(ask(dosed("digoxin", float(dose) * 1.2, unit))).severity is S


def test_ten_times_too_much_digoxin() -> None:
    assert only(ask(dosed("digoxin", 2.5))).severity is C


def test_paracetamol_is_counted_over_all_lines() -> None:
    alone = dosed("paracetamol", 500, times_a_day=4)
    combined = dosed("paracetamol/codeine 500/30 mg", 2, "tablets", 2)
    assert "dose-paracetamol-from-12" not in found(ask(alone, combined, age_years=40))
    report = ask(alone, dosed("paracetamol/codeine 500/30 mg", 2, "tablets", 3))
    assert found(report)["dose-paracetamol-from-12"] is S
    (sum_of_lines,) = [one for one in report.findings if one.check is Check.DOSE]
    assert len(sum_of_lines.medicines) == 2


def test_what_is_taken_already_counts() -> None:
    report = ask(dosed("paracetamol", 1000, times_a_day=2), taken=(dosed("Tylenol", 1000, times_a_day=3),))
    assert found(report)["dose-paracetamol-from-12"] is S


def test_a_sum_with_an_unknown_part_is_never_clear() -> None:
    report = ask(dosed("paracetamol", 500, times_a_day=4), taken=("paracetamol/codeine",))
    assert "dose" not in clear_of(report, "paracetamol")


# ── Children ────────────────────────────────────────────────────────────────


def test_mia_ten_kilograms_paracetamol() -> None:
    mia: dict[str, Any] = {"age_years": 1, "weight_kg": 10}
    assert ask(dosed("paracetamol", 150, times_a_day=4), **mia).findings == ()
    assert ask(dosed("paracetamol", 165, times_a_day=4), **mia).findings == ()
    assert only(ask(dosed("paracetamol", 166, times_a_day=4), **mia)).severity is S
    assert only(ask(dosed("paracetamol", 500, times_a_day=4), **mia)).severity is C


def test_a_dose_per_kilogram_is_understood() -> None:
    assert ask(dosed("ibuprofen", 10, "mg/kg", 3), age_years=4, weight_kg=16).findings == ()
    assert only(ask(dosed("ibuprofen", 20, "mg/kg", 3), age_years=4, weight_kg=16)).severity is S


def test_a_child_whose_weight_nobody_knows_is_not_clear() -> None:
    report = ask(dosed("paracetamol", 150, times_a_day=4), age_years=1)
    assert report.findings == ()
    assert "dose" not in clear_of(report, "paracetamol")
    assert "weight" in why_not(report, "paracetamol")
    assert "dose" in clear_of(ask(dosed("paracetamol", 500, times_a_day=4), age_years=40), "paracetamol")


def test_a_heavy_child_does_not_get_more_than_a_grown_up() -> None:
    assert only(ask(dosed("paracetamol", 1200, times_a_day=1), age_years=11, weight_kg=90)).severity is S


def test_the_birthday_changes_the_limit() -> None:
    asked = dosed("citalopram", 40)
    assert ask(asked, age_years=59.9).findings == ()
    assert only(ask(asked, age_years=60)).severity is S


# ── Ages ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("medicine", "limit", "severity"),
    [
        ("codeine", 12, C),
        ("tramadol", 12, C),
        ("acetylsalicylic acid", 16, C),
        ("metoclopramide", 1, C),
        ("promethazine", 2, C),
    ],
)
def test_too_young(medicine: str, limit: float, severity: Severity) -> None:
    assert ask(medicine, age_years=limit - 0.01).findings[0].severity is severity
    assert C not in found(ask(medicine, age_years=limit)).values()


def test_digoxin_in_old_age() -> None:
    assert ask(dosed("digoxin", "0.25"), age_years=64.9).findings == ()
    assert found(ask(dosed("digoxin", "0.25"), age_years=65)) == {"age-beers-digoxin": S}
    assert ask(dosed("digoxin", "0.125"), age_years=65).findings == ()


def test_eighty_milligrams_of_simvastatin() -> None:
    assert ask(dosed("simvastatin", 40)).findings == ()
    assert only(ask(dosed("simvastatin", 80))).severity is S


def test_old_people_and_sedatives() -> None:
    assert ask("lorazepam", age_years=64).findings == ()
    assert found(ask("lorazepam", age_years=65)) == {"age-beers-benzodiazepine": W}


# ── How often ───────────────────────────────────────────────────────────────


def test_methotrexate_daily_instead_of_weekly() -> None:
    assert only(ask(dosed("methotrexate", 15, times_a_day=1))).rule == "methotrexate-daily"
    assert only(ask(dosed("methotrexate", 15, times_a_day=1))).severity is C
    assert ask(dosed("methotrexate", 15, times_a_day="0.142857")).findings == ()
    assert ask(Line("methotrexate")).findings == ()


# ── Not screened ────────────────────────────────────────────────────────────


def test_without_an_age_too_much_is_found_and_nothing_is_clear() -> None:
    report = ask(dosed("paracetamol", 1000, times_a_day=4), age_years=None)
    assert report.findings == ()
    assert "age" in why_not(report, "paracetamol")
    assert only(ask(dosed("paracetamol", 1000, times_a_day=5), age_years=None)).severity is S


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (Line("ibuprofen"), "not known in milligrams"),
        (dosed("ibuprofen", 1, "tablet"), "not known in milligrams"),
        (dosed("ibuprofen", 5, "handfuls"), "not known in milligrams"),
        (Line("ibuprofen", Decimal(400), "mg"), "how often"),
    ],
)
def test_a_dose_that_is_not_plain_is_not_clear(line: Line, why: str) -> None:
    report = ask(line)
    assert "dose" not in clear_of(report, "ibuprofen")
    assert why in why_not(report, "ibuprofen")


def test_tablets_of_a_strength_that_is_written() -> None:
    assert ask(dosed("ibuprofen 400 mg", 2, "tablets", 3)).findings == ()
    assert only(ask(dosed("ibuprofen 400 mg", 3, "tablets", 3))).severity is S


def test_spoons_of_a_syrup() -> None:
    mia: dict[str, Any] = {"age_years": 4, "weight_kg": 16}
    assert ask(dosed("ibuprofen 20 mg/ml", 8, "ml", 3), **mia).findings == ()
    assert only(ask(dosed("ibuprofen 40 mg/ml", 8, "ml", 3), **mia)).severity is S


def test_an_age_of_which_no_rule_speaks() -> None:
    report = ask(dosed("simvastatin", 20), age_years=5, weight_kg=20)
    assert "at this age" in why_not(report, "simvastatin")
