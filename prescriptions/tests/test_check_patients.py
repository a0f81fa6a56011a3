"""Pregnancy, kidneys, and the equation for eGFR, at their edges."""

import pytest

from prescriptions.safety.kidneys import egfr_ckd_epi_2021, in_mg_dl
from prescriptions.safety.question import Severity
from prescriptions.tests.ask import ask, clear_of, dosed, found, only, why_not

C, S, W = Severity.CONTRAINDICATED, Severity.SERIOUS, Severity.CAUTION


# ── Pregnancy ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("medicine", "severity"),
    [
        ("ramipril", C),
        ("Diovan", C),
        ("warfarin", C),
        ("isotretinoin", C),
        ("methotrexate", C),
        ("valproate", C),
        ("sacubitril/valsartan", C),
        ("simvastatin", S),
        ("ibuprofen", S),
        ("doxycycline", S),
        ("carbimazole", W),
    ],
)
def test_leila_is_pregnant(medicine: str, severity: Severity) -> None:
    assert only(ask(medicine, pregnant=True, age_years=30)).severity is severity
    assert ask(medicine, pregnant=False, age_years=30).findings == ()


@pytest.mark.parametrize(
    "medicine", ["paracetamol", "amoxicillin", "labetalol", "methyldopa", "enoxaparin", "levothyroxine"]
)
def test_what_leila_may_take(medicine: str) -> None:
    report = ask(medicine, pregnant=True, age_years=30)
    assert report.findings == ()
    assert "pregnancy" in clear_of(report, medicine)


def test_a_little_aspirin_against_pre_eclampsia() -> None:
    assert ask(dosed("acetylsalicylic acid", 150), pregnant=True, age_years=30).findings == ()
    assert only(ask(dosed("acetylsalicylic acid", 151), pregnant=True, age_years=30)).severity is S


def test_a_pregnancy_of_which_nobody_has_spoken() -> None:
    assert "pregnancy" not in clear_of(ask("ramipril", pregnant=None, age_years=30), "ramipril")
    assert "pregnancy" not in clear_of(ask("ramipril", pregnant=None, age_years=None), "ramipril")
    assert "pregnancy" in clear_of(ask("ramipril", pregnant=None, age_years=9), "ramipril")
    assert "pregnancy" in clear_of(ask("ramipril", pregnant=None, age_years=56), "ramipril")


def test_a_medicine_of_which_no_rule_speaks_is_not_clear_in_pregnancy() -> None:
    report = ask("betahistine", pregnant=True, age_years=30)
    assert "Betahistine" in why_not(report, "betahistine")
    assert "pregnancy" not in clear_of(report, "betahistine")


# ── Kidneys ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("medicine", "limit", "below", "at"),
    [
        ("metformin", 30, C, W),
        ("metformin", 45, W, None),
        ("ibuprofen", 30, C, W),
        ("ibuprofen", 60, W, None),
        ("nitrofurantoin", 30, C, S),
        ("nitrofurantoin", 45, S, None),
        ("dabigatran", 30, C, W),
        ("spironolactone", 30, C, W),
        ("lithium", 30, C, S),
        ("methotrexate", 30, C, S),
        ("glibenclamide", 60, S, None),
        ("sotalol", 40, C, S),
        ("fondaparinux", 30, C, None),
        ("morphine", 30, S, None),
    ],
)
def test_the_thresholds(medicine: str, limit: float, below: Severity, at: Severity | None) -> None:
    assert only(ask(medicine, egfr=limit - 0.1)).severity is below
    assert list(found(ask(medicine, egfr=limit)).values()) == ([at] if at else [])


def test_a_dose_that_is_small_enough_is_no_finding() -> None:
    assert found(ask("gabapentin", egfr=40)) == {"kidneys-gabapentin-60": W}
    assert ask(dosed("gabapentin", 300, times_a_day=3), egfr=40).findings == ()
    assert found(ask(dosed("gabapentin", 600, times_a_day=3), egfr=40)) == {"kidneys-gabapentin-60": S}


def test_kidneys_of_which_nobody_knows() -> None:
    report = ask("metformin", "paracetamol", egfr=None)
    assert "eGFR" in why_not(report, "metformin")
    assert "kidneys" in clear_of(report, "paracetamol")


# ── CKD-EPI 2021 ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "expected"),
    [
        (1.0, 50, "male", 92),
        (1.0, 50, "female", 69),
        (0.9, 40, "male", 111),
        (0.7, 40, "female", 112),
        (2.5, 70, "male", 27),
        (0.5, 25, "female", 133),
    ],
)
def test_the_equation(creatinine: float, age: float, sex: str, expected: float) -> None:
    assert round(egfr_ckd_epi_2021(creatinine_mg_dl=creatinine, age_years=age, sex=sex)) == expected  # type: ignore[arg-type]


def test_the_equation_is_for_adults() -> None:
    with pytest.raises(ValueError, match="adults"):
        egfr_ckd_epi_2021(creatinine_mg_dl=0.6, age_years=17, sex="male")
    with pytest.raises(ValueError, match="above 0"):
        egfr_ckd_epi_2021(creatinine_mg_dl=0, age_years=30, sex="male")


def test_micromoles() -> None:
    assert round(in_mg_dl(88.42), 3) == 1
